"""What all platforms say today, up to FRESH seconds old: many pages ask for it, and it looks at every provision there is."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from django.core.cache import cache
from redis import RedisError

from monitoring import compare, knowledge

FRESH = 300
BEARING_SHOWN = 40
T = TypeVar("T")
log = logging.getLogger(__name__)


def positions(key: str) -> Mapping[int, str]:
    """Return by platform the position that it takes on a type."""
    return _kept(f"positions-{knowledge.taxonomy().version}-{key}", lambda: compare.positions(key))


def counts() -> Mapping[str, int]:
    """Return by provision type how many platforms speak to it."""
    return _kept(f"adopted-{knowledge.taxonomy().version}", compare.counts)


def bearing(entry: knowledge.Obligation) -> tuple[compare.Said, ...]:
    """Return the provisions that an entry of the library may bear on: the weightiest BEARING_SHOWN."""
    return _kept(
        f"bearing-{knowledge.library().version}-{entry.key}", lambda: compare.bearing(entry, most=BEARING_SHOWN)
    )


def _kept(key: str, make: Callable[[], T]) -> T:
    """Return what the cache has under `key`, or else what `make` gives; while the cache is away it is made each time."""
    try:
        return cache.get_or_set(key, make, FRESH)  # type: ignore[return-value]
    except RedisError as error:
        log.warning("the cache does not answer (%s): %s is made anew", error, key)
        return make()
