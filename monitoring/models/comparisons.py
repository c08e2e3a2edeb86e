"""What an organization keeps of the comparison: chosen platforms and types; and what it said of itself to have law sorted by."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel


class Comparison(TenantModel):
    """A saved matrix: these platforms against these provision types, by the organization's own name for it.

    `platforms` are numbers of Platforms, `provision_types` keys of the taxonomy, both in the order they are shown.
    """

    name = models.CharField(max_length=100)
    platforms = ArrayField(models.BigIntegerField(), size=100)
    provision_types = ArrayField(models.CharField(max_length=60), size=100)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint("organization", Lower("name"), name="comparison_once_per_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("monitoring:comparison", args=[self.pk])


class Applicability(TenantModel):
    """Where an organization operates, whose data it handles and what it uses AI for, in its own statement. One row each."""

    class Whose(models.TextChoices):
        CUSTOMERS = "customers", _("Consumers")
        EMPLOYEES = "employees", _("Employees and applicants")
        CHILDREN = "children", _("Children and teenagers")
        PATIENTS = "patients", _("Patients, or anybody's health")
        STUDENTS = "students", _("Pupils and students")

    class Use(models.TextChoices):
        ASSISTANT = "assistant", _("Assistance to staff")
        CUSTOMER_FACING = "customer_facing", _("Conversation with people outside, or media made for them")
        DECISIONS = "decisions", _("Decisions about people: hiring, credit, insurance, benefits")
        BIOMETRICS = "biometrics", _("Voices and faces")
        COMPANION = "companion", _("Companionship or therapy")
        HOSTING = "hosting", _("Publishing what users make or share")

    places = ArrayField(models.CharField(max_length=10), help_text="places as the regulation library names them")
    whose_data = ArrayField(models.CharField(max_length=20, choices=Whose.choices), default=list, blank=True)
    uses = ArrayField(models.CharField(max_length=20, choices=Use.choices), default=list, blank=True)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    stated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization"], name="applicability_once_per_organization"),
        ]
        verbose_name_plural = "applicabilities"

    def __str__(self) -> str:
        return ", ".join(self.places)
