"""What Versions say, type by type: Provisions, and a Revision wherever what they say came, moved or went."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

from monitoring import assess, classify, diff, knowledge, segment
from monitoring.archive import copying, sayings
from monitoring.archive.readings import Published
from monitoring.models import Classification, Document, Provision, Revision, Version

ENGLISH = ("", "en")  # what the taxonomy reads; other languages stay "not determined"
# What a withdrawn provision says.
NOTHING: dict[str, object] = {
    "stance": "", "stance_start": None, "stance_end": None, "carveouts": [], "parameters": [], "passages": [],
    "confidence": 0.0, "reason": "", "score": None, "level": "",
}  # fmt: skip
_CONTEXT = ("age_min", "minors_admitted")


@dataclass(frozen=True)
class Read:
    """A Version read for provisions. descents: None for a technical reading, which is compared with nothing."""

    version: Version
    findings: tuple[classify.Finding, ...]
    descents: tuple[classify.Descent, ...] | None

    @cached_property
    def bearing(self) -> dict[str, object]:
        """What the document says or is that bears on the exposure of each of its provisions."""
        return context(self.findings, audience=self.version.document.audience)


@dataclass(frozen=True, slots=True)
class Stood:
    """The newest Revision of a Provision at a moment."""

    document_id: int
    provision_type: str
    revision_id: int
    is_withdrawn: bool


def is_readable(version: Version) -> bool:
    """Return whether the taxonomy knows the language of the text."""
    return version.language.split("-")[0].lower() in ENGLISH


def record(published: Sequence[Published], *, now: datetime) -> None:
    """Read new Versions for provisions and write what came of it; call it in the transaction that wrote them.

    A text whose predecessor was read by another revision of the taxonomy, or never, has its history read first: only
    readings by the same rules are compared.
    """
    readable = [each for each in published if is_readable(each.version)]
    known = _classified([each.before.pk for each in readable if each.before])
    for each in readable:
        if each.before and each.before.pk not in known:
            for version in pending(each.version.document, until=each.before):
                catch_up(version, now=now)
    standing = _standing([each.version for each in readable])
    _write(_read_all(readable, standing), standing, now)


def pending(document: Document, *, until: Version | None = None) -> list[Version]:
    """Return the Versions that today's taxonomy has not read yet, oldest first; empty when all are read."""
    rows = Version.objects.filter(document=document).order_by("observed_at", "sequence")
    if until is not None:
        rows = rows.filter(sequence__lte=until.sequence)
    done = _classified(rows.values("pk"))
    return [row for row in rows if row.pk not in done and is_readable(row)]


def catch_up(version: Version, *, now: datetime) -> None:
    """Read an older Version: as it would have been then if nobody ever did, else as a technical reading."""
    standing = _standing([version])
    is_first_look = version.kind != Version.Kind.TECHNICAL and not version.classifications.exists()
    expected = _speaks_to(version.document_id, standing) if is_first_look else frozenset()
    found = classify.provisions(version.text, clauses(version), expected=expected)
    descents = _descents_of_the_past(version, found, expected) if is_first_look else None
    _write([Read(version, found, descents)], standing, now)


def clauses(version: Version) -> tuple[segment.Clause, ...]:
    """Return the clauses of a Version as its outline keeps them."""
    return tuple(
        segment.Clause(path, number, heading, segment.Kind(kind), start, end, bytes.fromhex(digest))
        for digest, path, number, heading, kind, start, end in version.outline
    )


def _classified(version_ids: Any) -> set[int]:
    rows = Classification.objects.filter(version__in=version_ids, taxonomy=knowledge.taxonomy().version)
    return set(rows.values_list("version_id", flat=True))


