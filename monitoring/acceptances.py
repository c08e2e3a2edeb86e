"""The version we accepted: the one a contract refers to, and how far the text has drifted from it since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts import audit, organizations
from accounts.models import Organization
from billing import entitlements
from billing.plans import Feature
from monitoring import reviews
from monitoring.models import Acceptance, Change, Document, Significance, Version


@dataclass(frozen=True, slots=True)
class Standing:
    """An accepted version beside the text as it stands: how many changes lie between, the substantive ones apart.

    `is_same`: the very text, though it may have been another one in between.
    """

    acceptance: Acceptance
    latest: Version
    substantive: int
    others: int
    is_same: bool

    @property
    def has_drifted(self) -> bool:
        return self.substantive > 0 and not self.is_same


class DayToCome(ValueError):
    """Raised by `mark`: nothing was accepted on a day that is still to come."""


def mark(
    *, organization: Organization, version: Version, accepted_date: date, note: str, now: datetime, actor: audit.Actor
) -> Acceptance:
    """Return the acceptance of this version's document, now of this version.

    Raises entitlements.NotInPlan, and DayToCome where the organization's own day has not come.
    """
    entitlements.check_feature(organization, Feature.ACCEPTED_VERSIONS, now=now)
    if accepted_date > reviews.today(organization, now=now):
        raise DayToCome("This day is still to come: write the day on which the version was accepted.")
    with transaction.atomic():
        locked = organizations.locked(organization)
        rows = Acceptance.objects.for_organization(locked).filter(document=version.document_id)
        before = rows.select_related("version").first()
        fields = {
            "version": version, "accepted_date": accepted_date, "note": note, "marked_by_id": actor.user_id,
            "marked_at": now,
        }  # fmt: skip
        row, _is_new = Acceptance.objects.update_or_create(
            organization=locked, document_id=version.document_id, defaults=fields
        )
        audit.record(
            organization=locked, verb="acceptance.marked", target=row, actor=actor, now=now,
            before=_facts(before) if before else None, after=_facts(row),
        )  # fmt: skip
    return row


def unmark(*, acceptance: Acceptance, now: datetime, actor: audit.Actor) -> None:
    """Forget the acceptance; the trail keeps it."""
    with transaction.atomic():
        gone, _ = Acceptance.objects.for_organization(acceptance.organization).filter(pk=acceptance.pk).delete()
        if gone:
            audit.record(
                organization=acceptance.organization, verb="acceptance.removed", target=acceptance, actor=actor,
                now=now, before=_facts(acceptance),
            )  # fmt: skip


def standings(organization: Organization) -> list[Standing]:
    """Return every acceptance of the organization with its drift, by platform and document. Three queries."""
    rows = list(_of(organization))
    documents = [row.document_id for row in rows]
    versions = Version.objects.filter(document__in=documents).order_by("document_id", "-observed_at", "-sequence")
    latest = {row.document_id: row for row in versions.distinct("document_id").defer("text", "outline")}
    counts = _changes_since(rows)
    return [_standing(row, latest[row.document_id], counts.get(row.pk, (0, 0))) for row in rows]


def count_drifted(organization: Organization) -> int:
    """Return of how many documents the text has drifted from the accepted version. One query."""
    since = Change.objects.filter(
        document=OuterRef("document"),
        significance=Significance.SUBSTANTIVE,
        observed_at__gt=OuterRef("version__observed_at"),
    )
    newest = Version.objects.filter(document=OuterRef("document")).newest_first()
    rows = Acceptance.objects.for_organization(organization).annotate(digest=Subquery(newest.values("digest")[:1]))
    return rows.filter(Exists(since)).exclude(version__digest=F("digest")).count()


def of_document(organization: Organization, document: Document) -> Acceptance | None:
    """Return what the organization accepted of this document, None if nothing."""
    return _of(organization).filter(document=document).first()


def drifted(organization: Organization, change: Change) -> Acceptance | None:
    """Return the acceptance that the text differs from since `change`; None where nothing, or this very text, was accepted.

    What an alert says beside the change: "differs from the version you accepted on …". One query.
    """
    after = Version.objects.filter(pk=change.after_id).values("digest")
    earlier = _of(organization).filter(document=change.document_id, version__observed_at__lt=change.observed_at)
    return earlier.exclude(version__digest__in=after).first()


def drifts(organization: Organization, changes: Sequence[Change]) -> dict[int, Acceptance]:
    """Return by change the acceptance that the text differs from since; one query where none of the documents has one."""
    documents = {change.document_id for change in changes}
    accepted = set(_of(organization).filter(document__in=documents).order_by().values_list("document_id", flat=True))
    found = ((change.pk, drifted(organization, change)) for change in changes if change.document_id in accepted)
    return {change_id: acceptance for change_id, acceptance in found if acceptance}


def accepting(organization_ids: Iterable[int], change_ids: Iterable[int]) -> set[int]:
    """Return which of these organizations accepted a version of a document that changed: as worker, in one query."""
    rows = Acceptance.objects.filter(organization__in=list(organization_ids), document__changes__in=list(change_ids))
    return set(rows.order_by().values_list("organization_id", flat=True))


def _of(organization: Organization) -> QuerySet[Acceptance]:
    rows: QuerySet[Acceptance] = Acceptance.objects.for_organization(organization)
    rows = rows.select_related("document__platform", "version", "marked_by")
    return rows.defer("version__text", "version__outline")


def _changes_since(rows: Iterable[Acceptance]) -> dict[int, tuple[int, int]]:
    """Return how many changes followed each accepted version: the substantive ones, and the others. One query."""
    found = Acceptance.objects.filter(pk__in=[row.pk for row in rows])
    since = Q(document__changes__observed_at__gt=F("version__observed_at"))
    substantive = Q(document__changes__significance=Significance.SUBSTANTIVE)
    counted = found.annotate(
        substantive=Count("document__changes", filter=since & substantive),
        others=Count("document__changes", filter=since & ~substantive),
    )
    return {pk: (first, second) for pk, first, second in counted.order_by().values_list("pk", "substantive", "others")}


def _standing(row: Acceptance, latest: Version, counts: tuple[int, int]) -> Standing:
    is_same = bytes(latest.digest) == bytes(row.version.digest)
    return Standing(row, latest, *counts, is_same=is_same)


def _facts(row: Acceptance) -> dict[str, object]:
    """Return what was accepted, as the audit trail keeps it."""
    return {
        "document": row.document_id,
        "version": row.version_id,
        "accepted_date": row.accepted_date.isoformat(),
        "note": row.note,
    }
