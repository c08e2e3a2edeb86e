"""What an organization makes of the changes it was told of: a Review each, in its inbox until it is settled.

In the inbox is what a watch was alerted of, and what was reviewed once, though its watch has gone since.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts import audit
from accounts.models import Membership, Organization
from billing import entitlements
from billing.plans import Feature
from monitoring.models import Alert, Change, Platform, Review, ReviewNote
from monitoring.models.changes import ChangeQuerySet

MOST_AT_ONCE = 100
BATCH = 200
COLUMNS = (
    "change", "page", "platform", "document", "observed_at", "effective_date", "significance", "headline", "state",
    "owner", "due_date", "decision", "decided_by", "decided_at", "notes",
)  # fmt: skip
OPEN, ALL, SETTLED = "open", "all", "settled"
State = Review.State


class ReviewRefused(Exception):
    """Raised where a review cannot be changed as asked; the message is for the person who tried."""


class MovedOn(ReviewRefused):
    """Raised when somebody else changed the review since it was shown."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the inbox is asked for. `state`: one of Review.State, "open", "settled" or "all"; `owner`: a membership's
    number; with `overdue` only what is open past its day."""

    state: str = OPEN
    owner: int | None = None
    platform: Platform | None = None
    significance: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits: open ones, those nobody has looked at, those past their day, and those of one member."""

    open: int
    new: int
    overdue: int
    mine: int


def inbox(organization: Organization, wanted: Filter, *, now: datetime) -> ChangeQuerySet:
    """Return the changes in the organization's workspace that fit, newest first; `review_of` tells each one's review."""
    rows = _workspace(organization)
    rows = _in_state(rows, organization, wanted.state)
    if wanted.owner is not None:
        rows = rows.filter(_reviewed(organization, owner=wanted.owner))
    if wanted.platform is not None:
        rows = rows.filter(document__platform=wanted.platform)
    if wanted.significance:
        rows = rows.filter(significance=wanted.significance)
    if wanted.overdue:
        rows = rows.filter(_reviewed(organization, state__in=Review.OPEN, due_date__lt=today(organization, now=now)))
    return rows.without_texts().prefetch_related(_beside(_own_reviews(organization)))


def review_of(change: Change, organization: Organization) -> Review:
    """Return the organization's review of a change of `inbox` or `find`; an unwritten one, new, where there is none."""
    reviews: list[Review] = getattr(change, "own_reviews", [])
    return reviews[0] if reviews else Review(organization=organization, change=change)


def find(organization: Organization, change_id: int) -> Change | None:
    """Return the change if it is in the organization's workspace; None otherwise."""
    rows = _workspace(organization).filter(pk=change_id)
    return rows.without_texts().prefetch_related(_beside(_own_reviews(organization))).first()


def notes(review: Review) -> QuerySet[ReviewNote]:
    """Return the notes, in the order they were written; none of a review that is not written yet."""
    rows = ReviewNote.objects.for_organization(review.organization)
    if review._state.adding:
        return rows.none()
    return rows.filter(review=review).select_related("author", "api_key")


def platforms(organization: Organization) -> QuerySet[Platform]:
    """Return the platforms of the workspace, by name: what its filter offers."""
    ids = _workspace(organization).order_by().values("document__platform")
    return Platform.objects.filter(pk__in=ids)


def counts(organization: Organization, *, member: Membership, now: datetime) -> Counts:
    """Return how much waits in the workspace. One query."""
    is_open = ~_reviewed(organization, state__in=[State.ACCEPTED, State.NOT_RELEVANT])
    is_late = _reviewed(organization, state__in=Review.OPEN, due_date__lt=today(organization, now=now))
    found = _workspace(organization).aggregate(
        open=Count("pk", filter=is_open),
        new=Count("pk", filter=~_reviewed(organization) | _reviewed(organization, state=State.NEW)),
        overdue=Count("pk", filter=is_late),
        mine=Count("pk", filter=_reviewed(organization, owner=member, state__in=Review.OPEN)),
    )
    return Counts(**found)


