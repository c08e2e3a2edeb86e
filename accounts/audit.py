"""The audit trail: `record` writes one AuditEvent, inside the transaction of the act it tells of; `events` reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts import rls
from accounts.models import AuditEvent, Organization


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, an API key, or (both None) the system itself or its operator."""

    user_id: int | None = None
    api_key_id: int | None = None
    address: str | None = None


SYSTEM = Actor()
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def actor_of(request: HttpRequest) -> Actor:
    """Return who sent `request`: the API key it was signed with, else the person signed in."""
    key = getattr(request, "api_key", None)
    return Actor(
        user_id=None if key else request.user.pk,
        api_key_id=key.pk if key else None,
        address=get_adapter(request).get_client_ip(request),
    )


def record(
    *,
    organization: Organization,
    verb: str,
    now: datetime,
    actor: Actor = SYSTEM,
    target: Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write that `actor` did `verb` ("api_key.revoked") on `target`, with what changed as JSON-ready values."""
    with rls.acting_for(organization):  # a sign-in or an invitation may tell of another than the current one
        return AuditEvent.objects.create(
            organization=organization,
            verb=verb,
            at=now,
            actor_id=actor.user_id,
            api_key_id=actor.api_key_id,
            address=actor.address,
            target_kind=(target._meta.model_name or "") if target else "",
            target_id=target.pk if target else None,
            before=before,
            after=after,
        )


def events(
    organization: Organization,
    *,
    verb: str = "",
    person: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """Return the events that fit all of what is given, the latest recorded first. Days are the organization's, both inclusive."""
    rows = AuditEvent.objects.for_organization(organization).select_related("actor", "api_key").order_by("-id")
    if verb:
        rows = rows.filter(verb=verb)
    if person is not None:
        rows = rows.filter(actor=person)
    if since is not None:
        rows = rows.filter(at__gte=_midnight(since, organization))
    if until is not None and until < date.max:  # nothing comes after the last day there is
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1), organization))
    return rows


def as_record(event: AuditEvent) -> dict[str, Any]:
    """Return an event as it is exported: flat, with who acted by number and, while they are known, by name."""
    return {
        "id": event.pk,
        "at": event.at.isoformat(),
        "verb": event.verb,
        "actor_id": event.actor_id,
        "actor": event.actor.email if event.actor else "",
        "api_key_id": event.api_key_id,
        "api_key": event.api_key.name if event.api_key else "",
        "address": event.address or "",
        "target_kind": event.target_kind,
        "target_id": event.target_id,
        "before": event.before,
        "after": event.after,
    }


def differences(event: AuditEvent) -> Iterator[tuple[str, Any, Any]]:
    """Yield what differs between `before` and `after`, to be read: the name, and both values (None where there is none)."""
    before, after = event.before or {}, event.after or {}
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old != new and not (old in (None, "") and new in (None, "")):
            yield name.replace("_", " "), _readable(old), _readable(new)


def _readable(value: Any) -> Any:
    """Return a recorded value as a page shows it: a moment as one reads it, a list as its items."""
    if isinstance(value, list):
        return ", ".join(str(_readable(each)) for each in value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(UTC):%-d %b %Y, %H:%M} UTC"
    return value


def words(verb: str) -> str:
    """Return a verb as words: "api_key.role_changed" as "API key role changed"."""
    text = verb.replace(".", " ").replace("_", " ").replace("api key", "API key")
    return text[:1].upper() + text[1:]


def _midnight(day: date, organization: Organization) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(organization.time_zone))
