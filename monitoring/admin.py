"""For operators: what is due, failing, held or parked. Archive rows are shown and never edited here."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from monitoring.models import (
    Change,
    Channel,
    Delivery,
    Document,
    Platform,
    Schedule,
    Screening,
    Snapshot,
    Source,
    Version,
    Watch,
    Watchlist,
)
from monitoring.models.fetching import READ_ATTEMPTS


class ReadOnly(admin.ModelAdmin):
    """Rows that only their own operation may write."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ScheduleState(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("due", _("due")),
            ("failing", _("failing")),
            ("held", _("held")),
            ("unread", _("unread")),
            ("parked", _("parked")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> QuerySet[Schedule]:
        rows = {
            "due": queryset.filter(due_at__lte=timezone.now()),
            "failing": queryset.exclude(reason=""),
            "held": queryset.exclude(held_at=None),
            "unread": queryset.exclude(unread_at=None),
            "parked": queryset.filter(read_attempts__gte=READ_ATTEMPTS),
        }
        return rows.get(self.value() or "", queryset)


class DeliveryState(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting")), ("late", _("late")), ("sent", _("sent")), ("parked", _("parked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        waiting = queryset.filter(sent_at=None, parked_at=None)
        rows = {
            "waiting": waiting,
            "late": waiting.filter(due_at__lte=timezone.now()),
            "sent": queryset.exclude(sent_at=None),
            "parked": queryset.exclude(parked_at=None),
        }
        return rows.get(self.value() or "", queryset)


@admin.register(Platform)
class PlatformAdmin(ReadOnly):
    list_display = ("name", "slug", "vendor", "category", "created_at", "retired_at")
    list_filter = ("category", ("retired_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "slug", "vendor")


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ("name", "platform", "terms_type", "region", "language", "audience", "retired_at")
    list_filter = ("terms_type", ("retired_at", admin.EmptyFieldListFilter))
    list_select_related = ("platform",)
    search_fields = ("name", "platform__name")


@admin.register(Source)
class SourceAdmin(ReadOnly):
    list_display = ("url", "document", "position", "render", "retired_at")
    list_filter = ("render", ("retired_at", admin.EmptyFieldListFilter))
    list_select_related = ("document__platform",)
    search_fields = ("url",)


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly):
    list_display = (
        "source",
        "due_at",
        "last_fetched_at",
        "last_success_at",
        "failures",
        "reason",
        "held_at",
        "unread_at",
        "read_attempts",
    )
    list_filter = (ScheduleState, "reason")
    list_select_related = ("source",)
    search_fields = ("source__url",)
    ordering = ("due_at",)
    actions = ("make_due",)

    @admin.action(description=_("Fetch the chosen ones now, and try again to read what was parked"))
    def make_due(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        queryset.update(due_at=timezone.now(), read_attempts=0)


@admin.register(Screening)
class ScreeningAdmin(ReadOnly):
    list_display = ("document", "observed_at", "outcome", "difference", "size_words", "why")
    list_filter = ("outcome", "difference")
    list_select_related = ("document__platform",)
    exclude = ("sketch", "digest")

    @admin.display(description=_("why"))
    def why(self, row: Screening) -> str:
        return "; ".join(reason["reason"] for reason in row.reasons)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly):
    list_display = ("document", "observed_at", "origin", "content_type", "url")
    list_filter = ("origin",)
    list_select_related = ("document__platform",)


@admin.register(Version)
class VersionAdmin(ReadOnly):
    list_display = ("document", "sequence", "kind", "observed_at", "method", "confidence", "size_words")
    list_filter = ("kind", "method")
    list_select_related = ("document__platform",)
    exclude = ("outline", "digest")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).defer("text", "outline")


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ("document", "significance", "observed_at", "effective_date", "recorded_at")
    list_filter = ("significance",)
    list_select_related = ("document__platform",)


@admin.register(Watchlist)
class WatchlistAdmin(ReadOnly):
    list_display = ("name", "organization", "created_at")
    list_select_related = ("organization",)


@admin.register(Watch)
class WatchAdmin(ReadOnly):
    list_display = ("platform", "document", "organization", "minimum_significance", "position", "paused_at")
    list_filter = ("minimum_significance",)
    list_select_related = ("platform", "document__platform", "organization")


@admin.register(Channel)
class ChannelAdmin(ReadOnly):
    list_display = ("address", "kind", "organization", "verified_at", "disabled_at")
    list_select_related = ("organization",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("kind", "channel", "organization", "due_at", "attempts", "sent_at", "parked_at", "error")
    list_filter = (DeliveryState, "kind")
    list_select_related = ("channel", "organization")
    ordering = ("-due_at",)
    actions = ("send_again",)

    @admin.action(description=_("Take the chosen ones out of parking and send them"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        queryset.filter(sent_at=None).update(parked_at=None, attempts=0, due_at=timezone.now())
