"""Two consecutive Versions that really differ, clause by clause."""

from datetime import datetime

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.models.catalog import Document
from monitoring.models.versions import Version

SURE = 0.9  # the confidence from which on a new provision is named in lists
# The words of a summary, headline and lines, as they are searched for.
SAID = SearchVector(
    models.Func(
        models.F("summary"),
        template="(%(expressions)s ->> 'headline') || ' ' || jsonb_path_query_array(%(expressions)s, '$.lines[*].text')::text",
        output_field=models.TextField(),
    ),
    config="english",
)


class Significance(models.TextChoices):
    """How much a difference matters. Format and noise never make a Change; they may mark an Edit within one."""

    SUBSTANTIVE = "substantive", _("substantive")
    MINOR = "minor", _("minor")
    HOUSEKEEPING = "housekeeping", _("housekeeping")
    FORMAT = "format", _("format")
    NOISE = "noise", _("noise")


class ChangeQuerySet(models.QuerySet["Change"]):
    def with_document(self) -> "ChangeQuerySet":
        return self.select_related("document__platform")

    def with_versions(self) -> "ChangeQuerySet":
        return self.with_document().select_related("before", "after")

    def since(self, moment: datetime) -> "ChangeQuerySet":
        return self.filter(observed_at__gte=moment)

    def older_than(self, place: tuple[datetime, int]) -> "ChangeQuerySet":
        """Changes that come after `place` (observed_at, id) in the order newest first; as cheap at any depth."""
        rows: ChangeQuerySet = self.extra(  # type: ignore[assignment]
            where=["(monitoring_change.observed_at, monitoring_change.id) < (%s, %s)"], params=place
        )
        return rows

    def without_texts(self) -> "ChangeQuerySet":
        """With document, platform and the numbers of the versions, but none of their text."""
        heavy = ("text", "outline", "title", "digest", "method")
        return self.with_versions().defer(*(f"{side}__{name}" for side in ("before", "after") for name in heavy))

    def in_lists(self) -> "ChangeQuerySet":
        """With what one line of a list tells: when, where, how much and the headline; nothing of what it rests on."""
        told = ("observed_at", "recorded_at", "significance", "summary", "effective_date")
        named = ("name", "slug", "terms_type", "platform__name", "platform__slug")
        return self.with_document().only(*told, *(f"document__{each}" for each in named))

    def with_touches(self) -> "ChangeQuerySet":
        """Each with `touches`: {type, fate, direction} of the provisions it moved, the weightiest exposure first.

        For one line of a list: left out is what a sure reading does not hold up (new below SURE) and what is no longer
        found, which the page of the change tells beside the words.
        """
        revisions = apps.get_model("monitoring", "Revision").objects.events().exclude(fate="withdrawn")
        rows = revisions.filter(version=models.OuterRef("after")).exclude(fate="new", confidence__lt=SURE)
        told = JSONObject(type="provision__provision_type", fate="fate", direction="direction")
        weightiest = rows.order_by(models.F("score").desc(nulls_last=True), "id").values(told=told)
        return self.annotate(touches=ArraySubquery(weightiest))

    def substantive(self) -> "ChangeQuerySet":
        return self.filter(significance=Significance.SUBSTANTIVE)

    def unmatched(self, since: datetime) -> "ChangeQuerySet":
        """Changes recorded since then that no matching has looked at yet, oldest first."""
        return self.filter(recorded_at__gte=since, matching=None).order_by("recorded_at", "id")


class ChangeManager(models.Manager["Change"].from_queryset(ChangeQuerySet)):  # type: ignore[misc]
    """Changes without `words`, which no page shows."""

    def get_queryset(self) -> ChangeQuerySet:
        return super().get_queryset().defer("words")


class Change(models.Model):
    """What turned one Version into the next. Written with the later Version, in the same transaction.

    `summary` is the structured change summary: a list of plain sentences with the clauses they rest on. `words` is what
    search looks for; nothing else reads it.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="changes")
    before = models.ForeignKey(Version, models.PROTECT, related_name="changes_after")
    after = models.OneToOneField(Version, models.PROTECT, related_name="change")
    significance = models.CharField(max_length=14, choices=Significance.choices)
    reasons = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    counts = models.JSONField(default=dict, help_text="edits by kind")
    suppressed = models.JSONField(default=dict, help_text="what was left out, by kind: link updates and the like")
    effective_date = models.DateField(null=True, blank=True, help_text="as the later text states it")
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    words = models.GeneratedField(expression=SAID, output_field=SearchVectorField(), db_persist=True)

    objects = ChangeManager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-observed_at", "-id"]
        indexes = [
            models.Index(fields=["-observed_at", "-id"], name="change_newest"),
            models.Index(fields=["document", "-observed_at", "-id"], name="change_newest_of_document"),
            models.Index(fields=["recorded_at"], name="change_recorded"),
            GinIndex(fields=["words"], name="change_words"),
        ]

    def __str__(self) -> str:
        return f"{self.document} at {self.observed_at:%Y-%m-%d}: {self.significance}"

    def get_absolute_url(self) -> str:
        return reverse("monitoring:change", args=[self.pk])


class Edit(models.Model):
    """One clause's part in a Change.

    `before_position` and `after_position` index the outlines of the two Versions; null where the clause is new or gone.
    `words` are word-level spans [before start, before end, after start, after end] in code points of the two texts.
    """

    change = models.ForeignKey(Change, models.CASCADE, related_name="edits")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    before_position = models.PositiveIntegerField(null=True)
    after_position = models.PositiveIntegerField(null=True)
    further = models.JSONField(
        default=dict, help_text="positions of the other parts of a split or merge: before, after"
    )
    words = models.JSONField(default=list)
    significance = models.CharField(max_length=14, choices=Significance.choices)
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["change", "position"]
        constraints = [models.UniqueConstraint(fields=["change", "position"], name="edit_once_per_position")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.significance})"
