#!/usr/bin/env python3
"""How right the judgements are, against labels written by hand: what the methodology page shows.

usage: python -m bench.measured [--write] [--unseen]

Reads the data pack (CONDUCTATLAS_DATA): single changes labelled by two readers, the doubtful ones left out, and paragraphs
labelled with provision types. --write keeps the figures with their day and command in monitoring/measured.json. --unseen trains
again without six publishers and scores paragraphs of theirs (some minutes, scikit-learn); without it those figures stay as kept.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
ROOT = Path(__file__).resolve().parent.parent
PACK = Path(os.environ.get("CONDUCTATLAS_DATA", ROOT / "../shared/data"))
FILE = ROOT / "monitoring" / "measured.json"


def changes(folder):
    """Return precision and recall of "this change is to be told", on the labelled changes of `folder`."""
    from monitoring.management.commands.judge import judgements

    lines = (folder / "labelled_changes.jsonl").read_text(encoding="utf8").splitlines()
    labels = {row["id"]: row for row in map(json.loads, lines) if not row.get("borderline")}
    told = {row["id"] for row in judgements(folder) if row["alert"]} & labels.keys()
    wanted = {key for key, row in labels.items() if row["significance"] == "substantive"}
    return {
        "labels": len(labels),
        "precision": round(len(told & wanted) / len(told), 3),
        "recall": round(len(told & wanted) / len(wanted), 3),
    }


def provisions():
    """Return the same for "this paragraph speaks of that type", by the weights that were trained on these very labels."""
    from bench.provisions import shipped

    found = shipped()
    return {name: round(found[name], 3) for name in ("labels", "precision", "recall")}


def unseen():
    """Return the same on publishers left out of all training: paragraphs drawn at random, whose misses nobody read."""
    from bench.provisions import unread

    found = unread()["unseen"]
    return {name: round(found[name], 3) for name in ("labels", "precision", "recall")}


def main():
    kept = json.loads(FILE.read_text(encoding="utf8"))
    figures = {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "command": "python -m bench.measured --write --unseen",
        "changes": changes(PACK / "replay"),
        "provisions": provisions(),
        "unseen": unseen() if "--unseen" in sys.argv else kept["unseen"],
    }
    text = json.dumps(figures, indent=1) + "\n"
    if "--write" in sys.argv:
        FILE.write_text(text, encoding="utf8")
    print(text, end="")


if __name__ == "__main__":
    import django

    django.setup()
    main()
