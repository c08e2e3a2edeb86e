"""Words found in the texts of all times: which documents say them, where, since when, and whether they still do.

The unit is the clause, kept once per document however many versions carry it; so history costs no more than the present.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet

from monitoring import knowledge, phrases, segment
from monitoring.models import Change, Clause, Document, Version

MOST_CLAUSES = 200  # looked at; who finds more is asked to narrow it down
MOST_WEIGHED = 60  # documents of which it is looked up when the words came and went, where a filter asks for it
MOST_CHANGES = 40  # looked at for words in a row
LATELY = 300  # changes that are looked through before the index is asked
LIMIT = 10
CLAUSES_SHOWN = 3
TYPES_SHOWN = 6
_MARKS = ("\x02", "\x03")
_MARKED = f"StartSel={_MARKS[0]}, StopSel={_MARKS[1]}"
_WHOLE = f"{_MARKED}, HighlightAll=true"
_PARTS = f'{_MARKED}, MaxWords=45, MinWords=20, MaxFragments=2, FragmentDelimiter=" … "'
SHORT = 400  # characters that are shown whole


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search. since: words first seen since then. significance: of the change that brought them."""

    platform: str = ""
    terms_type: str = ""
    since: datetime | None = None
    significance: str = ""
    is_standing: bool = False

    @property
    def asks_for_places(self) -> bool:
        """Whether it must be known of each document when the words came and went."""
        return bool(self.since or self.significance or self.is_standing)


class Saying(NamedTuple):
    """A clause with the words, in whichever versions of its document."""

    document_id: int
    platform_id: int
    digest: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause with the words. `version` is the last that has it, at [start, end) of its text; `first` the first."""

    text: str
    first: Version
    version: Version
    path: str
    number: str
    heading: str
    start: int
    end: int

    @property
    def place(self) -> str:
        """Heading and number as they are cited: "3. Retention", "4. Customer Content, § 4.4"; "" before the first of either."""
        is_said = not self.number or self.number in self.heading.partition(" ")[0]
        return ", ".join(part for part in (self.heading, "" if is_said else f"§ {self.number}") if part)

    @property
    def url(self) -> str:
        """The page of the version, without the fragment of the clause."""
        return self.version.get_absolute_url()


@dataclass(frozen=True, slots=True)
class Found:
    """One document with the words. The first `hits` are the best; `more` counts the rest.

    brought, took: the changes with which the words came and went; None where they were there from the first record, or
    still are.
    """

    document: Document
    hits: tuple[Hit, ...]
    more: int
    first: Version
    last: Version
    is_standing: bool
    brought: Change | None
    took: Change | None


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, the best first: some of the `documents`, from `start` on.

    `is_cut`: there is more than was looked at.
    """

    found: tuple[Found, ...] = ()
    documents: int = 0
    platforms: int = 0
    start: int = 0
    is_cut: bool = False

    @property
    def has_more(self) -> bool:
        return self.start + len(self.found) < self.documents


def matches(phrase: str, texts: Iterable[str]) -> bool:
    """Return whether one of the texts has the phrase as search understands it in quotation marks."""
    wanted = phrases.words(phrase)
    return any(phrases.contains(text, wanted) for text in texts)


def find(query: str, filters: Filters = Filters(), *, start: int = 0, limit: int = LIMIT) -> Results:
    """Return documents whose texts, of today or before, have what `query` asks for. Five queries.

    Words are found in all their forms, what stands in quotation marks word for word. Documents where the words stand
    beside each other come first, then those where little else is said. When words came and went is looked up for what is
    returned alone, or for all where a filter asks for it.
    """
    asked = phrases.asked(query)
    wanted = _query(asked)
    if wanted is None:
        return Results()
    rows = _clauses(wanted, filters)
    clauses = [row for row in rows if all(phrases.contains(row.text, phrase) for phrase in asked.phrases)]
    in_a_row = asked.words if len(asked.words) > 1 else ()
    clauses.sort(key=lambda row: (bool(in_a_row) and not phrases.contains(row.text, in_a_row), len(row.text)))
    groups = _by_document(clauses)
    is_cut = len(rows) == MOST_CLAUSES
    if filters.asks_for_places:
        passed = [each for each in _found(groups[:MOST_WEIGHED]) if _passes(each, filters)]
        is_cut = is_cut or len(groups) > MOST_WEIGHED
        return Results(tuple(passed[start : start + limit]), len(passed), _platforms(passed), start, is_cut)
    platforms = len({group[0].platform_id for group in groups})
    return Results(tuple(_found(groups[start : start + limit])), len(groups), platforms, start, is_cut)


