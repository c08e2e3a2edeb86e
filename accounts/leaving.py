"""Leaving: an Organization or a person asks to be erased, has a fortnight to think again, and is then erased whole.

What is shared stays: the archive belongs to nobody and says nothing about who watched it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts import audit, mail, organizations, people
from accounts.models import AuditEvent, Membership, Organization, Role, User

COOLING_OFF = timedelta(days=14)
log = logging.getLogger(__name__)


class StillNeeded(Exception):
    """Raised where a person is the only owner of organizations with other people. They are in `organizations`."""

    def __init__(self, needed: tuple[Organization, ...]) -> None:
        names = ", ".join(organization.name for organization in needed)
        super().__init__(f"Others belong to what only you own ({names}): hand it over or close it first.")
        self.organizations = needed


def close(organization: Organization, *, now: datetime, actor: audit.Actor) -> datetime:
    """Return when `organization` will be erased, 14 days from now unless it was asked before; its owners get a mail."""
    with transaction.atomic():
        row = organizations.locked(organization)
        if row.closes_at is None:
            row.closes_at = now + COOLING_OFF
            row.save(update_fields=["closes_at"])
            after = {"closes_at": row.closes_at.isoformat()}
            audit.record(organization=row, verb="organization.closed", target=row, actor=actor, after=after, now=now)
            _tell(_owners(row), {"organization": row, "closes_at": row.closes_at})
    return row.closes_at


def keep(organization: Organization, *, now: datetime, actor: audit.Actor) -> None:
    """Take the request back."""
    with transaction.atomic():
        row = organizations.locked(organization)
        if row.closes_at is None:
            return
        before = {"closes_at": row.closes_at.isoformat()}
        row.closes_at = None
        row.save(update_fields=["closes_at"])
        audit.record(organization=row, verb="organization.kept", target=row, actor=actor, before=before, now=now)


def close_person(user: User, *, now: datetime, actor: audit.Actor) -> datetime:
    """Return when the account of `user` will be erased, with the organizations that have nobody else.

    Raises StillNeeded while others belong to an organization that only this person owns.
    """
    if needed := _needed(user):
        raise StillNeeded(needed)
    with transaction.atomic():
        row = people.locked(user)
        if row.closes_at is None:
            row.closes_at = now + COOLING_OFF
            row.save(update_fields=["closes_at"])
            _record_everywhere(row, "user.closed", now=now, actor=actor)
            _tell([row.email], {"person": row, "closes_at": row.closes_at})
    return row.closes_at


def keep_person(user: User, *, now: datetime, actor: audit.Actor) -> None:
    """Take the request back."""
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, closes_at__isnull=False).update(closes_at=None):
            _record_everywhere(user, "user.kept", now=now, actor=actor)


def erase_due(*, now: datetime, end_payment: Callable[..., object]) -> tuple[int, int]:
    """Erase what was to be kept no longer than `now`; return how many organizations and people.

    end_payment(organization, now=now) ends what is paid for. While that or the erasing itself fails, the organization
    stays and is tried again with the next call; the others go. A person who became somebody's only owner meanwhile stays
    too.
    """
    closed = sum(
        _erased(organization, now=now, end_payment=end_payment)
        for organization in Organization.objects.filter(closes_at__lte=now).order_by("closes_at")
    )
    gone = sum(
        _person_erased(user, now=now, end_payment=end_payment)
        for user in User.objects.filter(closes_at__lte=now).order_by("closes_at")
    )
    return closed, gone


def _erased(organization: Organization, *, now: datetime, end_payment: Callable[..., object]) -> bool:
    if not Organization.objects.filter(pk=organization.pk, closes_at__lte=now).exists():
        return False  # taken back since it was looked up: nothing that is paid for may end
    try:
        end_payment(organization, now=now)
        erase(organization)
    except Exception:
        log.exception("organization %s stays, and is tried again", organization.pk)
        return False
    return True


def _person_erased(user: User, *, now: datetime, end_payment: Callable[..., object]) -> bool:
    if needed := _needed(user):
        log.warning("user %s stays: the only owner of %s", user.pk, [organization.pk for organization in needed])
        return False
    for organization in _alone(user):
        Organization.objects.filter(pk=organization.pk).exclude(closes_at__lte=now).update(closes_at=now)
        if not _erased(organization, now=now, end_payment=end_payment):
            return False
    try:
        erase_person(user)
    except Exception:
        log.exception("user %s stays, and is tried again", user.pk)
        return False
    return True


@transaction.atomic
def erase(organization: Organization) -> None:
    """Delete a closed organization and every row that belongs to it, its audit trail included.

    Raises IntegrityError if it was not closed: the database itself looks.
    """
    row = organizations.locked(organization)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('conductatlas.erasing', %s, true)", [str(row.pk)])
    AuditEvent.objects.for_organization(row).delete()
    row.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('conductatlas.erasing', '', true)")


@transaction.atomic
def erase_person(user: User) -> None:
    """Delete a person and what is theirs alone; what they did for others stays, under a bare number."""
    from allauth.usersessions.models import UserSession

    for session in UserSession.objects.filter(user=user):
        session.end()
    user.delete()


def _owners(organization: Organization) -> list[str]:
    owners = organization.memberships.filter(role=Role.OWNER).select_related("user")
    return [membership.user.email for membership in owners]


def _needed(user: User) -> tuple[Organization, ...]:
    """Return the organizations that only `user` owns and others belong to, but for those that close."""
    owned = Membership.objects.filter(user=user, role=Role.OWNER, organization__closes_at=None)
    rows = [membership.organization for membership in owned.select_related("organization").order_by("id")]
    return tuple(row for row in rows if _has_others(row, user) and not _has_other_owners(row, user))


def _alone(user: User) -> list[Organization]:
    """Return the organizations that nobody else belongs to."""
    mine = [membership.organization for membership in organizations.memberships(user=user)]
    return [organization for organization in mine if not _has_others(organization, user)]


def _has_others(organization: Organization, user: User) -> bool:
    return organization.memberships.exclude(user=user).exists()


def _has_other_owners(organization: Organization, user: User) -> bool:
    return organization.memberships.exclude(user=user).filter(role=Role.OWNER).exists()


def _record_everywhere(user: User, verb: str, *, now: datetime, actor: audit.Actor) -> None:
    for membership in organizations.memberships(user=user):
        audit.record(organization=membership.organization, verb=verb, target=user, actor=actor, now=now)


def _tell(addresses: list[str], context: dict[str, object]) -> None:
    for address in addresses:
        transaction.on_commit(mail.message("closing", to=[address], context=context).send, robust=True)
