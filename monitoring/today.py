"""What all platforms say today, up to FRESH seconds old: many pages ask for it, and it looks at every provision there is."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language
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


def table(types: Sequence[str], page: int, make: Callable[[], SafeString]) -> SafeString:
    """Return a page of all platforms against these types as `make` draws it."""
    return _kept(f"table-{knowledge.taxonomy().version}-{get_language()}-{types[0]}-{len(types)}-{page}", make)


def addresses(section: str, count: Callable[[], int]) -> int:
    """Return how many addresses a section of the sitemap has: for an hour, since all rows there are are counted."""
    return _kept(f"sitemap-{section}", count, 12 * FRESH)


def _kept(key: str, make: Callable[[], T], seconds: int = FRESH) -> T:
    """Return what the cache has under `key`, or else what `make` gives; while the cache is away it is made each time."""
    try:
        return cache.get_or_set(key, make, seconds)  # type: ignore[return-value]
    except RedisError as error:
        log.warning("the cache does not answer (%s): %s is made anew", error, key)
        return make()
