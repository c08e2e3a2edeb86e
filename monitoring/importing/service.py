"""The whole import: what is asked for is checked first, then declared documents are added, then their history is fed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitoring import catalog
from monitoring.archive import catalog as rows
from monitoring.archive import imports
from monitoring.importing import course, index, terms
from monitoring.importing.feeding import Tally, feed
from monitoring.importing.lane import Lane, OtherCollection, lane
from monitoring.importing.records import Record
from monitoring.importing.repository import Bodies, Repository, RepositoryError
from monitoring.models import Document


class ImportFailed(Exception):
    """The import cannot begin or go on. The message names the file or folder and the fix."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to import: a folder of declarations, the repositories, and optionally which platforms and from when on."""

    declarations: Path
    snapshots: Path | None = None
    versions: Path | None = None
    platforms: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass
class Import:
    """A checked import. `total` records are wanted; `remarks` say what was left out, and grow on the way."""

    wanted: tuple[terms.Terms, ...]
    repositories: dict[bool, Repository]
    index: index.Index
    since: datetime | None
    tally: Tally = field(default_factory=Tally)
    remarks: list[str] = field(default_factory=list)
    files: dict[int, list[int]] = field(default_factory=dict)
    total: int = 0

    def read(self) -> Iterator[int]:
        """Read the commits into the index; yield how many there were, now and then. Raises ImportFailed."""
        number = 0
        for is_text, repository in self.repositories.items():
            for commit in repository.commits():
                self.index.add(commit, is_text=is_text)
                number += 1
                if number % 1000 == 0:
                    yield number
        self.index.sort()
        self.files = terms.matched(self.index.files(), self.wanted)
        self.total = sum(self.index.count(files, self.since) for files in self.files.values())
        if not self.total:
            raise ImportFailed(_nothing_found(self))

    def run(self, *, now: datetime) -> Iterator[int]:
        """Add the documents, then feed their history; yield how many records each round took. Raises ImportFailed."""
        if not imports.begin():
            raise ImportFailed("another import is running: wait for its end")
        try:
            platforms = {each.platform.slug: each.platform for each in self.wanted}
            rows.sync(list(platforms.values()), now=now, retire=False)
            with ExitStack() as stack:
                bodies = {text: stack.enter_context(each.bodies()) for text, each in self.repositories.items()}
                yield from feed(self._lanes(now), lambda record: _body(bodies, record), tally=self.tally, now=now)
        finally:
            imports.end()

    def _lanes(self, now: datetime) -> Iterator[Lane]:
        collections = {text: _collection(each) for text, each in self.repositories.items()}
        for place, files in sorted(self.files.items()):
            each = self.wanted[place]
            found = [record.is_text for record in self._records(files)]
            if not found:
                continue
            try:
                opened = self._lane(each, files, collections[all(found)], now)
            except OtherCollection as error:
                self.remarks.append(str(error))
                continue
            self.tally.known += opened.known
            yield opened

    def _lane(self, each: terms.Terms, files: list[int], collection: str, now: datetime) -> Lane:
        document = _document(each)
        if lost := course.unplaced(each, self._records(files)):
            self.remarks.append(f"{document}: {lost} captures fit no source declared at their time")
        return lane(
            each,
            document,
            course.moments(each, lambda: self._records(files)),
            collection=collection,
            ends_at=max(self.index.latest_at.values()),
            now=now,
        )

    def _records(self, files: list[int]) -> Iterator[Record]:
        return self.index.records(files, self.since)


@contextmanager
def prepare(request: Request) -> Iterator[Import]:
    """Check everything that was given, and yield the import: read it, then run it. Raises ImportFailed."""
    try:
        declared = catalog.load(terms.declarations_in(request.declarations))
        wanted = terms.of(terms.chosen(declared, request.platforms))
        given = {False: request.snapshots, True: request.versions}
        repositories = {text: Repository(path) for text, path in given.items() if path}
        with index.opened() as opened:
            yield Import(wanted, repositories, opened, request.since)
    except (catalog.CatalogError, terms.UnknownPlatform, RepositoryError) as error:
        raise ImportFailed(str(error)) from error


def _body(bodies: dict[bool, Bodies], record: Record) -> bytes | None:
    return bodies[record.is_text].get(record.blob)


def _document(wanted: terms.Terms) -> Document:
    terms_type, region, language, audience = wanted.document.variant
    return Document.objects.with_platform().get(
        organization=None, platform__slug=wanted.platform.slug,
        terms_type=terms_type, region=region, language=language, audience=audience,
    )  # fmt: skip


def _collection(repository: Repository) -> str:
    return repository.name.removesuffix("-snapshots").removesuffix("-versions")


def _nothing_found(wanted: Import) -> str:
    names = ", ".join(sorted({each.platform.path.stem for each in wanted.wanted})[:5])
    folders = ", ".join(str(each.path) for each in wanted.repositories.values())
    since = f" since {wanted.since:%Y-%m-%d}" if wanted.since else ""
    return f"{folders}: no records of {names}{since}: are these the snapshots or versions of the same collection?"
