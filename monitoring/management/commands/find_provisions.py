"""manage.py find_provisions IN.jsonl --out FILE: the provision types of single paragraphs, in the scorer's file format."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring import classify


class Command(BaseCommand):
    help = "Find provision types and stances in rows {id, text, heading?} and write {id, provision_types, stance}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paragraphs", type=Path, metavar="IN.jsonl")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *, paragraphs: Path, out: Path, **options: Any) -> None:
        try:
            lines = paragraphs.read_text(encoding="utf8").splitlines()
            rows = [json.loads(line) for line in lines if line.strip()]
            found = list(classify.found(rows))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{paragraphs}: {type(error).__name__}: {error}: give rows {{id, text}}") from error
        out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found), encoding="utf8")
        self.stdout.write(f"{len(found)} paragraphs read: {out}")
