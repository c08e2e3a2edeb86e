"""The composed reading of a provision: exposure with its arithmetic, the law that may bear on it, what to do."""

from .assessment import NOTICE, Assessment, Facts, Flag, Reference, Source
from .claims import forbidden
from .exposure import Exposure, Point, exposure
from .obligations import EnforcementRisk
from .printed import printed
from .reading import assess, example, facts_of

__all__ = [
    "NOTICE",
    "Assessment",
    "EnforcementRisk",
    "Exposure",
    "Facts",
    "Flag",
    "Point",
    "Reference",
    "Source",
    "assess",
    "example",
    "exposure",
    "facts_of",
    "forbidden",
    "printed",
]
