"""New, moved and vanished documents: the visits to legal hubs, and what is proposed to the operators."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitoring.models.catalog import Platform, Source


class HubVisitQuerySet(models.QuerySet["HubVisit"]):
    def due(self, now: datetime) -> "HubVisitQuerySet":
        """Visits whose time has come and that nobody holds, the longest waiting first."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lt=now), due_at__lte=now).order_by("due_at")


class HubVisit(models.Model):
    """The one mutable row of a platform's legal hub: due, lease, validators, failures, and how its links are read.

    It exists exactly while the catalog declares the hub.
    """

    platform = models.OneToOneField(Platform, models.CASCADE, primary_key=True, related_name="hub_visit")
    url = models.CharField(max_length=500, help_text="as declared when it was last visited")
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True, help_text="when its links were last read")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    reason = models.CharField(max_length=40, blank=True, help_text="of the last failure; empty after a success")
    links = models.PositiveIntegerField(default=0, help_text="that look like rules, at the last reading")
    needs_browser = models.BooleanField(default=False, help_text="the page as served has no such links")

    objects = HubVisitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="hub_visit_due")]

    def __str__(self) -> str:
        return f"{self.url} due {self.due_at}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> "ProposalQuerySet":
        """Proposals that nobody has decided and that time has not settled."""
        return self.filter(closed_at=None)

    def with_document(self) -> "ProposalQuerySet":
        return self.select_related("platform", "source__document__platform")

    def untold(self, since: datetime) -> "ProposalQuerySet":
        """Open news since then that nobody was told of, oldest first."""
        return self.open().filter(is_news=True, told_at=None, created_at__gte=since).order_by("created_at", "id")


class Proposal(models.Model):
    """Something seen that the catalog does not say yet: a new document, a new address, an address without a document.

    `url` is the address it is about: of the new document, the new address of a moved one, the dead address of a
    vanished one. `is_news`: it was not so when we first looked; only news is told to watchers. Closed by an operator
    (accepted, dismissed) or by what happened since (settled); never deleted, and a closed one is not made again.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("new document")
        MOVED = "moved", _("moved")
        VANISHED = "vanished", _("vanished")

    class Closing(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DISMISSED = "dismissed", _("dismissed")
        SETTLED = "settled", _("settled by itself")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        help_text="of a moved or vanished document",
    )
    url = models.CharField(max_length=2000)
    title = models.CharField(max_length=200, blank=True, help_text="the words of the link")
    terms_type = models.CharField(
        max_length=80, blank=True, help_text="what it looks like; empty when that is not clear"
    )
    evidence = models.JSONField(default=dict, help_text="what it rests on: statuses, counts, the page it was found on")
    is_news = models.BooleanField()
    began_at = models.DateTimeField(help_text="since when it is so, as far as was seen")
    last_seen_at = models.DateTimeField()
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when watchers were matched; its absence is the queue"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=10, choices=Closing.choices, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "kind", "source", "url"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="new", source=None) | (~Q(kind="new") & Q(source__isnull=False)),
                name="proposal_of_a_source_unless_new",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
                name="proposal_closed_as_something",
            ),
        ]
        indexes = [
            models.Index(fields=["platform"], name="proposal_open", condition=Q(closed_at=None)),
            models.Index(fields=["created_at"], name="proposal_untold", condition=Q(is_news=True, told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.kind}: {self.url}"
