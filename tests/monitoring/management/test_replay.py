"""manage.py replay and judge: archived pages through the very same pipeline, decided in the scorer's file format."""

import json
import lzma
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from monitoring import replaying
from tests import world

KEYS = {"slug", "seq", "outcome", "alert", "significance", "reasons"}
RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


@pytest.fixture
def folder(tmp_path, now):
    """Two documents: one changes for real after noise, the other shows an error page and comes back."""
    pages = {
        "acme-terms": [world.terms(), world.terms(chrome="<p>Seven new tips</p>"), world.terms(c3=RETENTION)],
        "zenith-terms": [world.terms(), b"<html><body><main><p>Page not found</p></main></body></html>", world.terms()],
    }
    for slug, bodies in pages.items():
        with lzma.open(tmp_path / f"{slug}.jsonl.xz", "wt", encoding="utf8") as file:
            for seq, body in enumerate(bodies):
                row = {
                    "seq": seq, "fetched_at": (now + timedelta(days=seq)).isoformat(), "html": body.decode(),
                    "url": f"https://{slug}.example/", "mime": "text/html",
                }  # fmt: skip
                file.write(json.dumps(row) + "\n")
    return tmp_path


@pytest.mark.django_db
def test_a_real_change_is_told_and_noise_is_not(folder, now):
    found = replaying.pages(folder)
    decisions = {(row.slug, row.seq): row for row in replaying.run(found, replaying.prepare(found, {}))}
    outcomes = {key: (row.outcome, row.alert) for key, row in decisions.items()}
    assert outcomes == {
        ("acme-terms", 0): ("first", False),
        ("acme-terms", 1): ("unchanged", False),
        ("acme-terms", 2): ("change", True),
        ("zenith-terms", 0): ("first", False),
        ("zenith-terms", 1): ("held", False),
        ("zenith-terms", 2): ("unchanged", False),
    }
    assert decisions["acme-terms", 2].significance == "substantive"
    assert decisions["zenith-terms", 1].reasons


@pytest.mark.django_db
def test_feeding_each_capture_twice_or_the_series_again_changes_nothing(folder):
    found = replaying.pages(folder)
    sources = replaying.prepare(found, {})
    for page in found:
        first, second = replaying.decide(page, sources[page.slug]), replaying.decide(page, sources[page.slug])
        assert not second.alert
        assert second.outcome in ("unchanged", "held"), (first, second)


@pytest.mark.slow
def test_the_command_writes_one_decision_a_capture_and_leaves_nothing_behind(folder, tmp_path):
    out = tmp_path / "decisions.jsonl"
    done = subprocess.run(
        [sys.executable, "manage.py", "replay", str(folder), "--decisions", str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == 6
    assert all(set(row) == KEYS for row in rows)


def test_a_folder_without_pages_is_refused(tmp_path):
    with pytest.raises(CommandError, match="archived pages"):
        call_command("replay", tmp_path, decisions=tmp_path / "out")


def test_a_damaged_file_is_named(folder, tmp_path):
    (folder / "broken.jsonl.xz").write_bytes(b"not xz")
    with pytest.raises(CommandError, match=r"broken\.jsonl\.xz"):
        call_command("replay", folder, decisions=tmp_path / "out")


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize("with_selectors", [True, False])
def test_on_real_archived_pages_every_real_change_is_told_and_nothing_else(data_pack, tmp_path, with_selectors):
    """The numbers of the design: precision at least 0.98, recall 1.0, at most two texts held at the end."""
    score = data_pack.parent / "score" / "score_replay.py"
    if not score.is_file():
        pytest.skip(f"no scorer at {score}")
    folder, out = data_pack / "replay", tmp_path / "decisions.jsonl"
    selectors = ["--selectors", str(folder / "selectors.json")] if with_selectors else []
    subprocess.run(
        [sys.executable, "manage.py", "replay", str(folder), *selectors, "--decisions", str(out)], check=True
    )
    result = subprocess.run(
        [sys.executable, str(score), str(folder), str(out), "--json"], capture_output=True, text=True, check=True
    )
    figures = json.loads(result.stdout)
    assert figures["missing_decisions"] == 0
    assert figures["precision"] >= 0.98
    assert figures["recall"] == 1.0
    assert figures["held_at_end"] <= 2


@pytest.mark.slow
def test_single_changes_are_judged_as_careful_readers_do(data_pack, tmp_path):
    """The numbers of the design: precision at least 0.95, recall at least 0.98, five-way accuracy at least 0.85."""
    score = data_pack.parent / "score" / "score_changes.py"
    if not score.is_file():
        pytest.skip(f"no scorer at {score}")
    out = tmp_path / "judgements.jsonl"
    call_command("judge", data_pack / "replay", out=out, verbosity=0)
    result = subprocess.run(
        [sys.executable, str(score), str(data_pack / "replay"), str(out), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures = json.loads(result.stdout)
    assert figures["precision"] >= 0.95
    assert figures["recall"] >= 0.98
    assert figures["five_way_accuracy"] >= 0.85
