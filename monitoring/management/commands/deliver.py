"""manage.py deliver [--at MOMENT]: send what is due, without waiting for the next tick."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from monitoring.alerts import delivery, matching


class Command(BaseCommand):
    help = "Match what was not matched yet and send the messages that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            metavar="MOMENT",
            help="as if it were this moment (ISO 8601), to see a digest before its day; not in production",
        )

    def handle(self, *, at: str | None, **options: Any) -> None:
        now = _moment(at) if at else timezone.now()
        matching.match_all(now=timezone.now())
        delivery.open_missing_digests(now=timezone.now())
        self.stdout.write(f"{delivery.deliver_due(now=now)} messages sent")


def _moment(text: str) -> datetime:
    if settings.PRODUCTION:
        raise CommandError("--at would tell people of the future: leave it out in production")
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--at {text}: write for instance 2026-11-29T12:00:00+00:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
