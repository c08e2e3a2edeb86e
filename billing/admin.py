"""Operators' view of subscriptions. Grants go through `manage.py grant_plan`, which keeps the audit trail."""

from django.contrib import admin
from django.http import HttpRequest

from billing.models import Subscription


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    list_display = ("organization", "plan", "source", "status", "ends_at", "period_ends_at", "note")
    list_filter = ("plan", "source", "status")
    search_fields = ("organization__slug", "organization__name", "stripe_customer_id")
    list_select_related = ("organization",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return False
