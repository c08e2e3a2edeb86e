"""manage.py judge DIR --out FILE: judge single changes, one text before and one after, in the scorer's file format."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring import diff


class Command(BaseCommand):
    help = "Judge the single changes of a folder of labelled changes; the labels themselves are not read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *, folder: Path, out: Path, **options: Any) -> None:
        try:
            rows = list(judgements(folder))
        except (OSError, ValueError, KeyError, lzma.LZMAError) as error:
            raise CommandError(
                f"{folder}: {type(error).__name__}: {error}: give a folder of labelled changes"
            ) from error
        out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
        self.stdout.write(f"{len(rows)} changes judged: {out}")


def judgements(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield one judgement per change of the folder."""
    texts = _texts(folder / "labelled_changes_markdown.jsonl.xz")
    with (folder / "labelled_changes.jsonl").open(encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            found = diff.judge(texts[row["from_blob"]], texts[row["to_blob"]])
            yield {
                "id": row["id"],
                "alert": found.alerts,
                "significance": found.significance.value,
                "provision_types": [],
                "reasons": [f"{ground.why.value}: {ground.detail}" for ground in found.grounds],
            }


def _texts(file: Path) -> dict[str, str]:
    with lzma.open(file, "rt", encoding="utf8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["blob"]: row["markdown"] for row in rows}
