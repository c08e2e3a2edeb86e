"""Which text, frame and disturbance a document has at a moment, before the world began and after it (the live part)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zlib import crc32

from monitoring.demo import edits, script
from monitoring.demo.script import Document, Event, Step

_FLAP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Firing:
    """A step of the live part, the moment it happened last, and how often it has happened."""

    step: Step
    at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class State:
    """What a document is at a moment. `serve` is empty when the document is served as it is."""

    text: str
    layout: str
    serve: str
    updated_date: date


def state(
    document: Document,
    at: datetime,
    *,
    began_at: datetime,
    fired: Sequence[Firing] = (),
    is_live: bool = True,
) -> State:
    """Return what a document is at a moment; `fired` are firings on demand beside the scheduled ones."""
    firings = [each for each in (*(scheduled(at, began_at=began_at) if is_live else ()), *fired) if each.at <= at]
    mine = [each for each in firings if each.step.document == document.name]
    happened = [event for event in document.events if began_at - event.ago <= at]
    return State(
        text=_live_text(document, _past_text(document, tuple(_effective(happened, at, began_at))), mine),
        layout=_layout(document, happened),
        serve=_serve(happened, mine, at, began_at),
        updated_date=_updated_at(document, happened, mine, began_at).date(),
    )


def scheduled(at: datetime, *, began_at: datetime) -> Iterator[Firing]:
    """Yield, for each step of the live part that has happened by a moment, when it happened last and how often."""
    world = script.world()
    steps_in_round = len(world.steps)
    total = max(0, (at - began_at - world.first_after) // world.every + 1)
    for index, step in enumerate(world.steps[:total]):
        times = (total - index - 1) // steps_in_round + 1
        last = index + (times - 1) * steps_in_round
        yield Firing(step, began_at + world.first_after + last * world.every, times)


def step_named(name: str) -> Step:
    """Return the step that `platform/document/change` or `platform/document/disturbance` names. Raises KeyError."""
    platform, key, what = [*name.split("/"), "", ""][:3]
    document = script.world().platform(platform).document(key)
    if what in {change.name for change in document.live}:
        return Step(document.name, change=what)
    return Step(document.name, serve=what, lasts=timedelta(seconds=60))


def _effective(happened: list[Event], at: datetime, began_at: datetime) -> Iterator[Event]:
    """Yield the events whose edits are in the text: changes, and a flapping one in its second wording."""
    for event in happened:
        if event.kind == "change" or (event.kind == "flapping" and _is_flapped(event, at, began_at)):
            yield event


def _is_flapped(event: Event, at: datetime, began_at: datetime) -> bool:
    return _is_on(event, at, began_at) and ((at - began_at) // _FLAP) % 2 == 0


def _is_on(event: Event, at: datetime, began_at: datetime) -> bool:
    return event.lasts is None or at < began_at - event.ago + event.lasts


@cache
def _past_text(document: Document, events: tuple[Event, ...]) -> str:
    text = document.text
    for event in events:
        for edit in event.edits:
            text = edits.apply(text, edit)
    return text


def _live_text(document: Document, text: str, firings: list[Firing]) -> str:
    for change in document.live:
        count = sum(each.times for each in firings if each.step.change == change.name) % (len(change.wordings) + 1)
        if count:
            text = edits.apply(text, edits.Edit("replace", change.replace, change.wordings[count - 1]))
    return text


def _layout(document: Document, happened: list[Event]) -> str:
    first = script.world().platform(document.platform).first_layout
    return next((event.layout for event in reversed(happened) if event.kind == "layout"), first)


def _serve(happened: list[Event], firings: list[Firing], at: datetime, began_at: datetime) -> str:
    live = [each.step.serve for each in firings if each.step.serve and at < each.at + each.step.lasts]
    past = [event.serve for event in happened if event.serve and _is_on(event, at, began_at)]
    return next(reversed([*past, *live]), "")


def _updated_at(document: Document, happened: list[Event], firings: list[Firing], began_at: datetime) -> datetime:
    """Return when the document says that it last changed: minor changes go unannounced, as they often do."""
    announced = [began_at - event.ago for event in happened if event.significance in {"substantive", "housekeeping"}]
    live = [each.at for each in firings if each.step.change]
    return max((*announced, *live), default=began_at - _born_ago(document))


def _born_ago(document: Document) -> timedelta:
    """Return how long ago the oldest text was published: for one older than history, some time before it."""
    older = document.first_ago == script.HISTORY
    return document.first_ago + older * timedelta(days=crc32(document.name.encode()) % 300)
