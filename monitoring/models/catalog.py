"""What we watch, as the declarations in git say it. Written only by `sync_catalog`; shared by all tenants."""

from django.apps import apps
from django.db import models
from django.urls import reverse

from monitoring.assess import wording


class PlatformQuerySet(models.QuerySet["Platform"]):
    def current(self) -> "PlatformQuerySet":
        """Platforms that the catalog still declares."""
        return self.filter(retired_at=None)

    def with_freshness(self) -> "PlatformQuerySet":
        """Each with document_count, changed_at and checked_at (both None before there was anything to tell)."""
        documents = apps.get_model("monitoring", "Document").objects.filter(
            platform=models.OuterRef("pk"), retired_at=None
        )
        # One step of the index for each document: the largest of all changes would be found by reading them all.
        changes = apps.get_model("monitoring", "Change").objects.filter(document=models.OuterRef("pk"))
        latest = models.Subquery(changes.order_by("-observed_at").values("observed_at")[:1])
        schedules = apps.get_model("monitoring", "Schedule").objects.filter(
            source__document__platform=models.OuterRef("pk"), source__retired_at=None
        )
        return self.annotate(
            document_count=_aggregate(documents, models.Count("pk")),
            changed_at=_aggregate(documents.annotate(latest=latest), models.Max("latest")),
            checked_at=_aggregate(schedules, models.Max("last_fetched_at")),
        )


def _aggregate(rows: models.QuerySet, aggregate: models.Aggregate) -> models.Subquery:
    """Return one figure over `rows` of the outer row, as a subquery: joins would multiply each other."""
    grouped = rows.order_by().annotate(one=models.Value(1)).values("one")
    return models.Subquery(grouped.annotate(figure=aggregate).values("figure"))


class Platform(models.Model):
    """Who publishes. One row per declaration file; retired, never deleted, when the file goes."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    vendor = models.CharField(max_length=160, blank=True)
    home_page = models.URLField(max_length=500, blank=True)
    legal_hub = models.URLField(max_length=500, blank=True, help_text="the page that lists its documents")
    category = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PlatformQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("monitoring:platform", args=[self.slug])


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> "DocumentQuerySet":
        """Documents that the catalog still declares."""
        return self.filter(retired_at=None, platform__retired_at=None)

    def with_platform(self) -> "DocumentQuerySet":
        return self.select_related("platform")


class Document(models.Model):
    """One governed text of a platform. A variant (region, language, audience) is a Document of its own.

    `terms_type`, `region` and `audience` are keys of the catalog's closed lists; empty region or audience: for everyone.
    """

    # Private documents of an organization come later; until then always null.
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, null=True, blank=True, related_name="+")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="documents")
    terms_type = models.CharField(max_length=80)
    region = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=20, blank=True)
    audience = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=120)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["platform", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "platform", "terms_type", "region", "language", "audience"],
                nulls_distinct=False,
                name="document_once_per_variant",
            ),
            models.UniqueConstraint(
                fields=["organization", "platform", "slug"],
                nulls_distinct=False,
                name="document_slug_once_per_platform",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform.name} {self.own_name}"

    @property
    def own_name(self) -> str:
        """The name without the platform's before it, for use beside that: "API Terms" of "Anthropic API Terms"."""
        return wording.own_name(self.platform.name, self.name)

    @property
    def titled(self) -> str:
        """Its own name within a sentence, in quotation marks where it reads as one: “How we train our models”."""
        return wording.titled(self.own_name)

    @property
    def as_object(self) -> str:
        """What its platform is said to have changed: "its Terms of Service"."""
        return wording.as_object(self.platform.name, self.name)

    def get_absolute_url(self) -> str:
        return reverse("monitoring:document", args=[self.platform.slug, self.slug])


class SourceQuerySet(models.QuerySet["Source"]):
    def current(self) -> "SourceQuerySet":
        return self.filter(retired_at=None).order_by("document_id", "position")


class Source(models.Model):
    """One URL with its selectors; a Document may combine several, in order of `position`.

    `select` and `remove` hold selectors exactly as declared. A new URL is a new row: captures keep the one they came from.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="sources")
    position = models.PositiveSmallIntegerField(default=0)
    url = models.CharField(max_length=2000)
    select = models.JSONField(default=list, blank=True)
    remove = models.JSONField(default=list, blank=True)
    filters = models.JSONField(default=list, blank=True)
    render = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "position"], condition=models.Q(retired_at=None), name="source_once_per_position"
            )
        ]

    def __str__(self) -> str:
        return self.url
