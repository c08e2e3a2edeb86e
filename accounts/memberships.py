"""What happens to a Membership after it was made: another role, removal by somebody else, leaving.

An owner's membership is out of reach for others, and the last owner stays: an organization is handed over or closed.
"""

from datetime import datetime

from django.db import transaction

from accounts import audit, organizations
from accounts.models import Membership, Role
from accounts.permissions import GIVEN


class OwnerStays(Exception):
    """Raised where an owner would lose the role or the membership by somebody else's hand, or the last one would go."""


def set_role(membership: Membership, *, role: Role, now: datetime, actor: audit.Actor) -> None:
    """Give the member `role`, one of GIVEN; nothing happens to who has left meanwhile.

    Raises OwnerStays for an owner, ValueError for a role nobody can give.
    """
    if role not in GIVEN:
        raise ValueError(f"the role {role} is not given: an owner hands the organization over")
    with transaction.atomic():
        row = _locked(membership)
        if row is None or row.role == role:
            return
        if row.role == Role.OWNER:
            raise OwnerStays("An owner hands the organization over to change roles.")
        before, row.role = row.role, role
        row.save(update_fields=["role"])
        _record(row, "membership.role_changed", now=now, actor=actor, before=str(before), after=str(role))


def remove(membership: Membership, *, now: datetime, actor: audit.Actor) -> None:
    """End the membership of somebody else. Raises OwnerStays for an owner. It ends at the person's next request."""
    with transaction.atomic():
        row = _locked(membership)
        if row is None:
            return
        if row.role == Role.OWNER:
            raise OwnerStays("An owner cannot be removed: an owner leaves or hands the organization over.")
        _record(row, "membership.removed", now=now, actor=actor, before=row.role)
        row.delete()


def leave(membership: Membership, *, now: datetime, actor: audit.Actor) -> None:
    """End one's own membership. Raises OwnerStays for the last owner."""
    with transaction.atomic():
        row = _locked(membership)
        if row is None:
            return
        others = row.organization.memberships.filter(role=Role.OWNER).exclude(pk=row.pk)
        if row.role == Role.OWNER and not others.exists():
            raise OwnerStays("The last owner cannot leave: hand the organization over or close it.")
        _record(row, "membership.left", now=now, actor=actor, before=row.role)
        row.delete()


def _locked(membership: Membership) -> Membership | None:
    """Return the row as it is now, with its organization locked until the transaction ends; None when it is gone."""
    organization = organizations.locked(membership.organization)
    row = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if row is not None:
        row.organization = organization
    return row


def _record(
    row: Membership, verb: str, *, now: datetime, actor: audit.Actor, before: str, after: str | None = None
) -> None:
    audit.record(
        organization=row.organization,
        verb=verb,
        target=row,
        actor=actor,
        before={"user": row.user_id, "role": before},
        after={"user": row.user_id, "role": after} if after else None,
        now=now,
    )
