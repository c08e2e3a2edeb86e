"""What an organization says of itself, and which entries of law that leaves: sorted, with a reason for each set aside.

Nothing is hidden and nothing is decided: whether an entry applies is a lawyer's question. An entry is set aside where its
place was not named, or where it is only about people or uses that were not named.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organization, User
from monitoring import assess, knowledge
from monitoring.assess import obligations
from monitoring.models import Applicability

Whose, Use = Applicability.Whose, Applicability.Use

# The first that fits the condition of an entry names what has to be stated for it to bear: any one of them.
_ABOUT: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\b(minors?|child(ren)?|under-13s)\b"), (Whose.CHILDREN,)),
    (re.compile(r"\b(hiring|employer|decisions?|high-risk)\b"), (Use.DECISIONS,)),
    (re.compile(r"^(?!free-text).*\b(voice|face|biometric)\b"), (Use.BIOMETRICS,)),
    (re.compile(r"\b(companion|therapy)\b"), (Use.COMPANION, Use.CUSTOMER_FACING)),
    (re.compile(r"\bhealth information\b"), (Whose.PATIENTS,)),
    (re.compile(r"\b(school|student)\b"), (Whose.STUDENTS,)),
    (re.compile(r"\bconsumers?\b"), (Whose.CUSTOMERS,)),
    (re.compile(r"\b(hosts?|hosted|disseminates|ranked|online platform|intermediary)\b"), (Use.HOSTING,)),
    (re.compile(r"\bconverses with people\b"), (Use.CUSTOMER_FACING,)),
)


@dataclass(frozen=True, slots=True)
class Bearing:
    """Entries in their order: those that may bear on the organization, and the others, each with why."""

    kept: tuple[assess.Reference, ...]
    set_aside: tuple[tuple[assess.Reference, str], ...]


def places() -> tuple[tuple[str, str], ...]:
    """Return what an organization can name as where it operates: each place of the library, code and name."""
    entries = knowledge.library().obligations.values()
    named = {entry.jurisdictions[0]: obligations.jurisdiction(entry) for entry in entries}
    return tuple(sorted(((code, name) for code, name in named.items() if code != "INTL"), key=lambda pair: pair[1]))


def of(organization: Organization | None) -> Applicability | None:
    """Return what an organization stated; None before it did, and for a visitor."""
    if organization is None:
        return None
    found: Applicability | None = Applicability.objects.for_organization(organization).first()
    return found


@transaction.atomic
def state(
    *,
    organization: Organization,
    places: Sequence[str],
    whose_data: Sequence[str],
    uses: Sequence[str],
    user: User,
    now: datetime,
    actor: audit.Actor = audit.SYSTEM,
) -> Applicability:
    """Write what an organization states of itself, in place of what it stated before; the trail keeps both."""
    before = of(organization)
    stated: Applicability
    stated, _made = Applicability.objects.update_or_create(
        organization=organization,
        defaults={
            "places": list(places), "whose_data": list(whose_data), "uses": list(uses), "stated_by": user, "stated_at": now,
        },
    )  # fmt: skip
    audit.record(
        organization=organization,
        verb="applicability.stated",
        target=stated,
        before=_recorded(before) if before else None,
        after=_recorded(stated),
        actor=actor,
        now=now,
    )
    return stated


def _recorded(stated: Applicability) -> dict[str, list[str]]:
    return {"places": stated.places, "whose_data": stated.whose_data, "uses": stated.uses}


def sort(references: Iterable[assess.Reference], stated: Applicability) -> Bearing:
    """Return the entries sorted by what an organization stated; each is in exactly one of the two."""
    judged = [(reference, _against(reference.obligation, stated)) for reference in references]
    return Bearing(
        tuple(reference for reference, why in judged if not why),
        tuple((reference, why) for reference, why in judged if why),
    )


def _against(entry: knowledge.Obligation, stated: Applicability) -> str:
    """Return why an entry does not seem to bear on the organization; "" where it may."""
    if not obligations.overlaps(entry, stated.places):
        return _("%(place)s was not named among the places.") % {"place": obligations.jurisdiction(entry)}
    needed = next((keys for pattern, keys in _ABOUT if pattern.search(entry.applies_when)), ())
    if not needed or set(needed) & {*stated.whose_data, *stated.uses}:
        return ""
    names = dict((*Whose.choices, *Use.choices))
    return _("It is about what was not named: %(what)s.") % {"what": str(names[needed[0]]).lower()}
