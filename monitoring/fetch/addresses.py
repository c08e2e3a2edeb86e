"""Which network addresses are the public Internet: our own list, because the standard library's changes by patch level.

Source: IANA's registries of special-purpose IPv4 and IPv6 addresses, and the metadata services of cloud providers.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_NOT_PUBLIC_IPV4 = tuple(
    (ipaddress.IPv4Network(network), meaning)
    for network, meaning in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own services"),
        ("169.254.0.0/16", "link-local and cloud metadata"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT relays"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarks"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved and broadcast"),
    )
)

# Only 2000::/3 is given out to the public, so mapped, NAT64, unique-local, link-local, site-local and multicast
# addresses need no line of their own; these lie within it.
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_IPV6 = tuple(
    (ipaddress.IPv6Network(network), meaning)
    for network, meaning in (
        ("2001::/23", "protocol assignments and Teredo"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4, which wraps an IPv4 address"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
    )
)


@lru_cache(maxsize=4096)
def objection(address: str) -> str:
    """Return why `address` must not be connected to, or "" when it is public.

    address: a literal IPv4 or IPv6 address. Anything else, a scoped address included, is objected to.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(parsed, ipaddress.IPv4Address):
        return next((meaning for network, meaning in _NOT_PUBLIC_IPV4 if parsed in network), "")
    if parsed.scope_id is not None or parsed not in _GLOBAL_IPV6:
        return "not a public IPv6 address"
    return next((meaning for network, meaning in _NOT_PUBLIC_IPV6 if parsed in network), "")


@lru_cache(maxsize=4096)
def is_literal(host: str) -> bool:
    """Return whether `host` is an address itself, so that no resolver is asked."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
