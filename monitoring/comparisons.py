"""Saved matrices: which platforms an organization compares on which provision types, under a name of its own."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import Organization, User
from monitoring.models import Comparison


class NameTaken(ValueError):
    """Raised by `save`: the organization has a comparison of this name."""


def save(
    *,
    organization: Organization,
    name: str,
    platforms: Sequence[int],
    provision_types: Sequence[str],
    user: User,
    now: datetime,
    actor: audit.Actor = audit.SYSTEM,
) -> Comparison:
    """Keep a matrix under a name. Raises NameTaken."""
    try:
        with transaction.atomic():
            saved: Comparison = Comparison.objects.create(
                organization=organization,
                name=name,
                platforms=list(platforms),
                provision_types=list(provision_types),
                created_by=user,
                created_at=now,
            )
    except IntegrityError:
        raise NameTaken(
            f"there is a comparison called “{name}” already; choose another name or remove that one"
        ) from None
    audit.record(
        organization=organization, verb="comparison.saved", target=saved, after={"name": name}, actor=actor, now=now
    )
    return saved


@transaction.atomic
def remove(*, comparison: Comparison, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Forget a saved matrix."""
    gone, _ = Comparison.objects.for_organization(comparison.organization).filter(pk=comparison.pk).delete()
    if gone:
        audit.record(
            organization=comparison.organization,
            verb="comparison.removed",
            target=comparison,
            before={"name": comparison.name},
            actor=actor,
            now=now,
        )
