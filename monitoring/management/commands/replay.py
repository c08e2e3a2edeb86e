"""manage.py replay DIR --decisions FILE [--selectors FILE]: archived pages through the pipeline, in a throw-away database."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring import replaying
from monitoring.management import scratch


class Command(BaseCommand):
    help = "Replay a folder of archived pages in time order and write one decision per capture."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--decisions", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--selectors", type=Path, metavar="FILE", help="select and remove per slug; else the main content is found"
        )

    def handle(self, *, folder: Path, decisions: Path, selectors: Path | None, **options: Any) -> None:
        try:
            found = replaying.pages(folder)
            chosen = replaying.selectors(selectors) if selectors else {}
        except replaying.ReplayError as error:
            raise CommandError(str(error)) from error
        with scratch.world(), decisions.open("w", encoding="utf8") as out:
            for decision in self._shown(replaying.run(found, replaying.prepare(found, chosen)), len(found)):
                out.write(json.dumps(asdict(decision), ensure_ascii=False) + "\n")
        self.stdout.write(f"{len(found)} captures decided: {decisions}")

    def _shown(self, rows: Iterator[replaying.Decision], total: int) -> Iterator[replaying.Decision]:
        for number, row in enumerate(rows, 1):
            if sys.stderr.isatty():
                self.stderr.write(f"\r{number}/{total} {row.slug:60.60}", ending="")
            yield row
