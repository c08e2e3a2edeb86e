"""What an organization watches: adding, removing, ordering, and which watches are active under its plan."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from accounts import audit, organizations, rls
from accounts.models import Membership, Organization, User
from billing import entitlements
from billing.plans import Plan, WatchKind
from monitoring import knowledge, watch_rules
from monitoring.models import Channel, Document, Platform, Recipient, Significance, Watch, Watchlist

WEIGHTIEST_FIRST = [Significance.SUBSTANTIVE, Significance.MINOR, Significance.HOUSEKEEPING]


SHORTEST_PHRASE, LONGEST_PHRASE = 3, 120


class TermRefused(ValueError):
    """Raised for a term that cannot be listened for; the message names it and the fix."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch as its organization sees it, and whether it listens now.

    is_covered: whether the plan keeps it: its kind, and no more platforms before it than the plan allows.
    """

    watch: Watch
    is_active: bool
    is_covered: bool

    @property
    def is_resting(self) -> bool:
        """Whether its platform waits for a larger plan."""
        return not self.is_covered and self.watch.paused_at is None and self.watch.platform_id is not None


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
    platform: Platform | None,
    user: User | None,
    now: datetime,
    document: Document | None = None,
    kind: str = "",
    term: str = "",
    direction: str = "",
    minimum_significance: str = Significance.SUBSTANTIVE,
    actor: audit.Actor = audit.SYSTEM,
) -> Watch:
    """Return the watch of `platform`, of one `document` of it, or of what `term` says there (everywhere without either);
    made now or there already. Tell `user` by mail.

    kind: what `term` is; without a term it follows from what is given. Raises entitlements.PlanLimitReached when the
    platform would be one more than the plan allows: counted under a lock, so that parallel calls cannot pass the limit
    together. Raises entitlements.NotInPlan where the plan has no watches of this kind, and TermRefused for a term that
    cannot be listened for.
    """
    wanted = Watch.Kind(kind) if term else Watch.Kind.DOCUMENT if document else Watch.Kind.PLATFORM
    entitlements.check_watch_kind(watchlist.organization, WatchKind(wanted), now=now)
    about = {"kind": wanted, "platform": platform, "document": document, "term": written_out(wanted, term)}
    with transaction.atomic():
        organization = organizations.locked(watchlist.organization)
        rows = Watch.objects.for_organization(organization)
        if existing := rows.filter(watchlist=watchlist, **about).first():
            return existing
        _check_room(organization, platform, now)
        if user is not None:
            ensure_channel(organization, user, now)
        row = Watch.objects.create(
            organization=organization,
            watchlist=watchlist,
            **about,
            direction=direction,
            minimum_significance=minimum_significance,
            position=(rows.aggregate(last=Max("position"))["last"] or 0) + 1,
            created_by=user,
            created_at=now,
        )
        record(row, "watch.created", now=now, actor=actor, after=_facts(row))
        return row


def written_out(kind: str, term: str) -> str:
    """Return `term` as it is kept: a rule in its full form, a phrase without needless space. Raises TermRefused."""
    match kind:
        case Watch.Kind.RULE:
            try:
                return str(watch_rules.parse(term))
            except watch_rules.RuleError as error:
                raise TermRefused(str(error)) from error
        case Watch.Kind.PROVISION_TYPE if term not in knowledge.taxonomy().types:
            raise TermRefused(
                f"There is no provision type “{term}”: take a key of the taxonomy, such as data_retention."
            )
        case Watch.Kind.SEARCH:
            return _phrase(term)
    return term


def _phrase(term: str) -> str:
    phrase = " ".join(term.split())
    if not SHORTEST_PHRASE <= len(phrase) <= LONGEST_PHRASE:
        raise TermRefused(f"A phrase has {SHORTEST_PHRASE} to {LONGEST_PHRASE} characters; this has {len(phrase)}.")
    return phrase


def _check_room(organization: Organization, platform: Platform | None, now: datetime) -> None:
    """Raise PlanLimitReached when `platform` would be one more than the plan allows."""
    if platform is not None:
        rows = Watch.objects.for_organization(organization).exclude(platform=None)
        watched_already = rows.order_by().values_list("platform_id", flat=True)
        entitlements.check_platforms(organization, count_after=len({*watched_already, platform.pk}), now=now)


def unwatch(*, watch: Watch, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Remove the watch and its alerts; what was sent stays sent. Told once, though two remove it at once."""
    with transaction.atomic():
        gone, _ = Watch.objects.for_organization(watch.organization).filter(pk=watch.pk).delete()
        if gone:
            record(watch, "watch.removed", now=now, actor=actor, before=_facts(watch))


