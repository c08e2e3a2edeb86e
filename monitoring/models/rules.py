"""What operators decide about texts: rules that a document was taught, and decisions on texts that are held back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.models.catalog import Document
from monitoring.models.changes import Change
from monitoring.models.screenings import Screening


class RuleQuerySet(models.QuerySet["Rule"]):
    def active(self) -> "RuleQuerySet":
        """Rules that reading follows: reviewed, and not revoked."""
        return self.exclude(reviewed_at=None).filter(revoked_at=None)

    def waiting(self) -> "RuleQuerySet":
        """Rules that nobody has reviewed yet, the oldest first."""
        return self.filter(reviewed_at=None, revoked_at=None).order_by("created_at", "id")

    def revoked(self) -> "RuleQuerySet":
        return self.exclude(revoked_at=None)


class Rule(models.Model):
    """One thing a document was taught: edits like this one are noise here. Written when an operator says so.

    `patterns` are what `diff.rules` proposed for the marked edits of `change`; `quote` the words they were made of.
    Followed only once reviewed, until revoked; never deleted, and past Changes stay as they were told.
    """

    class Scope(models.TextChoices):
        WORDS = "words", _("these very words")
        SHAPE = "shape", _("these words with any numbers")
        SECTION = "section", _("everything in this section")

    document = models.ForeignKey(Document, models.PROTECT, related_name="rules")
    change = models.ForeignKey(Change, models.PROTECT, related_name="rules")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    patterns = ArrayField(models.CharField(max_length=300))
    quote = models.TextField()
    reason = models.CharField(max_length=500, help_text="why this is noise, in the operator's words")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=500, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "patterns"], condition=Q(revoked_at=None), name="rule_once_per_document"
            ),
            models.CheckConstraint(condition=~Q(patterns=[]), name="rule_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_scope_display()}"

    @property
    def is_active(self) -> bool:
        return self.reviewed_at is not None and self.revoked_at is None


class Decision(models.Model):
    """What an operator decided about a held text: publish it when it is next served, or go on holding it.

    The text is that of `screening`, known by its digest. The latest decision on a text counts, until a newer Version
    stands. Written by an operator, never changed.
    """

    class Outcome(models.TextChoices):
        PUBLISH = "publish", _("publish")
        HOLD = "hold", _("keep holding")

    document = models.ForeignKey(Document, models.PROTECT, related_name="decisions")
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="decisions")
    digest = models.BinaryField(max_length=32, help_text="of the text, as on the screening")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="hold") | ~Q(digest=b""), name="decision_publishes_only_a_text")
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.document_id} at {self.decided_at}"
