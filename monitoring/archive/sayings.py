"""What the clauses of a document's latest text say by themselves, in the cache: the next text is read where it differs.

It follows from the text alone. Where it is gone, or the cache is away, the text is read whole.
"""

import logging
from collections.abc import Iterable, Mapping

from django.core.cache import cache
from redis import RedisError

from monitoring import classify

KEPT_SECONDS = 180 * 86_400
log = logging.getLogger(__name__)


def kept(document_ids: Iterable[int]) -> dict[int, bytes]:
    """Return what is kept of these documents, by their ids, as `classify.recall` takes it; empty when nothing is."""
    keys = {_key(pk): pk for pk in document_ids}
    try:
        return {keys[key]: said for key, said in cache.get_many(keys).items()} if keys else {}
    except RedisError as error:
        log.warning("the cache does not answer (%s): texts are read whole", error)
        return {}


def keep(said: Mapping[int, bytes]) -> None:
    """Keep what `classify.said` gave for the latest texts of documents, by their ids."""
    try:
        if said:
            cache.set_many({_key(pk): each for pk, each in said.items()}, KEPT_SECONDS)
    except RedisError as error:
        log.warning("the cache does not answer (%s): what %s texts say is not kept", error, len(said))


def _key(document_id: int) -> str:
    return f"said-{classify.edition()}-{document_id}"
