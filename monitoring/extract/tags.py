"""Attributes of a serialised tag."""

from __future__ import annotations

import re

_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)="([^"]*)"')


def attribute(attributes: str, name: str) -> str:
    """Return the value of an attribute, "" when it is missing."""
    for key, value in _ATTRIBUTE.findall(attributes):
        if key == name:
            return str(value).replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return ""


def number(attributes: str, name: str) -> int | None:
    """Return the value of an attribute that is a number of at most six figures, None for anything else."""
    value = attribute(attributes, name) if attributes else ""
    return int(value) if value.isdecimal() and len(value) < 7 else None
