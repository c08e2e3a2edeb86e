"""Subscription: which plan an Organization has, and who says so. Free is the absence of a row."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantQuerySet


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


class Subscription(models.Model):
    """One plan of one Organization. Written by an operator's grant or by what Stripe reports.

    `ends_at`: when a manual grant ends (null: open-ended). `period_ends_at`: when Stripe charges next.
    """

    organization = models.OneToOneField("accounts.Organization", on_delete=models.CASCADE, related_name="subscription")
    plan = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Source)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    ends_at = models.DateTimeField(null=True)
    period_ends_at = models.DateTimeField(null=True)
    past_due_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    stripe_customer_id = models.CharField(max_length=100, null=True, unique=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.plan} of organization {self.organization_id} ({self.status})"
