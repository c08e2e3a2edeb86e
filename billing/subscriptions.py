"""What happens to a Subscription: granted and taken back by an operator."""

from datetime import datetime

from django.db import transaction

from accounts import audit, organizations
from accounts.models import Organization
from billing import plans
from billing.models import Source, Status, Subscription
from billing.plans import Plan

PAYING = (Status.ACTIVE, Status.TRIALING, Status.PAST_DUE)


class StillPaying(Exception):
    """Raised by `grant`: a grant would hide a subscription that goes on being charged."""


@transaction.atomic
def grant(
    *,
    organization: Organization,
    plan: Plan,
    now: datetime,
    ends_at: datetime | None = None,
    note: str = "",
    actor: audit.Actor = audit.SYSTEM,
) -> Subscription | None:
    """Give `plan` to `organization` until `ends_at` (None: open-ended) and return the row; Free removes it.

    Raises StillPaying when Stripe charges this organization, ValueError for a plan that cannot be granted.
    """
    if plan not in plans.PLANS:
        raise ValueError(f"the plan {plan.key} cannot be granted")
    before = Subscription.objects.for_organization(organizations.locked(organization)).first()
    if before and before.source == Source.STRIPE and before.status in PAYING:
        raise StillPaying(f"{organization.slug} pays for {before.plan} through Stripe: cancel that subscription first")
    row = _write(organization, plan=plan, ends_at=ends_at, note=note, now=now)
    audit.record(
        organization=organization,
        verb="plan.granted",
        target=row or organization,
        actor=actor,
        before={"plan": before.plan if before else plans.FREE.key},
        after={"plan": plan.key, "ends_at": ends_at.isoformat() if ends_at else None, "note": note},
        now=now,
    )
    return row


def _write(
    organization: Organization, *, plan: Plan, ends_at: datetime | None, note: str, now: datetime
) -> Subscription | None:
    if plan is plans.FREE:
        Subscription.objects.for_organization(organization).delete()
        return None
    row, _created = Subscription.objects.update_or_create(
        organization=organization,
        defaults={
            "plan": plan.key,
            "source": Source.MANUAL,
            "status": Status.ACTIVE,
            "ends_at": ends_at,
            "period_ends_at": None,
            "past_due_at": None,
            "note": note,
        },
        create_defaults={
            "plan": plan.key,
            "source": Source.MANUAL,
            "ends_at": ends_at,
            "note": note,
            "created_at": now,
        },
    )
    return row
