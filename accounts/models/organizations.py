"""Organization: the tenant. Membership: who belongs to it, and as what.

Both are read before it is known which organization a request is about, so neither is a tenant table.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role


class Weekday(models.IntegerChoices):
    """As `date.weekday()` counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Organization(models.Model):
    """One tenant. Written at its owner's first sign-in (the personal one, at most one a person) or by choice.

    `closes_at`: when everything it has is erased; null unless its owner asked for that. Until then it can be kept.
    Digests come at `digest_hour`, weekly ones on `digest_weekday`; what is told the same day comes at `same_day_hour`, or
    within an hour of being seen where that is null. Hours are those of `time_zone`.
    """

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    digest_weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    digest_hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    same_day_hour = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(23)])
    is_personal = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["created_by"], condition=models.Q(is_personal=True), name="organization_one_personal_a_user"
            ),
            models.CheckConstraint(
                condition=models.Q(digest_weekday__lte=6, digest_hour__lte=23)
                & (models.Q(same_day_hour=None) | models.Q(same_day_hour__lte=23)),
                name="organization_reporting_hours",
            ),
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
