"""Form fields with brackets as Stripe takes them: items[0][price]=x becomes {"items": [{"price": "x"}]}."""

import re
from typing import Any
from urllib.parse import parse_qsl

PART = re.compile(r"[^\[\]]+")


def parse(text: str) -> dict[str, Any]:
    """Return the fields of a query or a form body, nested; every value is a string."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(found, PART.findall(name) + ([""] if name.endswith("[]") else []), value)
    return _lists(found)


def is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        into = into.setdefault(part, {})
    key = path[-1] or str(len(into))
    into[key] = value


def _lists(value: Any) -> Any:
    """Return dicts whose keys are 0, 1, 2 … as lists, all the way down."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(each) for key, each in value.items()}
