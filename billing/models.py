"""The rows of money: Subscription (which plan an Organization has, and who says so) and what keeps it true.

Free is the absence of a Subscription. What Stripe knows is Stripe's: these rows repeat its answer, never its events.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel, TenantQuerySet


class Source(models.TextChoices):
    MANUAL = "manual", _("Granted by an operator")
    STRIPE = "stripe", _("Paid through Stripe")


class Status(models.TextChoices):
    """Stripe's words for the life of a subscription; a manual grant is always active."""

    ACTIVE = "active", _("Active")
    TRIALING = "trialing", _("Trial")
    PAST_DUE = "past_due", _("Payment overdue")
    UNPAID = "unpaid", _("Unpaid")
    CANCELED = "canceled", _("Cancelled")
    INCOMPLETE = "incomplete", _("Awaiting the first payment")
    INCOMPLETE_EXPIRED = "incomplete_expired", _("First payment never came")
    PAUSED = "paused", _("Paused")


class Interval(models.TextChoices):
    """How often Stripe charges."""

    MONTH = "month", _("Monthly")
    YEAR = "year", _("Annual")


class Subscription(models.Model):
    """One plan of one Organization. Written by an operator's grant or by what Stripe reports.

    `ends_at`: when a manual grant ends (null: open-ended). `period_ends_at`: when Stripe charges next.
    `cancels_at`: when it ends because the owner cancelled; null while it renews.
    """

    organization = models.OneToOneField("accounts.Organization", on_delete=models.CASCADE, related_name="subscription")
    plan = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Source)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    interval = models.CharField(max_length=5, choices=Interval, blank=True, default="")
    ends_at = models.DateTimeField(null=True)
    period_ends_at = models.DateTimeField(null=True)
    trial_ends_at = models.DateTimeField(null=True)
    cancels_at = models.DateTimeField(null=True)
    past_due_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    stripe_subscription_id = models.CharField(max_length=100, null=True, unique=True)
    created_at = models.DateTimeField()

    objects: ClassVar[TenantQuerySet["Subscription"]] = TenantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="billing_subscription_organization_id"),
            models.CheckConstraint(
                condition=models.Q(plan__in=["watcher", "professional"]), name="subscription_plan_is_paid_for"
            ),
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="subscription_source"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="subscription_status"),
            models.CheckConstraint(
                condition=models.Q(interval__in=["", *Interval.values]), name="subscription_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} of organization {self.organization_id} ({self.status})"


class Customer(TenantModel):
    """Who Stripe knows the Organization as. Written before its first Checkout or trial, one for each Organization."""

    stripe_id = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(deleted_at=None),
                name="billing_customer_one_an_organization",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stripe_id} of organization {self.organization_id}"


class Trial(TenantModel):
    """The one trial of a person, and the one of an Organization. Written when it begins; stays when the person leaves."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization"], name="billing_trial_one_an_organization"),
        ]

    def __str__(self) -> str:
        return f"trial of organization {self.organization_id} by {self.user_id}"


class Notice(TenantModel):
    """One mail to the owners about their plan. Written with what it tells of; `sent_at` is null while it waits.

    `key` names the occasion (a period, an invoice), so that each is told once.
    """

    class Kind(models.TextChoices):
        TRIAL_ENDING = "trial_ending", _("Trial ending")
        PAYMENT_FAILED = "payment_failed", _("Payment failed")
        GRACE_ENDING = "grace_ending", _("Grace ending")
        PLAN_CHANGED = "plan_changed", _("Plan changed")

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "kind", "key"], name="billing_notice_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["trial_ending", "payment_failed", "grace_ending", "plan_changed"]),
                name="billing_notice_kind",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=models.Q(sent_at=None), name="billing_notice_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.key}) for organization {self.organization_id}"


class StripeEvent(models.Model):
    """One event that Stripe told us of. Written once by its id; a doorbell: what is applied is the present state.

    `handled_at` is null while it waits. It belongs to no tenant: operators read it, customers never do.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPLIED = "applied", _("Applied")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    event_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(_("type"), max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    customer_id = models.CharField(max_length=100, blank=True)
    is_live = models.BooleanField()
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Stripe event")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["waiting", "applied", "ignored", "failed"]),
                name="stripe_event_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(handled_at=None), name="stripe_event_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.kind}"