def _platforms(found: Iterable[Found]) -> int:
    return len({each.document.platform_id for each in found})


def _by_document(clauses: Iterable[Saying]) -> list[list[Saying]]:
    """Return the clauses of each document, the documents in the order in which the first of each comes."""
    groups: dict[int, list[Saying]] = {}
    for clause in clauses:
        groups.setdefault(clause.document_id, []).append(clause)
    return list(groups.values())


def changes(query: str, filters: Filters = Filters(), *, limit: int = LIMIT) -> tuple[Change, ...]:
    """Return the newest changes whose summary has what `query` asks for. Three queries, two where the words are common.

    Empty where only texts that stand today are asked for: a change is no text.
    """
    asked = phrases.asked(query)
    words = " ".join(word for phrase in (asked.words, *asked.phrases) for word in phrase)
    if not words or filters.is_standing:
        return ()
    # Not as a phrase: an index knows no order of words, and each summary that has them would be read for it.
    wanted = SearchQuery(words, config="english", search_type="plain")
    most = MOST_CHANGES if asked.phrases else limit
    lately = list(_told_lately(wanted, filters)[:most])
    pks = _saying(asked, lately)[:limit]
    if len(pks) < limit and len(lately) < most:
        pks = _saying(asked, _told(wanted, filters, most=most))[:limit]
    found = Change.objects.without_texts().defer("reasons", "counts", "suppressed").in_bulk(pks)
    return tuple(_of_document(found[pk]) for pk in pks)


def _saying(asked: phrases.Asked, rows: Iterable[tuple[int, dict]]) -> list[int]:
    """Return the ids of those (id, summary) that have the phrases word for word."""
    return [pk for pk, summary in rows if all(phrases.contains(_text_of(summary), phrase) for phrase in asked.phrases)]


def _told_lately(wanted: SearchQuery, filters: Filters) -> QuerySet[Change, tuple[int, dict]]:
    """Return which of the LATELY newest changes have the words in their summary: of common words the index knows thousands."""
    newest = _changes(filters).order_by("-observed_at", "-pk").values("pk")[:LATELY]
    rows = Change.objects.filter(pk__in=newest).filter(words=wanted)
    return rows.order_by("-observed_at", "-pk").values_list("pk", "summary")


def _told(wanted: SearchQuery, filters: Filters, *, most: int) -> QuerySet[Change, tuple[int, dict]]:
    """Return the newest changes whose summary has the words, by the index of the words; summaries are not sorted along.

    Added nothing to, the moment is an expression of which there is no index: else the planner walks all changes, newest
    first, where it takes rare words for common ones.
    """
    moment = ExpressionWrapper(F("observed_at") + timedelta(0), output_field=DateTimeField())
    rows = _changes(filters).alias(moment=moment).filter(words=wanted)
    newest = rows.order_by("-moment", "-pk").values("pk")[:most]
    return Change.objects.filter(pk__in=newest).order_by("-observed_at", "-pk").values_list("pk", "summary")


def _changes(filters: Filters) -> QuerySet[Change]:
    rows = Change.objects.filter(document__organization=None)
    if filters.platform:
        rows = rows.filter(document__platform__slug=filters.platform)
    if filters.terms_type:
        rows = rows.filter(document__terms_type=filters.terms_type)
    if filters.since:
        rows = rows.since(filters.since)
    if filters.significance:
        rows = rows.filter(significance=filters.significance)
    return rows


