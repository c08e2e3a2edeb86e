"""An Assessment: the composed reading of a Revision, from facts and citations alone; the same facts give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from monitoring.knowledge import Obligation

from .exposure import Exposure
from .obligations import EnforcementRisk

NOTICE = (
    "This analysis describes what the text states, permits or reserves. It is not legal advice and no determination about "
    "validity or enforceability. What follows in practice can differ by place, enforcement and circumstance."
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a provision was read, and for whom the version was made.

    section: heading or number, "" when unknown. regions: codes such as "EU", "US", "US-CA", from the monitor's own record.
    audience: consumer, business, developer, mixed or "". variant: in words, "" when not limited.
    """

    platform: str
    document: str
    section: str
    regions: tuple[str, ...]
    audience: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a provision: facts by the names of the taxonomy; None and missing both mean "not stated".

    units: unit of a numeric parameter, where it has one.
    """

    provision_type: str
    values: Mapping[str, object]
    units: Mapping[str, str]

    @property
    def stance(self) -> str:
        """Return the stance, "unclear" when none was read."""
        return str(self.values.get("stance") or "unclear")

    @property
    def carveouts(self) -> tuple[str, ...]:
        """Return the keys of the stated exceptions."""
        found = self.values.get("carveouts") or ()
        assert isinstance(found, tuple | list)
        return tuple(map(str, found))


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the library as it bears on a provision. status: "" when in force, else when it is recorded to apply."""

    obligation: Obligation
    jurisdiction: str
    status: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A place and the entries that come from it."""

    jurisdiction: str
    references: tuple[Reference, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The composed reading, in the order of the page; every text is whole sentences in plain words.

    summary, why_it_matters, consumer_impact: public. The five parts and what follows: institutional.
    taxonomy, library: the versions it was composed with; on: the day that statuses were compared with.
    """

    provision_type: str
    summary: str
    why_it_matters: str
    consumer_impact: str
    exposure: Exposure
    regulatory_landscape: str
    governance_exposure: str
    jurisdiction_flags: tuple[Flag, ...]
    jurisdiction_text: str
    contract_and_vendor: str
    compliance_considerations: tuple[str, ...]
    references: tuple[Reference, ...]
    enforcement_risk: EnforcementRisk
    enforcement_text: str
    actions: tuple[str, ...]
    recheck: tuple[str, ...]
    taxonomy: str
    library: str
    on: date
    notice: str = NOTICE
