"""ApiKey: what a program shows to act for an Organization."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import SameOrganization, TenantModel


class Scope(models.TextChoices):
    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class ApiKey(TenantModel):
    """One key. Written when a person makes it; only its SHA-256 is kept. Revoked keys stay for the audit trail.

    `replaces`: the key that this one took the place of; both work until the old one expires.
    """

    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.READ)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("replaces", name="api_key_replaces_same_organization"),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_key_digest_is_sha256"
            ),
            models.CheckConstraint(condition=models.Q(scope__in=["read", "write"]), name="api_key_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (ca_{self.prefix}_…)"

    def is_valid_at(self, now: datetime) -> bool:
        return self.revoked_at is None and not self.has_expired_at(now)

    def has_expired_at(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now
