# ruff: noqa: E402  (Django is set up before its models are imported)
"""What a page of the timeline API costs, at any depth, beside a bare view over the same query.

    python bench/timeline.py [events]        (1,000,000 unless given; half of them changes)

Makes a database of its own beside the real one and removes it. For the newest page, one in the middle and the last: CPU of
this process for one request to /api/v1/timeline/ with all that belongs to it (middleware, key, limits, notice), the same for
a view without any middleware that gives the values of the same rows as JsonResponse, and
their ratio. Medians of fifteen rounds, in turns.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["BILLING"] = "none"

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory, override_settings
from django.urls import include, path

from accounts import api_keys, audit, people, rls
from accounts.models import Scope
from conductatlas import local
from monitoring import timeline
from monitoring.archive import partitions
from monitoring.management import scratch
from monitoring.models import Document, Platform, Version

DOCUMENTS, ROUNDS, REQUESTS, PAGE = 5_000, 15, 20, 50
COLUMNS = (
    "observed_at", "id", "kind", "document__platform__slug", "document_id", "document__name", "sequence", "effective_date",
    "change__id", "change__significance", "change__summary",
)  # fmt: skip


def fill(events: int) -> None:
    now = datetime.now(UTC)
    partitions.ensure(now=now)
    platforms = Platform.objects.bulk_create(
        Platform(slug=f"platform-{n}", name=f"Platform {n}", created_at=now) for n in range(DOCUMENTS // 10)
    )
    documents = Document.objects.bulk_create(
        Document(
            platform=platforms[n // 10], terms_type=f"type {n % 10}", name=f"Document {n}", slug=f"document-{n}",
            created_at=now,
        )
        for n in range(DOCUMENTS)
    )  # fmt: skip
    first = documents[0].pk
    with rls.as_owner(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, {"events": events, "first": first, "documents": DOCUMENTS})
        for table in ("screening", "version", "change"):
            cursor.execute(f"ANALYZE monitoring_{table}")


STATEMENTS = (
    """INSERT INTO monitoring_screening (id, document_id, snapshot_ids, outcome, difference, reasons, digest, sketch,
    size_words, observed_at, recorded_at, revision, provenance)
    SELECT n, %(first)s + n %% %(documents)s, '{}', 'news', 'words', '[]', '', '', 0,
    now() - n * interval '5 seconds', now(), 'bench', '{}' FROM generate_series(1, %(events)s) n""",
    """INSERT INTO monitoring_version (id, document_id, sequence, kind, screening_id, text, outline, digest, title, language,
    method, confidence, size_words, observed_at, recorded_at)
    SELECT n, %(first)s + n %% %(documents)s, (%(events)s - n) / %(documents)s + 1, 'change', n, '', '[]', '', '', 'en',
    'selectors', 1, 0, now() - n * interval '5 seconds', now() FROM generate_series(1, %(events)s) n""",
    """INSERT INTO monitoring_change (document_id, before_id, after_id, significance, reasons, summary, counts, suppressed,
    observed_at, recorded_at)
    SELECT %(first)s + n %% %(documents)s, n + %(documents)s, n, 'substantive', '[]',
    '{"headline": "Retention changed from 30 to 90 days."}', '{}', '{}', now() - n * interval '5 seconds', now()
    FROM generate_series(2, %(events)s - %(documents)s, 2) n""",
)


def bare(asked: HttpRequest) -> HttpResponse:
    """Answer with the values of the rows and nothing else."""
    place = timeline.place(asked.GET["cursor"]) if "cursor" in asked.GET else None
    rows = timeline.versions(before=place).values(*COLUMNS)[: PAGE + 1]
    return JsonResponse({"results": list(rows)})


urlpatterns = [path("bare/", bare), path("", include("conductatlas.urls"))]


def request(application: WSGIHandler, address: str, **headers: str) -> bytes:
    """Return the body of the answer. Raises AssertionError for anything but 200."""
    said: list[str] = []
    environ = RequestFactory(headers=headers).get(address).environ
    response = application(environ, lambda status, _headers: said.append(status))
    body = b"".join(response)
    response.close()
    assert said[0].startswith("200"), (said, body)
    return body


def depths(events: int) -> dict[str, str]:
    """Return the query of the newest page, of one in the middle and of the last."""
    found = {"newest": ""}
    for name, pk in (("middle", events // 2), ("last", events - PAGE - 5)):
        at = Version.objects.values_list("observed_at", flat=True).get(pk=pk)
        found[name] = f"?cursor={timeline.cursor((at, pk))}"
    return found


def cpu_ms(act: Callable[[], object]) -> float:
    """Return the CPU of this process for one `act`, as the mean of REQUESTS."""
    started = time.process_time()
    for _ in range(REQUESTS):
        act()
    return (time.process_time() - started) / REQUESTS * 1000


def beside(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float, float]:
    """Return the medians of both and of their ratio, measured in turns: a machine that others use slows both alike."""
    for act in (one, other):
        act()
    pairs = [(cpu_ms(one), cpu_ms(other)) for _ in range(ROUNDS)]
    return median(each[0] for each in pairs), median(each[1] for each in pairs), median(a / b for a, b in pairs)


def _act_as_pages_do() -> None:
    """Go on in the role of a process that serves pages; the database was made and filled as its owner."""
    connection.settings_dict["OPTIONS"]["assume_role"] = rls.APP
    connection.close()


def main(events: int = 1_000_000) -> None:
    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
    with scratch.world():
        started = time.monotonic()
        fill(events)
        print(f"{events:,} events in {DOCUMENTS:,} documents, written in {time.monotonic() - started:.0f} s")
        now = datetime.now(UTC)
        user = people.register(email="reader@bench.invalid", password="", now=now)
        organization = user.memberships.get().organization
        _, key = api_keys.create(organization=organization, name="bench", scope=Scope.READ, now=now, actor=audit.SYSTEM)
        _act_as_pages_do()
        print(f"{'page':<10}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}")
        with override_settings(ROOT_URLCONF="__main__", LOGGING_CONFIG=None):
            ours = WSGIHandler()
            with override_settings(MIDDLEWARE=[]):
                theirs = WSGIHandler()
            for name, query in depths(events).items():
                asked = f"/api/v1/timeline/{query}"
                assert b'"platform"' in request(ours, asked, Authorization=f"Bearer {key}"), (
                    "an empty page measures nothing"
                )
                one, other, ratio = beside(
                    lambda asked=asked: request(ours, asked, Authorization=f"Bearer {key}"),
                    lambda query=query: request(theirs, f"/bare/{query}"),
                )
                print(f"{name:<10}{one:>10.2f}{other:>10.2f}{ratio:>8.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
