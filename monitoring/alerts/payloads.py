"""What an endpoint is told: one small JSON object a message, the same in every attempt (docs/webhooks.md)."""

import functools
from datetime import datetime
from typing import Any

from django.conf import settings

from monitoring import provisions
from monitoring.models import Alert, Change, Delivery, DeliveryItem, Proposal
from monitoring.notice import notice

TYPES = {
    Delivery.Kind.ALERT: "change.detected",
    Delivery.Kind.DIGEST: "digest.due",
    Delivery.Kind.NOTICE: "catalog.noticed",
    Delivery.Kind.TEST: "channel.test",
}
LINES_SHOWN = 8


def payload(delivery: Delivery) -> dict[str, Any]:
    """Return the message of `delivery`: type, id, timestamp of its making, and data with what it carries."""
    items = DeliveryItem.objects.for_organization(delivery.organization).filter(delivery=delivery)
    data: dict[str, Any] = {"organization": delivery.organization.slug}
    if delivery.kind == Delivery.Kind.TEST:
        data["said"] = f"This is a test of the channel “{delivery.channel}”. Nothing changed anywhere."
    else:
        data["changes"] = _changes(delivery, items.exclude(change=None).values("change"))
        data["notices"] = _notices(items.exclude(proposal=None).values("proposal"))
        data["notice"] = notice()
    return {
        "type": TYPES[Delivery.Kind(delivery.kind)],
        "id": str(delivery.message_id),
        "timestamp": _iso(delivery.created_at),
        "data": data,
    }


def _changes(delivery: Delivery, ids: Any) -> list[dict[str, Any]]:
    rows = Change.objects.filter(pk__in=ids).order_by("-observed_at", "-id")
    alerts = Alert.objects.for_organization(delivery.organization).filter(change__in=ids)
    asked: dict[int, list[str]] = {}
    for alert in alerts.select_related("watch__platform", "watch__document__platform"):
        asked.setdefault(alert.change_id, []).append(str(alert.watch))
    return [_change(pk) | {"watches": asked.get(pk, [])} for pk in rows.values_list("pk", flat=True)]


@functools.lru_cache(maxsize=64)
def _change(change_id: int) -> dict[str, Any]:
    """Return what is the same for all who hear of a Change; not to be altered."""
    change = Change.objects.without_texts().get(pk=change_id)
    document = change.document
    return {
        "id": change.pk,
        "platform": {"slug": document.platform.slug, "name": document.platform.name},
        "document": {"id": document.pk, "name": document.name, "url": _url(document.get_absolute_url())},
        "significance": str(change.significance),
        "headline": change.summary.get("headline", ""),
        "summary": [line["text"] for line in change.summary.get("lines", [])[:LINES_SHOWN]],
        "provisions": [
            {
                "type": movement.type.key,
                "name": movement.type.name,
                "fate": str(movement.fate),
                "direction": str(movement.direction),
                "url": _url(movement.provision.get_absolute_url()),
            }
            for movement in provisions.touched(change)
        ],
        "observed_at": _iso(change.observed_at),
        "effective_date": change.effective_date.isoformat() if change.effective_date else None,
        "url": _url(change.get_absolute_url()),
        "api_url": _url(f"/api/v1/changes/{change.pk}/"),
    }


def _notices(ids: Any) -> list[dict[str, Any]]:
    rows = Proposal.objects.with_document().filter(pk__in=ids).order_by("created_at", "id")
    return [
        {
            "kind": str(row.kind),
            "platform": {"slug": row.platform.slug, "name": row.platform.name},
            "title": row.title,
            "address": row.url,
            "since": _iso(row.began_at),
        }
        for row in rows
    ]


def _url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
