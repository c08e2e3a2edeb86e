"""The sentences of an Assessment, part by part, in a fixed grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from monitoring import knowledge

from . import obligations, wording
from .assessment import Facts, Flag, Reference, Source
from .exposure import Exposure
from .obligations import EnforcementRisk

_MOST_PARAMETERS = 3
_MOST_OPEN = 4


def summary(source: Source, facts: Facts) -> str:
    """Return what the text says in one to three plain sentences."""
    row = knowledge.taxonomy().types[facts.provision_type]
    name = wording.document_name(source.platform, source.document)
    parts = [wording.sentence(f"The text of {name} {row.stance(facts.stance).meaning}")]
    if facts.carveouts:
        phrases = wording.listed([row.phrase(key) for key in facts.carveouts])
        parts.append(wording.sentence(f"{phrases} {_be(facts.carveouts, phrases)} treated separately"))
    return " ".join((*parts, *stated(facts)))


def _be(keys: Sequence[str], phrases: str) -> str:
    """Return the verb for the exceptions: a single one is plural where its noun is."""
    return "are" if len(keys) > 1 or (phrases.endswith("s") and not phrases.startswith("content ")) else "is"


def stated(facts: Facts) -> Iterator[str]:
    """Yield up to three sentences on numbers and names that the text gives."""
    phrases, count = knowledge.phrases(), 0
    for name, kind in knowledge.taxonomy().types[facts.provision_type].parameters:
        value = facts.values.get(name)
        template = phrases[name].get("stated")
        if value in (None, "", (), []) or template is None or isinstance(value, bool) or count == _MOST_PARAMETERS:
            continue
        count += 1
        yield template.format(value=wording.value(value, facts.units.get(name, _unit(name, kind))))


def _unit(name: str, kind: str) -> str:
    """Return the unit that a parameter's name tells, for facts that were given without units."""
    if kind != "int":
        return ""
    return next((unit for unit in ("days", "hours", "months") if unit in name.split("_")), "")


def raising(exposure: Exposure) -> str:
    """Return why the score was raised, as a list in words; "" when nothing raised it."""
    return wording.listed([because(point.reason) for point in exposure.trace[1:] if point.points > 0])


def because(reason: str) -> str:
    """Return a reason of the trace as a clause that may follow "because"."""
    return knowledge.reasons().get(reason, reason)


def why_it_matters(facts: Facts, exposure: Exposure) -> str:
    """Return for those who govern use: what the type is about, and what raised the exposure here."""
    row = knowledge.taxonomy().types[facts.provision_type]
    head = wording.sentence(f"Provisions of this type concern {row.definition[:1].lower()}{row.definition[1:]}")
    reasons = raising(exposure)
    return f"{head} Here the exposure is {exposure.level}{f', raised because {reasons}' if reasons else ''}."


def consumer_impact(facts: Facts) -> str:
    """Return what it means for users: the consumer sentence of the type and what stays outside a choice."""
    row = knowledge.taxonomy().types[facts.provision_type]
    if not facts.carveouts:
        return row.consumers
    phrases = wording.listed([row.phrase(key) for key in facts.carveouts])
    return f"{row.consumers} Check the rules on {phrases}, which the text treats separately."


def regulatory_landscape(source: Source, facts: Facts, references: Sequence[Reference]) -> str:
    """Return which entries may bear on the provision: up to five in full, the rest counted."""
    row = knowledge.taxonomy().types[facts.provision_type]
    where = wording.document_name(source.platform, source.document)
    where += f", section {source.section}" if source.section else ""
    head = wording.sentence(f"{where}: the text {row.stance(facts.stance).meaning}")
    if not references:
        return f"{head} The library holds no entry on this type of provision for the regions of this version."
    chosen = obligations.spelled_out([reference.obligation for reference in references])
    by_key = {reference.obligation.key: reference for reference in references}
    told = [_told(by_key[entry.key]) for entry in chosen]
    rest = len(references) - len(told)
    if rest:
        told.append(
            f"{wording.counted(rest, 'further entry', 'further entries')} {'is' if rest == 1 else 'are'} listed under citations."
        )
    return " ".join((head, *told))


def _told(reference: Reference) -> str:
    entry = reference.obligation
    duty = entry.duty[:1].lower() + entry.duty[1:] if not entry.duty[:2].isupper() else entry.duty
    text = wording.sentence(f"Where {entry.applies_when}, see {entry.citation}: {duty}")
    return f"{text} ({reference.status})" if reference.status else text


def governance_exposure(facts: Facts, exposure: Exposure) -> str:
    """Return the level with its arithmetic, so that a reader can recompute it, and what was not stated."""
    first, *rest = exposure.trace
    parts = [f"{exposure.level}, {exposure.score} of 100. This type of provision starts at {first.points}."]
    for said, points in (("Raised", [p for p in rest if p.points > 0]), ("Lowered", [p for p in rest if p.points < 0])):
        if points:
            reasons = "; ".join(f"{because(p.reason)} ({p.points:+d})" for p in points)
            parts.append(f"{said} because {reasons}.")
    if exposure.held:
        parts.append("The sum reaches Critical, but no rule of the critical gate holds, so the score stays at 69.")
    if exposure.open:
        parts.append(f"Not found in the text: {_open(exposure)}; none of this moved the score.")
    return " ".join(parts)


