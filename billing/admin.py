"""Operators' view of money: subscriptions, and the events of Stripe with a way to apply them again.

Grants go through `manage.py grant_plan`, which keeps the audit trail. Nothing is edited here.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import webhooks
from billing.models import Customer, Notice, StripeEvent, Subscription


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly):
    list_display = ("organization", "plan", "source", "status", "ends_at", "period_ends_at", "cancels_at", "note")
    list_filter = ("plan", "source", "status")
    search_fields = ("organization__slug", "organization__name", "stripe_subscription_id")
    list_select_related = ("organization",)


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    list_display = ("stripe_id", "organization", "created_at", "checked_at", "deleted_at")
    search_fields = ("stripe_id", "organization__slug")
    list_select_related = ("organization",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("kind", "organization", "created_at", "sent_at", "attempts", "error")
    list_filter = ("kind",)
    list_select_related = ("organization",)


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly):
    list_display = ("event_id", "kind", "customer_id", "received_at", "outcome", "detail", "attempts", "is_live")
    list_filter = ("outcome", "is_live", "kind")
    search_fields = ("event_id", "customer_id", "object_id")
    ordering = ("-received_at", "-id")
    actions = ("replay",)

    @admin.action(description="Apply again, from the present state", permissions=("view",))
    def replay(self, request: HttpRequest, rows: QuerySet[StripeEvent]) -> None:
        for row in rows:
            webhooks.apply(row.pk, now=timezone.now())
        failed = rows.exclude(outcome__in=(StripeEvent.Outcome.APPLIED, StripeEvent.Outcome.IGNORED)).count()
        level = messages.ERROR if failed else messages.SUCCESS
        messages.add_message(request, level, _("%(failed)d of them failed.") % {"failed": failed})
