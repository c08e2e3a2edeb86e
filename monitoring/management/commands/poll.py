"""manage.py poll --once [--all] [--json]: fetch what is due, work it off to the end in this process, print the figures."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from conductatlas import collector
from monitoring import pipeline
from monitoring.alerts import delivery, matching
from monitoring.archive import captures, partitions
from monitoring.management.figures import Meter
from monitoring.models import Screening


@dataclass
class Figures:
    """What a poll did. `documents`: sources' documents asked for; `held`: texts held back, new or again."""

    documents: int = 0
    requests: int = 0
    ok: int = 0
    not_modified: int = 0
    failed: int = 0
    changes: int = 0
    alerts: int = 0
    held: int = 0
    bytes_stored: int = 0


class Command(BaseCommand):
    help = "Poll the documents that are due, once, and read, match and deliver what came of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="work off what is due and end (there is no other way)")
        parser.add_argument("--all", action="store_true", help="poll every document, due or not")
        parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")

    def handle(self, **options: Any) -> None:
        if not options["once"]:
            raise CommandError("say --once; to go on polling run `manage.py dev`, or a Celery worker and beat")
        figures = run(everything=options["all"])
        self.stdout.write(json.dumps(figures) if options["json"] else _table(figures))


def run(*, everything: bool) -> dict[str, float]:
    """Poll, read, match and deliver until nothing is left, and return the figures with what they cost."""
    meter, figures = Meter(), Figures()
    collector.relax()
    started = timezone.now()
    partitions.ensure(now=started)
    if everything:
        captures.make_due(now=started)
    documents: set[int] = set()
    while sources := captures.claim(now=started, limit=settings.FETCH_BATCH_DOCUMENTS):
        documents |= {source.document_id for source in sources}
        _add(figures, pipeline.poll(sources, now=timezone.now()))
        _read(figures)
    _read(figures)
    figures.documents = len(documents)
    figures.alerts = matching.match_all(now=timezone.now(), limit=100_000)
    delivery.deliver_due(now=timezone.now(), limit=100_000)
    cost = meter.cost()
    per_document = round(cost.cpu_s * 1000 / len(documents), 3) if documents else 0.0
    return vars(figures) | {
        "wall_s": cost.wall_s,
        "cpu_s": cost.cpu_s,
        "cpu_ms_per_document": per_document,
        "peak_rss_mb": cost.peak_rss_mb,
    }


def _add(figures: Figures, polled: pipeline.Polled) -> None:
    for name in ("requests", "ok", "not_modified", "failed", "bytes_stored"):
        setattr(figures, name, getattr(figures, name) + getattr(polled, name))


def _read(figures: Figures) -> None:
    while True:
        done, changes = pipeline.read(now=timezone.now())
        figures.changes += len(changes)
        figures.held += sum(reading.verdict.outcome.value == Screening.Outcome.HELD for reading in done)
        if not done:
            return


def _table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name.replace('_', ' '):>20}  {value:,}" for name, value in figures.items())
