"""What documents say, type by type, as pages, mails and the API show it: quotations, movements, and the composed reading."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from monitoring import assess, classify, knowledge, redline
from monitoring.archive import revisions
from monitoring.assess import composition, obligations, wording
from monitoring.models import Change, Document, Provision, Revision, Version

ALMOST_EVERYWHERE = ("EU", "UK", "US", "INTL")  # where a document without a region of its own is offered
LONGEST = 420  # characters of a quotation beside others; the whole stands on the provision's page
_STOPS = (". ", "\n")
_FORMER_HALF = re.compile(r"\[[^\]]*(?:\](?:\([^)]*)?)?$")  # of a Markdown link, at the end of a cut
_LATTER_HALF = re.compile(r"[^\[\]]*\]\([^)]*\)[ ]?")  # at its beginning
_REGIONS = {"eu": ("EU",), "eea": ("EU",), "uk": ("UK",), "gb": ("UK",), "us": ("US",), "ca": ("CA",)}


@dataclass(frozen=True, slots=True)
class Quote:
    """The very words of a Version at [start, end), and where they stand; `clause` is an index of its outline.

    is_cut: whether the clause says more, before and after these words.
    """

    text: str
    start: int
    end: int
    clause: int
    marked: tuple[tuple[int, int], ...] = ()
    is_cut: tuple[bool, bool] = (False, False)

    @property
    def pieces(self) -> tuple[tuple[bool, str], ...]:
        """The text cut into (is marked, words), in reading order, without Markdown's own signs and link targets.

        A mark takes in the whole words it touches.
        """
        cut, at = [], 0
        for start, end in self.marked:
            first, last = max(at, start - self.start), end - self.start
            while at < first < len(self.text) and self.text[first - 1 : first + 1].isalnum():
                first -= 1
            while 0 < last < len(self.text) and self.text[last - 1 : last + 1].isalnum():
                last += 1
            cut += [redline.Piece("same", self.text[at:first]), redline.Piece("added", self.text[first:last])]
            at = last
        cut.append(redline.Piece("same", self.text[at:]))
        shown = [(piece.mark == "added", piece.text) for piece in redline.readable(cut)]
        if self.text.startswith("|"):  # a row of a table: the points stand between its cells only
            shown[0] = (shown[0][0], shown[0][1].lstrip("· "))
            shown[-1] = (shown[-1][0], shown[-1][1].rstrip("· "))
        return tuple(piece for piece in shown if piece[1])


@dataclass(frozen=True, slots=True)
class Stated:
    """A parameter in words: what it settles ("how long data is kept") and its value; "" where the text does not say."""

    label: str
    value: str
    before: str = ""


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
    def stance_before(self) -> knowledge.Stance | None:
        return self.type.stance(self.before.stance) if self.before and self.before.stance else None

    @property
    def stance_after(self) -> knowledge.Stance | None:
        return self.type.stance(self.after.stance) if self.after else None

    @property
    def stance_moved(self) -> bool:
        """Whether both positions are known and differ."""
        return bool(self.before and self.after and self.before.stance and self.before.stance != self.after.stance)

    @property
    def carveouts_came(self) -> tuple[str, ...]:
        return tuple(self.type.phrase(key) for key in self.came)

    @property
    def carveouts_went(self) -> tuple[str, ...]:
        return tuple(self.type.phrase(key) for key in self.went)

    @property
    def numbers(self) -> tuple[Stated, ...]:
        """The parameters that differ, in words, before and after."""
        units = {**_units(self.before), **_units(self.after)}
        return tuple(
            Stated(_label(name), in_words(new, units.get(name, "")), in_words(old, units.get(name, "")))
            for name, old, new in self.parameters
        )

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
        """(name, value before, value after) of each parameter that moved, like with like (`classify.moved`); None: not stated."""
        old, new = _stated(self.before), _stated(self.after)
        pairs = {name: classify.moved(old.get(name, ()), new.get(name, ())) for name in dict.fromkeys((*old, *new))}
        return tuple((name, *pair) for name, pair in pairs.items() if pair is not None)


def touched(change: Change) -> tuple[Movement, ...]:
    """Return what a Change did to the provisions of its document, weightiest exposure first; empty for no known type."""
    return touched_by([change])[change.pk]


def touched_by(changes: Sequence[Change]) -> dict[int, tuple[Movement, ...]]:
    """Return `touched` of each Change by its id, in one query for all."""
    rows = Revision.objects.events().filter(version__in=[change.after_id for change in changes])
    rows = rows.select_related("provision__document__platform", "previous").order_by("id")
    by_version: dict[int, list[Movement]] = {}
    for row in rows:
        if row.previous:
            row.previous.provision = row.provision
        by_version.setdefault(row.version_id, []).append(_movement(row))
    return {change.pk: tuple(sorted(by_version.get(change.after_id, ()), key=_weight)) for change in changes}


def course(provision: Provision) -> tuple[tuple[Revision, Movement], ...]:
    """Return what became of a Provision, oldest first: the events of its timeline, without the texts. One query."""
    rows = Revision.objects.events().filter(provision=provision).select_related("previous", "version__change")
    rows = rows.defer("version__text", "version__outline").order_by("observed_at", "id")
    found = []
    for row in rows:
        row.provision = provision
        found.append((row, _movement(row)))
    return tuple(found)


def _weight(movement: Movement) -> int:
    there = movement.after or movement.before
    return -(there.score or 0) if there else 0


def _movement(row: Revision) -> Movement:
    is_there = row.fate != Revision.Fate.WITHDRAWN
    before = row.previous if row.fate != Revision.Fate.NEW else None
    return Movement(row.provision, before, row if is_there else None, row.fate, row.direction, tuple(row.altered))


def bearing(movement: Movement, *, on: date) -> tuple[assess.Reference, ...]:
    """Return the entries of the regulation library that bear on what a Change touched, with their status on a day."""
    revision = movement.after or movement.before
    if revision is None:
        return ()
    document = movement.provision.document
    entries = obligations.matching(
        movement.provision.provision_type, regions=regions(document), facts=revision.values, on=on
    )
    return tuple(composition.reference(entry, on) for entry in entries)


def parameters(revision: Revision) -> tuple[tuple[Stated, int, int], ...]:
    """Return the numbers and names that a Revision states, in words, each with the span of the words it was read from."""
    return tuple(
        (Stated(_label(p["name"]), in_words(p["value"], p["unit"])), p["start"], p["end"]) for p in revision.parameters
    )


def exceptions(revision: Revision) -> tuple[tuple[str, Quote], ...]:
    """Return the carve-outs of a Revision: how each is said in prose, and the sentence it was read from."""
    named = revision.provision.type.phrase
    return tuple((named(c["key"]), sentence(revision, c["start"], c["end"])) for c in revision.carveouts)


def sentence(revision: Revision, start: int, end: int) -> Quote:
    """Return the sentence of the text around [start, end), those words marked; cut where it is very long."""
    text = revision.version.text
    first = max(text.rfind(stop, max(0, start - LONGEST), start) + len(stop) for stop in _STOPS)
    stops = [at for stop in _STOPS if (at := text.find(stop, end, end + LONGEST)) >= 0]
    last = min(stops, default=min(len(text), end + LONGEST))
    last += text.startswith(".", last)
    return Quote(text[first:last], first, last, -1, ((start, end),))


def in_words(value: object, unit: str) -> str:
    """Return the value of a parameter as a reader would say it; "" for what is not stated."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return wording.value(value, unit)