def _open(exposure: Exposure) -> str:
    phrases = [knowledge.phrases()[name]["open"] for name in exposure.open]
    rest = len(phrases) - _MOST_OPEN
    shown = phrases if rest <= 0 else [*phrases[:_MOST_OPEN], f"{rest} further {'point' if rest == 1 else 'points'}"]
    return wording.listed(shown)


def flags(references: Sequence[Reference]) -> tuple[Flag, ...]:
    """Return the places whose entries were matched, in order."""
    grouped = obligations.by_jurisdiction([reference.obligation for reference in references])
    by_key = {reference.obligation.key: reference for reference in references}
    return tuple(_flag(place, tuple(by_key[entry.key] for entry in entries)) for place, entries in grouped)


def _flag(place: str, references: tuple[Reference, ...]) -> Flag:
    names = wording.listed([reference.obligation.citation for reference in references], most=4)
    return Flag(place, references, f"{place}: {wording.counted(len(references), 'entry', 'entries')} ({names})")


def jurisdiction_text(source: Source, places: Sequence[Flag]) -> str:
    """Return the places in one paragraph, and which variant was read."""
    told = "; ".join(flag.text for flag in places)
    variant = source.variant or "no region named"
    return f"{told + '. ' if told else ''}Version reviewed: {variant}. Other regional versions may differ."


def contract_and_vendor(source: Source, facts: Facts) -> str:
    """Return what it means for contracts and vendors of an organisation."""
    row = knowledge.taxonomy().types[facts.provision_type]
    parts = [row.enterprises]
    if facts.carveouts and facts.stance in ("opt_out", "opt_in", "mandatory_opt_out", "waiver_with_opt_out"):
        phrases = wording.listed([row.phrase(key) for key in facts.carveouts])
        parts.append(
            f"A choice for the whole organisation should not be treated as complete: {phrases} stay outside it."
        )
    if source.audience == "consumer":
        parts.append(
            "The text reviewed is a consumer document; check whether staff accounts fall under it or under a business agreement."
        )
    elif source.audience in ("business", "developer"):
        parts.append("The text reviewed is a business document; a signed agreement may take its place.")
    return " ".join(parts)


def compliance_considerations(facts: Facts, references: Sequence[Reference], exposure: Exposure) -> tuple[str, ...]:
    """Return what a compliance team should weigh: exceptions, coming dates, statuses to confirm, what to ask."""
    row = knowledge.taxonomy().types[facts.provision_type]
    found = []
    if facts.carveouts:
        phrases = wording.listed([row.phrase(key) for key in facts.carveouts])
        found.append(f"Keep {phrases} apart from the general rule when mapping data and duties.")
    if references:
        entries = [reference.obligation.citation for reference in references[:3]]
        answered = "answers it" if len(entries) == 1 else "answers each"
        found.append(
            f"Compare the wording with {wording.listed(entries)}, and record which notice or agreement {answered}."
        )
    coming = [reference for reference in references if reference.status]
    if coming:
        entry = coming[0]
        found.append(f"Plan ahead for {entry.obligation.citation}. {entry.status}")
    if exposure.open:
        asked = wording.listed([knowledge.phrases()[name]["open"] for name in exposure.open[:3]])
        found.append(f"Ask the provider {asked}.")
    return tuple(found)


def enforcement_text(risk: EnforcementRisk, *, level: str) -> str:
    """Return the matrix entry in words, with the highest recorded ceilings; a ceiling is no prediction."""
    counted = f"{risk.weight:g} points; {obligations.PROFILE_RANGES[risk.profile]}"
    text = f"{risk.level}: a {level} exposure set against a {risk.profile} profile of sanctions ({counted})."
    if not risk.ceilings:
        return f"{text} No ceiling in force is recorded."
    told = "; ".join(f"{ceiling} ({basis})" for ceiling, basis in risk.ceilings)
    return f"{text} Highest recorded ceilings, not predictions: {told}."


def recheck(references: Sequence[Reference]) -> tuple[str, ...]:
    """Return what to check again before relying on an entry."""
    return tuple(f"{r.obligation.citation}: {r.obligation.verify}" for r in references if r.obligation.verify)


def reference(entry: knowledge.Obligation, on: date) -> Reference:
    """Return an entry with its status on a day."""
    status = ""
    if not obligations.applicable(entry, on):
        when = f"recorded to apply from {entry.in_force}" if entry.in_force else "no date is recorded"
        status = f"Not yet applicable on {on.isoformat()}; {when}{', to be confirmed' if entry.verify else ''}."
    return Reference(entry, obligations.jurisdiction(entry), status)
