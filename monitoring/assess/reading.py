"""From facts, or from a Finding, to an Assessment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from monitoring import knowledge
from monitoring.classify import Finding

from . import composition, obligations
from .assessment import Assessment, Facts, Source
from .exposure import exposure


def facts_of(finding: Finding, context: Mapping[str, object] | None = None) -> Facts:
    """Return the facts of a finding. context: what the rest of the document or the record says (age_min, audience, …)."""
    values: dict[str, object] = dict(context or {})
    values |= {parameter.name: parameter.value for parameter in finding.parameters}
    values |= {"stance": finding.stance, "carveouts": tuple(carveout.key for carveout in finding.carveouts)}
    units = {parameter.name: parameter.unit for parameter in finding.parameters if parameter.unit}
    return Facts(finding.provision_type, values, units)


def assess(facts: Facts, source: Source, *, on: date) -> Assessment:
    """Return the composed reading of a provision. on: the day that the statuses of obligations are compared with.

    Deterministic: no clock, no chance, no network. Raises KeyError for a type, stance or carve-out the taxonomy lacks.
    """
    scored = exposure(facts.provision_type, facts.values)
    entries = obligations.matching(facts.provision_type, regions=source.regions, facts=facts.values, on=on)
    references = tuple(composition.reference(entry, on) for entry in entries)
    risk = obligations.enforcement_risk(entries, level=scored.level, on=on)
    places = composition.flags(references)
    return Assessment(
        provision_type=facts.provision_type,
        summary=composition.summary(source, facts),
        why_it_matters=composition.why_it_matters(facts, scored),
        consumer_impact=composition.consumer_impact(facts),
        exposure=scored,
        regulatory_landscape=composition.regulatory_landscape(source, facts, references),
        governance_exposure=composition.governance_exposure(facts, scored),
        jurisdiction_flags=places,
        jurisdiction_text=composition.jurisdiction_text(source, places),
        contract_and_vendor=composition.contract_and_vendor(source, facts),
        compliance_considerations=composition.compliance_considerations(facts, references, scored),
        references=references,
        enforcement_risk=risk,
        enforcement_text=composition.enforcement_text(risk, level=scored.level),
        actions=knowledge.taxonomy().types[facts.provision_type].actions,
        recheck=composition.recheck(references),
        taxonomy=knowledge.taxonomy().version,
        library=knowledge.library().version,
        on=on,
    )


def example(key: int, *, on: date) -> Assessment:
    """Return the assessment of a worked example. Raises KeyError naming the examples there are."""
    rows = {row.key: row for row in knowledge.examples()}
    if key not in rows:
        raise KeyError(f"no worked example {key}; there are {', '.join(map(str, sorted(rows)))}")
    row = rows[key]
    audience, variant = str(row.facts.get("audience") or ""), str(row.facts.get("region_variant") or "")
    source = Source(row.platform, row.document, row.section, row.regions, audience, variant)
    return assess(Facts(row.provision_type, row.facts, {}), source, on=on)
