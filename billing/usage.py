"""How much of each limit an Organization uses. Who counts is named in settings.PLAN_USAGE: what is watched lies above."""

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Organization


def of(organization: Organization) -> dict[str, int]:
    """Return the counts by the name of the limit, in the order of the settings."""
    return {what: import_string(path)(organization) for what, path in settings.PLAN_USAGE.items()}


def count_people(organization: Organization) -> int:
    return organization.memberships.count()
