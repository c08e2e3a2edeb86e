"""The audit trail: `record` writes one AuditEvent, inside the transaction of the act it tells of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import AuditEvent, Organization


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, an API key, or (both None) the system itself or its operator."""

    user_id: int | None = None
    api_key_id: int | None = None
    address: str | None = None


SYSTEM = Actor()


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
