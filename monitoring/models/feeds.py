"""Feeds of what an organization watches: public ones need no row."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import SameOrganization, TenantModel, TenantQuerySet
from monitoring.models.watching import Watchlist


class Feed(TenantModel):
    """The private feed of one watchlist: who knows its address reads it. Only the SHA-256 of the token is kept.

    A new one takes the place of the old; revoked ones stay for the audit trail.
    """

    watchlist = models.ForeignKey(Watchlist, models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = TenantQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("watchlist", name="feed_watchlist_same_organization"),
            models.UniqueConstraint(fields=["watchlist"], condition=Q(revoked_at=None), name="feed_one_of_a_watchlist"),
        ]

    def __str__(self) -> str:
        return f"feed of {self.watchlist}"
