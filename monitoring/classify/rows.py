"""Rows of paragraphs in, rows of findings out: what `manage.py find_provisions` reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .provisions import paragraph


def found(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield for each row {id, text, heading?} a row {id, provision_types, stance, confidence, reason}, in the same order.

    Raises KeyError when a row has no id or text.
    """
    for row in rows:
        findings = paragraph(row["text"], row.get("heading") or "")
        yield {
            "id": row["id"],
            "provision_types": [finding.provision_type for finding in findings],
            "stance": {finding.provision_type: finding.stance for finding in findings},
            "confidence": {finding.provision_type: finding.confidence for finding in findings},
            "reason": {finding.provision_type: finding.reason for finding in findings},
        }
