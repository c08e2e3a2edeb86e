"""One document on its way through an import: where an earlier run stopped, what is still to come, what was captured last."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitoring.archive import catalog, imports
from monitoring.importing.course import Moment, look_again
from monitoring.importing.terms import Terms
from monitoring.models import Document, Snapshot, Source


class OtherCollection(Exception):
    """A document has its history from another collection; two would be interleaved. The message names both."""


@dataclass
class Lane:
    """A document and the rest of its course. `sources` by era and position; `latest` captures by source id.

    known: how many records an earlier run had taken. ends_at: nothing is known of what was served from then on.
    """

    document: Document
    collection: str
    sources: tuple[tuple[Source, ...], ...]
    latest: dict[int, Snapshot]
    upcoming: Iterator[Moment]
    ends_at: datetime
    again: Moment | None
    known: int

    def take(self) -> Moment | None:
        """Return the next moment, or None at the end; a look again comes first where it lies before the next record."""
        following = next(self.upcoming, None)
        look = look_again(self.again, next_at=following.at if following else self.ends_at) if self.again else None
        if look is not None and following is not None:
            self.upcoming = itertools.chain([following], self.upcoming)
        return look or following

    def overtaken(self, moment: Moment) -> Iterator[tuple[Source, Snapshot]]:
        """Yield the sources of a new era with the capture that its forerunner of the same address left them."""
        urls = {source.pk: source.url for era in self.sources for source in era}
        oldest_first = sorted(self.latest.values(), key=lambda row: row.observed_at)
        by_url = {urls[row.source_id]: row for row in oldest_first if row.source_id in urls}
        for source in self.sources[moment.era]:
            if source.url in by_url and by_url[source.url].source_id != source.pk:
                yield source, by_url[source.url]


def lane(
    terms: Terms, document: Document, moments: Iterable[Moment], *, collection: str, ends_at: datetime, now: datetime
) -> Lane:
    """Return a document's way from where an earlier run stopped to where our own history begins. Raises OtherCollection."""
    done = imports.progress(document)
    if done.collection not in ("", collection):
        raise OtherCollection(f"{document}: its history is from {done.collection}: {collection} is left out")
    last, known, waiting = _resumed(moments, done.at)
    if (until := done.until) is not None:
        waiting = itertools.takewhile(lambda moment: moment.at < until, waiting)
        ends_at = min(ends_at, until)
    return Lane(
        document=document,
        collection=collection,
        sources=tuple(
            tuple(catalog.past_source(document, position, each, now=now) for position, each in enumerate(era.sources))
            for era in terms.eras
        ),
        latest=imports.latest_snapshots(document, until=done.until),
        upcoming=waiting,
        ends_at=ends_at,
        again=replace(last, at=done.at, look=done.look) if last and done.at and done.held else None,
        known=known,
    )


def _resumed(moments: Iterable[Moment], done_at: datetime | None) -> tuple[Moment | None, int, Iterator[Moment]]:
    """Return the last moment that an earlier run read, how many records it had taken, and the moments still to come."""
    last, known, rest = None, 0, iter(moments)
    for moment in rest:
        if done_at is None or moment.at > done_at:
            return last, known, itertools.chain([moment], rest)
        last, known = moment, known + len(moment.records)
    return last, known, rest


def provenance(collection: str, commit: str, path: str, trailers: Mapping[str, str]) -> dict[str, object]:
    """Return what a record of ours says of where it came from."""
    return {
        "collection": collection,
        "commit": commit,
        "path": path,
        "licence": "ODC-BY 1.0",
        "attribution": "Contains data from Open Terms Archive contributors, ODC-BY 1.0",
        **({"trailers": dict(trailers)} if trailers else {}),
    }
