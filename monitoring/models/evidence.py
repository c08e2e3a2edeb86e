"""The hash chain of a document: what a stranger can check."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.catalog import Document


class Link(models.Model):
    """One entry of a document's hash chain, written in the transaction of the record it stands for.

    digest = SHA-256(previous digest + record digest); the record digest is taken over the record's fields as canonical
    JSON (`archive.record_digest`). A changed, removed or inserted record breaks the chain from there on.
    """

    class Kind(models.TextChoices):
        SNAPSHOT = "snapshot", _("snapshot")
        SCREENING = "screening", _("screening")
        VERSION = "version", _("version")
        CHANGE = "change", _("change")
        FETCHES = "fetches", _("daily summary of fetches")

    document = models.ForeignKey(Document, models.PROTECT, related_name="links")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    record_id = models.BigIntegerField()
    record_digest = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "sequence"]
        constraints = [models.UniqueConstraint(fields=["document", "sequence"], name="link_once_per_sequence")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.record_id}"
