"""Every address of the product, taken from the resolver, so that a new route is tested without being named."""

import re
from dataclasses import dataclass
from itertools import product

from django.urls import URLPattern, get_resolver
from django.urls.converters import IntConverter

METHODS = ("get", "post", "put", "patch", "delete")
MISSING = 987_654_321


@dataclass(frozen=True)
class Route:
    """One address: its name with namespaces, its pattern ("watchlist/<int:watch_id>/move/"), and its parameters."""

    name: str
    pattern: str
    numbers: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def is_api(self):
        return self.pattern.startswith("api/v1/")

    def address(self, **values):
        """Return the address with these parameters; numbers default to one that nothing has, words to "x"."""

        def value(match):
            name = match.group(1).rpartition(":")[2]
            return str(values.get(name, MISSING if name in self.numbers else "x"))

        return "/" + re.sub(r"<([^>]+)>", value, self.pattern)

    def addresses(self, candidates):
        """Yield the address for each choice of `candidates` for its numbers."""
        for chosen in product(candidates, repeat=len(self.numbers)):
            yield self.address(**dict(zip(self.numbers, chosen, strict=True)))


def routes():
    """Return all routes but the operators' and those of a regular expression, in the order of the resolver."""
    return [route for route in _walk(get_resolver(), "", "") if not route.pattern.startswith("operators/")]


def operators_routes():
    return [route for route in _walk(get_resolver(), "", "") if route.pattern.startswith("operators/")]


def _walk(resolver, prefix, namespace):
    for item in resolver.url_patterns:
        pattern = prefix + re.sub(r"^\^|\$$|\\Z", "", str(item.pattern))
        if not isinstance(item, URLPattern):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from _walk(item, pattern, inner)
        elif "(" not in pattern:
            kinds = item.pattern.converters
            yield Route(
                name=f"{namespace}{item.name}",
                pattern=pattern,
                numbers=tuple(name for name, kind in _all(pattern, kinds) if kind),
                words=tuple(name for name, kind in _all(pattern, kinds) if not kind),
            )


def _all(pattern, kinds):
    """Yield each parameter of the whole pattern, and whether it is a number."""
    for text in re.findall(r"<([^>]+)>", pattern):
        kind, _, name = text.rpartition(":")
        yield name, kind == "int" or isinstance(kinds.get(name), IntConverter)
