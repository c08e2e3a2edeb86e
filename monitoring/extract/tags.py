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
