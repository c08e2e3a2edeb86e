"""From a text to its clauses."""

from .clause import Clause, Kind
from .segmentation import clauses

__all__ = ["Clause", "Kind", "clauses"]
