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
    READ = "read"
    WATCH = "watch"
    REVIEW = "review"
    CHANNELS = "channels"
    KEYS = "keys"
    PEOPLE = "people"
    ORGANIZATION = "organization"
    TRAIL = "trail"
    BILLING = "billing"
    OWN = "own"


MEANINGS = {
    Permission.READ: _("See what the organization watches and was told"),
    Permission.WATCH: _("Add, change and remove watches; ask for platforms and documents"),
    Permission.REVIEW: _("Review changes, and mark the versions that were accepted"),
    Permission.CHANNELS: _("Add, test, rotate and remove webhooks and other channels"),
    Permission.KEYS: _("Make, rotate and revoke API keys"),
    Permission.PEOPLE: _("Invite and remove people, change their roles"),
    Permission.ORGANIZATION: _("Change its name, short name and time zone"),
    Permission.TRAIL: _("Read and export the audit trail"),
    Permission.BILLING: _("Choose and pay for a plan"),
    Permission.OWN: _("Export, hand over or close the organization"),
}
TABLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {Permission.BILLING, Permission.OWN},
    Role.ANALYST: frozenset({Permission.READ, Permission.WATCH, Permission.REVIEW}),
    Role.VIEWER: frozenset({Permission.READ}),
}
# An owner comes by making an organization or by accepting its transfer, never by a choice from a list.
GIVEN = (Role.ADMIN, Role.ANALYST, Role.VIEWER)


def may(role: str, permission: Permission) -> bool:
    """Return whether `role` carries `permission`. Raises ValueError for a role that is not in the table."""
    return permission in TABLE[Role(role)]


def rows() -> tuple[tuple[str, tuple[bool, ...]], ...]:
    """Return the table as people read it: for each permission its meaning, and whether each role carries it."""
    return tuple(
        (str(MEANINGS[permission]), tuple(permission in TABLE[role] for role in Role)) for permission in Permission
    )


def as_markdown() -> str:
    """Return the table as it stands in docs/roles.md."""
    lines = [f"| | {' | '.join(str(role.label) for role in Role)} |", f"|---{'|:---:' * len(Role)}|"]
    for meaning, cells in rows():
        lines.append(f"| {meaning} | {' | '.join('yes' if cell else '–' for cell in cells)} |")
    return "\n".join(lines) + "\n"
