"""manage.py demo_seed: bring the demo world with its history into the archive; `make demo` does it at every start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring import seeding


class Command(BaseCommand):
    help = "Fill the archive with six fictional platforms, their history, and two people who can sign in."

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("the demo world is not for production")
        base_url = f"http://127.0.0.1:{settings.PORT + 1}"
        for line in seeding.seed(settings.VAR / "demo", base_url=base_url, now=timezone.now()):
            self.stdout.write(line)
