"""Whose data a page shows: the attributions that imported history asks for (glossary: Snapshot, origin imported)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from monitoring.models import Document, Screening, Snapshot

LICENCE_URLS = {"ODC-BY 1.0": "https://opendatacommons.org/licenses/by/1-0/"}


@dataclass(frozen=True, slots=True)
class Attribution:
    """What must be said of one collection, and under which licence; `licence_url` is "" when it is not known to us."""

    text: str
    collection: str
    licence: str
    licence_url: str


def of_documents(document_ids: Iterable[int]) -> tuple[Attribution, ...]:
    """Return what pages with these documents must say, each collection once, by name; empty without imports. One query."""
    captures = Snapshot.objects.filter(document=OuterRef("pk"), origin=Snapshot.Origin.IMPORTED)
    texts = Screening.objects.filter(document=OuterRef("pk"), provenance__has_key="attribution")
    rows = Document.objects.filter(pk__in=list(document_ids)).order_by()
    found = rows.annotate(of_captures=_any(captures), of_texts=_any(texts)).values_list("of_captures", "of_texts")
    named = {_attribution(each) for row in found for each in row if each and "attribution" in each}
    return tuple(sorted(named, key=lambda each: (each.collection, each.text)))


def _any(rows: QuerySet) -> Subquery:
    """Return the provenance of one of the rows: a document's imported history is of one collection."""
    return Subquery(rows.order_by().values("provenance")[:1])


def _attribution(provenance: dict[str, str]) -> Attribution:
    licence = provenance.get("licence", "")
    return Attribution(
        text=provenance["attribution"],
        collection=provenance.get("collection", ""),
        licence=licence,
        licence_url=LICENCE_URLS.get(licence, ""),
    )