def _read_all(published: Sequence[Published], standing: Mapping[int, Stood]) -> list[Read]:
    """Read new Versions; of a text that was read before only what is new in it."""
    kept = sayings.kept(each.version.document_id for each in published if each.reading.change)
    reads, said = [], {}
    for each in published:
        document_id, change = each.version.document_id, each.reading.change
        if change and document_id in kept:
            classify.recall(change.before.markdown, change.before.clauses, kept[document_id])
        reads.append(_read(each, _speaks_to(document_id, standing)))
        said[document_id] = classify.said(each.version.text, each.reading.clauses)
    sayings.keep(said)
    return reads


def _read(published: Published, expected: Set[str]) -> Read:
    """Read a new Version; expected: the types that its document spoke to before."""
    text, clauses_ = published.version.text, published.reading.clauses
    if published.version.kind == Version.Kind.TECHNICAL:
        return Read(published.version, classify.provisions(text, clauses_), None)
    found = classify.provisions(text, clauses_, expected=expected)
    compared = published.reading.change
    if compared is None:
        return Read(published.version, found, classify.lineage((), found, ()))
    before = classify.provisions(compared.before.markdown, compared.before.clauses, expected=expected)
    return Read(published.version, found, classify.lineage(before, found, compared.edits))


def _descents_of_the_past(
    version: Version, found: tuple[classify.Finding, ...], expected: Set[str]
) -> tuple[classify.Descent, ...]:
    earlier = Version.objects.filter(changes_after__after=version).first()
    if earlier is None:
        return classify.lineage((), found, ())
    before, after = diff.text(earlier.text), diff.text(version.text)
    said = classify.provisions(earlier.text, before.clauses, expected=expected)
    return classify.lineage(said, found, diff.edits(before, after))


def _write(reads: Sequence[Read], standing: Mapping[int, Stood], now: datetime) -> None:
    """Write the Provisions that are new, a Revision for all that came, moved or went, and that the Versions were read."""
    if not reads:
        return
    provisions = _provisions(reads, now)
    copying.copy(
        Revision,
        (_revision(descent, read, provisions, standing, now) for read in reads for descent in _told(read, standing)),
    )
    taxonomy = knowledge.taxonomy().version
    Classification.objects.bulk_create(
        Classification(version=read.version, taxonomy=taxonomy, found=len(read.findings), recorded_at=now)
        for read in reads
    )


def _provisions(reads: Sequence[Read], now: datetime) -> dict[tuple[int, str], Provision]:
    """Return the Provisions of the documents by document and type, those found for the first time included."""
    rows = Provision.objects.filter(document__in={read.version.document_id for read in reads})
    known = {(row.document_id, row.provision_type): row for row in rows}
    found = {(read.version.document_id, finding.provision_type) for read in reads for finding in read.findings}
    made = Provision.objects.bulk_create(
        Provision(document_id=document_id, provision_type=key, created_at=now)
        for document_id, key in sorted(found - set(known))
    )
    return known | {(row.document_id, row.provision_type): row for row in made}


def _standing(versions: Sequence[Version]) -> dict[int, Stood]:
    """Return what stood of each Provision when the Versions were seen, by its id; missing for what was never seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT provision.id, document_id, provision.provision_type, newest.id, newest.fate
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS seen (document_id, at)
            JOIN {Provision._meta.db_table} AS provision USING (document_id)
            JOIN LATERAL (
                SELECT id, fate FROM {Revision._meta.db_table}
                WHERE provision_id = provision.id AND observed_at <= seen.at ORDER BY observed_at DESC, id DESC LIMIT 1
            ) AS newest ON true
            """,
            [[version.document_id for version in versions], [version.observed_at for version in versions]],
        )
        return {
            pk: Stood(document_id, key, revision_id, fate == Revision.Fate.WITHDRAWN)
            for pk, document_id, key, revision_id, fate in cursor
        }


def _speaks_to(document_id: int, standing: Mapping[int, Stood]) -> frozenset[str]:
    """Return the types that a document spoke to at the moment of `standing`."""
    return frozenset(
        stood.provision_type
        for stood in standing.values()
        if stood.document_id == document_id and not stood.is_withdrawn
    )