def today(organization: Organization, *, now: datetime) -> date:
    """Return the organization's day: a review is overdue when its own day is over there."""
    return now.astimezone(ZoneInfo(organization.time_zone)).date()


def update(
    *,
    organization: Organization,
    change: Change,
    wanted: dict[str, Any],
    now: datetime,
    actor: audit.Actor,
    note: str = "",
    seen: int | None = None,
) -> Review:
    """Return the review of `change` with `wanted` of state, owner (a Membership), due_date and decision set, and `note` added.

    seen: `saves` of the review that was looked at (0 of an unwritten one); given, a change since then raises MovedOn.
    Raises ReviewRefused for an owner of another organization, entitlements.NotInPlan.
    """
    entitlements.check_feature(organization, Feature.REVIEW, now=now)
    owner: Membership | None = wanted.get("owner")
    if owner is not None and owner.organization_id != organization.pk:
        raise ReviewRefused("Only a member of the organization can own a review.")
    with transaction.atomic():
        review = _locked(organization, [change.pk], now=now)[0]
        if seen is not None and review.saves != seen:
            raise MovedOn(
                "Somebody else changed this review since you opened it. Look at it as it stands, then save again."
            )
        _set(review, wanted, now=now, actor=actor)
        if text := "\n".join(note.strip().splitlines()):  # forms send carriage returns
            _add_note(review, text, now=now, actor=actor)
    return review


def set_state(
    *, organization: Organization, change_ids: Collection[int], state: State, now: datetime, actor: audit.Actor
) -> int:
    """Put these changes of the workspace into `state`, up to MOST_AT_ONCE; return how many were in another one.

    Raises ReviewRefused for more, entitlements.NotInPlan. Changes that are not in the workspace are passed over.
    """
    entitlements.check_feature(organization, Feature.REVIEW, now=now)
    if len(change_ids) > MOST_AT_ONCE:
        raise ReviewRefused(f"{MOST_AT_ONCE} changes at once, not more: filter them, and go on page by page.")
    with transaction.atomic():
        known = _workspace(organization).order_by().filter(pk__in=change_ids).values_list("pk", flat=True)
        rows = _locked(organization, sorted(known), now=now)
        return sum(_set(review, {"state": state}, now=now, actor=actor) for review in rows)


