"""A feed as bytes: well-formed, the same each time, and with nothing in it that runs or breaks out."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import feeds, syndication

URL = "https://a.example/feeds/changes/atom/"
ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry(number=1, **fields):
    defaults = {
        "id": f"change-{number}", "title": "Acme changed its Terms of Service", "url": "https://a.example/changes/1/",
        "at": NOW, "recorded_at": NOW + timedelta(minutes=1), "lines": ("Substantive.",), "tags": ("substantive",),
        "in_force": date(2026, 12, 1),
    }  # fmt: skip
    return feeds.Entry(**(defaults | fields))


def read(*entries):
    return feeds.Read("What Acme changed", "https://a.example/platforms/acme/", entries)


def test_atom_says_what_happened_when_and_where_to_read_it():
    tree = ET.fromstring(syndication.atom(read(entry()), url=URL))
    [found] = tree.findall(f"{ATOM}entry")
    assert found.find(f"{ATOM}title").text == "Acme changed its Terms of Service"
    assert found.find(f"{ATOM}link").get("href") == "https://a.example/changes/1/"
    assert found.find(f"{ATOM}published").text == "2026-11-22T12:00:00+00:00"
    assert found.find(f"{ATOM}updated").text == "2026-11-22T12:01:00+00:00"
    assert found.find(f"{ATOM}id").text.startswith("tag:")
    assert tree.find(f"{ATOM}link[@rel='self']").get("href") == URL


def test_json_feed_says_the_same():
    document = json.loads(syndication.json_feed(read(entry()), url=URL))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == URL
    assert document["items"][0]["content_text"] == "Substantive."
    assert "legal advice" in document["description"]


def test_a_calendar_has_the_days_that_texts_state_and_no_others():
    made = syndication.calendar(read(entry(1), entry(2, in_force=None)), url=URL)
    [event] = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 12, 1)
    assert event["dtend"].dt == date(2026, 12, 2)
    assert str(event["uid"]).startswith("change-1@")


HOSTILE = [
    "<script>alert(1)</script>",
    "]]><x onload=alert(1)>",
    "a\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "a\nATTENDEE:mailto:x@x.example",
    "x\x00\x0b\x1b\x85\u2028END:VCALENDAR\ufffe",
    "a;b,c:d\\n",
    "=HYPERLINK(1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_runs_or_breaks_out(text):
    one = read(entry(title=text, lines=(text, text), tags=(text.replace("\x00", ""),) if text.isprintable() else ()))
    tree = ET.fromstring(syndication.atom(one, url=URL))
    summary = tree.find(f"{ATOM}entry/{ATOM}summary").text
    inner = ET.fromstring(f"<div>{summary}</div>")
    assert {node.tag for node in inner.iter()} == {"div", "p"}
    assert json.loads(syndication.json_feed(one, url=URL))["items"][0]["title"] == text
    calendar = icalendar.Calendar.from_ical(syndication.calendar(one, url=URL))
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert "attendee" not in calendar.walk("VEVENT")[0]


@given(st.text(max_size=200))
def test_any_text_leaves_every_form_well_formed(text):
    one = read(entry(title=text, lines=(text,)))
    ET.fromstring(syndication.atom(one, url=URL))
    json.loads(syndication.json_feed(one, url=URL))
    assert len(icalendar.Calendar.from_ical(syndication.calendar(one, url=URL)).walk("VEVENT")) == 1


def test_the_same_feed_gives_the_same_bytes():
    for write in (syndication.atom, syndication.json_feed, syndication.calendar):
        assert write(read(entry()), url=URL) == write(read(entry()), url=URL)