def _told(read: Read, standing: Mapping[int, Stood]) -> Iterable[classify.Descent]:
    """Return what is worth a row: of a text that changed what was touched, of a technical reading everything it says."""
    if read.descents is not None:
        return [d for d in read.descents if d.edits or d.altered or d.fate is not classify.Fate.CONTINUED]
    return _technical(read, _speaks_to(read.version.document_id, standing))


def _technical(read: Read, stood: Set[str]) -> list[classify.Descent]:
    found = [finding.provision_type for finding in read.findings]
    neutral = classify.Direction.NEUTRAL
    return [
        classify.Descent(
            finding.provision_type,
            classify.Fate.CONTINUED if finding.provision_type in stood else classify.Fate.NEW,
            None,
            finding,
            neutral,
        )
        for finding in read.findings
    ] + [classify.Descent(key, classify.Fate.WITHDRAWN, None, None, neutral) for key in sorted(stood - set(found))]


def _revision(
    descent: classify.Descent,
    read: Read,
    provisions: Mapping[tuple[int, str], Provision],
    standing: Mapping[int, Stood],
    now: datetime,
) -> dict[str, object]:
    version, finding = read.version, descent.after
    provision = provisions[version.document_id, descent.provision_type]
    previous = standing.get(provision.pk)
    return {
        "provision_id": provision.pk,
        "version_id": version.pk,
        "previous_id": previous.revision_id if previous else None,
        "kind": Version.Kind.TECHNICAL if read.descents is None else version.kind,
        "fate": descent.fate.value,
        "direction": descent.direction.value,
        "altered": [altered.value for altered in descent.altered],
        "taxonomy": knowledge.taxonomy().version,
        "observed_at": version.observed_at,
        "recorded_at": now,
        **(_said(finding, read) if finding else NOTHING),
    }


def _said(finding: classify.Finding, read: Read) -> dict[str, object]:
    facts = assess.facts_of(finding, read.bearing)
    exposure = assess.exposure(finding.provision_type, facts.values)
    span = finding.stance_span
    return {
        "stance": finding.stance,
        "stance_start": span.start if span else None,
        "stance_end": span.end if span else None,
        "carveouts": [{"key": c.key, "start": c.span.start, "end": c.span.end} for c in finding.carveouts],
        "parameters": [_parameter(p, finding) for p in finding.parameters],
        "passages": [
            {
                "clause": passage.clause,
                "start": passage.span.start,
                "end": passage.span.end,
                "confidence": passage.confidence,
                "evidence": [[span.start, span.end] for span in passage.evidence],
            }
            for passage in finding.passages
        ],
        "confidence": finding.confidence,
        "reason": finding.reason[:200],
        "score": exposure.score,
        "level": exposure.level,
    }


def _parameter(read: classify.Parameter, finding: classify.Finding) -> dict[str, object]:
    """Return a parameter as it is kept; further: what other passages state under its name, left out where none does."""
    kept: dict[str, object] = {
        "name": read.name,
        "value": read.value,
        "unit": read.unit,
        "start": read.span.start,
        "end": read.span.end,
    }
    further = list(finding.stated(read.name)[1:])
    return {**kept, "further": further} if further else kept


def context(findings: Iterable[classify.Finding], *, audience: str) -> dict[str, object]:
    """Return what the rest of the document says that bears on the exposure of each of its provisions."""
    return _bearing(((name, finding.parameter(name)) for finding in findings for name in _CONTEXT), audience)


def context_of(standing: Iterable[Revision], *, audience: str) -> dict[str, object]:
    """Return the same from what is recorded of the document."""
    return _bearing(((name, row.values.get(name)) for row in standing for name in _CONTEXT), audience)


def _bearing(stated: Iterable[tuple[str, object]], audience: str) -> dict[str, object]:
    found: dict[str, object] = {"audience": audience} if audience else {}
    for name, value in stated:
        if value is not None:
            found.setdefault(name, value)
    return found
