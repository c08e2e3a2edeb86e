"""What happens to an Invitation: made and sent, sent again, revoked, accepted by the person of that address.

The secret is in the mail and nowhere else. The address of the page also holds the organization's number, so that the
row is looked for among that organization's rows only.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import audit, mail, organizations, rls
from accounts.models import AuditEvent, Invitation, Membership, Organization, Role, User

LIFETIME = timedelta(days=7)
MAILS_A_DAY = 20
SENT = ("invitation.created", "invitation.sent_again")


class InvitationRefused(Exception):
    """Raised where an invitation cannot be made or accepted; the message is for the person who tried."""


class TooManyInvitations(InvitationRefused):
    """Raised when an organization has sent MAILS_A_DAY invitations within a day."""


class NotYours(InvitationRefused):
    """Raised by `accept` when no verified address of the person is the invited one."""


def invite(
    *, organization: Organization, email: str, role: Role, seats: int | None, now: datetime, actor: audit.Actor
) -> Invitation:
    """Invite `email` and send the mail; an open invitation of that address takes the new role and is sent again.

    Raises organizations.SeatsTaken when people and open invitations fill the `seats` (None: no limit), counted under a
    lock; TooManyInvitations; InvitationRefused for somebody who belongs to it already.
    """
    email = email.strip().lower()
    with transaction.atomic():
        organization = organizations.locked(organization)
        if organization.memberships.filter(user__email=email).exists():
            raise InvitationRefused(f"{email} belongs to {organization.name} already.")
        rows = Invitation.objects.for_organization(organization).filter(accepted_at=None, revoked_at=None)
        existing = rows.filter(email=email).first()
        taken = organization.memberships.count() + rows.filter(expires_at__gt=now).exclude(email=email).count()
        if seats is not None and taken >= seats:
            raise organizations.SeatsTaken(seats=seats)
        if existing:
            existing.role = role
            return _send(existing, verb="invitation.sent_again", now=now, actor=actor)
        row = Invitation(organization=organization, email=email, role=role, created_at=now, invited_by_id=actor.user_id)
        return _send(row, verb="invitation.created", now=now, actor=actor)


def send_again(invitation: Invitation, *, now: datetime, actor: audit.Actor) -> None:
    """Send a new secret for another week; the old one stops. Raises TooManyInvitations, or InvitationRefused if ended."""
    with transaction.atomic():
        organizations.locked(invitation.organization)
        row = _open(invitation)
        _send(row, verb="invitation.sent_again", now=now, actor=actor)


def revoke(invitation: Invitation, *, now: datetime, actor: audit.Actor) -> bool:
    """End the invitation. Returns False when it had ended before."""
    with transaction.atomic():
        rows = Invitation.objects.for_organization(invitation.organization)
        if not rows.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now):
            return False
        _record(invitation, "invitation.revoked", now=now, actor=actor)
    return True


def find(*, organization_id: int, secret: str, now: datetime) -> Invitation | None:
    """Return the open invitation that this secret of a mail stands for; None if there is none, whatever the reason."""
    with rls.acting_for(organization_id):  # the mail's secret opens this one row of an organization not one's own yet
        rows = Invitation.objects.filter(organization_id=organization_id).select_related("organization", "invited_by")
        row: Invitation | None = rows.filter(digest=_digest(secret)).first()
    return row if row and row.is_open_at(now) else None


def accept(invitation: Invitation, *, user: User, seats: int | None, now: datetime, actor: audit.Actor) -> Membership:
    """Return the new Membership of `user`. Works once.

    Raises NotYours, organizations.SeatsTaken, or InvitationRefused when it ended meanwhile.
    """
    if not is_for(invitation, user=user):
        raise NotYours(f"This invitation is for {invitation.email}.")
    with rls.acting_for(invitation.organization):
        organization = organizations.locked(invitation.organization)
        row = _open(invitation)
        membership = organizations.add_member(
            organization=organization, user=user, role=Role(row.role), seats=seats, now=now, actor=actor
        )
        row.accepted_at = now
        row.save(update_fields=["accepted_at"])
        _record(row, "invitation.accepted", now=now, actor=actor)
    return membership


def is_for(invitation: Invitation, *, user: User) -> bool:
    """Return whether one of the person's verified addresses is the invited one."""
    return EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email).exists()


def _open(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.for_organization(invitation.organization).select_related("organization")
    row: Invitation | None = rows.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).first()
    if row is None:
        raise InvitationRefused("This invitation has been used or revoked.")
    return row


def _send(row: Invitation, *, verb: str, now: datetime, actor: audit.Actor) -> Invitation:
    """Write `row` with a new secret and week, and send the mail once that is committed."""
    _check_rate(row.organization, now=now)
    secret = secrets.token_urlsafe(32)
    row.digest, row.sent_at, row.expires_at = _digest(secret), now, now + LIFETIME
    row.save()
    _record(row, verb, now=now, actor=actor)
    transaction.on_commit(lambda: _mail(row, secret), robust=True)
    return row


def _check_rate(organization: Organization, *, now: datetime) -> None:
    sent = AuditEvent.objects.for_organization(organization).filter(verb__in=SENT, at__gt=now - timedelta(days=1))
    if sent.count() >= MAILS_A_DAY:
        raise TooManyInvitations(f"{MAILS_A_DAY} invitations were sent within a day. Go on tomorrow.")


def _mail(row: Invitation, secret: str) -> None:
    path = reverse("accounts:invitation", args=[row.organization_id, secret])
    context = {"invitation": row, "inviter": row.invited_by, "invitation_url": f"{settings.SITE_URL}{path}"}
    mail.message("invitation", to=[row.email], context=context).send()


def _record(row: Invitation, verb: str, *, now: datetime, actor: audit.Actor) -> None:
    audit.record(
        organization=row.organization,
        verb=verb,
        target=row,
        actor=actor,
        after={"email": row.email, "role": str(row.role)},
        now=now,
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
