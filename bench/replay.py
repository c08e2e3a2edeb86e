#!/usr/bin/env python3
"""How fast archived pages go through the whole pipeline, and what the rivals' rule would have told on the same series.

usage: bench/replay.py DIR [--selectors FILE] [--json]

The rivals' rule: any difference of the extracted text from the capture before is a change. Parts are CPU seconds of this
process; the database's share is what remains of all our processes.
"""

import argparse
import collections
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--selectors", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conductatlas.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    figures = measured(options.folder, options.selectors)
    print(json.dumps(figures, indent=1) if options.json else _table(figures))


def measured(folder: Path, selectors: Path | None) -> dict[str, float]:
    import django
    from django.conf import settings

    from conductatlas import local

    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)
    django.setup()
    from monitoring import diff, extract, replaying
    from monitoring.management import scratch
    from monitoring.management.figures import Meter

    found = replaying.pages(folder)
    chosen = replaying.selectors(selectors) if selectors else {}
    parts: dict[str, float] = collections.Counter()
    extract.extract = _timed(extract.extract, "extract", parts)
    diff.read = _timed(diff.read, "screen, segment, diff", parts)
    with scratch.world():
        sources = replaying.prepare(found, chosen)
        meter = Meter()
        decisions = list(replaying.run(found, sources))
        cost = meter.cost()
    return {
        "captures": len(found),
        "captures_per_cpu_second": round(len(found) / cost.cpu_s, 1),
        "cpu_ms_per_capture": round(cost.cpu_s * 1000 / len(found), 2),
        **{f"cpu_ms_{name}": round(seconds * 1000 / len(found), 2) for name, seconds in parts.items()},
        "alerts": sum(decision.alert for decision in decisions),
        "alerts_by_the_rivals_rule": _rivals_alerts(found, sources),
    }


def _timed(function, name: str, parts: dict[str, float]):
    def timed(*args, **kwargs):
        began = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            parts[name] += time.process_time() - began

    return timed


def _rivals_alerts(found, sources) -> int:
    """Count the captures whose extracted text differs at all from that of the capture before."""
    from monitoring import extract

    last: dict[str, str] = {}
    alerts = 0
    for page in found:
        source = sources[page.slug]
        try:
            text = extract.extract(
                [extract.Page(page.html.encode(), page.mime, page.url, tuple(source.select), tuple(source.remove))]
            ).text
        except extract.ExtractError:
            text = ""
        alerts += page.slug in last and last[page.slug] != text
        last[page.slug] = text
    return alerts


def _table(figures: dict[str, float]) -> str:
    return "\n".join(f"{name.replace('_', ' '):>40}  {value}" for name, value in figures.items())


if __name__ == "__main__":
    main()
