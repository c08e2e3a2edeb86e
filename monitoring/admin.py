"""For operators: the records behind the pages of review and operations, found by state, name and day.

Archive rows, decisions and what organizations wrote are shown and never edited here: each has its own operation.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from monitoring import operations
from monitoring.models import (
    Acceptance,
    Alert,
    Change,
    Channel,
    Correction,
    Decision,
    Delivery,
    Document,
    HubVisit,
    Platform,
    Proposal,
    Request,
    Review,
    Rule,
    Schedule,
    Screening,
    Snapshot,
    Source,
    Version,
    Vote,
    Watch,
    Watchlist,
)
from monitoring.models.fetching import READ_ATTEMPTS


class ReadOnly(admin.ModelAdmin):
    """Rows that only their own operation may write."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50

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
            ("blocked", _("kept out by the site")),
            ("stale", _("stale")),
            ("held", _("held")),
            ("unread", _("unread")),
            ("parked", _("parked")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> QuerySet[Schedule]:
        rows = {
            "due": queryset.filter(due_at__lte=timezone.now()),
            "failing": queryset.exclude(reason=""),
            "blocked": queryset.filter(reason__in=operations.BLOCKED),
            "stale": queryset.filter(operations.stale(timezone.now())),
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


class Values(admin.AllValuesFieldListFilter):
    """The values of a column; no value is a choice with a name."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("none")}


@admin.register(Platform)
class PlatformAdmin(ReadOnly):
    list_display = ("name", "slug", "vendor", "category", "created_at", "retired_at")
    list_filter = (("category", Values), ("retired_at", admin.EmptyFieldListFilter))
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
        "document",
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
    list_filter = (ScheduleState, ("reason", Values))
    list_select_related = ("source__document__platform",)
    search_fields = ("source__url", "source__document__platform__name")
    ordering = ("due_at",)
    actions = ("make_due",)

    @admin.display(description=_("document"), ordering="source__document__name")
    def document(self, row: Schedule) -> str:
        return str(row.source.document)

    @admin.action(description=_("Fetch the chosen ones now, and try again to read what was parked"))
    def make_due(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        queryset.update(due_at=timezone.now(), read_attempts=0)


@admin.register(Screening)
class ScreeningAdmin(ReadOnly):
    list_display = ("document", "observed_at", "outcome", "difference", "size_words", "why")
    list_filter = ("outcome", "difference")
    search_fields = ("document__name", "document__platform__name")
    date_hierarchy = "observed_at"
    list_select_related = ("document__platform",)
    exclude = ("sketch", "digest")

    @admin.display(description=_("why"))
    def why(self, row: Screening) -> str:
        return "; ".join(reason["reason"] for reason in row.reasons)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly):
    list_display = ("document", "observed_at", "origin", "content_type", "url")
    list_filter = ("origin",)
    search_fields = ("document__name", "document__platform__name", "url")
    date_hierarchy = "observed_at"
    list_select_related = ("document__platform",)


@admin.register(Version)
class VersionAdmin(ReadOnly):
    list_display = ("document", "sequence", "kind", "observed_at", "method", "confidence", "size_words")
    list_filter = ("kind", "method")
    search_fields = ("document__name", "document__platform__name")
    date_hierarchy = "observed_at"
    list_select_related = ("document__platform",)
    exclude = ("outline", "digest")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).defer("text", "outline")


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ("document", "significance", "headline", "observed_at", "effective_date", "recorded_at")
    list_filter = ("significance",)
    list_select_related = ("document__platform",)
    search_fields = ("document__name", "document__platform__name")
    date_hierarchy = "observed_at"

    @admin.display(description=_("headline"))
    def headline(self, row: Change) -> str:
        return row.summary.get("headline", "")


@admin.register(Watchlist)
class WatchlistAdmin(ReadOnly):
    list_display = ("name", "organization", "created_at")
    search_fields = ("name", "organization__name", "organization__slug")
    list_select_related = ("organization",)


@admin.register(Watch)
class WatchAdmin(ReadOnly):
    list_display = ("platform", "document", "organization", "minimum_significance", "position", "paused_at")
    list_filter = ("minimum_significance",)
    search_fields = ("platform__name", "organization__name", "organization__slug")
    list_select_related = ("platform", "document__platform", "organization")


@admin.register(Channel)
class ChannelAdmin(ReadOnly):
    list_display = ("address", "kind", "organization", "verified_at", "failures", "disabled_at", "disabled_because")
    list_filter = ("kind", "disabled_because", ("verified_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("address", "organization__name", "organization__slug")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("kind", "channel", "organization", "due_at", "attempts", "sent_at", "parked_at", "error")
    list_filter = (DeliveryState, "kind")
    list_select_related = ("channel", "organization")
    search_fields = ("channel__address", "organization__name", "organization__slug", "error")
    date_hierarchy = "due_at"
    ordering = ("-due_at",)
    actions = ("send_again",)

    @admin.action(description=_("Take the chosen ones out of parking and send them"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        queryset.filter(sent_at=None).update(parked_at=None, attempts=0, due_at=timezone.now())


@admin.register(Alert)
class AlertAdmin(ReadOnly):
    list_display = ("change", "watch", "organization", "created_at")
    list_select_related = ("change__document__platform", "watch__platform", "watch__document__platform", "organization")
    search_fields = ("change__document__platform__name", "organization__slug")
    date_hierarchy = "created_at"


@admin.register(HubVisit)
class HubVisitAdmin(ReadOnly):
    list_display = ("platform", "url", "due_at", "succeeded_at", "failures", "reason")
    list_filter = (("reason", Values),)
    list_select_related = ("platform",)
    search_fields = ("platform__name", "url")
    ordering = ("due_at",)


@admin.register(Proposal)
class ProposalAdmin(ReadOnly):
    list_display = ("title", "platform", "kind", "is_news", "created_at", "told_at", "closed_as", "closed_by")
    list_filter = ("kind", "is_news", "closed_as", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("platform", "closed_by")
    search_fields = ("title", "url", "platform__name")


@admin.register(Rule)
class RuleAdmin(ReadOnly):
    list_display = ("document", "scope", "reason", "created_by", "reviewed_by", "revoked_at")
    list_filter = ("scope", ("reviewed_at", admin.EmptyFieldListFilter), ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("document__platform", "created_by", "reviewed_by")
    search_fields = ("document__name", "document__platform__name", "reason", "quote")


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ("document", "outcome", "note", "decided_by", "decided_at")
    list_filter = ("outcome",)
    list_select_related = ("document__platform", "decided_by")
    search_fields = ("document__name", "document__platform__name", "note")
    exclude = ("digest",)


@admin.register(Correction)
class CorrectionAdmin(ReadOnly):
    list_display = ("revision", "fault", "reason", "created_at", "outcome", "decided_by")
    list_filter = ("fault", "outcome")
    list_select_related = ("revision__provision__document__platform", "decided_by")
    search_fields = ("reason", "answer", "revision__provision__document__platform__name")


class VoteInline(admin.StackedInline):
    model = Vote
    extra = 0
    can_delete = False
    fields = readonly_fields = ("organization", "user", "created_at", "told_as", "told_at", "attempts", "error")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vote]:
        return super().get_queryset(request).select_related("organization", "user")


@admin.register(Request)
class RequestAdmin(ReadOnly):
    list_display = ("name", "kind", "key", "votes", "state", "answered_by", "hidden_at", "created_at")
    list_filter = ("state", "kind", ("hidden_at", admin.EmptyFieldListFilter))
    list_select_related = ("answered_by",)
    search_fields = ("name", "key", "address", "why")
    inlines = (VoteInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Request]:
        return super().get_queryset(request).annotate(wanted=Count("votes"))

    @admin.display(description=_("votes"), ordering="wanted")
    def votes(self, row: Any) -> int:
        return row.wanted


@admin.register(Review)
class ReviewAdmin(ReadOnly):
    """How reviewing is used; what an organization decided stays its own, and is not shown here."""

    list_display = ("organization", "change", "state", "due_date", "updated_at")
    list_filter = ("state",)
    list_select_related = ("organization", "change__document__platform")
    search_fields = ("organization__slug", "change__document__platform__name")
    exclude = ("decision",)


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnly):
    list_display = ("organization", "document", "version", "accepted_date", "marked_at")
    list_select_related = ("organization", "document__platform", "version")
    search_fields = ("organization__slug", "document__platform__name")
    exclude = ("note",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Acceptance]:
        return super().get_queryset(request).defer("version__text", "version__outline")
