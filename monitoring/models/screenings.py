"""The verdict on a new text before it becomes a Version."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.catalog import Document


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def held(self) -> "ScreeningQuerySet":
        return self.filter(outcome=Screening.Outcome.HELD)


class Screening(models.Model):
    """What was decided about the text of one or more Snapshots, and on what grounds.

    A difference that is only format or noise is counted here and makes no Version. `digest` and `sketch` are the
    document's memory: they tell a returning text from a new one for years, at a few hundred bytes each.
    """

    class Outcome(models.TextChoices):
        FIRST = "first", _("first record")
        NEWS = "news", _("news")
        UNCHANGED = "unchanged", _("unchanged")
        HELD = "held", _("held")
        TECHNICAL = "technical", _("technical upgrade")

    document = models.ForeignKey(Document, models.PROTECT, related_name="screenings")
    snapshot_ids = ArrayField(models.BigIntegerField(), help_text="one per Source, in order of position")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    difference = models.CharField(
        max_length=10, blank=True, help_text="from the current text: none, format, noise, words"
    )
    reasons = models.JSONField(default=list, help_text="[{reason, detail, spans}, …], the deciding one first")
    digest = models.BinaryField(
        max_length=32, help_text="of the normal form of the text; empty when none was extracted"
    )
    sketch = models.BinaryField()
    size_words = models.PositiveIntegerField(default=0)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    revision = models.CharField(max_length=20, help_text="of the rules that read it")
    provenance = models.JSONField(default=dict, help_text="of a text imported without its snapshot")

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ["-observed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "observed_at", "revision"], name="screening_once_per_document_and_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} at {self.observed_at}: {self.outcome}"
