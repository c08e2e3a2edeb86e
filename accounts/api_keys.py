"""What happens to an ApiKey: made (the key itself is seen once), presented, revoked.

A key reads ca_<prefix>_<secret>: eight characters to find the row by, 256 random bits in hexadecimal. At rest there is
only the SHA-256 of the whole; a slow hash would add nothing to 256 random bits.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import get_random_string

from accounts import audit
from accounts.models import ApiKey, Organization, Scope

FORM = re.compile(r"ca_([a-z0-9]{8})_[0-9a-f]{64}")
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class Refusal(StrEnum):
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"


class KeyRefused(Exception):
    """Raised by `authenticate`. Only the holder of the whole key learns that it was revoked or has expired."""

    def __init__(self, reason: Refusal, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def create(
    *,
    organization: Organization,
    name: str,
    scope: Scope,
    now: datetime,
    actor: audit.Actor,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Return a new key's row and the key itself, which can never be read again."""
    prefix = get_random_string(8, "abcdefghijkmnpqrstuvwxyz23456789")
    plain = f"ca_{prefix}_{secrets.token_hex(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            organization=organization,
            name=name,
            prefix=prefix,
            digest=_digest(plain),
            scope=scope,
            created_by_id=actor.user_id,
            created_at=now,
            expires_at=expires_at,
        )
        after = {"name": name, "scope": str(scope), "expires_at": expires_at.isoformat() if expires_at else None}
        audit.record(organization=organization, verb="api_key.created", target=key, actor=actor, after=after, now=now)
    return key, plain


def authenticate(presented: str, *, now: datetime) -> ApiKey:
    """Return the row of a valid key, with its organization and what that subscribed to. Raises KeyRefused.

    One query, two when its use is noted.
    """
    form = FORM.fullmatch(presented)
    if not form:
        raise KeyRefused(Refusal.MALFORMED, "This is not an API key: keys begin with ca_ and have 76 characters.")
    named = ApiKey.objects.select_related("organization__subscription").filter(prefix=form.group(1))
    key = next(iter(named), None)
    if key is None or not hmac.compare_digest(key.digest, _digest(presented)):
        raise KeyRefused(Refusal.UNKNOWN, "This API key is not known.")
    if key.revoked_at:
        raise KeyRefused(Refusal.REVOKED, f"This API key was revoked on {key.revoked_at:%Y-%m-%d}.")
    if key.has_expired_at(now):
        raise KeyRefused(Refusal.EXPIRED, f"This API key expired on {key.expires_at:%Y-%m-%d}.")
    _note_use(key, now=now)
    return key


def rotate(key: ApiKey, *, overlap: timedelta, now: datetime, actor: audit.Actor) -> tuple[ApiKey, str]:
    """Return a new key's row and the key itself: same name and scope, valid for as long as the old one was meant to be.

    The old one goes on for `overlap`, never longer than it would have, and is then refused at once. Raises KeyRefused
    for a key that has ended.
    """
    with transaction.atomic():
        old = ApiKey.objects.for_organization(key.organization).select_for_update().get(pk=key.pk)
        if not old.is_valid_at(now):
            raise KeyRefused(Refusal.EXPIRED, "This key has ended: make a new one.")
        lifetime = old.expires_at - old.created_at if old.expires_at else None
        new, plain = create(
            organization=key.organization,
            name=old.name,
            scope=Scope(old.scope),
            expires_at=now + lifetime if lifetime else None,
            now=now,
            actor=actor,
        )
        ends_at = min(old.expires_at or now + overlap, now + overlap)
        ApiKey.objects.filter(pk=old.pk).update(expires_at=ends_at)
        ApiKey.objects.filter(pk=new.pk).update(replaces=old)
        _record_rotation(old, new=new, ends_at=ends_at, now=now, actor=actor)
    return new, plain


def _record_rotation(old: ApiKey, *, new: ApiKey, ends_at: datetime, now: datetime, actor: audit.Actor) -> None:
    audit.record(
        organization=old.organization,
        verb="api_key.rotated",
        target=old,
        actor=actor,
        before={"expires_at": old.expires_at.isoformat() if old.expires_at else None},
        after={"expires_at": ends_at.isoformat(), "replaced_by": new.pk},
        now=now,
    )


def revoke(key: ApiKey, *, now: datetime, actor: audit.Actor) -> bool:
    """End `key` from this moment on. Returns False when it was revoked before."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            return False
        audit.record(
            organization=key.organization,
            verb="api_key.revoked",
            target=key,
            actor=actor,
            before={"name": key.name, "scope": key.scope},
            now=now,
        )
    return True


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def _note_use(key: ApiKey, *, now: datetime) -> None:
    """Write `last_used_at`, at most once a minute whatever the traffic."""
    stale = now - USE_IS_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at <= stale:
        older = Q(last_used_at=None) | Q(last_used_at__lte=stale)
        ApiKey.objects.filter(older, pk=key.pk).update(last_used_at=now)
