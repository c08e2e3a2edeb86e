"""Who should hear: the active watches of all organizations that a Change or a Proposal concerns, and their channels.

Set-based: one query for the watches of a Change, and one reading of what it did, however many listen. Rules, types and
phrases are weighed once for each distinct one.
"""

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing import entitlements
from monitoring import provisions, redline, search, watch_rules, watchlists
from monitoring.models import Change, Channel, Proposal, Recipient, Revision, Watch


def of_change(change: Change, *, now: datetime) -> list[Watch]:
    """Return the active watches, of all organizations, that ask to hear of `change`."""
    rows = _listening(change.document.platform_id, now).filter(
        Q(document=None) | Q(document=change.document_id),
        minimum_significance__in=watchlists.reached_by(change.significance),
    )
    heard = Heard(change)
    return [watch for watch in _active(rows, change.document.platform_id, now) if heard.by(watch)]


def of_proposal(proposal: Proposal, *, now: datetime) -> list[Watch]:
    """Return the active watches, of all organizations, of the proposal's platform or of the document it is about."""
    document_id = proposal.source.document_id if proposal.source else None
    rows = _listening(proposal.platform_id, now).filter(
        Q(kind=Watch.Kind.PLATFORM) | Q(kind=Watch.Kind.DOCUMENT, document=document_id, document__isnull=False)
    )
    return _active(rows, proposal.platform_id, now)


def channels(watches: Sequence[Watch]) -> list[Channel]:
    """Return the channels that the watches are told through, with their organization: a watch's recipients, or all."""
    chosen = recipients(watches)
    wanted: dict[int, set[int] | None] = {}
    for watch in watches:
        named, before = chosen.get(watch.pk), wanted.get(watch.organization_id, set())
        wanted[watch.organization_id] = None if named is None or before is None else before | named
    rows = watchlists.channels_of(wanted)
    return [row for row in rows if (named := wanted[row.organization_id]) is None or row.pk in named]


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


def _listening(platform_id: int, now: datetime) -> QuerySet[Watch]:
    """Return the watches of a platform that nobody paused, and those for whatever an organization watches."""
    platforms = Watch.objects.filter(organization=OuterRef("organization"), platform=platform_id, paused_at=None)
    return Watch.objects.filter(
        Q(platform=platform_id) | Q(Exists(platforms), platform=None),
        Q(snoozed_until=None) | Q(snoozed_until__lte=now),
        paused_at=None,
    )


def _active(rows: QuerySet[Watch], platform_id: int, now: datetime) -> list[Watch]:
    """Return the watches that the plans of their organizations keep active for the platform, by organization."""
    watches = list(rows.order_by("organization_id", "position", "id"))
    plans = entitlements.plans_of({row.organization_id for row in watches}, now=now)
    active = watchlists.within_limit(plans)
    return [
        row
        for row in watches
        if (row.organization_id, platform_id) in active and watchlists.is_covered(row, plans=plans, active=active)
    ]


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
