# ruff: noqa: E402  (Django is set up before its models are imported)
"""What comparing costs: matrices, one type in words, a provision with its peers, beside 75 and 500 platforms.

    python bench/compare.py [platforms]        (500 unless given; ten documents each, 40 % of the types stated, three revisions)

Makes a database of its own beside the real one and removes it. Milliseconds and queries of one call, median of five.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["BILLING"] = "none"

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import rls
from conductatlas import local
from monitoring import compare, knowledge
from monitoring.management import scratch
from monitoring.models import Document, Platform, Provision

DOCUMENTS, SHARE, REVISIONS, ROUNDS = 10, 0.4, 3, 5
TEXT = (
    "We may use the content that you provide to improve our services, and you can turn this off in your settings. "
    * 400
)


def fill(platforms: int) -> None:
    now = datetime.now(UTC)
    rows = Platform.objects.bulk_create(
        Platform(slug=f"platform-{n}", name=f"Platform {n:03}", category=f"kind-{n % 4}", created_at=now)
        for n in range(platforms)
    )
    Document.objects.bulk_create(
        Document(
            platform=row, terms_type=f"type {n}", name=f"Document {n}", slug=f"document-{n}", language="en",
            audience=("", "consumer", "business")[n % 3], created_at=now,
        )
        for row in rows
        for n in range(DOCUMENTS)
    )  # fmt: skip
    taxonomy = knowledge.taxonomy()
    stances = [(key, stance.key) for key, row in taxonomy.types.items() for stance in row.stances[:2]]
    values = {
        "types": list(taxonomy.types), "share": SHARE, "revisions": REVISIONS, "text": TEXT, "taxonomy": taxonomy.version,
        "firsts": [stance for _key, stance in stances[::2]], "seconds": [stance for _key, stance in stances[1::2]],
    }  # fmt: skip
    with rls.as_owner(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        for table in ("document", "version", "provision", "revision", "classification"):
            cursor.execute(f"ANALYZE monitoring_{table}")


STATEMENTS = (
    """INSERT INTO monitoring_screening (document_id, snapshot_ids, outcome, difference, reasons, digest, sketch, size_words,
    observed_at, recorded_at, revision, provenance) SELECT id, '{}', 'first', 'words', '[]', '', '', 0,
    now() - interval '90 days', now(), 'bench', '{}' FROM monitoring_document""",
    """INSERT INTO monitoring_version (document_id, sequence, kind, screening_id, text, outline, digest, title, language,
    method, confidence, size_words, observed_at, recorded_at) SELECT document_id, 1, 'first', id, %(text)s,
    '[["00", "1", "1", "Content", "paragraph", 0, 108]]', '', '', 'en', 'selectors', 1, 0, observed_at, now()
    FROM monitoring_screening""",
    """INSERT INTO monitoring_classification (version_id, taxonomy, found, recorded_at)
    SELECT id, %(taxonomy)s, 10, now() FROM monitoring_version""",
    """INSERT INTO monitoring_provision (document_id, provision_type, created_at) SELECT id, key, now()
    FROM monitoring_document, unnest(%(types)s::text[]) key WHERE random() < %(share)s""",
    """INSERT INTO monitoring_revision (provision_id, version_id, kind, fate, direction, altered, stance, stance_start,
    stance_end, carveouts, parameters, passages, confidence, reason, score, level, taxonomy, observed_at, recorded_at)
    SELECT p.id, v.id, 'change', CASE n WHEN 1 THEN 'new' ELSE 'revised' END, 'neutral', '[]',
    CASE WHEN p.id %% 2 = 0 THEN f.stance ELSE f.other END, 0, 10, '[]', '[]',
    '[{"clause": 0, "start": 0, "end": 108, "confidence": 0.9, "evidence": [[0, 10]]}]', 0.9, '', 30, 'Medium',
    %(taxonomy)s || n, v.observed_at + n * interval '20 days', now()
    FROM monitoring_provision p JOIN monitoring_version v USING (document_id)
    JOIN unnest(%(types)s::text[], %(firsts)s::text[], %(seconds)s::text[]) f (key, stance, other)
    ON f.key = p.provision_type, generate_series(1, %(revisions)s) n""",
)


def measured(name: str, call: Callable[[], object]) -> None:
    """Print what a call costs: the median of five, and the queries it asks."""
    with CaptureQueriesContext(connection) as asked:
        call()
        number = len(asked)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    print(f"{name:<52} {median(times):7.1f} ms {number:3} queries")


def page(address: str) -> Callable[[], object]:
    def call() -> object:
        answer = Client().get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer

    return call


def main() -> None:
    platforms = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    fill(platforms)
    everybody, types = list(Platform.objects.order_by("name")), list(knowledge.taxonomy().types)
    at = datetime.now(UTC) - timedelta(days=40)
    print(f"{platforms} platforms, {platforms * DOCUMENTS} documents, {Provision.objects.count()} provisions")
    measured(f"matrix of 75 x {len(types)}", lambda: compare.matrix(everybody[:75], types))
    measured(
        f"matrix of 75 x {len(types)}, 40 days ago",
        lambda: compare.matrix(everybody[:75], types, choice=compare.Choice(at=at)),
    )
    measured(f"matrix of {platforms} x 1", lambda: compare.matrix(everybody, types[:1]))
    provision = Provision.objects.with_document().filter(provision_type=types[0]).latest("pk")
    for name, address in {
        "page: a group of types": "/compare/",
        "page: all types": "/compare/?type=all",
        "page: one type in words": f"/compare/?type={types[0]}",
        "page: a provision type": f"/provision-types/{types[0]}/",
        "page: all provision types with adoption": "/provision-types/",
        "page: a provision": provision.get_absolute_url(),
        "page: a regulation": "/regulations/gdpr_6/",
    }.items():
        measured(name, page(address))


if __name__ == "__main__":
    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
    with scratch.world():
        main()
