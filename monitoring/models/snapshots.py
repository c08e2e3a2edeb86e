"""The payload as served: immutable, addressed by the digest of its uncompressed bytes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.catalog import Document, Source


class Blob(models.Model):
    """Bytes in the archive store, kept once. `base` is the blob whose bytes served as dictionary of the compression."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    size_bytes = models.PositiveIntegerField()
    stored_bytes = models.PositiveIntegerField()
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hex

    @property
    def hex(self) -> str:
        return bytes(self.digest).hex()


class Certificate(models.Model):
    """A TLS certificate that a server showed, DER, kept once by its SHA-256."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    der = models.BinaryField()

    def __str__(self) -> str:
        return bytes(self.digest).hex()


class Snapshot(models.Model):
    """One capture of a Source whose bytes differ from the one before, with the HTTP evidence of how it came.

    `observed_at` is when the bytes were served, `recorded_at` when we wrote the row (later for imports).
    """

    class Origin(models.TextChoices):
        FETCHED = "fetched", _("fetched")
        RENDERED = "rendered", _("rendered in a browser")
        IMPORTED = "imported", _("imported")
        UPLOADED = "uploaded", _("uploaded")
        DEMO = "demo", _("demo world")

    document = models.ForeignKey(Document, models.PROTECT, related_name="snapshots")
    source = models.ForeignKey(Source, models.PROTECT, related_name="snapshots")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="snapshots")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    content_type = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000, help_text="the address that answered, after redirects")
    redirects = models.JSONField(default=list, help_text="[[status, url], …] before that address")
    headers = models.JSONField(default=list, help_text="[[name, value], …] as served")
    server_address = models.CharField(max_length=60, blank=True)
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, blank=True, related_name="+")
    provenance = models.JSONField(default=dict, help_text="of an import: collection, commit, licence, attribution")

    class Meta:
        ordering = ["-observed_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "observed_at"], name="snapshot_once_per_source_and_time")
        ]

    def __str__(self) -> str:
        return f"{bytes(self.blob_id).hex()[:12]} at {self.observed_at}"
