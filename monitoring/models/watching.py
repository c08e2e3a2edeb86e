"""What an organization wants to hear about, and where it is told."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import SameOrganization, TenantModel, TenantQuerySet
from billing.plans import Cadence
from monitoring import knowledge, watch_rules
from monitoring.models.catalog import Document, Platform
from monitoring.models.changes import Significance

CADENCES = (
    (Cadence.IMMEDIATE.value, _("within a minute")),
    (Cadence.SAME_DAY.value, _("the same day")),
    (Cadence.DAILY.value, _("once a day, on days with news")),
    (Cadence.WEEKLY.value, _("once a week")),
)


class Watchlist(TenantModel):
    """A named list of watches; each organization starts with one."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "name"], name="watchlist_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Watch(TenantModel):
    """What one watchlist listens to, by `kind`: a platform, one document of it, or something said there.

    `term` is what is listened for: the key of a provision type, a watch rule in its written form, or a phrase; empty for
    platforms and documents. Such a watch may stand without a platform: it then holds for all that the organization watches.
    `position` is the order that the user chose: when a plan allows fewer platforms than are watched, the first stay
    active and the rest pause. That is derived at reading, never written here; `paused_at` and `snoozed_until` are the
    user's own.
    """

    class Kind(models.TextChoices):
        PLATFORM = "platform", _("platform")
        DOCUMENT = "document", _("document")
        PROVISION_TYPE = "provision_type", _("provision type")
        RULE = "rule", _("rule")
        SEARCH = "search", _("phrase")

    WORDED = (Kind.PROVISION_TYPE, Kind.RULE, Kind.SEARCH)  # the kinds that have a term

    class Direction(models.TextChoices):
        BETTER = "better", _("better for users")
        WORSE = "worse", _("worse for users")

    watchlist = models.ForeignKey(Watchlist, models.CASCADE, related_name="watches")
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.PLATFORM)
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="watches")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="watches")
    term = models.CharField(max_length=200, blank=True)
    direction = models.CharField(max_length=6, choices=Direction, blank=True, help_text="empty: whichever way it moved")
    minimum_significance = models.CharField(
        max_length=14, choices=Significance.choices[:3], default=Significance.SUBSTANTIVE
    )
    position = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "watches"
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("watchlist", name="watch_watchlist_same_organization"),
            models.UniqueConstraint(
                fields=["watchlist", "kind", "platform", "document", "term"],
                nulls_distinct=False,
                name="watch_once_per_watchlist",
            ),
            models.CheckConstraint(
                condition=Q(kind="platform", platform__isnull=False, document=None, term="")
                | Q(kind="document", platform__isnull=False, document__isnull=False, term="")
                | (Q(kind__in=["provision_type", "rule", "search"]) & ~Q(term="")),
                name="watch_says_what_it_listens_to",
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(platform__isnull=False), name="watch_document_has_its_platform"
            ),
        ]
        indexes = [models.Index(fields=["platform"], name="watch_active", condition=Q(paused_at=None))]

    def __str__(self) -> str:
        where = str(self.document or self.platform or "")
        if not self.term:
            return where
        return f"{self.said} ({where})" if where else self.said

    @property
    def said(self) -> str:
        """What is listened for, as a reader says it: a type by its name, a rule in words, a phrase in quotation marks."""
        if self.kind == Watch.Kind.PROVISION_TYPE:
            known = knowledge.taxonomy().types.get(self.term)
            return known.name if known else self.term
        if rule := self.rule:
            return rule.words
        return f"{self.get_kind_display()} “{self.term}”"

    @property
    def rule(self) -> watch_rules.WatchRule | None:
        """The rule that a rule watch listens by; None for other kinds, and where the taxonomy has outgrown it."""
        try:
            return watch_rules.parse(self.term) if self.kind == Watch.Kind.RULE else None
        except watch_rules.RuleError:
            return None

    @property
    def is_outgrown(self) -> bool:
        """Whether today's taxonomy no longer knows what is listened for: nothing can be heard, and the page says so."""
        if self.kind == Watch.Kind.PROVISION_TYPE:
            return self.term not in knowledge.taxonomy().types
        return self.kind == Watch.Kind.RULE and self.rule is None


class ChannelQuerySet(TenantQuerySet["Channel"]):
    def open(self) -> "ChannelQuerySet":
        """Channels that were verified and are not disabled: what may be written to, as far as the plan allows."""
        return self.filter(disabled_at=None).exclude(verified_at=None)


class Channel(TenantModel):
    """Where an organization is told: a mail address, or an endpoint of its own (a webhook, a Slack-compatible hook).

    `cadence`, `minimum_significance`, `hears_notices` and `paused_at` are the preferences of who reads there: how often
    (empty: as soon as the plan allows), from which weight on, whether of documents that are new, moved or gone too.
    `address` is what people see of it. The address that is really posted to and the signing secrets are kept sealed
    (alerts/channels/sealing.py): a hook's address is itself a secret. The old secret signs too until it ends.
    `failures` counts the attempts that failed in a row, `failing_since` says when the first of them was. `told_at`: when
    those who look after channels were told that this one was disabled.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WEBHOOK = "webhook", _("webhook")
        SLACK = "slack", _("Slack-compatible hook")

    class Disabled(models.TextChoices):
        GONE = "gone", _("the endpoint answered 410: it is gone")
        FAILED = "failed", _("every attempt of five days failed")
        BOUNCED = "bounced", _("the mail server says that the address does not exist")
        COMPLAINED = "complained", _("a message was marked as unwanted")
        BY_HAND = "by_hand", _("a person switched it off")

    ENDPOINTS = (Kind.WEBHOOK, Kind.SLACK)

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EMAIL)
    name = models.CharField(_("name"), max_length=80, blank=True)
    address = models.CharField(max_length=2048)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="channels")
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    cadence = models.CharField(max_length=10, choices=CADENCES, blank=True)
    minimum_significance = models.CharField(
        max_length=14, choices=Significance.choices[:3], default=Significance.HOUSEKEEPING
    )
    hears_notices = models.BooleanField(default=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=10, choices=Disabled.choices, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    sealed_url = models.TextField(blank=True)
    sealed_secret = models.TextField(blank=True)
    sealed_old_secret = models.TextField(blank=True)
    overlap_ends_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ChannelQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "kind", "address"], name="channel_once_per_address"),
            models.CheckConstraint(
                condition=Q(kind="email", sealed_url="") | (~Q(kind="email") & ~Q(sealed_url="")),
                name="channel_endpoint_has_a_sealed_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address

    def get_absolute_url(self) -> str:
        return reverse("monitoring:channel", args=[self.pk])

    @property
    def is_endpoint(self) -> bool:
        """Whether it is posted to, and not mailed to."""
        return self.kind in self.ENDPOINTS


class Recipient(TenantModel):
    """One channel that one watch is told through. A watch without any is told through all of the organization's."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="recipients")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            SameOrganization("watch", name="recipient_watch_same_organization"),
            SameOrganization("channel", name="recipient_channel_same_organization"),
            models.UniqueConstraint(fields=["watch", "channel"], name="recipient_once"),
        ]

    def __str__(self) -> str:
        return f"channel {self.channel_id} of watch {self.watch_id}"
