"""An Organization on its way to Stripe: its Customer, Checkout, the portal, the trial, and what is waiting there."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import audit, organizations, rls
from accounts.models import Organization, User
from billing import gateway, plans, subscriptions
from billing.models import Customer, Subscription, Trial
from billing.plans import Plan


class AlreadyPaying(Exception):
    """Raised by `checkout_url`: a second pay page would charge twice. The plan is changed instead."""


class NoTrial(Exception):
    """Raised by `start_trial` when this person or organization has had one, or has paid before."""


def customer_of(organization: Organization, *, email: str, now: datetime) -> Customer:
    """Return the organization's customer at Stripe, made at the first call; two calls at once make one."""
    if existing := existing_customer(organization):
        return existing
    with transaction.atomic():
        locked = organizations.locked(organization)
        if existing := existing_customer(locked):
            return existing
        ended = Customer.objects.for_organization(locked).order_by("-created_at").first()
        stripe_id = gateway.create_customer(
            organization_id=locked.pk,
            made_at=ended.deleted_at if ended and ended.deleted_at else locked.created_at,
            name=locked.name,
            email=email,
        )
        return Customer.objects.create(organization=locked, stripe_id=stripe_id, created_at=now)


def existing_customer(organization: Organization) -> Customer | None:
    """Return the organization's customer; None before its first Checkout."""
    row: Customer | None = Customer.objects.for_organization(organization).filter(deleted_at=None).first()
    return row


def checkout_url(
    *,
    organization: Organization,
    user: User,
    plan: Plan,
    interval: str,
    success_url: str,
    cancel_url: str,
    now: datetime,
) -> str:
    """Return the address of a pay page for `plan`; only the latest one can be paid.

    Raises AlreadyPaying when Stripe has a running subscription, whatever our row says; gateway.GatewayError.
    """
    customer = customer_of(organization, email=user.email, now=now)
    with transaction.atomic():
        locked = Customer.objects.select_for_update().get(pk=customer.pk)  # two clicks at once leave one pay page
        state = gateway.state_of(locked.stripe_id)
        if state and state.status in subscriptions.PAYING:
            raise AlreadyPaying(f"{organization.name} has a running subscription")
        return gateway.checkout_url(
            customer_id=locked.stripe_id,
            plan=plan,
            interval=interval,
            success_url=success_url,
            cancel_url=cancel_url,
        )


def may_try(*, organization: Organization, user: User) -> bool:
    """Return whether a trial is on offer: neither person nor organization had one, and none has paid before."""
    has_paid = Subscription.objects.for_organization(organization).exists()
    return not has_paid and not _had_trial(organization, user)


def start_trial(*, organization: Organization, user: User, now: datetime, actor: audit.Actor) -> None:
    """Begin the trial of Professional, without a card. Raises NoTrial, gateway.GatewayError."""
    customer = customer_of(organization, email=user.email, now=now)
    if not may_try(organization=organization, user=user):
        raise NoTrial("the trial was used already")
    try:
        with transaction.atomic():
            Trial.objects.create(organization=organization, user=user, began_at=now)
            if gateway.state_of(customer.stripe_id) is not None:
                raise NoTrial("this organization has had a subscription")
            gateway.start_trial(customer_id=customer.stripe_id, plan=plans.PROFESSIONAL)
            audit.record(organization=organization, verb="trial.started", target=organization, actor=actor, now=now)
    except IntegrityError:  # the same person in two windows
        raise NoTrial("the trial was used already") from None
    subscriptions.read_back(customer, now=now)


def _had_trial(organization: Organization, user: User) -> bool:
    with rls.as_worker():  # a person has one trial, in whatever organization
        return Trial.objects.for_organization(organization).exists() or Trial.objects.filter(user=user).exists()
