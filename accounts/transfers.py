"""Handing an Organization over: its owner offers, the receiver accepts. Then their roles change in one transaction."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import audit, mail, organizations
from accounts.models import Membership, Organization, Role, Transfer

LIFETIME = timedelta(days=7)


class TransferRefused(Exception):
    """Raised where an organization cannot change hands; the message is for the person who tried."""


def offer(*, giver: Membership, receiver: Membership, now: datetime, actor: audit.Actor) -> Transfer:
    """Offer the organization to `receiver` and tell them by mail; an earlier offer is withdrawn.

    Raises TransferRefused when the giver is no owner or the receiver no other member of the same organization.
    """
    with transaction.atomic():
        organization = organizations.locked(giver.organization)
        if giver.role != Role.OWNER or receiver.organization_id != organization.pk or receiver.pk == giver.pk:
            raise TransferRefused("An owner hands the organization over to another of its people.")
        Transfer.objects.for_organization(organization).delete()
        row = Transfer.objects.create(
            organization=organization, giver=giver, receiver=receiver, created_at=now, expires_at=now + LIFETIME
        )
        _record(row, "transfer.offered", now=now, actor=actor)
        told = mail.message("transfer", to=[receiver.user.email], context={"transfer": row})
        transaction.on_commit(told.send, robust=True)
    return row


def open_offer(organization: Organization, *, now: datetime) -> Transfer | None:
    """Return the offer that waits for its answer; None when there is none."""
    rows = Transfer.objects.for_organization(organization).filter(expires_at__gt=now)
    row: Transfer | None = rows.select_related("giver__user", "receiver__user").first()
    return row


def accept(transfer: Transfer, *, receiver: Membership, now: datetime, actor: audit.Actor) -> None:
    """Make `receiver` the owner and the giver an admin. Raises TransferRefused for anybody else, or when it ended."""
    with transaction.atomic():
        organization = organizations.locked(transfer.organization)
        row = open_offer(organization, now=now)
        if row is None or row.pk != transfer.pk or row.receiver_id != receiver.pk or row.giver.role != Role.OWNER:
            raise TransferRefused("This offer is no longer open, or is not for you.")
        organization.memberships.filter(pk=row.receiver_id).update(role=Role.OWNER)
        organization.memberships.filter(pk=row.giver_id).update(role=Role.ADMIN)
        _record(row, "transfer.accepted", now=now, actor=actor)
        row.delete()


def end(transfer: Transfer, *, now: datetime, actor: audit.Actor) -> None:
    """Withdraw or decline the offer; one that has been answered meanwhile stays as it was."""
    with transaction.atomic():
        organizations.locked(transfer.organization)
        gone, _ = Transfer.objects.for_organization(transfer.organization).filter(pk=transfer.pk).delete()
        if gone:
            _record(transfer, "transfer.ended", now=now, actor=actor)


def _record(row: Transfer, verb: str, *, now: datetime, actor: audit.Actor) -> None:
    audit.record(
        organization=row.organization,
        verb=verb,
        target=row,
        actor=actor,
        before={"owner": row.giver.user_id},
        after={"owner": row.receiver.user_id},
        now=now,
    )
