"""What a Delivery says: subject, text and HTML from templates/email/<name>/, in the same order as the change page."""

import functools
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from billing import entitlements
from billing.plans import Feature
from monitoring import redline, watchlists
from monitoring.alerts.channels.message import Message
from monitoring.models import Alert, Change, Delivery, DeliveryItem, Proposal, Schedule, Significance

CLAUSES_SHOWN = 12
QUIET = (Significance.FORMAT, Significance.NOISE)
STILL_SO = ("", Proposal.Closing.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Told:
    """A Change as a mail shows it: the clauses that matter, how many more there are, and which watches asked."""

    change: Change
    clauses: tuple[redline.Marked, ...]
    more: int
    watches: tuple[str, ...]


def compose(delivery: Delivery, *, now: datetime) -> Message:
    """Return the message of `delivery` as it reads at `now`."""
    match delivery.kind:
        case Delivery.Kind.DIGEST:
            name, context = "digest", _digest(delivery, now)
        case Delivery.Kind.NOTICE:
            name, context = "notice", _notice(delivery)
        case _:
            name, context = "change", _alert(delivery)
    context |= {
        "delivery": delivery,
        "organization": delivery.organization,
        "site_url": settings.SITE_URL,
        "has_summaries": entitlements.plan_of(delivery.organization, now=now).includes(Feature.CHANGE_SUMMARIES),
    }
    return Message(
        id=str(delivery.message_id),
        subject=" ".join(render_to_string(f"email/{name}/subject.txt", context).split()),
        text=render_to_string(f"email/{name}/body.txt", context),
        html=render_to_string(f"email/{name}/body.html", context),
    )


def _alert(delivery: Delivery) -> dict[str, object]:
    told = _told(delivery)
    return {"told": told[0], "change": told[0].change}


def _notice(delivery: Delivery) -> dict[str, object]:
    proposals = _proposals(delivery)
    return {"proposals": proposals, "platform": proposals[0].platform}


def _digest(delivery: Delivery, now: datetime) -> dict[str, object]:
    """Return what changed, and what was checked: silence is said too, not implied."""
    documents = watchlists.documents_watched(organization=delivery.organization, now=now)
    schedules = Schedule.objects.filter(source__document__in=documents)
    return {
        "told": _told(delivery),
        "proposals": [proposal for proposal in _proposals(delivery) if proposal.closed_as in STILL_SO],
        "since_at": delivery.since_at,
        "until_at": now,
        "documents_checked": documents.count(),
        "documents_failing": schedules.exclude(reason="").values("source__document").distinct().count(),
        "documents_held": schedules.exclude(held_at=None).values("source__document").distinct().count(),
        "platforms": sorted({document.platform.name for document in documents.select_related("platform")}),
    }


def _told(delivery: Delivery) -> list[Told]:
    items = DeliveryItem.objects.for_organization(delivery.organization).filter(delivery=delivery)
    changes = Change.objects.without_texts().filter(pk__in=items.values("change")).order_by("-observed_at", "-id")
    return [_tell(change, delivery) for change in changes]


def _proposals(delivery: Delivery) -> list[Proposal]:
    items = DeliveryItem.objects.for_organization(delivery.organization).filter(delivery=delivery)
    return list(Proposal.objects.with_document().filter(pk__in=items.values("proposal")).order_by("created_at", "id"))


def _tell(change: Change, delivery: Delivery) -> Told:
    clauses = _clauses(change.pk)
    said = sum(change.counts.values()) - sum(change.suppressed.get(quiet, 0) for quiet in QUIET)
    return Told(change, clauses, max(said - len(clauses), 0), _watches(change, delivery))


@functools.lru_cache(maxsize=64)
def _clauses(change_id: int) -> tuple[redline.Marked, ...]:
    """Return the weightiest clauses of a Change, ready to show: the same for all who are told of it."""
    change = Change.objects.with_versions().get(pk=change_id)
    edits = change.edits.filter(significance=change.significance)[:CLAUSES_SHOWN]
    return redline.of(change, edits=edits or change.edits.all()[:CLAUSES_SHOWN])


def _watches(change: Change, delivery: Delivery) -> tuple[str, ...]:
    alerts = Alert.objects.for_organization(delivery.organization).filter(change=change)
    return tuple(str(alert.watch) for alert in alerts.select_related("watch__platform", "watch__document__platform"))
