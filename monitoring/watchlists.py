"""What an organization watches: adding, removing, ordering, and which watches are active under its plan."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from accounts import audit, organizations
from accounts.models import Membership, Organization, User
from billing import entitlements
from billing.plans import Plan, WatchKind
from monitoring.models import Channel, Document, Platform, Significance, Watch, Watchlist

WEIGHTIEST_FIRST = [Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING]


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch as its organization sees it: paused when the plan allows fewer platforms than come before it."""

    watch: Watch
    is_active: bool


def default_watchlist(*, organization: Organization, now: datetime, actor: audit.Actor = audit.SYSTEM) -> Watchlist:
    """Return the organization's first watchlist, made at the first call."""
    row = Watchlist.objects.for_organization(organization).order_by("created_at", "id").first()
    if row is None:
        row, is_new = Watchlist.objects.get_or_create(
            organization=organization, name="Watchlist", defaults={"created_at": now}
        )
        if is_new:
            after = {"name": row.name}
            audit.record(
                organization=organization, verb="watchlist.created", target=row, actor=actor, after=after, now=now
            )
    return row


def watch(
    *,
    watchlist: Watchlist,
    platform: Platform,
    user: User | None,
    now: datetime,
    document: Document | None = None,
    minimum_significance: str = Significance.SUBSTANTIVE,
    actor: audit.Actor = audit.SYSTEM,
) -> Watch:
    """Return the watch of `platform` (or of one `document` of it), made now or there already; tell `user` by mail.

    Raises entitlements.PlanLimitReached when the platform would be one more than the plan allows: counted under a lock,
    so that parallel calls cannot pass the limit together. Raises entitlements.NotInPlan where `document` is given and
    the plan watches whole platforms only.
    """
    if document is not None:
        entitlements.check_watch_kind(watchlist.organization, WatchKind.DOCUMENT, now=now)
    with transaction.atomic():
        organization = organizations.locked(watchlist.organization)
        rows = Watch.objects.for_organization(organization)
        existing = rows.filter(watchlist=watchlist, platform=platform, document=document, term="").first()
        if existing:
            return existing
        watched_already = rows.exclude(platform=None).order_by().values_list("platform_id", flat=True)
        platforms = {*watched_already, platform.pk}
        entitlements.check_platforms(organization, count_after=len(platforms), now=now)
        if user is not None:
            _ensure_channel(organization, user, now)
        row = Watch.objects.create(
            organization=organization,
            watchlist=watchlist,
            kind=Watch.Kind.DOCUMENT if document else Watch.Kind.PLATFORM,
            platform=platform,
            document=document,
            minimum_significance=minimum_significance,
            position=(rows.aggregate(last=Max("position"))["last"] or 0) + 1,
            created_by=user,
            created_at=now,
        )
        _record(row, "watch.created", now=now, actor=actor, after=_facts(row))
        return row


