"""The only package that opens document URLs: a vetted, polite, bounded way from Request to Response (glossary: Fetch).

- async with fetch.Fetcher(settings) as fetcher: `await fetcher.get(request)`, or many at once:
  `async for request, outcome in fetcher.get_many(requests)`, where outcome is a Response or a FetchError
- fetch.get_one(url, settings=…): one page, for scripts and shells
- fetch.archived(…): what a Fetch would have made of an answer that an archive kept
- fetch.FetchError carries a fetch.Reason, a closed list, each transient or not
- fetch.decode(body, content_type): the text of a body and its encoding
"""

from __future__ import annotations

import asyncio

from monitoring.fetch.archived import archived
from monitoring.fetch.charset import damage, decode
from monitoring.fetch.exchange import Evidence, Request, Response
from monitoring.fetch.fetcher import Fetcher
from monitoring.fetch.reasons import FetchError, Reason
from monitoring.fetch.settings import FetchSettings, private_pairs, user_agent

__all__ = [
    "Evidence",
    "FetchError",
    "FetchSettings",
    "Fetcher",
    "Reason",
    "Request",
    "Response",
    "archived",
    "damage",
    "decode",
    "get_one",
    "private_pairs",
    "user_agent",
]


def get_one(
    url: str, *, settings: FetchSettings, etag: str = "", last_modified: str = "", render: bool = False
) -> Response:
    """Return one page, with the same care as in a batch; raise FetchError. Not for use inside a running event loop."""

    async def got() -> Response:
        async with Fetcher(settings) as fetcher:
            return await fetcher.get(Request(url, url, etag=etag, last_modified=last_modified, render=render))

    return asyncio.run(got())
