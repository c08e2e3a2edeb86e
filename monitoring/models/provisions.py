"""What a Document says on a provision type, and how that moved: Provision, its Revisions, and which Versions were read."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring import classify, knowledge
from monitoring.models.catalog import Document
from monitoring.models.changes import Change
from monitoring.models.versions import Version


class ProvisionQuerySet(models.QuerySet["Provision"]):
    def with_document(self) -> "ProvisionQuerySet":
        return self.select_related("document__platform")


class Provision(models.Model):
    """What one Document says on one provision type; keeps its identity while the wording changes, moves or goes and returns.

    When it was first and last seen, and whether it stands, are questions to its Revisions.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="provisions")
    provision_type = models.CharField(max_length=60, help_text="a key of the taxonomy")
    created_at = models.DateTimeField()

    objects = ProvisionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "provision_type"]
        constraints = [
            models.UniqueConstraint(fields=["document", "provision_type"], name="provision_once_per_document_and_type")
        ]
        indexes = [models.Index(fields=["provision_type"], name="provision_of_type")]

    def __str__(self) -> str:
        return f"{self.type.name} in {self.document}"

    @property
    def public_id(self) -> str:
        """The number it is cited by: "CA-P-000123"."""
        return f"CA-P-{self.pk:06d}"

    @property
    def type(self) -> knowledge.ProvisionType:
        return knowledge.taxonomy().types[self.provision_type]

    def get_absolute_url(self) -> str:
        return reverse(
            "monitoring:provision", args=[self.document.platform.slug, self.document.slug, self.provision_type]
        )


class RevisionQuerySet(models.QuerySet["Revision"]):
    def newest_first(self) -> "RevisionQuerySet":
        """By when the wording stood; where a technical one reads the same moment again, the later reading first."""
        return self.order_by("-observed_at", "-id")

    def standing(self, at: datetime | None = None) -> "RevisionQuerySet":
        """What the documents say, one Revision a Provision: today, or as it was known to stand at a moment.

        What was withdrawn is left out. Add filters after this one only where they do not choose among a Provision's Revisions.
        """
        rows = Revision.objects.filter(provision=models.OuterRef("provision"))
        if at is not None:
            rows = rows.filter(observed_at__lte=at)
        # One step of the index for each row that the other filters leave: a DISTINCT ON would sort all there are.
        return self.filter(pk=models.Subquery(rows.newest_first().values("pk")[:1])).exclude(
            fate=Revision.Fate.WITHDRAWN
        )

    def events(self) -> "RevisionQuerySet":
        """What stands on a timeline: what came, moved or went by the document's own doing."""
        return self.exclude(kind=Version.Kind.TECHNICAL).exclude(fate=Revision.Fate.CONTINUED)

    def of_change(self, change: Change) -> "RevisionQuerySet":
        """What a Change touched, in the order of the taxonomy of its text; empty when it touched no known type."""
        rows = self.events().filter(version_id=change.after_id)
        return rows.select_related("provision", "previous").order_by("id")

    def with_provision(self) -> "RevisionQuerySet":
        return self.select_related("provision__document__platform")

    def with_version(self) -> "RevisionQuerySet":
        """With the text that its citations point into."""
        return self.with_provision().select_related("version").defer("version__outline")


class Revision(models.Model):
    """The wording, stance, carve-outs and parameters of a Provision from one Version on.

    Offsets are half-open code points of the Version's text. `carveouts`: {key, start, end}; `parameters`: {name, value,
    unit, start, end}; `passages`: {clause, start, end, confidence, evidence: [[start, end], …]}, clause an index of the
    Version's outline. A withdrawn one has none of them and no stance. A technical one has no direction, and neither it nor
    a continued one (touched, but saying the same) stands on a timeline.
    """

    class Fate(models.TextChoices):
        NEW = classify.Fate.NEW.value, _("new")
        REVISED = classify.Fate.REVISED.value, _("revised")
        CONTINUED = classify.Fate.CONTINUED.value, _("continued")
        WITHDRAWN = classify.Fate.WITHDRAWN.value, _("withdrawn")

    class Direction(models.TextChoices):
        BETTER = classify.Direction.BETTER.value, _("better for users")
        WORSE = classify.Direction.WORSE.value, _("worse for users")
        NEUTRAL = classify.Direction.NEUTRAL.value, _("neutral")

    provision = models.ForeignKey(Provision, models.PROTECT, related_name="revisions", db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="revisions")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Version.Kind.choices)
    fate = models.CharField(max_length=10, choices=Fate.choices)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.NEUTRAL)
    altered = models.JSONField(default=list, help_text="wording, stance, carve-outs, parameters, place, numbering")
    stance = models.CharField(max_length=60, blank=True)
    stance_start = models.PositiveIntegerField(null=True, blank=True)
    stance_end = models.PositiveIntegerField(null=True, blank=True)
    carveouts = models.JSONField(default=list)
    parameters = models.JSONField(default=list)
    passages = models.JSONField(default=list)
    confidence = models.FloatField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="exposure, 0 to 100")
    level = models.CharField(max_length=10, blank=True)
    taxonomy = models.CharField(max_length=30)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-observed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provision", "version", "taxonomy"], name="revision_once_per_version_and_taxonomy"
            ),
            models.CheckConstraint(
                condition=Q(fate="withdrawn", stance="") | (~Q(fate="withdrawn") & ~Q(stance="")),
                name="revision_withdrawn_says_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["provision", "-observed_at", "-id"], name="revision_newest_of_provision"),
            models.Index(fields=["-observed_at", "-id"], name="revision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.provision_id} {self.fate} {self.stance}".strip()

    @property
    def values(self) -> dict[str, Any]:
        """The parameters by name."""
        return {parameter["name"]: parameter["value"] for parameter in self.parameters}

    @property
    def stated(self) -> dict[str, list[Any]]:
        """Every value that passages state, by the name of the parameter; that of the deciding passage first."""
        return {each["name"]: [each["value"], *each.get("further", ())] for each in self.parameters}

    @property
    def exceptions(self) -> tuple[str, ...]:
        """The keys of the carve-outs."""
        return tuple(carveout["key"] for carveout in self.carveouts)


class Classification(models.Model):
    """A Version was read for provisions by one revision of the taxonomy. Its absence is the queue."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="classifications")
    taxonomy = models.CharField(max_length=30)
    found = models.PositiveSmallIntegerField(help_text="how many provisions stand in it")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "taxonomy"], name="classification_once_per_version_and_taxonomy")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.taxonomy}"
