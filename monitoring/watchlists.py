"""What an organization watches: adding, removing, ordering, and which watches are active under its plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from accounts import organizations
from accounts.models import Organization, User
from billing import entitlements
from billing.plans import WatchKind
from monitoring.models import Change, Channel, Document, Platform, Significance, Watch, Watchlist

WEIGHTIEST_FIRST = [Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING]


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch as its organization sees it: paused when the plan allows fewer platforms than come before it."""

    watch: Watch
    is_active: bool


def default_watchlist(*, organization: Organization, now: datetime) -> Watchlist:
    """Return the organization's first watchlist, made at the first call."""
    row = Watchlist.objects.for_organization(organization).order_by("created_at", "id").first()
    if row is None:
        row, _ = Watchlist.objects.get_or_create(
            organization=organization, name="Watchlist", defaults={"created_at": now}
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
        existing = rows.filter(watchlist=watchlist, platform=platform, document=document).first()
        if existing:
            return existing
        platforms = set(rows.order_by().values_list("platform_id", flat=True)) | {platform.pk}
        entitlements.check_platforms(organization, count_after=len(platforms), now=now)
        if user is not None:
            _ensure_channel(organization, user, now)
        return Watch.objects.create(
            organization=organization,
            watchlist=watchlist,
            platform=platform,
            document=document,
            minimum_significance=minimum_significance,
            position=(rows.aggregate(last=Max("position"))["last"] or 0) + 1,
            created_by=user,
            created_at=now,
        )


def unwatch(*, watch: Watch) -> None:
    """Remove the watch and its alerts; what was sent stays sent."""
    watch.delete()


def move(*, watch: Watch, places: int) -> None:
    """Move the watch up (places < 0) or down the organization's order; at either end it stays."""
    with transaction.atomic():
        organization = organizations.locked(watch.organization)
        rows = list(Watch.objects.for_organization(organization).order_by("position", "id"))
        at = next(index for index, row in enumerate(rows) if row.pk == watch.pk)
        rows.insert(max(0, at + places), rows.pop(at))
        for position, row in enumerate(rows, 1):
            row.position = position
        Watch.objects.bulk_update(rows, ["position"])


def set_minimum_significance(*, watch: Watch, minimum_significance: str) -> None:
    """Tell of changes from `minimum_significance` upwards from now on."""
    Watch.objects.filter(pk=watch.pk).update(minimum_significance=minimum_significance)


def watched(*, organization: Organization, now: datetime) -> list[Watched]:
    """Return the organization's watches in its order, each with whether the plan keeps it active."""
    rows = Watch.objects.for_organization(organization).select_related("platform", "document", "watchlist")
    limit = entitlements.plan_of(organization, now=now).platforms
    active = _within_limit({organization.pk: limit})
    return [
        Watched(row, row.paused_at is None and (organization.pk, row.platform_id) in active)
        for row in rows.order_by("position", "id")
    ]


def concerned(change: Change, *, now: datetime) -> list[Watch]:
    """Return the active watches, of all organizations, that ask to hear of `change`."""
    rows = Watch.objects.filter(
        Q(document=None) | Q(document=change.document_id),
        platform_id=change.document.platform_id,
        paused_at=None,
        minimum_significance__in=_reached_by(change.significance),
    ).order_by("organization_id", "position", "id")
    watches = list(rows)
    plans = entitlements.plans_of({row.organization_id for row in watches}, now=now)
    active = _within_limit({pk: plan.platforms for pk, plan in plans.items()})
    return [row for row in watches if (row.organization_id, row.platform_id) in active]


def documents_watched(
    *, organization: Organization, now: datetime, watchlist: Watchlist | None = None
) -> QuerySet[Document]:
    """Return the documents that the organization's active watches cover; of one `watchlist` only where it is given."""
    active = [
        row.watch
        for row in watched(organization=organization, now=now)
        if row.is_active and watchlist in (None, row.watch.watchlist)
    ]
    platforms = [row.platform_id for row in active if row.document_id is None]
    documents = [row.document_id for row in active if row.document_id is not None]
    return Document.objects.current().filter(Q(platform__in=platforms) | Q(pk__in=documents))


def _reached_by(significance: str) -> Sequence[str]:
    """Return the minimum significances that a change of `significance` satisfies."""
    ranks = [value.value for value in WEIGHTIEST_FIRST]
    return ranks[ranks.index(significance) :] if significance in ranks else ()


def _within_limit(limits: dict[int, int | None]) -> set[tuple[int, int]]:
    """Return (organization, platform) of the platforms within each organization's limit, in the order it chose.

    A limit of None is no limit.
    """
    rows = (
        Watch.objects.filter(organization_id__in=limits, paused_at=None)
        .values("organization_id", "platform_id")
        .annotate(first=Min("position"))
        .order_by("organization_id", "first", "platform_id")
        .values_list("organization_id", "platform_id")
    )
    taken: dict[int, int] = dict.fromkeys(limits, 0)
    active = set()
    for organization_id, platform_id in rows:
        taken[organization_id] += 1
        limit = limits[organization_id]
        if limit is None or taken[organization_id] <= limit:
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
    """Return the channels of these organizations that may be written to."""
    return Channel.objects.filter(organization_id__in=list(organization_ids), disabled_at=None).exclude(
        verified_at=None
    )