def move(*, watch: Watch, places: int, now: datetime, actor: audit.Actor = audit.SYSTEM) -> None:
    """Move the watch up (places < 0) or down the organization's order; at either end it stays."""
    with transaction.atomic():
        organization = organizations.locked(watch.organization)
        rows = list(Watch.objects.for_organization(organization).order_by("position", "id"))
        at = next((index for index, row in enumerate(rows) if row.pk == watch.pk), None)
        if at is None:  # removed in the meantime
            return
        to = min(max(0, at + places), len(rows) - 1)
        if to == at:
            return
        rows.insert(to, rows.pop(at))
        _set_order(rows)
        places_before, places_after = {"position": at + 1}, {"position": to + 1}
        record(watch, "watch.moved", now=now, actor=actor, before=places_before, after=places_after)


def keep(
    *, organization: Organization, platform_ids: Sequence[int], now: datetime, actor: audit.Actor = audit.SYSTEM
) -> None:
    """Put the watches of these platforms first, in the order that they have; the others follow and may rest.

    Raises entitlements.PlanLimitReached for more platforms than the plan keeps active. Nothing is removed.
    """
    with transaction.atomic():
        locked = organizations.locked(organization)
        rows = list(Watch.objects.for_organization(locked).order_by("position", "id"))
        kept = {row.platform_id for row in rows if row.platform_id} & set(platform_ids)
        entitlements.check_platforms(locked, count_after=len(kept), used=count_platforms(locked), now=now)
        rows.sort(key=lambda row: row.platform_id not in kept)
        _set_order(rows)
        slugs = Platform.objects.filter(pk__in=kept).order_by("slug").values_list("slug", flat=True)
        audit.record(
            organization=locked,
            verb="watches.kept",
            target=locked,
            actor=actor,
            after={"platforms": list(slugs)},
            now=now,
        )


