"""Which of a hub's links the catalog does not say yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from . import addresses, policies
from .links import Link

_POLICY_HOSTS = frozenset(
    {
        "iubenda.com", "termly.io", "termsfeed.com", "privacypolicies.com", "termageddon.com", "cookiebot.com",
        "onetrust.com", "trustarc.com", "safebase.io", "vanta.com", "drata.com", "getterms.io", "osano.com",
        "usercentrics.eu",
    }
)  # fmt: skip
"""Services that host other companies' policies."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A link that looks like rules nobody reads yet; `terms_type` is a key of the catalog's list, "" when unclear."""

    url: str
    title: str
    terms_type: str


def unknown(
    links: Iterable[Link], *, hub_url: str, known: Collection[str], own_sites: Collection[str] = ()
) -> tuple[Unknown, ...]:
    """Return the links that look like rules of this platform and lead to no known document, in reading order.

    known: `identity` of every address that is a source already, here or on another platform, or was decided upon.
    own_sites: `site` of the platform's sources; a link counts on these, on the hub's own and on hosts of policies.
    A translation of a known document is known. Each document once.
    """
    sites = {addresses.site(hub_url), *own_sites} | _POLICY_HOSTS
    seen = {*known, addresses.identity(hub_url)}
    found = []
    for link in links:
        who = addresses.identity(link.url)
        if (
            who in seen
            or "/" not in who
            or addresses.site(link.url) not in sites
            or not policies.looks_like_rules(link)
        ):
            continue
        seen.add(who)
        found.append(Unknown(link.url, policies.title_of(link), policies.terms_type_of(link)))
    return tuple(found)
