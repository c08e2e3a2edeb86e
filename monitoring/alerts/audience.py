"""Who should hear: the active watches of all organizations that a Change or a Proposal concerns, and their channels.

Set-based: one query for the watches of many Changes, and one reading of what each did, however many listen. Rules, types and
phrases are weighed once for each distinct one.
"""

import functools
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q

from billing import entitlements
from monitoring import provisions, redline, search, watch_rules, watchlists
from monitoring.models import Change, Channel, Proposal, Recipient, Revision, Watch

T = TypeVar("T", bound=Hashable)


def of_change(change: Change, *, now: datetime) -> list[Watch]:
    """Return the active watches, of all organizations, that ask to hear of `change`."""
    return of_changes([change], now=now).get(change, [])


def of_changes(changes: Sequence[Change], *, now: datetime) -> dict[Change, list[Watch]]:
    """Return for each of `changes` the active watches that ask to hear of it; changes that nobody asks for are left out."""
    listening = _listening({change.document.platform_id for change in changes}, now)
    told = {change: _asking(change, listening[change.document.platform_id]) for change in changes}
    return {change: watches for change, watches in told.items() if watches}


def listeners(platform_ids: Iterable[int]) -> dict[int, int]:
    """Return how many watches of its own each platform has, the fewest first."""
    rows = Watch.objects.filter(platform__in=list(platform_ids)).order_by().values_list("platform")
    counts = dict(rows.annotate(Count("pk")))
    return {pk: counts.get(pk, 0) for pk in sorted(platform_ids, key=lambda pk: (counts.get(pk, 0), pk))}


def of_proposal(proposal: Proposal, *, now: datetime) -> list[Watch]:
    """Return the active watches, of all organizations, of the proposal's platform or of the document it is about."""
    document_id = proposal.source.document_id if proposal.source else None
    return [
        watch
        for watch in _listening({proposal.platform_id}, now)[proposal.platform_id]
        if watch.kind == Watch.Kind.PLATFORM
        or (watch.kind == Watch.Kind.DOCUMENT and document_id is not None and watch.document_id == document_id)
    ]


def channels(told: Mapping[T, Sequence[Watch]]) -> dict[T, list[Channel]]:
    """Return the channels that watches are told through, with their organization: a watch's recipients, or all.

    told: the watches that ask for one thing, by that thing.
    """
    watches = list(dict.fromkeys(watch for some in told.values() for watch in some))
    chosen = recipients(watches)
    there: dict[int, list[Channel]] = {}
    for row in watchlists.channels_of({watch.organization_id for watch in watches}):
        there.setdefault(row.organization_id, []).append(row)
    return {key: _through(some, chosen, there) for key, some in told.items()}


def _through(
    watches: Sequence[Watch], chosen: Mapping[int, set[int]], there: Mapping[int, Sequence[Channel]]
) -> list[Channel]:
    """Return the channels of `there` that were chosen for any of these watches; all where one leaves it open."""
    wanted: dict[int, set[int] | None] = {}
    for watch in watches:
        named, before = chosen.get(watch.pk), wanted.get(watch.organization_id, set())
        wanted[watch.organization_id] = None if named is None or before is None else before | named
    return [row for pk, named in wanted.items() for row in there.get(pk, ()) if named is None or row.pk in named]


