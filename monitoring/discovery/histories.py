"""What the history of one address says: that its document has moved, or is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import addresses

_PERMANENT = frozenset({301, 308})
_GONE = frozenset({404, 410})
MOVED_LOOKS = 2
VANISHED_LOOKS = 3
VANISHED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Landing:
    """Where asking for an address led: the (status, URL) of each redirect, the final URL, and when.

    looks: how many good fetches in a row ended so.
    """

    at: datetime
    redirects: tuple[tuple[int, str], ...]
    url: str
    looks: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """One attempt to fetch an address; status is None when no answer came."""

    at: datetime
    status: int | None
    is_good: bool


@dataclass(frozen=True, slots=True)
class Move:
    """The document answers at `url` since `began_at`, by permanent redirects. `was_elsewhere`: it did not before."""

    url: str
    began_at: datetime
    looks: int
    was_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Vanishing:
    """The address has answered 404 or 410 since `began_at`, `looks` times. `was_there`: it had a document before."""

    began_at: datetime
    looks: int
    status: int
    was_there: bool


def moved(url: str, landings: Sequence[Landing]) -> Move | None:
    """Return the move of `url` that its landings (oldest first) show, or None: not moved, or not yet stable.

    A move is a chain of permanent redirects only, to an address that differs in more than spelling, seen twice or more.
    """
    if not landings or not _is_move(url, landings[-1]):
        return None
    target = landings[-1].url
    streak = 0
    for landing in reversed(landings):
        if not _is_move(url, landing) or not addresses.is_same(landing.url, target):
            break
        streak += 1
    alike = landings[-streak:]
    looks = sum(landing.looks for landing in alike)
    if looks < MOVED_LOOKS:
        return None
    return Move(target, alike[0].at, looks, was_elsewhere=streak < len(landings))


def vanished(looks: Sequence[Look]) -> Vanishing | None:
    """Return since when the address is gone by its looks (oldest first), or None while that is not certain.

    At least three answers 404 or 410 over at least 24 hours, the newest look among them, without a page in between;
    timeouts and refusals in between say nothing either way.
    """
    if not looks or looks[-1].status not in _GONE:
        return None
    last_good = max((index for index, look in enumerate(looks) if look.is_good), default=-1)
    gone = [look for look in looks[last_good + 1 :] if look.status in _GONE]
    if len(gone) < VANISHED_LOOKS or gone[-1].at - gone[0].at < VANISHED_FOR:
        return None
    return Vanishing(gone[0].at, len(gone), gone[-1].status or 404, was_there=last_good >= 0)


def _is_move(url: str, landing: Landing) -> bool:
    is_permanent = bool(landing.redirects) and all(status in _PERMANENT for status, _ in landing.redirects)
    return is_permanent and not addresses.is_same(url, landing.url)
