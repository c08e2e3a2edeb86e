"""A Change as a message tells it: its words, the provisions it touched, why it is told, and what was left out.

What is the same for all who hear of a Change is read once a process; plans decide what of it is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monitoring import acceptances, knowledge, provisions, redline
from monitoring.alerts import audience
from monitoring.assess import wording
from monitoring.memory import Memory
from monitoring.models import Acceptance, Alert, Change, Delivery, Revision

CLAUSES_SHOWN = 12
CLAUSES_SHOWN_OF_SEVERAL = 4
PROVISIONS_SHOWN = 8
DUTIES_SHOWN = 2
REMEMBERED = 64
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


# The same for all who are told of a Change (on one day).
_changes: Memory[int, Change] = Memory(REMEMBERED)
_clauses: Memory[int, tuple[redline.Marked, ...]] = Memory(REMEMBERED)
_touched: Memory[tuple[int, date], tuple[Touched, ...]] = Memory(REMEMBERED)


def told(changes: Iterable[Change], delivery: Delivery, *, on: date) -> list[Told]:
    """Return each Change as the reader of `delivery` is told of it. on: the day that statuses of law are compared with."""
    rows = list(changes)
    asked = delivery.asked
    if asked is None:
        asked = _asked([row.pk for row in rows], [delivery])[delivery.channel_id]
    accepted = {} if delivery.accepts is False else acceptances.drifts(delivery.organization, rows)
    shown = CLAUSES_SHOWN if len(rows) == 1 else CLAUSES_SHOWN_OF_SEVERAL
    touched = _touched.recall([(row.pk, on) for row in rows], _read_touched)
    clauses = _clauses.recall([row.pk for row in rows], _read_clauses)
    return [
        _told(row, movements, some[:shown], asked.get(row.pk, ()), accepted.get(row.pk))
        for row, movements, some in zip(rows, touched, clauses, strict=True)
    ]


def _told(
    change: Change,
    touched: tuple[Touched, ...],
    clauses: tuple[redline.Marked, ...],
    watches: tuple[str, ...],
    accepted: Acceptance | None,
) -> Told:
    said = sum(change.counts.values()) - sum(change.suppressed.get(quiet, 0) for quiet in redline.QUIET)
    left_out = tuple(line["text"] for line in change.summary.get("left_out", ()))
    return Told(change, touched, clauses, max(said - len(clauses), 0), left_out, watches, accepted)


def read_ahead(deliveries: Sequence[Delivery], *, on: date) -> None:
    """Read for many deliveries together what they will tell: one by one costs several times as much."""
    carried = list(dict.fromkeys(item.change_id for each in deliveries for item in each.items.all() if item.change_id))
    carried = carried[:REMEMBERED]
    changes(carried)
    _touched.recall([(change_id, on) for change_id in carried], _read_touched)
    _clauses.recall(carried, _read_clauses)
    _note_who_asked(carried, deliveries)


def changes(change_ids: Sequence[int]) -> list[Change]:
    """Return Changes with document and platform, without the texts: the same rows for all who are told of them."""
    return _changes.recall(change_ids, _read_changes)


def _read_changes(change_ids: Sequence[int]) -> list[Change]:
    rows = Change.objects.without_texts().in_bulk(change_ids)
    return [rows[pk] for pk in change_ids]


def _read_clauses(change_ids: Sequence[int]) -> list[tuple[redline.Marked, ...]]:
    """Return the weightiest clauses of each Change, ready to show."""
    rows = Change.objects.with_versions().in_bulk(change_ids)
    return [_weightiest(rows[pk]) for pk in change_ids]


def _weightiest(change: Change) -> tuple[redline.Marked, ...]:
    edits = change.edits.filter(significance=change.significance)[:CLAUSES_SHOWN]
    return redline.of(change, edits=edits or change.edits.all()[:CLAUSES_SHOWN])


def _read_touched(asked: Sequence[tuple[int, date]]) -> list[tuple[Touched, ...]]:
    """Return what Changes did to provisions, weightiest first, as it reads on a day."""
    movements = provisions.touched_by(changes([change_id for change_id, _ in asked]))
    return [tuple(_movement(each, on) for each in movements[pk][:PROVISIONS_SHOWN]) for pk, on in asked]


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
        duties=_duties(movement, on),
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


def _duties(movement: provisions.Movement, on: date) -> tuple[tuple[str, str], ...]:
    """Return (citation, duty) of the entries of the library that bear on what is said now, the weightiest first."""
    if movement.after is None:
        return ()
    references = provisions.bearing(movement, on=on)[:DUTIES_SHOWN]
    return tuple((each.obligation.citation, each.obligation.duty) for each in references)


def _note_who_asked(carried: Sequence[int], deliveries: Sequence[Delivery]) -> None:
    """Note on deliveries which watches asked for what they carry, and whether a version of it was accepted."""
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
