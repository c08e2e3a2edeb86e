"""What readers contest in a reading, and what operators made of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.models.provisions import Revision


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def waiting(self) -> "CorrectionQuerySet":
        """What nobody has decided yet, the oldest first."""
        return self.filter(outcome="").order_by("created_at", "id")

    def decided(self) -> "CorrectionQuerySet":
        """What stands in the public log, the latest decision first."""
        return self.exclude(outcome="").order_by("-decided_at", "-id")

    def with_reading(self) -> "CorrectionQuerySet":
        return self.select_related("revision__provision__document__platform").defer("revision__passages")


class Correction(models.Model):
    """Somebody says that the reading of a Revision is wrong. Written by a visitor, decided once by an operator, never deleted.

    What the visitor wrote and their address stay with the operators; `answer` and `outcome` are public.
    """

    class Fault(models.TextChoices):
        TYPE = "type", _("The words are about something else")
        STANCE = "stance", _("The position is read wrongly")
        CARVEOUT = "carveout", _("An exception is missing or wrong")
        PARAMETER = "parameter", _("A number or name is read wrongly")
        PASSAGE = "passage", _("Other words of the document decide this")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("the reading was wrong")
        DECLINED = "declined", _("the reading stands")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="corrections")
    fault = models.CharField(max_length=10, choices=Fault.choices)
    reason = models.CharField(max_length=2000, help_text="what is wrong and why, in the reader's words")
    email = models.EmailField(blank=True, help_text="where the outcome is sent, if the reader wants that")
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.CharField(max_length=1000, blank=True, help_text="why, in the operator's words; public")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | ~Q(outcome="") & ~Q(decided_at=None) & ~Q(answer=""),
                name="correction_decided_with_a_reason",
            )
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(outcome=""), name="correction_waiting"),
            models.Index(fields=["-decided_at", "-id"], name="correction_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.get_fault_display()}: {self.revision}"
