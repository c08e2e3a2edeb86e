"""A Change as a message tells it: its words, the provisions it touched, why it is told, and what was left out.

What is the same for all who hear of a Change is read once a process; plans decide what of it is shown.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monitoring import acceptances, knowledge, provisions, redline
from monitoring.alerts import audience
from monitoring.assess import wording
from monitoring.models import Acceptance, Alert, Change, Delivery, Revision

CLAUSES_SHOWN = 12
CLAUSES_SHOWN_OF_SEVERAL = 4
PROVISIONS_SHOWN = 8
DUTIES_SHOWN = 2
DIRECTIONS = {"better": "▲", "worse": "▼", "neutral": "◆"}


@dataclass(frozen=True, slots=True)
class Touched:
    """A provision that a Change touched, in plain words.

    before, after: what the text says, to stand after "the text"; "" where it said or says nothing. details: numbers and
    exceptions that differ. exposure and duties are the Professional part.
    """

    name: str
    mark: str
    direction: str
    fate: str
    url: str
    before: str
    after: str
    details: tuple[str, ...]
    exposure: str
    duties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A Change as a mail shows it: provisions, the clauses that matter, how many more there are, and which watches asked.

    `differs_from`: the version that the organization accepted, where the text now is another one.
    """

    change: Change
    touched: tuple[Touched, ...]
    clauses: tuple[redline.Marked, ...]
    more: int
    left_out: tuple[str, ...]
    watches: tuple[str, ...]
    differs_from: Acceptance | None = None


def told(changes: Iterable[Change], delivery: Delivery, *, on: date) -> list[Told]:
    """Return each Change as the reader of `delivery` is told of it. on: the day that statuses of law are compared with."""
    rows = list(changes)
    asked = delivery.asked
    if asked is None:
        asked = _asked([row.pk for row in rows], [delivery])[delivery.channel_id]
    accepted = {} if delivery.accepts is False else acceptances.drifts(delivery.organization, rows)
    shown = CLAUSES_SHOWN if len(rows) == 1 else CLAUSES_SHOWN_OF_SEVERAL
    return [_told(change, asked.get(change.pk, ()), accepted.get(change.pk), shown, on) for change in rows]


def _told(change: Change, watches: tuple[str, ...], accepted: Acceptance | None, shown: int, on: date) -> Told:
    clauses = _clauses(change.pk)[:shown]
    said = sum(change.counts.values()) - sum(change.suppressed.get(quiet, 0) for quiet in redline.QUIET)
    left_out = tuple(line["text"] for line in change.summary.get("left_out", ()))
    return Told(change, _touched(change.pk, on), clauses, max(said - len(clauses), 0), left_out, watches, accepted)


@functools.lru_cache(maxsize=64)
def change(change_id: int) -> Change:
    """Return a Change with document and platform, without the texts: the same row for all who are told of it."""
    return Change.objects.without_texts().get(pk=change_id)


@functools.lru_cache(maxsize=64)
def _clauses(change_id: int) -> tuple[redline.Marked, ...]:
    """Return the weightiest clauses of a Change, ready to show: the same for all who are told of it."""
    change = Change.objects.with_versions().get(pk=change_id)
    edits = change.edits.filter(significance=change.significance)[:CLAUSES_SHOWN]
    return redline.of(change, edits=edits or change.edits.all()[:CLAUSES_SHOWN])


@functools.lru_cache(maxsize=64)
def _touched(change_id: int, on: date) -> tuple[Touched, ...]:
    """Return what a Change did to provisions, weightiest first: the same for all who are told of it on one day."""
    movements = provisions.touched(Change.objects.get(pk=change_id))[:PROVISIONS_SHOWN]
    return tuple(_movement(movement, on) for movement in movements)


def _movement(movement: provisions.Movement, on: date) -> Touched:
    return Touched(
        name=movement.type.name,
        mark=DIRECTIONS[movement.direction],
        direction=movement.direction,
        fate=movement.fate,
        url=movement.provision.get_absolute_url(),
        before=_meaning(movement.before),
        after=_meaning(movement.after),
        details=_details(movement),
        exposure=_exposure(movement),
        duties=_duties(movement.after, on),
    )


