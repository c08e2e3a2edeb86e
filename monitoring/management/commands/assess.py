"""manage.py assess --example ID: print a worked example of the taxonomy as the assessment it composes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring import assess, knowledge


class Command(BaseCommand):
    help = "Print the assessment of a worked example; without one, list the examples."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--example", type=int, metavar="ID")

    def handle(self, *, example: int | None, **options: Any) -> None:
        known = [each.key for each in knowledge.examples()]
        if example is None:
            self.stdout.write("\n".join(map(str, known)))
            return
        if example not in known:
            raise CommandError(f"no worked example {example}: there are {', '.join(map(str, known))}")
        self.stdout.write(assess.printed(assess.example(example, on=timezone.now().date())))
