"""How each document fares: when it was last checked, and whether its text is current, held back or out of reach.

Silence is said, not implied: "nothing changed" means something only beside "checked at 06:12".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Min

from monitoring import fetch, screen
from monitoring.models import Document, Fetch, Schedule, Screening, Source, Version


class State(StrEnum):
    CURRENT = "current"
    HELD = "held"
    FAILING = "failing"
    WAITING = "waiting"  # declared, and not captured yet
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Coverage:
    """One document at this moment. Of several sources the worst counts: a text is as fresh as its oldest part.

    `reason` is a value of fetch.Reason where a source fails, `held_reason` of screen.Reason where a text is held.
    """

    document: Document
    sources: tuple[Source, ...]
    state: State
    checked_at: datetime | None
    succeeded_at: datetime | None
    failures: int
    reason: str
    held_at: datetime | None
    held_reason: str
    latest: Version | None

    @property
    def held_meaning(self) -> str:
        """A clause on why the text is held; empty when none is."""
        return screen.Reason(self.held_reason).meaning if self.held_reason else ""

    @property
    def reason_meaning(self) -> str:
        """One sentence on why the source fails; empty when it does not."""
        return next((reason.meaning for reason in fetch.Reason if reason.value == self.reason), self.reason)


@dataclass(frozen=True, slots=True)
class Checks:
    """How often the sources of a document were asked, as far back as single fetches are kept."""

    number: int
    since: datetime | None


def of(documents: Iterable[Document], *, latest: Mapping[int, Version] | None = None) -> list[Coverage]:
    """Return the coverage of each document, in the order given. Two queries, three when a text is held.

    latest: the newest Version of each document by its id, where that is known already; one query less.
    """
    rows = list(documents)
    ids = [row.pk for row in rows]
    schedules: dict[int, list[Schedule]] = {pk: [] for pk in ids}
    for schedule in Schedule.objects.filter(source__document__in=ids, source__retired_at=None).select_related("source"):
        schedules[schedule.source.document_id].append(schedule)
    if latest is None:
        versions = Version.objects.without_text().filter(document__in=ids)
        versions = versions.order_by("document_id", "-observed_at", "-sequence")
        latest = {version.document_id: version for version in versions.distinct("document_id")}
    held = _held_reasons(pk for pk in ids if any(schedule.held_at for schedule in schedules[pk]))
    return [_coverage(row, schedules[row.pk], latest.get(row.pk), held.get(row.pk, "")) for row in rows]


def checks(document: Document) -> Checks:
    """Return how often `document` was checked. One query."""
    found = (
        Fetch.objects.of_document(document.pk).order_by().aggregate(number=Count("fetched_at"), since=Min("fetched_at"))
    )
    return Checks(found["number"], found["since"])


def _coverage(document: Document, schedules: Sequence[Schedule], latest: Version | None, held_reason: str) -> Coverage:
    failing = max(schedules, key=lambda schedule: schedule.failures, default=None)
    successes = [schedule.last_success_at for schedule in schedules]
    held_at = min((schedule.held_at for schedule in schedules if schedule.held_at), default=None)
    return Coverage(
        document=document,
        sources=tuple(sorted((schedule.source for schedule in schedules), key=lambda source: source.position)),
        state=_state(document, failing.reason if failing else "", held_at, latest),
        checked_at=max((schedule.last_fetched_at for schedule in schedules if schedule.last_fetched_at), default=None),
        succeeded_at=min((at for at in successes if at), default=None) if all(successes) else None,
        failures=failing.failures if failing else 0,
        reason=failing.reason if failing else "",
        held_at=held_at,
        held_reason=held_reason,
        latest=latest,
    )


def _state(document: Document, reason: str, held_at: datetime | None, latest: Version | None) -> State:
    if document.retired_at:
        return State.RETIRED
    if reason:
        return State.FAILING
    if held_at:
        return State.HELD
    return State.CURRENT if latest else State.WAITING


def _held_reasons(document_ids: Iterable[int]) -> dict[int, str]:
    ids = list(document_ids)
    if not ids:
        return {}
    rows = Screening.objects.held().filter(document__in=ids).order_by("document_id", "-observed_at", "-id")
    found = rows.distinct("document_id").values_list("document_id", "reasons")
    return {pk: reasons[0]["reason"] if reasons else "" for pk, reasons in found}
