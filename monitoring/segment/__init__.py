"""From a text to its clauses."""

from .clause import Clause, Kind
from .segmentation import clauses, clauses_and_words

__all__ = ["Clause", "Kind", "clauses", "clauses_and_words"]
