"""The text of a Document as it stood from a moment on, and its clauses."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring import phrases
from monitoring.models.catalog import Document
from monitoring.models.screenings import Screening

# The words of a clause as they are searched for.
WORDS = SearchVector(
    Func(
        F("text"), Value(phrases.BETWEEN), Value(" "), Value("g"),
        function="regexp_replace", output_field=models.TextField(),
    ),
    config="english",
)  # fmt: skip


class VersionQuerySet(models.QuerySet["Version"]):
    def latest_of(self, document_id: int) -> "Version | None":
        """The text as it stands, or None before the first record."""
        return self.filter(document_id=document_id).newest_first().first()

    def at(self, document_id: int, moment: datetime) -> "Version | None":
        """The text as it stood at `moment`, or None before the first record."""
        return self.filter(document_id=document_id, observed_at__lte=moment).newest_first().first()

    def newest_first(self) -> "VersionQuerySet":
        """By when the text stood; where a technical upgrade reads the same moment again, the later reading first."""
        return self.order_by("-observed_at", "-sequence")

    def without_text(self) -> "VersionQuerySet":
        return self.defer("text", "outline")


class Version(models.Model):
    """The text extracted from the Snapshots that its Screening names, as Markdown; numbered from 1 per document.

    Unique by (document, sequence) and not by digest, since a text may honestly return. `outline` lists the clauses in
    reading order: [digest, path, number, heading, kind, start, end], spans in code points of `text`, half-open.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("first record")
        CHANGE = "change", _("change")
        TECHNICAL = "technical", _("technical upgrade")

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    screening = models.OneToOneField(Screening, models.PROTECT, related_name="version")
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="upgrades",
        help_text="of a technical upgrade: the reading of the same moment that it improves on",
    )
    text = models.TextField()
    outline = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the UTF-8 bytes of the text")
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=20, blank=True)
    effective_date = models.DateField(null=True, blank=True, help_text="as the text states it")
    updated_date = models.DateField(null=True, blank=True, help_text="as the text states it")
    method = models.CharField(max_length=20)
    confidence = models.FloatField(default=1.0)
    size_words = models.PositiveIntegerField(default=0)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-sequence"]
        constraints = [models.UniqueConstraint(fields=["document", "sequence"], name="version_once_per_sequence")]
        indexes = [
            models.Index(fields=["-observed_at", "-id"], name="version_newest"),
            models.Index(fields=["document", "-observed_at", "-id"], name="version_newest_of_document"),
        ]

    def __str__(self) -> str:
        return f"version {self.sequence} of document {self.document_id}"

    @property
    def hex(self) -> str:
        return bytes(self.digest).hex()

    def get_absolute_url(self) -> str:
        return reverse("monitoring:version", args=[self.document.platform.slug, self.document.slug, self.sequence])


class Clause(models.Model):
    """The text of a clause, stored once per document and digest however many Versions carry it.

    words: what search looks for. Kept, not only indexed: the order of words is checked in each clause that has them all,
    and to take its text apart anew costs more than all the rest of a search.
    """

    pk = models.CompositePrimaryKey("document_id", "digest")
    document = models.ForeignKey(Document, models.PROTECT, related_name="clauses", db_index=False)
    digest = models.BinaryField(max_length=16)
    text = models.TextField()
    words = models.GeneratedField(expression=WORDS, output_field=SearchVectorField(), db_persist=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="clause_words")]

    def __str__(self) -> str:
        return self.text[:60]
