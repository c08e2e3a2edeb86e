"""manage.py demo_publisher [--port N]: serve the fictional platforms of the demo on this machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from monitoring import seeding
from monitoring.demo import server


class Command(BaseCommand):
    help = "Serve six fictional AI platforms whose pages change on a script; /control lists what can be fired."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT + 1)

    def handle(self, *, port: int, **options: Any) -> None:
        began = seeding.began_at(settings.VAR / "demo", now=timezone.now())
        server.serve("127.0.0.1", port, began_at=began, is_live=True)
