"""manage.py sync_catalog [DIR]: make the catalog rows say what the declarations say."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring import catalog
from monitoring.archive import catalog as records


class Command(BaseCommand):
    help = "Load a folder of declarations into the catalog; reports what was added, changed and retired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=catalog.DECLARATIONS, metavar="DIR")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            declared = catalog.load(folder)
        except catalog.CatalogError as error:
            raise CommandError(f"nothing was changed:\n{error}") from error
        if settings.PRODUCTION:  # there our own texts have a public address, and are watched like those of anybody else
            declared = (*declared, catalog.ours(settings.SITE_URL))
        report = records.sync(declared, now=timezone.now())
        for word, lines in (("added", report.added), ("changed", report.changed), ("retired", report.retired)):
            if options["verbosity"] > 1:
                for line in lines:
                    self.stdout.write(f"{word} {line}")
        documents = sum(len(platform.documents) for platform in declared)
        self.stdout.write(
            f"{len(declared)} platforms, {documents} documents declared: {len(report.added)} rows added, "
            f"{len(report.changed)} changed, {len(report.retired)} retired"
        )
