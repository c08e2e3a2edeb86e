"""The permission table: what each role of a Membership may do. Pages, API and tests read it from here."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    ANALYST = "analyst", _("Analyst")
    VIEWER = "viewer", _("Viewer")


class Permission(StrEnum):
    READ = "read"  # see what the organization watches and was told
    WATCH = "watch"  # add, change and remove watches
    KEYS = "keys"  # make and revoke API keys
    PEOPLE = "people"  # invite, remove and change roles
    ORGANIZATION = "organization"  # name, time zone, channels
    BILLING = "billing"  # choose and pay for a plan


TABLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {Permission.BILLING},
    Role.ANALYST: frozenset({Permission.READ, Permission.WATCH}),
    Role.VIEWER: frozenset({Permission.READ}),
}


def may(role: str, permission: Permission) -> bool:
    """Return whether `role` carries `permission`. Raises ValueError for a role that is not in the table."""
    return permission in TABLE[Role(role)]
