"""Whose data a page shows: the attributions that imported history asks for (glossary: Snapshot, origin imported)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from monitoring.models import Document, Screening, Snapshot

# A document's imported history is of one collection, so one capture or text of each is enough.
_PROVENANCES = f"""
    SELECT DISTINCT found.provenance FROM unnest(%(documents)s::bigint[]) AS asked (id), LATERAL (
        (SELECT provenance FROM {Snapshot._meta.db_table}
         WHERE document_id = asked.id AND origin = '{Snapshot.Origin.IMPORTED}' AND provenance ? 'attribution' LIMIT 1)
        UNION ALL
        (SELECT provenance FROM {Screening._meta.db_table}
         WHERE document_id = asked.id AND provenance ? 'attribution' LIMIT 1)
    ) AS found
"""
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
    with connection.cursor() as cursor:
        cursor.execute(_PROVENANCES, {"documents": list(document_ids)})
        named = {_attribution(json.loads(each)) for (each,) in cursor}
    return tuple(sorted(named, key=lambda each: (each.collection, each.text)))


def of_all() -> tuple[Attribution, ...]:
    """Return what must be said of all imported history in the archive."""
    return of_documents(Document.objects.filter(organization=None).order_by().values_list("pk", flat=True))


def _attribution(provenance: dict[str, str]) -> Attribution:
    licence = provenance.get("licence", "")
    return Attribution(
        text=provenance["attribution"],
        collection=provenance.get("collection", ""),
        licence=licence,
        licence_url=LICENCE_URLS.get(licence, ""),
    )
