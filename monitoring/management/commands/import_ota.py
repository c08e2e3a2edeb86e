"""manage.py import_ota --declarations DIR --snapshots GIT_DIR [--versions GIT_DIR]: years of history with its original dates."""

import sys
import time
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring import importing


def _day(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ArgumentTypeError(f"{value!r} is no date: give one such as 2024-03-01") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Import the history that Open Terms Archive published. No alerts; may be stopped and goes on where it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--declarations", type=Path, required=True, metavar="DIR", help="their declarations (*.json)"
        )
        parser.add_argument("--snapshots", type=Path, metavar="GIT_DIR", help="captured pages: screened history")
        parser.add_argument("--versions", type=Path, metavar="GIT_DIR", help="their texts, where there are no captures")
        parser.add_argument(
            "--platform", action="append", default=[], metavar="NAME", help="only this one; may be repeated"
        )
        parser.add_argument("--since", type=_day, metavar="DATE", help="leave out what was recorded before")

    def handle(
        self, *, declarations: Path, snapshots: Path | None, versions: Path | None, platform: list[str],
        since: datetime | None, **options: Any,
    ) -> None:  # fmt: skip
        if not snapshots and not versions:
            raise CommandError("nothing to import: give --snapshots, --versions or both")
        request = importing.Request(declarations, snapshots, versions, tuple(platform), since)
        self.taken = 0
        try:
            with importing.prepare(request) as found:
                self._read(found)
                self._run(found)
        except importing.ImportFailed as error:
            raise CommandError(f"{self._stopped()}:\n{error}") from error
        except KeyboardInterrupt as error:
            raise CommandError(self._stopped()) from error

    def _read(self, found: importing.Import) -> None:
        for commits in found.read():
            self._show(f"{commits} commits read")

    def _run(self, found: importing.Import) -> None:
        began = time.monotonic()
        for number in found.run(now=timezone.now()):
            self.taken += number
            done, speed = found.tally.known + self.taken, self.taken / (time.monotonic() - began)
            self._show(f"{_bar(done, found.total)} {done}/{found.total}, {speed:.1f} a second")
        self._show("")
        for remark in found.remarks:
            self.stdout.write(remark)
        self._sum_up(found, self.taken / (time.monotonic() - began))

    def _sum_up(self, found: importing.Import, speed: float) -> None:
        tally = found.tally
        outcomes = ", ".join(f"{number} {name}" for name, number in sorted(tally.outcomes.items()))
        self.stdout.write(
            f"{tally.snapshots} captures and {tally.texts} texts imported ({speed:.1f} a second), {tally.changes} changes, "
            f"no alerts; {tally.known} were known"
            + (f", {tally.unreadable} could not be read" if tally.unreadable else "")
        )
        if outcomes:
            self.stdout.write(f"readings: {outcomes}")

    def _stopped(self) -> str:
        return f"stopped after {self.taken} records: run it again to go on" if self.taken else "nothing was imported"

    def _show(self, line: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{line:78.78}", ending="" if line else "\r")


def _bar(done: int, total: int) -> str:
    filled = round(30 * done / max(total, 1))
    return f"[{'#' * filled}{'.' * (30 - filled)}]"
