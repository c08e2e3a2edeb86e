"""The Version of a Document that an organization's contract refers to."""

from django.conf import settings
from django.db import models

from accounts.tenancy import TenantModel
from monitoring.models.catalog import Document
from monitoring.models.versions import Version


class Acceptance(TenantModel):
    """The version of one document that the organization accepted, on a day of its own saying; one a document.

    Written when somebody marks it. Another version in its place is a change of this row; the audit trail keeps both.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="acceptances")
    version = models.ForeignKey(Version, models.PROTECT, related_name="acceptances")
    accepted_date = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["document__platform__name", "document__name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "document"], name="acceptance_once_per_document"),
        ]

    def __str__(self) -> str:
        return f"version {self.version_id} of document {self.document_id}, accepted {self.accepted_date}"
