"""What an organization wants to hear about, and where it is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import SameOrganization, TenantModel
from monitoring.models.catalog import Document, Platform
from monitoring.models.changes import Significance


class Watchlist(TenantModel):
    """A named list of watches; each organization starts with one."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "name"], name="watchlist_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Watch(TenantModel):
    """What one watchlist looks at: a platform, or one document of it.

    `position` is the order that the user chose: when a plan allows fewer platforms than are watched, the first stay
    active and the rest pause. That is derived at reading, never written here.
    """

    watchlist = models.ForeignKey(Watchlist, models.CASCADE, related_name="watches")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="watches")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="watches")
    minimum_significance = models.CharField(
        max_length=14, choices=Significance.choices[:3], default=Significance.SUBSTANTIVE
    )
    position = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("watchlist", name="watch_watchlist_same_organization"),
            models.UniqueConstraint(
                fields=["watchlist", "platform", "document"], nulls_distinct=False, name="watch_once_per_watchlist"
            ),
        ]
        indexes = [models.Index(fields=["platform"], name="watch_active", condition=Q(paused_at=None))]

    def __str__(self) -> str:
        return str(self.document or self.platform)


class Channel(TenantModel):
    """Where an organization is told: so far the mail address of one of its people."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EMAIL)
    address = models.CharField(max_length=320)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="channels")
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "kind", "address"], name="channel_once_per_address"),
        ]

    def __str__(self) -> str:
        return self.address
