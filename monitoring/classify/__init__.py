"""From a text to what it says: provision types, stances, carve-outs, parameters; and their lineage over versions."""

from .finding import CarveOut, Finding, Parameter, Passage, Span, Value
from .lineage import Altered, Descent, Direction, Fate, direction, lineage, moved
from .provisions import forget, paragraph, provisions, recall, said
from .rows import found
from .sayings import edition

__all__ = [
    "Altered",
    "CarveOut",
    "Descent",
    "Direction",
    "Fate",
    "Finding",
    "Parameter",
    "Passage",
    "Span",
    "Value",
    "direction",
    "edition",
    "forget",
    "found",
    "lineage",
    "moved",
    "paragraph",
    "provisions",
    "recall",
    "said",
]
