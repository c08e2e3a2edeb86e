"""What happens to an Organization and its Memberships: made, joined, looked up, locked."""

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from accounts import audit
from accounts.models import Membership, Organization, Role, User


class SeatsTaken(Exception):
    """Raised by `add_member`; the views above turn it into an offer of the next plan."""

    def __init__(self, *, seats: int) -> None:
        super().__init__(f"all {seats} seats are taken: remove a person or choose a larger plan")
        self.seats = seats


class SlugTaken(Exception):
    """Raised by `change`: another organization has this short name."""


class UnknownOrganization(LookupError):
    """Raised by `find`. The message names the nearest slugs."""


def personal_organization(*, user: User, now: datetime) -> Organization:
    """Return the personal organization of `user`, made at the first call; two calls at once make one."""
    existing = Organization.objects.filter(created_by=user, is_personal=True).first()
    if existing:
        return existing
    try:
        with transaction.atomic():
            return _make(name=user.get_short_name(), owner=user, is_personal=True, now=now)
    except IntegrityError:  # made meanwhile, or its short name was taken meanwhile
        return personal_organization(user=user, now=now)


def create(*, name: str, owner: User, now: datetime, actor: audit.Actor = audit.SYSTEM) -> Organization:
    """Return a new organization that `owner` owns."""
    with transaction.atomic():
        return _make(name=name, owner=owner, is_personal=False, now=now, actor=actor)


def _make(
    *, name: str, owner: User, is_personal: bool, now: datetime, actor: audit.Actor = audit.SYSTEM
) -> Organization:
    organization = Organization.objects.create(
        name=name, slug=_free_slug(name), is_personal=is_personal, created_by=owner, created_at=now
    )
    Membership.objects.create(organization=organization, user=owner, role=Role.OWNER, created_at=now)
    audit.record(
        organization=organization,
        verb="organization.created",
        target=organization,
        actor=actor if actor != audit.SYSTEM else audit.Actor(user_id=owner.pk),
        after={"name": name},
        now=now,
    )
    return organization


def _free_slug(name: str) -> str:
    slug = slugify(name)[:50].strip("-") or "organization"
    if slug.isdecimal():  # `find` would take it for a number
        slug = f"organization-{slug}"
    if not Organization.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz23456789')}"


def add_member(
    *, organization: Organization, user: User, role: Role, seats: int | None, now: datetime, actor: audit.Actor
) -> Membership:
    """Return the Membership of `user`, added now or there already.

    Raises SeatsTaken when `seats` people belong to it (None: no limit).
    """
    with transaction.atomic():
        members = locked(organization).memberships
        if existing := members.filter(user=user).first():
            return existing
        if seats is not None and members.count() >= seats:
            raise SeatsTaken(seats=seats)
        membership = members.create(user=user, role=role, created_at=now)
        audit.record(
            organization=organization,
            verb="membership.created",
            target=membership,
            actor=actor,
            after={"user": user.pk, "role": str(role)},
            now=now,
        )
        return membership


def change(
    organization: Organization,
    *,
    now: datetime,
    actor: audit.Actor,
    **after: Any,
) -> Organization:
    """Return `organization` with these values: name, slug, time_zone, digest_weekday, digest_hour, same_day_hour.

    Raises SlugTaken when another organization has that slug.
    """
    with transaction.atomic():
        row = locked(organization)
        before = {name: getattr(row, name) for name in after}
        if before == after:
            return row
        for name, value in after.items():
            setattr(row, name, value)
        _save(row, fields=list(after))
        audit.record(
            organization=row, verb="organization.changed", target=row, actor=actor, before=before, after=after, now=now
        )
    return row


def _save(row: Organization, *, fields: list[str]) -> None:
    """Write these columns. Raises SlugTaken: the constraint says so, whoever was faster."""
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError:
        if Organization.objects.filter(slug=row.slug).exclude(pk=row.pk).exists():
            raise SlugTaken(row.slug) from None
        raise


def locked(organization: Organization) -> Organization:
    """Return `organization` read anew and locked until the transaction ends: limits are counted under this lock."""
    return Organization.objects.select_for_update().get(pk=organization.pk)


def membership_of(*, user: User, organization: Organization) -> Membership | None:
    """Return what `user` is in `organization`; None for a stranger."""
    return Membership.objects.filter(user=user, organization=organization).first()


def memberships(*, user: User) -> tuple[Membership, ...]:
    """Return the Memberships of `user` with their organizations, the personal one first, then by name."""
    rows = Membership.objects.filter(user=user).select_related("organization")
    return tuple(rows.order_by("-organization__is_personal", "organization__name", "id"))


def current_membership(mine: Sequence[Membership], *, chosen_id: int | None) -> Membership | None:
    """Return which of a person's memberships is in the organization `chosen_id`, else in their own or the oldest one.

    None when there is none. A chosen organization that was left is passed over.
    """
    if chosen := next((row for row in mine if row.organization_id == chosen_id), None):
        return chosen
    return min(mine, key=lambda row: (not _is_own(row), row.pk), default=None)


def _is_own(membership: Membership) -> bool:
    organization = membership.organization
    return organization.is_personal and organization.created_by_id == membership.user_id


def find(text: str) -> Organization:
    """Return the organization with this slug, id or owner's e-mail address.

    Raises UnknownOrganization, naming the nearest slugs, or all of an owner's organizations when there are several.
    """
    if "@" in text:
        return _owned_by(text.lower())
    by = {"pk": int(text)} if text.isdecimal() and len(text) < 19 else {"slug": text}
    if found := Organization.objects.filter(**by).first():
        return found
    raise UnknownOrganization(
        f"no organization {text!r}{_nearest(text)}: give its short name, number or owner's e-mail"
    )


def _owned_by(email: str) -> Organization:
    owned = list(Organization.objects.filter(memberships__user__email=email, memberships__role=Role.OWNER))
    if len(owned) == 1:
        return owned[0]
    if owned:
        names = ", ".join(sorted(organization.slug for organization in owned))
        raise UnknownOrganization(f"{email} owns several organizations ({names}): give the short name of one")
    raise UnknownOrganization(f"{email} owns no organization: it is made when the person first signs in")


def _nearest(text: str) -> str:
    slugs = Organization.objects.values_list("slug", flat=True)
    near = difflib.get_close_matches(text, slugs, n=3)
    return f" (nearest: {', '.join(near)})" if near else ""
