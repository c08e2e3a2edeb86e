"""The script of the demo world, read from content/: platforms, their documents, and what happens to them when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from monitoring.catalog import terms_types
from monitoring.demo.edits import Edit, from_script

CONTENT = Path(__file__).parent / "content"
HISTORY = timedelta(days=548)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a document `ago` before the world began; without `lasts` it stays.

    kind: change (edits stay), date (only the date changes), flapping (two wordings in turn),
    layout (another page frame), disturbance (`serve` says what comes in place of the document).
    """

    name: str
    kind: str
    ago: timedelta
    lasts: timedelta | None
    note: str
    edits: tuple[Edit, ...] = ()
    serve: str = ""
    layout: str = ""
    significance: str = "none"
    direction: str = "neutral"


@dataclass(frozen=True, slots=True)
class LiveChange:
    """A passage with several wordings; each firing goes on to the next, and after the last back to the first."""

    name: str
    note: str
    replace: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its oldest text and everything that happens to it, oldest event first.

    appears_after: how long after the world began it is published, undeclared; None for one that was always there.
    """

    platform: str
    key: str
    terms_type: str
    title: str
    path: str
    region: str
    language: str
    audience: str
    select: str
    locale: str
    text: str
    first_ago: timedelta
    events: tuple[Event, ...]
    live: tuple[LiveChange, ...]
    appears_after: timedelta | None = None

    @property
    def name(self) -> str:
        """How the script and the control page call it: `thistlequay/privacy`."""
        return f"{self.platform}/{self.key}"

    @property
    def url_path(self) -> str:
        """Where the publisher serves it."""
        return f"/{self.platform}{self.path}"


@dataclass(frozen=True, slots=True)
class Platform:
    """One invented platform: how it presents itself, and which noise its pages carry.

    newcomers: documents that it publishes while a visitor watches; no declaration names them.
    """

    slug: str
    name: str
    vendor: str
    category: str
    tagline: str
    home: str
    ambient: frozenset[str]
    has_etag: bool
    date_style: str
    related: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    first_layout: str
    documents: tuple[Document, ...]
    newcomers: tuple[Document, ...] = ()

    def document(self, key: str) -> Document:
        """Return one document by its key. Raises KeyError."""
        return next((each for each in self.documents if each.key == key), None) or _missing(f"{self.slug}/{key}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of what happens live: a change, or (with `serve`) a disturbance that lasts a while."""

    document: str
    change: str = ""
    serve: str = ""
    lasts: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class World:
    """The whole script."""

    platforms: tuple[Platform, ...]
    first_after: timedelta
    every: timedelta
    steps: tuple[Step, ...]

    def platform(self, slug: str) -> Platform:
        """Return one platform by its slug. Raises KeyError."""
        return next((each for each in self.platforms if each.slug == slug), None) or _missing(slug)


def _missing(name: str) -> Any:
    raise KeyError(f"{name}: the demo world has none of that name")


@cache
def world() -> World:
    """Return the demo world as written in content/."""
    folders = sorted(path.parent for path in CONTENT.glob("*/platform.yaml"))
    live = _yaml(CONTENT / "live.yaml")
    return World(
        platforms=tuple(_platform(folder) for folder in folders),
        first_after=timedelta(seconds=live["first_after_seconds"]),
        every=timedelta(seconds=live["every_seconds"]),
        steps=tuple(_step(entry) for entry in live["steps"]),
    )


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _platform(folder: Path) -> Platform:
    written = _yaml(folder / "platform.yaml")
    shared = [_event(entry) for entry in written.get("events", ())]
    return Platform(
        slug=folder.name,
        name=written["name"],
        vendor=written["vendor"],
        category=written["category"],
        tagline=written["tagline"],
        home=written["home"],
        ambient=frozenset(written["ambient"]),
        has_etag=written.get("has_etag", False),
        date_style=written.get("date_style", "month-first"),
        related=tuple(written.get("related", ())),
        links=tuple(written["links"].items()),
        first_layout=written["first_layout"],
        documents=tuple(_document(folder, key, entry, shared) for key, entry in written["documents"].items()),
        newcomers=tuple(_document(folder, key, entry, []) for key, entry in written.get("newcomers", {}).items()),
    )


def _document(folder: Path, key: str, written: dict[str, Any], shared: list[Event]) -> Document:
    events = [*shared, *(_event(entry) for entry in written.get("history", ()))]
    first_ago = timedelta(days=written["first_days_ago"]) if "first_days_ago" in written else HISTORY
    return Document(
        platform=folder.name,
        key=key,
        terms_type=_terms_type(written["terms_type"]),
        title=written["title"],
        path=written["path"],
        region=written.get("region", ""),
        language=written.get("language", "en"),
        audience=written.get("audience", ""),
        select=written.get("select", ""),
        locale=written.get("locale", ""),
        text=(folder / f"{key}.md").read_text(encoding="utf-8").strip(),
        first_ago=first_ago,
        events=tuple(sorted((each for each in events if each.ago <= first_ago), key=lambda each: -each.ago)),
        live=tuple(_live_change(name, entry) for name, entry in written.get("live", {}).items()),
        appears_after=timedelta(seconds=written["appears_after_seconds"])
        if "appears_after_seconds" in written
        else None,
    )


def _terms_type(name: str) -> str:
    found = terms_types.named(name)
    if found is None:
        raise KeyError(f'{name}: no such terms type; the nearest is "{terms_types.nearest(name).name}"')
    return found.key


def _event(written: dict[str, Any]) -> Event:
    kind = written.get("kind") or ("disturbance" if "serve" in written else "change")
    return Event(
        name=written["name"],
        kind=kind,
        ago=timedelta(days=written["days_ago"]),
        lasts=timedelta(days=written["for_days"]) if "for_days" in written else None,
        note=written["note"],
        edits=tuple(from_script(entry) for entry in written.get("edits", ())),
        serve=written.get("serve", ""),
        layout=written.get("layout", ""),
        significance=written.get("significance", "none"),
        direction=written.get("direction", "neutral"),
    )


def _live_change(name: str, written: dict[str, Any]) -> LiveChange:
    return LiveChange(name, written["note"], written["replace"], tuple(written["with"]))


def _step(written: dict[str, Any]) -> Step:
    if "change" in written:
        document, _, name = written["change"].rpartition("/")
        return Step(document, change=name)
    return Step(written["disturb"], serve=written["serve"], lasts=timedelta(seconds=written["for_seconds"]))
