"""From two texts to the edits between them, what they signify and a summary in plain language."""

from .alignment import edits, text
from .edit import Change, Edit, EditKind, Ground, Significance, Text, Why, Words
from .facts import Fact
from .judgement import Judgement, Reading, compare, judge, read
from .restoration import apply
from .summary import Line, Summary, summary
from .teaching import rules

__all__ = [
    "Change",
    "Edit",
    "EditKind",
    "Fact",
    "Ground",
    "Judgement",
    "Line",
    "Reading",
    "Significance",
    "Summary",
    "Text",
    "Why",
    "Words",
    "apply",
    "compare",
    "edits",
    "judge",
    "read",
    "rules",
    "summary",
    "text",
]