def _meaning(revision: Revision | None) -> str:
    """Return what the text says, to stand after "the text"; "" for nothing."""
    return revision.provision.type.stance(revision.stance).meaning if revision else ""


def _details(movement: provisions.Movement) -> tuple[str, ...]:
    """Return the numbers and names that differ, then the exceptions that came and went; a stance alone says the rest."""
    if movement.before is None or movement.after is None:
        return ()
    stated = (*movement.before.parameters, *movement.after.parameters)
    units = {parameter["name"]: parameter["unit"] for parameter in stated if parameter["unit"]}
    values = tuple(
        f"{knowledge.phrases()[name]['open']}: {_value(old, units.get(name, ''))} → {_value(new, units.get(name, ''))}"
        for name, old, new in movement.parameters
    )
    came = tuple(f"a new exception: {movement.type.phrase(key)}" for key in movement.came)
    went = tuple(f"no longer an exception: {movement.type.phrase(key)}" for key in movement.went)
    return (*values, *came, *went)


def _value(raw: object, unit: str) -> str:
    if raw is None or raw == []:
        return "not stated"
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return wording.value(raw, unit)


def _exposure(movement: provisions.Movement) -> str:
    """Return the exposure as it stands and by how much it moved; "" for what is no longer said."""
    revision = movement.after
    if revision is None or revision.score is None:
        return ""
    stands = f"{revision.level}, {revision.score} of 100"
    moved = movement.exposure_moved
    if not moved:
        return stands
    return f"{stands} ({abs(moved)} {'more' if moved > 0 else 'less'} than before)"


def _duties(revision: Revision | None, on: date) -> tuple[tuple[str, str], ...]:
    """Return (citation, duty) of the entries of the library that bear on a provision, the weightiest first."""
    if revision is None:
        return ()
    references = provisions.assessment(revision, on=on).references[:DUTIES_SHOWN]
    return tuple((each.obligation.citation, each.obligation.duty) for each in references)


def note_who_asked(deliveries: Sequence[Delivery]) -> None:
    """Read for many deliveries together which watches asked for what they carry, and who accepted a version of it: three
    queries, not three for each."""
    carried = {item.change_id for delivery in deliveries for item in delivery.items.all() if item.change_id}
    asked = _asked(carried, deliveries)
    accepting = acceptances.accepting({delivery.organization_id for delivery in deliveries}, carried)
    for delivery in deliveries:
        delivery.asked = asked[delivery.channel_id]
        delivery.accepts = delivery.organization_id in accepting


def _asked(changes: Iterable[int], deliveries: Sequence[Delivery]) -> dict[int, dict[int, tuple[str, ...]]]:
    """Return by channel and Change the watches, in words, that asked for it to be told through that channel."""
    organizations = {delivery.organization_id for delivery in deliveries}
    alerts = Alert.objects.filter(organization__in=organizations, change__in=list(changes))
    rows = list(alerts.select_related("watch__platform", "watch__document__platform").order_by("watch__position", "pk"))
    chosen = audience.recipients([alert.watch for alert in rows])
    by_organization: dict[int, list[Alert]] = {}
    for alert in rows:
        by_organization.setdefault(alert.organization_id, []).append(alert)
    return {
        delivery.channel_id: _in_words(
            alert
            for alert in by_organization.get(delivery.organization_id, ())
            if alert.watch_id not in chosen or delivery.channel_id in chosen[alert.watch_id]
        )
        for delivery in deliveries
    }


def _in_words(alerts: Iterable[Alert]) -> dict[int, tuple[str, ...]]:
    asked: dict[int, list[str]] = {}
    for alert in alerts:
        asked.setdefault(alert.change_id, []).append(str(alert.watch))
    return {change_id: tuple(names) for change_id, names in asked.items()}
