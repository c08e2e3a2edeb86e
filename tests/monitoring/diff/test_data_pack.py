"""The numbers to reach on real archived pages: replay, single changes and two polls (needs the data pack)."""

from __future__ import annotations

import json
import lzma
import os
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitoring import diff
from monitoring.diff import Significance
from monitoring.extract import Extract, ExtractError, Page, extract
from monitoring.screen import Look, Memory, remember

DATA = Path(os.environ.get("CONDUCTATLAS_DATA", "../shared/data"))
NAMES = {
    "substantive": "substantive",
    "minor-wording": "minor",
    "date-or-version-only": "housekeeping",
    "link/format-only": "format",
    "flapping/extraction-noise": "noise",
}
pytestmark = pytest.mark.skipif(not (DATA / "replay").is_dir(), reason="needs the data pack (CONDUCTATLAS_DATA)")


def rows(path: Path) -> list[dict]:
    raw = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode().split("\n") if line.strip()]


class Document:
    """One document as the pipeline sees it: capture by capture, with its memory."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.looks: list[Look] = []

    def see(self, text: Extract, now: datetime) -> diff.Reading:
        known = Memory(
            text=self.memory.text, language=self.memory.language, title=self.memory.title, seen=remember(self.looks)
        )
        found = diff.read(text, memory=known, now=now)
        verdict = found.verdict
        self.looks.append(Look(verdict.digest, verdict.sketch, verdict.outcome, verdict.reason or "", now))
        if verdict.outcome in ("first", "news", "technical"):
            self.memory = Memory(text=text.text, language=text.language, title=text.title)
        return found


def alerts_of(slug: str, selectors: dict | None, *, times: int = 1) -> list[bool]:
    """Return for each capture of a series whether a default subscriber is told."""
    document, told = Document(), []
    chosen = selectors[slug] if selectors else {"select": [], "remove": []}
    for row in rows(DATA / "replay" / f"{slug}.jsonl.xz"):
        page = Page(
            row["html"].encode(),
            row.get("mime") or "text/html",
            row["url"],
            tuple(chosen["select"]),
            tuple(chosen["remove"]),
        )
        try:
            text = extract([page])
        except ExtractError:
            told.append(False)
            continue
        readings = [document.see(text, datetime.fromisoformat(row["fetched_at"])) for _ in range(times)]
        told.append(
            any(each.change is not None and each.change.significance is Significance.SUBSTANTIVE for each in readings)
        )
    return told


def loud_and_quiet() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Return the captures whose pair is labelled substantive, and those whose archived text did not change at all."""
    labels = {row["id"]: row for row in rows(DATA / "replay" / "labelled_changes.jsonl")}
    loud: dict[str, set[int]] = {}
    quiet: dict[str, set[int]] = {}
    for pair in rows(DATA / "replay" / "pairs.jsonl"):
        marks = [
            labels[each]["significance"]
            for each in pair.get("hand_label_ids", [])
            if not labels[each].get("borderline")
        ]
        if "substantive" in marks:
            loud.setdefault(pair["slug"], set()).add(pair["to_seq"])
        elif pair["label"] in ("html-noise", "identical-html"):
            quiet.setdefault(pair["slug"], set()).add(pair["to_seq"])
    return loud, quiet


@pytest.mark.parametrize("has_selectors", [True, False])
def test_replay_tells_every_loud_pair_and_no_quiet_one(has_selectors):
    selectors = json.loads((DATA / "replay" / "selectors.json").read_text()) if has_selectors else None
    loud, quiet = loud_and_quiet()
    missed, false = [], []
    for slug in sorted(loud.keys() | quiet.keys()):
        told = alerts_of(slug, selectors)
        missed += [(slug, seq) for seq in loud.get(slug, ()) if not any(told[seq : seq + 3])]
        false += [
            (slug, seq)
            for seq in quiet.get(slug, ())
            if told[seq] and not {seq, seq - 1, seq - 2} & loud.get(slug, set())
        ]
    assert missed == []
    assert false == []


def test_replay_of_each_snapshot_twice_changes_nothing():
    for slug in sorted(loud_and_quiet()[0])[:6]:
        assert alerts_of(slug, None, times=2) == alerts_of(slug, None)


def test_judge_reaches_the_numbers():
    texts = {row["blob"]: row["markdown"] for row in rows(DATA / "replay" / "labelled_changes_markdown.jsonl.xz")}
    told = right = wanted = same = count = 0
    for row in rows(DATA / "replay" / "labelled_changes.jsonl"):
        if row.get("borderline"):
            continue
        found = diff.judge(texts[row["from_blob"]], texts[row["to_blob"]])
        truth = NAMES[row["significance"]]
        count += 1
        same += truth == found.significance
        wanted += truth == "substantive"
        told += found.alerts
        right += found.alerts and truth == "substantive"
    assert right / told >= 0.95
    assert right / wanted >= 0.98
    assert same / count >= 0.85


def pages(state: str) -> dict[str, bytes]:
    with tarfile.open(DATA / "poll" / "pages.tar.xz") as archive:
        members = [each for each in archive.getmembers() if each.isfile() and f"{state}/" in each.name]
        return {Path(each.name).name: archive.extractfile(each).read() for each in members}


def test_a_day_later_nobody_is_told_and_broken_pages_are_held():
    manifest = json.loads((DATA / "poll" / "manifest.json").read_text())
    states = [pages(state) for state in ("first", "day_later", "half_year_later")]
    moments = [datetime(2026, 2, 22, tzinfo=UTC) + timedelta(days=days) for days in (0, 1, 181)]
    told, held = [], set()
    for row in manifest:
        document = Document()
        for number, (state, now) in enumerate(zip(states, moments, strict=True)):
            page = Page(state[row["file"]], "text/html", "https://example.org" + row["path"], (row["selector"],))
            found = document.see(extract([page]), now)
            if number == 1 and found.verdict.outcome not in ("unchanged", "held"):
                told.append(row["path"])
            if number == 2 and found.verdict.outcome == "held":
                held.add(row["path"][3:6])
    assert told == []
    assert {"060", "062", "067"} <= held
    assert len(held) <= 8
