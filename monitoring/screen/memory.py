"""A document's past as screening needs it: the current Version's text and one line for each text it ever showed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .verdict import Outcome

_VERSIONS = frozenset({Outcome.FIRST, Outcome.NEWS, Outcome.TECHNICAL})


@dataclass(frozen=True, slots=True)
class Look:
    """One Screening row: what a text was held to be, and when; times: how many fetches in a row showed it."""

    digest: bytes
    sketch: bytes
    outcome: str
    reason: str
    observed_at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One distinct text (by digest) of a document's past, as `remember` folds it from the looks.

    outcome, reason: of the latest look, but "first", "news" or "technical" stay once the text was a Version.
    held_since: when the present spell of being held began, None when another text was accepted since.
    """

    digest: bytes
    sketch: bytes
    outcome: str
    reason: str
    first_seen_at: datetime
    last_seen_at: datetime
    times: int = 1
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What screening knows of a document before it looks at a new text.

    text, language, title, method: of the current Version, "" when there is none. versioned_at: when it was first seen.
    seen: the distinct texts of the past, any order (the last 200 are plenty). terms_type: of the
    closed list.
    digest: the Verdict.digest of the current Version; saves work, b"" when not at hand.
    taught: the document's rules from operators, as `diff.rules` proposes them.
    accepted: digests of held texts that an operator decided to publish when they are served again.
    """

    text: str = ""
    language: str = ""
    versioned_at: datetime | None = None
    seen: tuple[Seen, ...] = ()
    terms_type: str = ""
    taught: tuple[str, ...] = ()
    method: str = ""
    title: str = ""
    digest: bytes = b""
    accepted: tuple[bytes, ...] = ()


def remember(looks: Iterable[Look]) -> tuple[Seen, ...]:
    """Return one Seen per distinct text, from a document's Screening rows in the order of time.

    A row repeated for the same moment counts once.
    """
    seen: dict[bytes, Seen] = {}
    for look in looks:
        if look.outcome != Outcome.HELD:
            seen = {key: replace(each, held_since=None) if each.held_since else each for key, each in seen.items()}
        known = seen.get(look.digest)
        seen[look.digest] = _begun(look) if known is None else _again(known, look)
    return tuple(seen.values())


def _begun(look: Look) -> Seen:
    held_since = look.observed_at if look.outcome == Outcome.HELD else None
    return Seen(
        look.digest, look.sketch, look.outcome, look.reason, look.observed_at, look.observed_at, look.times, held_since
    )


def _again(known: Seen, look: Look) -> Seen:
    was_version = known.outcome in _VERSIONS
    is_repeat = known.last_seen_at == look.observed_at
    return replace(
        known,
        outcome=known.outcome if was_version else look.outcome,
        reason=known.reason if was_version else look.reason,
        last_seen_at=look.observed_at,
        times=known.times if is_repeat else known.times + look.times,
        held_since=(known.held_since or look.observed_at) if look.outcome == Outcome.HELD else None,
    )
