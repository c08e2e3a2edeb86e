"""Organization: the tenant. Membership: who belongs to it, and as what.

Both are read before it is known which organization a request is about, so neither is a tenant table.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role


class Organization(models.Model):
    """One tenant. Written at its owner's first sign-in (the personal one, at most one a person) or by choice.

    `closes_at`: when everything it has is erased; null unless its owner asked for that. Until then it can be kept.
    """

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_personal = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["created_by"], condition=models.Q(is_personal=True), name="organization_one_personal_a_user"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one Organization. Written when the organization is made or joined; removed on leaving."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_one_a_user"),
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_membership_organization_id"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organization_id} as {self.role}"