def _set_order(rows: Sequence[Watch]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position
    Watch.objects.bulk_update(rows, ["position"])


def count_platforms(organization: Organization) -> int:
    """Return how many distinct platforms are watched, resting ones too: what the plan's limit counts."""
    rows = Watch.objects.for_organization(organization).exclude(platform=None)
    return rows.order_by().values("platform_id").distinct().count()


def _facts(watch: Watch) -> dict[str, str | None]:
    """Return what a watch listens to, as the audit trail keeps it."""
    return {
        "kind": str(watch.kind),
        "platform": watch.platform.slug if watch.platform else None,
        "document": str(watch.document) if watch.document else None,
        "term": watch.term or None,
        "direction": watch.direction or None,
        "minimum_significance": str(watch.minimum_significance),
    }


def record(
    watch: Watch,
    verb: str,
    *,
    now: datetime,
    actor: audit.Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write into the audit trail what was done with a watch."""
    audit.record(
        organization=watch.organization, verb=verb, target=watch, actor=actor, before=before, after=after, now=now
    )


def watched(*, organization: Organization, now: datetime) -> list[Watched]:
    """Return the organization's watches in its order, each with whether the plan keeps it active."""
    rows = Watch.objects.for_organization(organization).select_related("platform", "document__platform", "watchlist")
    plans = {organization.pk: entitlements.plan_of(organization, now=now)}
    active = within_limit(plans)
    return [_watched(row, is_covered(row, plans=plans, active=active), now) for row in rows.order_by("position", "id")]


def _watched(watch: Watch, is_covered: bool, now: datetime) -> Watched:
    is_snoozed = watch.snoozed_until is not None and watch.snoozed_until > now
    return Watched(watch, is_covered and watch.paused_at is None and not is_snoozed, is_covered)


def is_covered(watch: Watch, *, plans: Mapping[int, Plan], active: Set[tuple[int, int]]) -> bool:
    """Return whether the plan keeps this watch active: its kind, and its platform where it has one of its own."""
    kind = WatchKind(watch.kind)
    is_within = watch.platform_id is None or (watch.organization_id, watch.platform_id) in active
    return is_within and entitlements.covers(plans[watch.organization_id], kind)


def documents_watched(
    *, organization: Organization, now: datetime, watchlist: Watchlist | None = None
) -> QuerySet[Document]:
    """Return the documents that the organization's active watches cover; of one `watchlist` only where it is given."""
    rows = watched(organization=organization, now=now)
    return documents_of([row for row in rows if watchlist in (None, row.watch.watchlist)])


def documents_of(rows: Iterable[Watched]) -> QuerySet[Document]:
    """Return the documents that these watches cover; snoozed ones count, paused and resting ones do not."""
    awake = [row.watch for row in rows if row.is_covered and row.watch.paused_at is None]
    platforms = [row.platform_id for row in awake if row.document_id is None and row.platform_id is not None]
    documents = [row.document_id for row in awake if row.document_id is not None]
    return Document.objects.current().filter(Q(platform__in=platforms) | Q(pk__in=documents))


def reached_by(significance: str) -> Sequence[str]:
    """Return the minimum significances that a change of `significance` satisfies."""
    ranks = [value.value for value in WEIGHTIEST_FIRST]
    return ranks[ranks.index(significance) :] if significance in ranks else ()


def within_limit(plans: Mapping[int, Plan]) -> set[tuple[int, int]]:
    """Return (organization, platform) of the platforms that each organization's plan keeps active, in its order.

    A watch of a kind that the plan does not have takes no room.
    """
    rows = (
        Watch.objects.filter(organization_id__in=plans, paused_at=None, platform__isnull=False)
        .values("organization_id", "platform_id", "kind")
        .annotate(first=Min("position"))
        .order_by("organization_id", "first", "platform_id")
        .values_list("organization_id", "platform_id", "kind")
    )
    active: dict[int, set[int]] = {organization_id: set() for organization_id in plans}
    for organization_id, platform_id, kind in rows:
        plan, platforms = plans[organization_id], active[organization_id]
        if entitlements.covers(plan, WatchKind(kind)) and entitlements.has_room(
            plan, platforms=len({*platforms, platform_id})
        ):
            platforms.add(platform_id)
    return {(organization_id, platform_id) for organization_id, found in active.items() for platform_id in found}


def ensure_channel(organization: Organization, user: User, now: datetime) -> Channel:
    """Return the channel by which `user` is told by mail, made now or there already; sign-in has verified the address.

    One that was added by hand for this address becomes the person's own.
    """
    channel, is_new = Channel.objects.get_or_create(
        organization=organization,
        kind=Channel.Kind.EMAIL,
        address=user.email,
        defaults={"user": user, "created_at": now, "verified_at": now},
    )
    if not is_new and channel.user_id != user.pk:
        channel.user, channel.verified_at = user, channel.verified_at or now
        channel.save(update_fields=["user", "verified_at"])
    return channel


def follow(user: User, *, now: datetime, actor: audit.Actor) -> None:
    """Tell `user` at their present address from now on, in every organization: it was changed, and is verified.

    What was told to that address already (it had been added by hand) is told to the person's own channel instead.
    """
    with rls.as_worker(), transaction.atomic():
        rows = Channel.objects.filter(kind=Channel.Kind.EMAIL, user=user).select_related("organization")
        for channel in rows.exclude(address=user.email):
            _merge_namesake(channel, user.email)
            before, channel.address = {"address": channel.address}, user.email
            if channel.disabled_because == Channel.Disabled.BOUNCED:  # it was the former address that does not exist
                channel.disabled_at, channel.disabled_because = None, ""
            channel.save(update_fields=["address", "disabled_at", "disabled_because"])
            audit.record(
                organization=channel.organization, verb="channel.changed", target=channel, actor=actor,
                before=before, after={"address": channel.address}, now=now,
            )  # fmt: skip


def _merge_namesake(channel: Channel, address: str) -> None:
    """Let `channel` hear what another one of its organization at `address` was chosen for, and remove that one."""
    rows = Channel.objects.filter(organization=channel.organization, kind=Channel.Kind.EMAIL, address=address)
    if namesake := rows.exclude(pk=channel.pk).first():
        chosen = Recipient.objects.filter(channel=namesake)
        chosen.exclude(watch__recipients__channel=channel).update(channel=channel)
        namesake.delete()


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