class Heard:
    """What a Change did, as watches listen for it: read once, weighed once for each distinct term."""

    def __init__(
        self,
        change: Change,
        *,
        movements: Sequence[provisions.Movement] | None = None,
        texts: Sequence[str] | None = None,
    ) -> None:
        """movements, texts: what the Change did to provisions, and `texts_of` it, where many were read together."""
        self.change = change
        self._movements = movements
        self._texts = texts
        self._answers: dict[tuple[str, str, str], bool] = {}

    def by(self, watch: Watch) -> bool:
        """Return whether the watch's own words (its term and direction) fit what the Change did."""
        asked = (watch.kind, watch.term, watch.direction)
        if asked not in self._answers:
            self._answers[asked] = self._fits(watch)
        return self._answers[asked]

    def _fits(self, watch: Watch) -> bool:
        if watch.kind == Watch.Kind.SEARCH and not search.matches(watch.term, self.texts):
            return False
        if watch.kind == Watch.Kind.RULE and watch.rule is None:
            return False
        if not watch.direction and watch.kind not in (Watch.Kind.PROVISION_TYPE, Watch.Kind.RULE):
            return True
        return any(self._asks_for(step, watch) for step in self.steps)

    @staticmethod
    def _asks_for(step: watch_rules.Step, watch: Watch) -> bool:
        """Return whether a watch's type, rule and direction fit one step."""
        if watch.direction not in ("", step.direction):
            return False
        if watch.kind == Watch.Kind.PROVISION_TYPE:
            return step.provision_type == watch.term
        return watch.rule is None or watch.rule.holds(step)

    @functools.cached_property
    def steps(self) -> tuple[watch_rules.Step, ...]:
        """What the Change did to provisions; nothing for a technical Version."""
        movements = provisions.touched(self.change) if self._movements is None else self._movements
        return tuple(step_of(movement) for movement in movements)

    @functools.cached_property
    def texts(self) -> Sequence[str]:
        """The clauses that changed, before and after."""
        if self._texts is not None:
            return self._texts
        return texts_of(Change.objects.with_versions().get(pk=self.change.pk))


def texts_of(change: Change) -> tuple[str, ...]:
    """Return the clauses that changed, before and after; not those that only moved or were set anew."""
    edits = [edit for edit in redline.of(change) if not edit.is_quiet]
    changed = [edit for edit in edits if any(piece.mark != "same" for piece in edit.pieces)]
    return tuple(text for edit in changed for text in (edit.before, edit.after))


def step_of(movement: provisions.Movement) -> watch_rules.Step:
    """Return a Movement as watch rules compare it."""
    before = _said(movement.before, {name: old for name, old, _ in movement.parameters})
    after = _said(movement.after, {name: new for name, _, new in movement.parameters})
    return watch_rules.Step(movement.type.key, movement.fate, movement.direction, before, after)


def _said(revision: Revision | None, moved: Mapping[str, object]) -> watch_rules.Said | None:
    if revision is None:
        return None
    return watch_rules.Said(revision.stance, frozenset(revision.exceptions), moved, revision.taxonomy)


def _asking(change: Change, watches: Sequence[Watch]) -> list[Watch]:
    """Return the watches that ask for a Change of their platform like this one."""
    reached = watchlists.reached_by(change.significance)
    heard = Heard(change)
    return [
        watch
        for watch in watches
        if watch.document_id in (None, change.document_id) and watch.minimum_significance in reached and heard.by(watch)
    ]


def _listening(platform_ids: Set[int], now: datetime) -> dict[int, list[Watch]]:
    """Return by platform the watches that listen to it, by organization, in its order.

    Those of the platform and those for whatever an organization watches; not what is paused, snoozed or beyond a plan.
    """
    own = Watch.objects.filter(organization=OuterRef("organization"), platform__in=platform_ids, paused_at=None)
    rows = Watch.objects.filter(
        Q(platform__in=platform_ids) | Q(Exists(own), platform=None),
        Q(snoozed_until=None) | Q(snoozed_until__lte=now),
        paused_at=None,
    )
    watches = list(rows.order_by("organization_id", "position", "id"))
    plans = entitlements.plans_of({row.organization_id for row in watches}, now=now)
    active = watchlists.within_limit(plans)
    found: dict[int, list[Watch]] = {pk: [] for pk in platform_ids}
    for row in watches:
        if watchlists.is_covered(row, plans=plans, active=active):
            for platform_id in platform_ids if row.platform_id is None else (row.platform_id,):
                if (row.organization_id, platform_id) in active:
                    found[platform_id].append(row)
    return found


def recipients(watches: Sequence[Watch]) -> Mapping[int, set[int]]:
    """Return the channels that were chosen for single watches, by watch; no entry where none was.

    Who left or is switched off was not chosen: where nobody else is left, all are told rather than none.
    """
    chosen: dict[int, set[int]] = {}
    organizations = {watch.organization_id for watch in watches}
    rows = Recipient.objects.filter(organization_id__in=organizations, channel__disabled_at=None)
    there = rows.filter(watchlists.still_belongs("channel__user"))
    for watch_id, channel_id in there.values_list("watch_id", "channel_id"):
        chosen.setdefault(watch_id, set()).add(channel_id)
    return chosen
