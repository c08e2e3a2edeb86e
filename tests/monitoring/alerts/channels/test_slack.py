"""What a Slack-compatible hook is sent stays within what Slack takes, whole lines and all."""

import json

import pytest

from monitoring.alerts.channels import sealing, slack
from monitoring.models import Channel

URL = "https://hooks.slack.example/T0/B0/x"


def change(**fields):
    return {
        "platform": {"slug": "acme", "name": "Acme"}, "document": {"id": 1, "name": "Terms"}, "url": "https://a.example/c/1/",
        "significance": "substantive", "summary": ["Retention: 30 days → 90 days"], "provisions": [], "watches": ["Acme"],
        "observed_at": "2026-11-22T12:00:00Z",
    } | fields  # fmt: skip


def notice(number):
    return {"kind": "new", "platform": {"slug": "acme", "name": "Acme"}, "title": f"Document {number}"}


def blocks(**data):
    channel = Channel(kind="slack", sealed_url=sealing.seal(URL))
    said = json.loads(slack.post(channel, {"data": {"changes": [], "notices": []} | data}).body)
    texts = [block["text"]["text"] for block in said["blocks"]]
    assert len(texts) <= 50
    assert all(len(text) <= 3000 for text in texts)
    return texts


@pytest.mark.parametrize(("number", "last"), [(11, "One more notice."), (200, "190 more notices.")])
def test_many_notices_are_ten_and_a_number(number, last):
    texts = blocks(notices=[notice(each) for each in range(number)])
    assert len(texts) == 11
    assert texts[-1] == last


def test_many_changes_are_ten_and_a_number():
    texts = blocks(changes=[change()] * 12, notices=[notice(1)])
    assert len(texts) == 12
    assert texts[-2:] == ["2 more changes.", "Acme lists a document that is not read yet: Document 1"]


def test_a_long_change_ends_with_a_whole_line():
    moved = {"direction": "worse", "url": "https://a.example/p/1/", "name": "Retention & <deletion>"}
    (text,) = blocks(changes=[change(provisions=[moved] * 200)])
    *_, last, more = text.splitlines()
    assert last == "▼ <https://a.example/p/1/|Retention &amp; &lt;deletion&gt;>"
    assert more == "…"
