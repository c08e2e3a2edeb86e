"""Which documents an import is about, what was declared of each at any date, and which source a file belongs to."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitoring import catalog
from monitoring.catalog import DocumentDeclaration, PlatformDeclaration, SourceDeclaration, terms_types
from monitoring.importing import records


class UnknownPlatform(Exception):
    """A platform asked for is not declared. The message names the nearest that are."""


@dataclass(frozen=True, slots=True)
class Era:
    """The time during which one declaration was valid: up to and including `until`, None for the present one."""

    until: datetime | None
    sources: tuple[SourceDeclaration, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """One document to import: its platform, its declaration, and the eras of the latter, oldest first."""

    platform: PlatformDeclaration
    document: DocumentDeclaration
    eras: tuple[Era, ...]

    def era_at(self, moment: datetime) -> int:
        """Return the index of the era that `moment` lies in."""
        return next(index for index, era in enumerate(self.eras) if era.until is None or moment <= era.until)

    def begins_at(self, era: int) -> datetime:
        """Return the first moment of an era but the first."""
        until = self.eras[era - 1].until
        assert until is not None, "only the last era is open"
        return until + timedelta(microseconds=1)

    def position(self, era: int, record: records.Record) -> int | None:
        """Return which source of an era a capture is of; None when none of them can be it."""
        sources = self.eras[era].sources
        by_address = [n for n, source in enumerate(sources) if source.url == record.location]
        if by_address:
            return by_address[0]
        if not record.name.source:
            return 0 if len(sources) == 1 else None
        named = (n for n, source in enumerate(sources) if record.name.source in records.source_names(source.url))
        return next(named, None)


def declarations_in(folder: Path) -> Path:
    """Return the folder of the *.json files: `folder`, or its `declarations`, as collections are laid out."""
    inner = folder / "declarations"
    return inner if inner.is_dir() and not any(folder.glob("*.json")) else folder


def chosen(declared: Sequence[PlatformDeclaration], names: Iterable[str]) -> tuple[PlatformDeclaration, ...]:
    """Return the platforms of these names (file name, name or slug, in any case); all of them without names.

    Raises UnknownPlatform.
    """
    by_name = {name.casefold(): each for each in declared for name in (each.slug, each.name, each.path.stem)}
    found = {each.slug: each for name in names for each in (_named(name, by_name, declared),)}
    return tuple(found.values()) or tuple(declared)


def of(platforms: Iterable[PlatformDeclaration]) -> tuple[Terms, ...]:
    """Return the documents of the platforms, with their pasts. Raises CatalogError with every mistake of the histories."""
    found: list[Terms] = []
    errors: list[str] = []
    for platform in platforms:
        try:
            past = catalog.past(platform)
        except catalog.CatalogError as error:
            errors += error.errors
            continue
        found += [Terms(platform, document, _eras(document, past)) for document in platform.documents]
    if errors:
        raise catalog.CatalogError(tuple(errors))
    return tuple(found)


def matched(files: dict[int, tuple[bool, records.Name]], wanted: Sequence[Terms]) -> dict[int, list[int]]:
    """Return the numbers of the files of each document, by its place in `wanted`.

    A collection knows one document of a terms type; where we know several variants it is the first.
    """
    places: dict[tuple[str, str], int] = {}
    for place, terms in enumerate(wanted):
        places.setdefault((terms.platform.path.stem, terms.document.terms_type), place)
    found: dict[int, list[int]] = {}
    for number, (_, name) in files.items():
        known = terms_types.named(name.terms_type)
        at = places.get((name.service, known.key)) if known and name.content_type else None
        if at is not None:
            found.setdefault(at, []).append(number)
    return found


def _eras(document: DocumentDeclaration, past: Iterable[catalog.PastDeclaration]) -> tuple[Era, ...]:
    mine = [Era(each.valid_until, each.sources) for each in past if each.terms_type == document.terms_type]
    return (*mine, Era(None, document.sources))


def _named(
    name: str, by_name: dict[str, PlatformDeclaration], declared: Sequence[PlatformDeclaration]
) -> PlatformDeclaration:
    found = by_name.get(name.casefold())
    if found is None:
        near = difflib.get_close_matches(name.casefold(), by_name, n=3, cutoff=0.5)
        names = list(dict.fromkeys(by_name[each].name for each in near)) or [each.name for each in declared[:5]]
        raise UnknownPlatform(f"no platform {name!r} among the declarations (nearest: {', '.join(names)})")
    return found
