"""What a text betrays beside the text before it: cut short, doubled, another document, another region's variant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import sketches, variants
from .verdict import Finding, Reason

_TITLE = re.compile(r"^(?:# +(?P<atx>[^\n]+)|(?P<setext>[^\n#>|-][^\n]{2,150})\n={3,}[ \t]*$)", re.MULTILINE)
_NAMES_A_DOCUMENT = re.compile(
    r"\b(?:terms|policy|policies|agreement|notice|statement|addendum|guidelines|conditions|bedingungen|datenschutz\w*|"
    r"confidentialité|política|condiciones|termini|informativa)\b",
    re.IGNORECASE,
)
_WHOLE = 0.97
_CUT = 0.7
RUIN = 0.25
_LACKING = 0.9
_FOREIGN = 0.1


class Likeness:
    """How two texts in normal form share their five-word shingles."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = sketches.shingles(before), sketches.shingles(after)
        self.kept = sketches.containment(self.before, self.after)
        self.known = sketches.containment(self.after, self.before)
        self.growth = self.after.size / max(1, self.before.size)

    @property
    def doubling(self) -> float:
        """How often the average shingle of the later text stands there, beside the earlier one's."""
        return _repeats(self.after) / max(1.0, _repeats(self.before))


def findings(before: str, after: str, likeness: Likeness) -> Iterator[Finding]:
    """Yield why `after` may not be the next version of `before` (both Markdown); the weightiest first."""
    if likeness.growth > 1.6 and likeness.kept > 0.8 and likeness.doubling > 1.7:
        yield Finding(Reason.DOUBLED, "the text stands there twice")
    if likeness.growth < RUIN or (likeness.known > 0.9 and likeness.growth < _CUT):
        yield Finding(Reason.TRUNCATED, f"{likeness.growth:.0%} of the words are left")
    elif likeness.known > _WHOLE and likeness.growth < _LACKING:
        yield Finding(Reason.MISSING_PART, f"{1 - likeness.growth:.0%} of the words are gone and nothing is new")
    region = variants.switched(before, after)
    if region:
        yield Finding(Reason.OTHER_VARIANT, region)
    bundled = bundled_title(before, after, likeness)
    if bundled:
        yield Finding(Reason.BUNDLED, bundled)


def is_foreign(likeness: Likeness) -> bool:
    """Return whether hardly a sentence is shared."""
    return likeness.known < _FOREIGN and likeness.kept < _FOREIGN


def bundled_title(before: str, after: str, likeness: Likeness) -> str:
    """Return the title of a second document that now stands beside the whole text, or no longer does; "" when none."""
    if likeness.growth > 1.3 and likeness.kept > _WHOLE:
        return _extra_title(before, after)
    if likeness.growth < 1 / 1.3 and likeness.known > _WHOLE:
        return _extra_title(after, before)
    return ""


def _extra_title(smaller: str, larger: str) -> str:
    few, many = _titles(smaller), _titles(larger)
    extra = [title for title in many if title not in few and _NAMES_A_DOCUMENT.search(title)]
    return extra[0] if len(few) <= 1 and extra else ""


def _titles(text: str) -> list[str]:
    return [" ".join((match["atx"] or match["setext"]).split()) for match in _TITLE.finditer(text)]


def _repeats(shingles: sketches.Hashes) -> float:
    return shingles.size / max(1, sketches.distinct(shingles).size)
