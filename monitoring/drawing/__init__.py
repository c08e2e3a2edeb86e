"""Pictures of the archive: values in, an SVG and its table out. Shape says it before colour, and words say it besides.

Widths are percentages, so that a picture fits a phone and a wall without scaling its letters; heights are pixels. Colours
come from the stylesheet (currentcolor and classes), so that light, dark and paper are right without being asked.
"""

from .bars import Bar, bars
from .cells import cell, pattern
from .columns import KINDS, Column, columns, sparkline
from .lanes import Lane, Point, lanes
from .movement import movement
from .picture import Picture
from .strip import Stood, strip

__all__ = [
    "KINDS",
    "Bar",
    "Column",
    "Lane",
    "Picture",
    "Point",
    "Stood",
    "bars",
    "cell",
    "columns",
    "lanes",
    "movement",
    "pattern",
    "sparkline",
    "strip",
]