def unwatch(*, watch: Watch, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Remove the watch and its alerts; what was sent stays sent."""
    with transaction.atomic():
        _record(watch, "watch.removed", now=now, actor=actor, before=_facts(watch))
        watch.delete()


def move(*, watch: Watch, places: int, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Move the watch up (places < 0) or down the organization's order; at either end it stays."""
    with transaction.atomic():
        organization = organizations.locked(watch.organization)
        rows = list(Watch.objects.for_organization(organization).order_by("position", "id"))
        at = next(index for index, row in enumerate(rows) if row.pk == watch.pk)
        to = min(max(0, at + places), len(rows) - 1)
        if to == at:
            return
        rows.insert(to, rows.pop(at))
        for position, row in enumerate(rows, 1):
            row.position = position
        Watch.objects.bulk_update(rows, ["position"])
        places_before, places_after = {"position": at + 1}, {"position": to + 1}
        _record(watch, "watch.moved", now=now, actor=actor, before=places_before, after=places_after)


def keep(*, organization: Organization, platform_ids: Sequence[int], now: datetime) -> None:
    """Put the watches of these platforms first, in the order that they have; the others follow and may rest.

    Raises entitlements.PlanLimitReached for more platforms than the plan keeps active. Nothing is removed.
    """
    with transaction.atomic():
        locked = organizations.locked(organization)
        rows = list(Watch.objects.for_organization(locked).order_by("position", "id"))
        kept = {row.platform_id for row in rows} & set(platform_ids)
        entitlements.check_platforms(locked, count_after=len(kept), used=count_platforms(locked), now=now)
        rows.sort(key=lambda row: row.platform_id not in kept)
        for position, row in enumerate(rows, 1):
            row.position = position
        Watch.objects.bulk_update(rows, ["position"])


def count_platforms(organization: Organization) -> int:
    """Return how many distinct platforms are watched, resting ones too: what the plan's limit counts."""
    rows = Watch.objects.for_organization(organization).exclude(platform=None)
    return rows.order_by().values("platform_id").distinct().count()


def set_minimum_significance(
    *, watch: Watch, minimum_significance: str, now: datetime, actor: audit.Actor = audit.SYSTEM
) -> None:
    """Tell of changes from `minimum_significance` upwards from now on."""
    before, after = {"minimum_significance": watch.minimum_significance}, {"minimum_significance": minimum_significance}
    if before == after:
        return
    with transaction.atomic():
        Watch.objects.for_organization(watch.organization).filter(pk=watch.pk).update(**after)
        _record(watch, "watch.changed", now=now, actor=actor, before=before, after=after)


def _facts(watch: Watch) -> dict[str, str | None]:
    """Return what a watch looks at, as the audit trail keeps it."""
    return {
        "platform": watch.platform.slug if watch.platform else None,
        "document": str(watch.document) if watch.document else None,
        "minimum_significance": str(watch.minimum_significance),
    }


def _record(
    watch: Watch,
    verb: str,
    *,
    now: datetime,
    actor: audit.Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        organization=watch.organization, verb=verb, target=watch, actor=actor, before=before, after=after, now=now
    )


def watched(*, organization: Organization, now: datetime) -> list[Watched]:
    """Return the organization's watches in its order, each with whether the plan keeps it active."""
    rows = Watch.objects.for_organization(organization).select_related("platform", "document__platform", "watchlist")
    plans = {organization.pk: entitlements.plan_of(organization, now=now)}
    active = within_limit(plans)
    return [
        Watched(row, row.paused_at is None and is_covered(row, plans=plans, active=active))
        for row in rows.order_by("position", "id")
    ]


def is_covered(watch: Watch, *, plans: Mapping[int, Plan], active: Set[tuple[int, int]]) -> bool:
    """Return whether the plan keeps this watch active: its kind, and its platform where it has one of its own."""
    kind = WatchKind(watch.kind)
    is_within = watch.platform_id is None or (watch.organization_id, watch.platform_id) in active
    return is_within and entitlements.covers(plans[watch.organization_id], kind)


def documents_watched(
    *, organization: Organization, now: datetime, watchlist: Watchlist | None = None
) -> QuerySet[Document]:
    """Return the documents that the organization's active watches cover; of one `watchlist` only where it is given."""
    active = [
        row.watch
        for row in watched(organization=organization, now=now)
        if row.is_active and watchlist in (None, row.watch.watchlist)
    ]
    platforms = [row.platform_id for row in active if row.document_id is None and row.platform_id is not None]
    documents = [row.document_id for row in active if row.document_id is not None]
    return Document.objects.current().filter(Q(platform__in=platforms) | Q(pk__in=documents))


def reached_by(significance: str) -> Sequence[str]:
    """Return the minimum significances that a change of `significance` satisfies."""
    ranks = [value.value for value in WEIGHTIEST_FIRST]
    return ranks[ranks.index(significance) :] if significance in ranks else ()


def within_limit(plans: Mapping[int, Plan]) -> set[tuple[int, int]]:
    """Return (organization, platform) of the platforms that each organization's plan keeps active, in its order."""
    rows = (
        Watch.objects.filter(organization_id__in=plans, paused_at=None, platform__isnull=False)
        .values("organization_id", "platform_id")
        .annotate(first=Min("position"))
        .order_by("organization_id", "first", "platform_id")
        .values_list("organization_id", "platform_id")
    )
    taken = dict.fromkeys(plans, 0)
    active = set()
    for organization_id, platform_id in rows:
        taken[organization_id] += 1
        if entitlements.has_room(plans[organization_id], platforms=taken[organization_id]):
            active.add((organization_id, platform_id))
    return active


def _ensure_channel(organization: Organization, user: User, now: datetime) -> None:
    """Tell `user` by mail: the address is one that sign-in has verified."""
    Channel.objects.get_or_create(
        organization=organization,
        kind=Channel.Kind.EMAIL,
        address=user.email,
        defaults={"user": user, "created_at": now, "verified_at": now},
    )


def channels_of(organization_ids: Iterable[int]) -> QuerySet[Channel]:
    """Return the channels of these organizations that may be written to, with their organization.

    A person who left is told no more, and who paused is told nothing.
    """
    rows = Channel.objects.filter(organization_id__in=list(organization_ids), disabled_at=None, paused_at=None)
    rows = rows.select_related("organization")
    return rows.exclude(verified_at=None).filter(still_belongs("user"))


def still_belongs(user: str) -> Q:
    """Return the condition that the person in the column `user`, if any, is a member of the row's organization."""
    members = Membership.objects.filter(user=OuterRef(user), organization=OuterRef("organization"))
    return Q(**{user: None}) | Q(Exists(members))