def _of_document(change: Change) -> Change:
    change.before.document = change.after.document = change.document
    return change


def summary_of(change: Change) -> str:
    """Return what is searched of a change: its headline and the lines of its summary."""
    return _text_of(change.summary)


def _text_of(summary: dict) -> str:
    return " · ".join(dict.fromkeys((summary["headline"], *(line["text"] for line in summary["lines"]))))


def types(query: str) -> tuple[knowledge.ProvisionType, ...]:
    """Return the provision types whose name or definition has the words of `query`, those by name first."""
    asked = phrases.asked(query)
    wanted = {word for phrase in (asked.words, *asked.phrases) for word in phrase}
    if not wanted:
        return ()
    named, defined = [], []
    for each in knowledge.taxonomy().types.values():
        if wanted <= set(phrases.words(f"{each.name} {each.key.replace('_', ' ')}")):
            named.append(each)
        elif wanted <= set(phrases.words(f"{each.name} {each.definition}")):
            defined.append(each)
    return tuple((named + defined)[:TYPES_SHOWN])


def in_context(query: str, texts: Sequence[str]) -> list[tuple[tuple[bool, str], ...]]:
    """Return for each text its parts around the words: (is one of the words, text), in reading order. One query."""
    asked = phrases.asked(query)
    wanted = _query(asked)
    if wanted is None or not texts:
        return [((False, text),) for text in texts]
    terms = [*asked.words, *(word for phrase in asked.phrases for word in phrase)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('english', each.text, plainto_tsquery('english', %s), "
            "CASE WHEN length(each.text) <= %s THEN %s ELSE %s END) "
            "FROM unnest(%s::text[]) WITH ORDINALITY AS each (text, place) ORDER BY each.place",
            [" ".join(terms), SHORT, _WHOLE, _PARTS, list(texts)],
        )
        marked = [row[0] for row in cursor]
    return [_pieces(row if len(text) <= SHORT else f"… {row} …") for row, text in zip(marked, texts, strict=True)]


def _pieces(marked: str) -> tuple[tuple[bool, str], ...]:
    pieces: list[tuple[bool, str]] = []
    for part in marked.split(_MARKS[0]):
        word, closing, rest = part.partition(_MARKS[1])
        pieces += [(True, word), (False, rest)] if closing else [(False, part)]
    return tuple(piece for piece in pieces if piece[1])


def _query(asked: phrases.Asked) -> SearchQuery | None:
    queries = [SearchQuery(" ".join(phrase), config="english", search_type="phrase") for phrase in asked.phrases]
    if asked.words:
        queries.append(SearchQuery(" ".join(asked.words), config="english", search_type="plain"))
    return reduce(and_, queries) if queries else None


def _clauses(wanted: SearchQuery, filters: Filters) -> list[Saying]:
    rows = Clause.objects.filter(words=wanted, document__organization=None)
    if filters.platform:
        rows = rows.filter(document__platform__slug=filters.platform)
    if filters.terms_type:
        rows = rows.filter(document__terms_type=filters.terms_type)
    columns = rows.order_by().values_list("document_id", "document__platform", "digest", "text")
    return [
        Saying(document, platform, bytes(digest), text) for document, platform, digest, text in columns[:MOST_CLAUSES]
    ]


def _found(groups: Sequence[Sequence[Saying]]) -> list[Found]:
    """Return what is told of each document, in the order given; one whose clauses no version has any more is left out."""
    clauses = [clause for group in groups for clause in group]
    if not clauses:
        return []
    places = _places(clauses)
    versions = _versions({pk for first, last, _ in places.values() for pk in (first, last)})
    latest = _latest({clause.document_id for clause in clauses})
    ended = Change.objects.filter(before__in=versions).defer("summary", "reasons", "counts", "suppressed")
    took = {change.before_id: change for change in ended}
    told = []
    for group in groups:
        there = [(clause, places.get((clause.document_id, clause.digest))) for clause in group]
        hits = [_hit(clause, versions[place[0]], versions[place[1]], place[2]) for clause, place in there if place]
        if hits:
            told.append(_document(hits, latest, took))
    return told


def _hit(clause: Saying, first: Version, last: Version, entry: list) -> Hit:
    _, path, number, heading, kind, start, end = entry
    if kind == segment.Kind.HEADING:  # stands under itself, not under the one before it
        heading = clause.text.lstrip("# ").strip()
    return Hit(clause.text, first, last, path, number, heading, start, end)


def _document(hits: list[Hit], latest: dict[int, int], took: dict[int, Change]) -> Found:
    hits = sorted(hits, key=lambda hit: latest[hit.version.document_id] != hit.version.pk)
    first = min((hit.first for hit in hits), key=_moment)
    last = max((hit.version for hit in hits), key=_moment)
    is_standing = latest[last.document_id] == last.pk
    return Found(
        document=last.document,
        hits=tuple(hits[:CLAUSES_SHOWN]),
        more=max(len(hits) - CLAUSES_SHOWN, 0),
        first=first,
        last=last,
        is_standing=is_standing,
        brought=getattr(first, "change", None),
        took=None if is_standing else took.get(last.pk),
    )


def _moment(version: Version) -> tuple[datetime, int]:
    return version.observed_at, version.sequence


def _places(clauses: Sequence[Saying]) -> dict[tuple[int, bytes], tuple[int, int, list]]:
    """Return for each clause the ids of the first and last version that have it, and its entry in the outline of the last.

    An outline is looked through only until the first that fits, from either end: most clauses never went. OFFSET 0 says
    so to the planner, which would look through all of them and sort what fits.
    """
    asked = [(clause.document_id, clause.digest.hex()) for clause in clauses]
    has_it = "outline @> jsonb_build_array(jsonb_build_array(asked.digest))"
    those = f"SELECT id, outline FROM {Version._meta.db_table} WHERE document_id = asked.document_id ORDER BY"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT asked.document_id, asked.digest, first.id, last.id, entry.value
            FROM unnest(%s::bigint[], %s::text[]) AS asked (document_id, digest)
            JOIN LATERAL (SELECT id FROM ({those} observed_at, id OFFSET 0) AS version
                          WHERE {has_it} LIMIT 1) AS first ON true
            JOIN LATERAL (SELECT id, outline FROM ({those} observed_at DESC, id DESC OFFSET 0) AS version
                          WHERE {has_it} LIMIT 1) AS last ON true
            JOIN LATERAL (SELECT value FROM jsonb_array_elements(last.outline)
                          WHERE value ->> 0 = asked.digest LIMIT 1) AS entry ON true
            """,
            [[pk for pk, _ in asked], [digest for _, digest in asked]],
        )
        return {
            (document_id, bytes.fromhex(digest)): (first, last, _parsed(entry))
            for document_id, digest, first, last, entry in cursor
        }


def _parsed(entry: object) -> list:
    return json.loads(entry) if isinstance(entry, str) else list(entry)  # type: ignore[call-overload]


def _versions(ids: set[int]) -> dict[int, Version]:
    unseen = ("words", "summary", "reasons", "counts", "suppressed")
    rows = Version.objects.without_text().select_related("document__platform", "change")
    rows = rows.defer("title", "method", "digest", *(f"change__{name}" for name in unseen))
    return rows.in_bulk(ids)


def _latest(document_ids: set[int]) -> dict[int, int]:
    """Return the id of the version of each document that stands today."""
    rows = Version.objects.filter(document__in=document_ids).order_by("document_id", "-observed_at", "-sequence")
    return dict(rows.distinct("document_id").values_list("document_id", "pk"))


def _passes(found: Found, filters: Filters) -> bool:
    if filters.is_standing and not found.is_standing:
        return False
    if filters.since and found.first.observed_at < filters.since:
        return False
    return not filters.significance or (
        found.brought is not None and found.brought.significance == filters.significance
    )
