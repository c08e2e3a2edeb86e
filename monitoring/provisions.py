"""What documents say, type by type, as pages, mails and the API show it: quotations, movements, and the composed reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitoring import assess, knowledge
from monitoring.archive import revisions
from monitoring.models import Change, Document, Provision, Revision, Version

ALMOST_EVERYWHERE = ("EU", "UK", "US", "INTL")  # where a document without a region of its own is offered
_REGIONS = {"eu": ("EU",), "eea": ("EU",), "uk": ("UK",), "gb": ("UK",), "us": ("US",), "ca": ("CA",)}


@dataclass(frozen=True, slots=True)
class Quote:
    """The very words of a Version at [start, end), and where they stand; `clause` is an index of its outline."""

    text: str
    start: int
    end: int
    clause: int
    marked: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> tuple[tuple[bool, str], ...]:
        """The text cut into (is marked, words), in reading order."""
        cut, at = [], 0
        for start, end in self.marked:
            cut += [
                (False, self.text[at : start - self.start]),
                (True, self.text[start - self.start : end - self.start]),
            ]
            at = end - self.start
        cut.append((False, self.text[at:]))
        return tuple(piece for piece in cut if piece[1])


@dataclass(frozen=True, slots=True)
class Movement:
    """What became of a Provision with a Change: how it stood (None where it is new) and how it stands (None where it went)."""

    provision: Provision
    before: Revision | None
    after: Revision | None
    fate: str
    direction: str
    altered: tuple[str, ...]

    @property
    def type(self) -> knowledge.ProvisionType:
        return self.provision.type

    @property
    def exposure_moved(self) -> int:
        """By how many points the exposure rose (above 0) or fell; 0 where it is new or went."""
        if self.before is None or self.after is None or self.before.score is None or self.after.score is None:
            return 0
        return self.after.score - self.before.score

    @property
    def came(self) -> tuple[str, ...]:
        """The keys of the carve-outs that came."""
        return _beyond(self.after, self.before)

    @property
    def went(self) -> tuple[str, ...]:
        """The keys of the carve-outs that went."""
        return _beyond(self.before, self.after)

    @property
    def parameters(self) -> tuple[tuple[str, object, object], ...]:
        """(name, value before, value after) of each parameter that differs; None where it was or is not stated."""
        old, new = _values(self.before), _values(self.after)
        names = dict.fromkeys((*old, *new))
        return tuple((name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def touched(change: Change) -> tuple[Movement, ...]:
    """Return what a Change did to the provisions of its document, weightiest exposure first; empty for no known type."""
    return touched_by([change])[change.pk]


def touched_by(changes: Sequence[Change]) -> dict[int, tuple[Movement, ...]]:
    """Return `touched` of each Change by its id, in one query for all."""
    rows = Revision.objects.events().filter(version__in=[change.after_id for change in changes])
    rows = rows.select_related("provision__document__platform", "previous").order_by("id")
    by_version: dict[int, list[Movement]] = {}
    for row in rows:
        by_version.setdefault(row.version_id, []).append(_movement(row))
    return {change.pk: tuple(sorted(by_version.get(change.after_id, ()), key=_weight)) for change in changes}


def _weight(movement: Movement) -> int:
    there = movement.after or movement.before
    return -(there.score or 0) if there else 0


def _movement(row: Revision) -> Movement:
    is_there = row.fate != Revision.Fate.WITHDRAWN
    before = row.previous if row.fate != Revision.Fate.NEW else None
    return Movement(row.provision, before, row if is_there else None, row.fate, row.direction, tuple(row.altered))


def quotes(revision: Revision) -> tuple[Quote, ...]:
    """Return every passage that speaks to the type, in reading order, with the deciding words marked."""
    return tuple(
        Quote(
            revision.version.text[passage["start"] : passage["end"]],
            passage["start"],
            passage["end"],
            passage["clause"],
            _within(passage, revision),
        )
        for passage in revision.passages
    )


def quote(revision: Revision) -> Quote | None:
    """Return the passage that the stance rests on, the surest where none settles it; None for a withdrawn provision."""
    found = quotes(revision)
    if revision.stance_start is not None:
        deciding = (q for q in found if q.start <= revision.stance_start < q.end)
        return next(deciding, found[0] if found else None)
    sure = [passage["confidence"] for passage in revision.passages]
    return found[sure.index(max(sure))] if found else None


def _within(passage: Mapping[str, Any], revision: Revision) -> tuple[tuple[int, int], ...]:
    """Return the words to mark in a passage: those that settled the stance, else those that made it be of the type."""
    deciding = (revision.stance_start, revision.stance_end)
    if deciding[0] is not None and passage["start"] <= deciding[0] < passage["end"]:
        return ((deciding[0], min(deciding[1], passage["end"])),)
    found: list[tuple[int, int]] = []
    for start, end in sorted(passage["evidence"]):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return tuple(found)


def heading(revision: Revision) -> str:
    """Return the heading or number that the deciding clause stands under; "" where there is none. Needs the outline."""
    found = quote(revision)
    if found is None:
        return ""
    _, _, number, title, *_ = revision.version.outline[found.clause]
    return " ".join(part for part in (number, title) if part)


def source(revision: Revision) -> assess.Source:
    """Return where a Revision was read and for whom the text was made, as assessing asks for it."""
    document = revision.provision.document
    return assess.Source(
        platform=document.platform.name,
        document=document.own_name,
        section="",
        regions=regions(document),
        audience=document.audience,
        variant=document.region,
    )


def regions(document: Document) -> tuple[str, ...]:
    """Return the places a document is offered in, as the regulation library names them."""
    if not document.region:
        return ALMOST_EVERYWHERE
    return _REGIONS.get(document.region.lower(), (document.region.upper(),))


def facts(revision: Revision, *, beside: Iterable[Revision] = ()) -> assess.Facts:
    """Return the facts of a Revision. beside: what else stands in the document, for what bears on all of its provisions."""
    values: dict[str, object] = dict(revisions.context_of(beside, audience=revision.provision.document.audience))
    values |= {
        p["name"]: tuple(p["value"]) if isinstance(p["value"], list) else p["value"] for p in revision.parameters
    }
    values |= {"stance": revision.stance, "carveouts": revision.exceptions}
    units = {p["name"]: p["unit"] for p in revision.parameters if p["unit"]}
    return assess.Facts(revision.provision.provision_type, values, units)


def assessment(revision: Revision, *, on: date, beside: Iterable[Revision] = ()) -> assess.Assessment:
    """Return the composed reading of a Revision that says something. on: the day statuses of law are compared with."""
    return assess.assess(facts(revision, beside=beside), source(revision), on=on)


def standing_in(document: Document, version: Version | None = None) -> tuple[Revision, ...]:
    """Return what a document says today, or said with a Version, in the order of the taxonomy; empty before the first."""
    at = version.observed_at if version else None
    rows = Revision.objects.filter(provision__document=document).standing(at).with_version()
    order = list(knowledge.taxonomy().types)
    return tuple(sorted(rows, key=lambda row: order.index(row.provision.provision_type)))


def _beyond(one: Revision | None, other: Revision | None) -> tuple[str, ...]:
    has = other.exceptions if other else ()
    return tuple(key for key in (one.exceptions if one else ()) if key not in has)


def _values(revision: Revision | None) -> dict[str, object]:
    return revision.values if revision else {}
