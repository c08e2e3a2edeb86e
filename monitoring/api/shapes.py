"""What goes out, one shape a noun: the serializers of the lists and records, and the schema of all answers.

Timelines are not serialized here: events are plain values (`events.py`) that `Event` describes to the schema.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from monitoring import coverage
from monitoring.api import bodies
from monitoring.models import Change, Platform, Significance, Snapshot, Version, Watch, Watchlist
from monitoring.notice import notice

CITED = ("path", "number", "heading", "kind", "start", "end")


class Notice(serializers.Serializer[Any]):
    text = serializers.CharField()
    methodology = serializers.URLField()


@extend_schema_field(OpenApiTypes.URI)
class PageUrl(serializers.Field[Any, Any, str, Any]):
    """The address of the record's page on the website."""

    def __init__(self, source: str = "*", **kwargs: Any) -> None:
        super().__init__(source=source, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return f"{settings.SITE_URL}{value.get_absolute_url()}"


@extend_schema_field(OpenApiTypes.STR)
class Hexadecimal(serializers.Field[Any, Any, str, Any]):
    """A digest as hexadecimal digits."""

    def to_representation(self, value: Any) -> str:
        return bytes(value).hex()


class PlatformShape(serializers.ModelSerializer[Platform]):
    home_page = serializers.CharField(read_only=True, help_text="an address; empty where none is known")
    legal_hub = serializers.CharField(
        read_only=True, help_text="the page that lists its documents; empty where none is known"
    )
    page = PageUrl()
    document_count = serializers.IntegerField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    checked_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Platform
        fields = ("slug", "name", "vendor", "home_page", "legal_hub", "category", "retired_at", "document_count",
                  "changed_at", "checked_at", "page")  # fmt: skip
        read_only_fields = fields


class LatestVersion(serializers.Serializer[Version]):
    id = serializers.IntegerField()
    sequence = serializers.IntegerField()
    observed_at = serializers.DateTimeField()
    effective_date = serializers.DateField(allow_null=True)
    updated_date = serializers.DateField(allow_null=True)


class Freshness(serializers.Serializer[coverage.Coverage]):
    """How the document fares: when it was checked, and why its text may be behind."""

    state = serializers.ChoiceField(choices=[state.value for state in coverage.State])
    checked_at = serializers.DateTimeField(allow_null=True)
    succeeded_at = serializers.DateTimeField(allow_null=True)
    failures = serializers.IntegerField(help_text="in a row")
    reason = serializers.CharField(help_text="of the last failed check; empty after a good one")
    held_at = serializers.DateTimeField(allow_null=True)
    held_reason = serializers.CharField()


class DocumentShape(serializers.Serializer[coverage.Coverage]):
    id = serializers.IntegerField(source="document.pk")
    platform = serializers.SlugField(source="document.platform.slug")
    slug = serializers.SlugField(source="document.slug")
    name = serializers.CharField(source="document.name")
    terms_type = serializers.CharField(source="document.terms_type")
    region = serializers.CharField(source="document.region")
    language = serializers.CharField(source="document.language")
    audience = serializers.CharField(source="document.audience")
    retired_at = serializers.DateTimeField(source="document.retired_at", allow_null=True)
    sources = serializers.SerializerMethodField()
    latest_version = LatestVersion(source="latest", allow_null=True)
    freshness = Freshness(source="*")
    page = PageUrl(source="document")

    def get_sources(self, row: coverage.Coverage) -> list[str]:
        return [source.url for source in row.sources]


class VersionShape(serializers.ModelSerializer[Version]):
    digest = Hexadecimal(read_only=True, help_text="SHA-256 of the UTF-8 bytes of the text")
    page = PageUrl()

    class Meta:
        model = Version
        fields = ("id", "document", "sequence", "kind", "title", "language", "effective_date", "updated_date",
                  "observed_at", "recorded_at", "digest", "method", "confidence", "size_words", "page")  # fmt: skip
        read_only_fields = fields


class Clause(serializers.Serializer[Any]):
    """One clause: [start, end) are code points of the version's text."""

    path = serializers.CharField()
    number = serializers.CharField()
    heading = serializers.CharField()
    kind = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class SnapshotShape(serializers.ModelSerializer[Snapshot]):
    digest = Hexadecimal(source="blob_id", read_only=True, help_text="SHA-256 of the bytes as served")

    class Meta:
        model = Snapshot
        fields = ("id", "url", "origin", "observed_at", "content_type", "server_address", "digest")
        read_only_fields = fields


class VersionWithText(VersionShape):
    """A version with its text (Markdown), its clauses and the captures it was read from."""

    text = serializers.CharField(read_only=True)
    clauses = serializers.SerializerMethodField()
    snapshots = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = (*VersionShape.Meta.fields, "text", "clauses", "snapshots")
        read_only_fields = fields

    @extend_schema_field(Clause(many=True))
    def get_clauses(self, version: Version) -> list[dict[str, Any]]:
        return [dict(zip(CITED, entry[1:], strict=True)) for entry in version.outline]

    @extend_schema_field(SnapshotShape(many=True))
    def get_snapshots(self, version: Version) -> list[dict[str, Any]]:
        rows = Snapshot.objects.filter(pk__in=version.screening.snapshot_ids).defer("headers", "redirects")
        return [dict(shown) for shown in SnapshotShape(rows, many=True).data]


class Ground(serializers.Serializer[Any]):
    why = serializers.CharField()
    detail = serializers.CharField()


class ChangeShape(serializers.ModelSerializer[Change]):
    platform = serializers.SlugField(source="document.platform.slug", read_only=True)
    document_name = serializers.CharField(source="document.name", read_only=True)
    headline = serializers.SerializerMethodField()
    reasons = Ground(many=True, read_only=True)
    page = PageUrl()

    class Meta:
        model = Change
        fields = ("id", "platform", "document", "document_name", "before", "after", "significance", "headline",
                  "reasons", "counts", "suppressed", "effective_date", "observed_at", "recorded_at",
                  "page")  # fmt: skip
        read_only_fields = fields

    def get_headline(self, change: Change) -> str:
        return change.summary.get("headline", "")


class Side(Clause):
    """One side of an edit: the clause with its words, found verbatim at [start, end) of that version's text."""

    version = serializers.IntegerField()
    text = serializers.CharField()


class Words(serializers.Serializer[Any]):
    """Words that went, came or were replaced, with their places in the two texts (code points, half-open)."""

    before_start = serializers.IntegerField()
    before_end = serializers.IntegerField()
    after_start = serializers.IntegerField()
    after_end = serializers.IntegerField()
    removed = serializers.CharField()
    added = serializers.CharField()


class EditShape(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    kind = serializers.CharField()
    significance = serializers.ChoiceField(choices=Significance.choices)
    reasons = Ground(many=True)
    before = Side(allow_null=True)
    after = Side(allow_null=True)
    words = Words(many=True)


class ChangeWithEdits(ChangeShape):
    """A change with its structured summary and, clause by clause, the words that went and came."""

    notice = serializers.SerializerMethodField()
    summary = serializers.JSONField(read_only=True, help_text="headline, lines, facts, topics, left_out")
    edits = serializers.SerializerMethodField()

    class Meta:
        model = Change
        fields = ("notice", *ChangeShape.Meta.fields, "summary", "edits")
        read_only_fields = fields

    @extend_schema_field(Notice)
    def get_notice(self, change: Change) -> dict[str, str]:
        return notice()

    @extend_schema_field(EditShape(many=True))
    def get_edits(self, change: Change) -> list[dict[str, Any]]:
        return edits_of(change)


def edits_of(change: Change) -> list[dict[str, Any]]:
    """Return the edits of `change` as plain values; one query."""
    return [
        {
            "position": edit.position,
            "kind": edit.kind,
            "significance": edit.significance,
            "reasons": edit.reasons,
            "before": _side(change.before, edit.before_position),
            "after": _side(change.after, edit.after_position),
            "words": [_words(change, span) for span in edit.words],
        }
        for edit in change.edits.all()
    ]


def _side(version: Version, position: int | None) -> dict[str, Any] | None:
    if position is None:
        return None
    cited = dict(zip(CITED, version.outline[position][1:], strict=True))
    return cited | {"version": version.pk, "text": version.text[cited["start"] : cited["end"]]}


def _words(change: Change, span: list[int]) -> dict[str, Any]:
    names = ("before_start", "before_end", "after_start", "after_end")
    places = dict(zip(names, span, strict=True))
    removed, added = change.before.text[span[0] : span[1]], change.after.text[span[2] : span[3]]
    return places | {"removed": removed, "added": added}


class Event(serializers.Serializer[Any]):
    """One line of a timeline; `change` is null for a first record."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=Version.Kind.choices, help_text="technical upgrades are no events")
    platform = serializers.SlugField()
    document = serializers.IntegerField()
    document_name = serializers.CharField()
    version = serializers.IntegerField()
    sequence = serializers.IntegerField()
    effective_date = serializers.DateField(allow_null=True)
    change = serializers.IntegerField(allow_null=True)
    significance = serializers.ChoiceField(choices=Significance.choices, allow_null=True)
    headline = serializers.CharField(allow_null=True)


class Timeline(serializers.Serializer[Any]):
    notice = Notice()
    since = serializers.DateTimeField(allow_null=True, help_text="how far back the plan lets this timeline go")
    next = serializers.URLField(allow_null=True)
    results = Event(many=True)


class WatchShape(serializers.ModelSerializer[Watch]):
    platform = serializers.SlugField(source="platform.slug", read_only=True, allow_null=True, default=None)
    direction = serializers.ChoiceField(choices=Watch.Direction.choices, allow_blank=True, help_text="empty: any")
    recipients = serializers.SerializerMethodField(help_text="the channels it is told through; none: all of them")

    class Meta:
        model = Watch
        fields = ("id", "kind", "platform", "document", "term", "direction", "minimum_significance", "recipients",
                  "position", "created_at", "paused_at", "snoozed_until")  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "array", "items": {"type": "integer"}})
    def get_recipients(self, watch: Watch) -> list[int]:
        return sorted(row.channel_id for row in watch.recipients.all())


class WatchlistShape(serializers.ModelSerializer[Watchlist]):
    watches = WatchShape(many=True, read_only=True)
    timeline = serializers.SerializerMethodField()

    class Meta:
        model = Watchlist
        fields = ("id", "name", "created_at", "watches", "timeline")
        read_only_fields = fields

    def get_timeline(self, watchlist: Watchlist) -> str:
        return f"{settings.SITE_URL}{reverse('monitoring:v1:watchlist_timeline', args=[watchlist.pk])}"


class Recipients(serializers.ListField):
    """Numbers of channels of the organization."""

    child = serializers.IntegerField(min_value=1, max_value=2**63 - 1)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, required=False, **kwargs)


class NewWatch(serializers.Serializer[Any]):
    """What comes in to make a watch: a platform, a document of it, or a term, there or everywhere that is watched."""

    platform = serializers.SlugField(max_length=80, required=False, allow_null=True)
    document = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    kind = bodies.Choice(
        choices=[choice for choice in Watch.Kind.choices if choice[0] in Watch.WORDED],
        required=False,
        help_text="what `term` is; left out for platforms and documents",
    )
    term = serializers.CharField(
        required=False, max_length=200, help_text="the key of a provision type, a rule, or a phrase"
    )
    direction = bodies.Choice(choices=Watch.Direction.choices, required=False, allow_blank=True, default="")
    minimum_significance = bodies.Choice(choices=Significance.choices[:3], default=Significance.SUBSTANTIVE.value)
    recipients = Recipients()

    def validate(self, wanted: dict[str, Any]) -> dict[str, Any]:
        if bool(wanted.get("term")) != bool(wanted.get("kind")):
            raise serializers.ValidationError({"term": ["A term goes with its kind: give both, or neither."]})
        if not wanted.get("term") and not wanted.get("platform"):
            raise serializers.ValidationError({"platform": ["This field is required where there is no term."]})
        if wanted.get("document") and not wanted.get("platform"):
            raise serializers.ValidationError({"platform": ["A document goes with its platform."]})
        return wanted


class ChangedWatch(serializers.Serializer[Any]):
    """What comes in to change a watch; what is left out stays."""

    minimum_significance = bodies.Choice(choices=Significance.choices[:3], required=False)
    direction = bodies.Choice(choices=Watch.Direction.choices, required=False, allow_blank=True)
    recipients = Recipients()
    paused = serializers.BooleanField(required=False)
    snoozed_until = serializers.DateTimeField(required=False, allow_null=True)
