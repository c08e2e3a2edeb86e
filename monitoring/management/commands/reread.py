"""manage.py reread [PLATFORM …]: read stored captures again with today's rules, as technical upgrades."""

import difflib
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring import pipeline
from monitoring.models import Document, Platform


class Command(BaseCommand):
    help = (
        "Re-extract and re-screen history with today's rules. No alerts; may be stopped and goes on where it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("platforms", nargs="*", metavar="PLATFORM", help="slugs; all platforms when none is given")

    def handle(self, *, platforms: list[str], **options: Any) -> None:
        known = set(Platform.objects.values_list("slug", flat=True))
        for slug in platforms:
            if slug not in known:
                near = difflib.get_close_matches(slug, known, n=3)
                nearest = f" (nearest: {', '.join(near)})" if near else ""
                raise CommandError(
                    f"no platform {slug!r}{nearest}: give slugs as /platforms/SLUG/ has them, or none for all"
                )
        documents = Document.objects.with_platform().order_by("pk")
        if platforms:
            documents = documents.filter(platform__slug__in=platforms)
        total, upgrades = documents.count(), 0
        for number, document in enumerate(documents.iterator(), 1):
            if sys.stderr.isatty():
                self.stderr.write(f"\r{number}/{total} {document!s:70.70}", ending="")
            upgrades += pipeline.reread(document, now=timezone.now())
        self.stdout.write(f"{total} documents read again: {upgrades} technical upgrades")
