"""What operators taught a document, as reading needs it: active rules, and held texts that may be published."""

from collections.abc import Mapping, Sequence

from monitoring.models import Decision, Rule, Version


def taught(document_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the patterns of each document's active rules; documents without any are left out. One query."""
    found: dict[int, tuple[str, ...]] = {}
    for document_id, patterns in (
        Rule.objects.active().filter(document__in=document_ids).values_list("document_id", "patterns")
    ):
        found[document_id] = (*found.get(document_id, ()), *patterns)
    return found


def accepted(document_ids: Sequence[int], current: Mapping[int, Version]) -> dict[int, tuple[bytes, ...]]:
    """Return the digests of held texts that are to be published when they are served again. One query.

    A decision is spent once a Version stands that was recorded after it; of several on one text the latest counts.
    """
    rows = Decision.objects.filter(document__in=document_ids).order_by("document_id", "digest", "-decided_at", "-id")
    found: dict[int, tuple[bytes, ...]] = {}
    for row in rows.distinct("document_id", "digest"):
        version = current.get(row.document_id)
        is_spent = version is not None and version.recorded_at >= row.decided_at
        if row.outcome == Decision.Outcome.PUBLISH and not is_spent:
            found[row.document_id] = (*found.get(row.document_id, ()), bytes(row.digest))
    return found