def records(organization: Organization, wanted: Filter, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the inbox as it is exported: one flat record a change, by COLUMNS."""
    own = ReviewNote.objects.for_organization(organization).select_related("author", "api_key")
    reviews = _own_reviews(organization).prefetch_related(Prefetch("notes", own))
    rows = inbox(organization, wanted, now=now).prefetch_related(None).prefetch_related(_beside(reviews))
    for change in rows.iterator(chunk_size=BATCH):
        yield _record(change, review_of(change, organization))


def _workspace(organization: Organization) -> ChangeQuerySet:
    alerted = Alert.objects.for_organization(organization).order_by().values("change")
    reviewed = Review.objects.for_organization(organization).values("change")
    return Change.objects.filter(pk__in=alerted.union(reviewed))


def _reviewed(organization: Organization, **as_: Any) -> Q:
    """Return the condition that the organization has a review of the change, such a one."""
    return Q(Exists(Review.objects.for_organization(organization).filter(change=OuterRef("pk"), **as_)))


def _in_state(rows: ChangeQuerySet, organization: Organization, state: str) -> ChangeQuerySet:
    settled = _reviewed(organization, state__in=[State.ACCEPTED, State.NOT_RELEVANT])
    if state == ALL:
        return rows
    if state in (OPEN, SETTLED):
        return rows.filter(settled if state == SETTLED else ~settled)
    if state == State.NEW:
        return rows.filter(~_reviewed(organization) | _reviewed(organization, state=State.NEW))
    return rows.filter(_reviewed(organization, state=state))


def _own_reviews(organization: Organization) -> QuerySet[Review]:
    rows: QuerySet[Review] = Review.objects.for_organization(organization).select_related("owner__user", "decided_by")
    return rows


def _beside(reviews: QuerySet[Review]) -> Prefetch:
    return Prefetch("reviews", reviews, to_attr="own_reviews")


def _locked(organization: Organization, change_ids: Iterable[int], *, now: datetime) -> list[Review]:
    """Return the reviews of these changes, made where there were none, locked until the transaction ends."""
    ids = list(change_ids)
    Review.objects.bulk_create(
        [Review(organization=organization, change_id=pk, created_at=now, updated_at=now) for pk in ids],
        ignore_conflicts=True,
    )
    rows = Review.objects.for_organization(organization).filter(change__in=ids).select_related("organization")
    return list(rows.select_for_update(of=("self",)).order_by("change_id"))


def _set(review: Review, wanted: dict[str, Any], *, now: datetime, actor: audit.Actor) -> bool:
    """Set what differs of `wanted` and tell the trail; return whether anything did."""
    before = _facts(review)
    for name, value in wanted.items():
        setattr(review, name, value)
    after = _facts(review)
    if before == after:
        return False
    if before["decision"] != after["decision"]:
        review.decided_by_id = actor.user_id if review.decision else None
        review.decided_at = now if review.decision else None
    _touch(review, now=now)
    differing = [name for name in after if before[name] != after[name]]
    _tell(
        review, "review.changed", now=now, actor=actor,
        before={name: before[name] for name in differing}, after={name: after[name] for name in differing},
    )  # fmt: skip
    return True


def _add_note(review: Review, text: str, *, now: datetime, actor: audit.Actor) -> None:
    row = ReviewNote.objects.create(
        organization=review.organization, review=review, text=text, author_id=actor.user_id,
        api_key_id=actor.api_key_id, created_at=now,
    )  # fmt: skip
    _touch(review, now=now)
    _tell(review, "review.noted", now=now, actor=actor, before=None, after={"note": row.pk})


def _touch(review: Review, *, now: datetime) -> None:
    review.updated_at = now
    review.saves += 1
    review.save()


def _tell(
    review: Review,
    verb: str,
    *,
    now: datetime,
    actor: audit.Actor,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    after = {"change": review.change_id, **after}
    audit.record(
        organization=review.organization, verb=verb, target=review, actor=actor, before=before, after=after, now=now
    )


def _facts(review: Review) -> dict[str, Any]:
    """Return what can be changed of a review, as the audit trail keeps it."""
    return {
        "state": str(review.state),
        "owner": review.owner_id,
        "due_date": review.due_date.isoformat() if review.due_date else None,
        "decision": review.decision,
    }


def _record(change: Change, review: Review) -> dict[str, Any]:
    document = change.document
    written = review.notes.all() if review.pk else ()
    return {
        "change": change.pk,
        "page": f"{settings.SITE_URL}{change.get_absolute_url()}",
        "platform": document.platform.name,
        "document": document.own_name,
        "observed_at": change.observed_at.isoformat(),
        "effective_date": change.effective_date.isoformat() if change.effective_date else None,
        "significance": change.significance,
        "headline": change.summary.get("headline", ""),
        "state": review.state,
        "owner": review.owner.user.email if review.owner else None,
        "due_date": review.due_date.isoformat() if review.due_date else None,
        "decision": review.decision,
        "decided_by": review.decided_by.email if review.decided_by else None,
        "decided_at": review.decided_at.isoformat() if review.decided_at else None,
        "notes": [_note(note) for note in written],
    }


def _note(note: ReviewNote) -> dict[str, str]:
    author = note.author.email if note.author else note.api_key.name if note.api_key else ""
    return {"at": note.created_at.isoformat(), "by": author, "text": note.text}
