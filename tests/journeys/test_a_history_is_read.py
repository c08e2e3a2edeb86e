"""Archived terms of a real platform, run through the real pipeline: the timeline of a provision tells what happened."""

import gzip
import json
from datetime import datetime

import pytest
from markdown_it import MarkdownIt

from monitoring import provisions
from monitoring.archive import partitions
from monitoring.models import Provision
from tests import world

pytestmark = pytest.mark.django_db
HISTORY = "histories/claude-ai-terms-of-service.jsonl.gz"


@pytest.fixture
def history(data_pack):
    """The archived texts, oldest first."""
    path = data_pack / HISTORY
    if not path.exists():
        pytest.skip(f"the data pack has no {HISTORY}")
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]


@pytest.fixture
def training(history, now):
    first = datetime.fromisoformat(history[0]["recorded_at"])
    partitions.ensure(now=now, since=first)
    source = world.declare("acme", now=first)["acme"]
    for row in history:
        world.serve(source, _page(row["markdown"]), at=datetime.fromisoformat(row["recorded_at"]))
    return Provision.objects.with_document().get(provision_type="model_training_use")


def _page(markdown):
    body = MarkdownIt("commonmark").enable("table").render(markdown)
    return f"<html lang=en><head><title>Terms</title></head><body><main>{body}</main></body></html>".encode()


def test_the_timeline_shows_the_move_to_an_opt_out_with_exceptions(training, client):
    events = provisions.course(training)
    (_row, moved) = next(event for event in events if event[1].stance_moved)
    assert (moved.after.stance, moved.direction) == ("opt_out", "worse")
    assert moved.after.observed_at.date().isoformat() == "2025-08-29"
    assert set(moved.after.exceptions) == {"feedback", "safety_review"}
    assert moved.exposure_moved > 0
    html = client.get(training.get_absolute_url()).content.decode()
    assert "Worse for users" in html
    assert "29 Aug 2025" in html
    assert "Content connected with feedback or ratings" in html
    assert "Content flagged for safety review" in html


def test_nothing_on_training_moves_again_in_the_weeks_after(training):
    events = [moved for row, moved in provisions.course(training) if row.observed_at.year == 2025]
    assert [moved.fate for moved in events if moved.fate == "withdrawn"] == []
    assert sum(moved.stance_moved for moved in events) == 1
