"""The taxonomy of provision types, how they are read from a text, and the regulation library."""

from . import published
from .conditions import Condition, ConditionError
from .loader import examples, library, phrases, reasons, signs, taxonomy
from .records import Example, Library, Obligation, ProvisionType, Signs, Stance, Taxonomy, Weight
from .validation import errors

__all__ = [
    "Condition",
    "ConditionError",
    "Example",
    "Library",
    "Obligation",
    "ProvisionType",
    "Signs",
    "Stance",
    "Taxonomy",
    "Weight",
    "errors",
    "examples",
    "library",
    "phrases",
    "published",
    "reasons",
    "signs",
    "taxonomy",
]
