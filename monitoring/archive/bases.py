"""On what a document's accepted text rests: the sources whose captures it was read from, or a text imported without any."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from monitoring.models import Screening, Snapshot

Basis = frozenset[int]  # ids of sources; empty for a text without captures


def imported(document_ids: Sequence[int]) -> dict[int, Basis]:
    """Return the basis of each document whose latest accepted text was imported; others are left out. Two queries."""
    rows = _accepted().filter(document__in=document_ids).order_by("document_id", "-observed_at", "-id")
    latest = list(rows.distinct("document_id").values_list("document_id", "snapshot_ids"))
    wanted = [pk for _, snapshot_ids in latest for pk in snapshot_ids]
    sources = dict(
        Snapshot.objects.filter(pk__in=wanted, origin=Snapshot.Origin.IMPORTED).values_list("pk", "source_id")
    )
    return {document: frozenset(sources[pk] for pk in ids) for document, ids in latest if sources.keys() >= set(ids)}


def before(document_id: int, moment: datetime) -> Basis | None:
    """Return the basis of the text accepted last before `moment`, or None when there was none."""
    rows = _accepted().filter(document=document_id, observed_at__lt=moment).order_by("-observed_at", "-id")
    snapshot_ids = rows.values_list("snapshot_ids", flat=True).first()
    if snapshot_ids is None:
        return None
    return frozenset(Snapshot.objects.filter(pk__in=snapshot_ids).values_list("source_id", flat=True))


def _accepted() -> QuerySet[Screening]:
    return Screening.objects.exclude(outcome=Screening.Outcome.HELD)
