"""manage.py watch_hubs [--all] [--platform SLUG …]: visit the legal hubs that are due, and print what is proposed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring.models import HubVisit, Platform, Proposal
from monitoring.proposals import hubs, sources


class Command(BaseCommand):
    help = "Visit the legal hubs that are due, look over the known sources, and propose what is new, moved or gone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="visit every hub, due or not")
        parser.add_argument("--platform", action="append", default=[], metavar="SLUG", help="visit this one's hub now")

    def handle(self, **options: Any) -> None:
        if options["all"] or options["platform"]:
            hubs.make_due(now=timezone.now(), slugs=_known(options["platform"]))
        made, visited = [], 0
        began = timezone.now()
        while visits := hubs.claim(now=began):
            made += hubs.visit(visits, now=timezone.now())
            visited += len(visits)
        made += sources.look_over(now=timezone.now())
        for proposal in made:
            self.stdout.write(_line(proposal))
        failing = HubVisit.objects.exclude(reason="").count()
        self.stdout.write(f"Hubs visited: {visited}; proposals made: {len(made)}; hubs that cannot be read: {failing}.")


def _known(slugs: list[str]) -> list[str]:
    missing = set(slugs) - set(Platform.objects.current().exclude(legal_hub="").values_list("slug", flat=True))
    if missing:
        raise CommandError(f"{', '.join(sorted(missing))}: no current platform of that slug has a legal hub")
    return slugs


def _line(proposal: Proposal) -> str:
    return f"{proposal.platform.slug}: {proposal.get_kind_display()}: {proposal.title} {proposal.url}"