def _label(name: str) -> str:
    return knowledge.phrases()[name]["open"]


def _units(revision: Revision | None) -> dict[str, str]:
    return {p["name"]: p["unit"] for p in revision.parameters} if revision else {}


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
    """Return the passage that the stance rests on, the surest where none settles it; None for a withdrawn provision.

    What settles it may be words beside the passages (an opt-out in a paragraph of its own): then none of them does.
    """
    index = _deciding(revision)
    return None if index is None else quotes(revision)[index]


def _deciding(revision: Revision) -> int | None:
    if not revision.passages:
        return None
    if revision.stance_start is not None:
        holds = (p["start"] <= revision.stance_start < p["end"] for p in revision.passages)
        settled = next((index for index, is_there in enumerate(holds) if is_there), None)
        if settled is not None:
            return settled
    sure = [passage["confidence"] for passage in revision.passages]
    return sure.index(max(sure))


def excerpts(rows: Iterable[Revision]) -> dict[int, Quote]:
    """Return `quote` of each Revision by its id, long ones cut around the deciding words; withdrawn ones are left out.

    One query for all: the database cuts the words out, so that no whole text is loaded.
    """
    wanted = {row.pk: (row, *_window(row)) for row in rows if row.passages}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT revision.id, substr(version.text, wanted.first + 1, wanted.until - wanted.first)
            FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS wanted (id, first, until)
            JOIN {Revision._meta.db_table} AS revision ON revision.id = wanted.id
            JOIN {Version._meta.db_table} AS version ON version.id = revision.version_id
            """,
            [list(wanted), [first for _, first, _ in wanted.values()], [until for _, _, until in wanted.values()]],
        )
        return {pk: _trimmed(*wanted[pk], words) for pk, words in cursor}


def _window(revision: Revision) -> tuple[int, int]:
    """Return what to show of the deciding passage: all of it, or some words around those that decided."""
    passage = revision.passages[_deciding(revision) or 0]
    start, end = passage["start"], passage["end"]
    if end - start <= LONGEST:
        return start, end
    marked = _within(passage, revision)
    middle = marked[0][0] if marked else start
    first = max(start, min(middle - LONGEST // 3, end - LONGEST))
    return first, min(end, first + LONGEST)


def _trimmed(revision: Revision, start: int, end: int, words: str) -> Quote:
    """Return the window as a Quote that begins and ends with a whole word, and with no half of a link."""
    index = _deciding(revision) or 0
    passage = revision.passages[index]
    if start > passage["start"] and " " in words:
        half = _LATTER_HALF.match(words)
        skipped = half.end() if half else words.index(" ") + 1
        start, words = start + skipped, words[skipped:]
    if end < passage["end"] and " " in words:
        words = _FORMER_HALF.sub("", words[: words.rindex(" ")]).rstrip()
        end = start + len(words)
    inside = tuple((max(a, start), min(b, end)) for a, b in _within(passage, revision) if b > start and a < end)
    return Quote(words, start, end, passage["clause"], inside, (start > passage["start"], end < passage["end"]))


def _within(passage: Mapping[str, Any], revision: Revision) -> tuple[tuple[int, int], ...]:
    """Return the words to mark in a passage: those that settled the stance, else those that made it be of the type."""
    first, last = revision.stance_start, revision.stance_end
    if first is not None and last is not None and passage["start"] <= first < passage["end"]:
        # What settles a stance may reach back over sentences; what made it be of the type says where to begin.
        inside = [start for start, _end in passage["evidence"] if first <= start < last]
        return ((min(inside, default=first), min(last, passage["end"])),)
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
    return places_of(document.region)


def places_of(region: str) -> tuple[str, ...]:
    """Return the places that a document's region stands for; without one it is offered almost everywhere."""
    if not region:
        return ALMOST_EVERYWHERE
    return _REGIONS.get(region.lower(), (region.upper(),))


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


def _beyond(one: Revision | None, other: Revision | None) -> tuple[str, ...]:
    has = other.exceptions if other else ()
    return tuple(key for key in (one.exceptions if one else ()) if key not in has)


def _stated(revision: Revision | None) -> dict[str, list[Any]]:
    return revision.stated if revision else {}
