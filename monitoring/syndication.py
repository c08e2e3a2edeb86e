"""A feed as bytes: Atom (RFC 4287), JSON Feed (1.1), and a calendar of the days on which texts come into force (RFC 5545).

The same feed gives the same bytes, so that who has them already is told so.
"""

import json
import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join

from monitoring import feeds

# What XML cannot carry, and what would break a line of a calendar.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def atom(read: feeds.Read, *, url: str) -> bytes:
    """Return the feed as Atom; summaries are paragraphs of escaped text, and no markup of a document."""
    feed = Atom1Feed(
        title=_plain(read.title), link=read.page_url, description=None, subtitle=_plain(read.about), feed_url=url,
        feed_guid=url, author_name="ConductAtlas", author_link=settings.SITE_URL, language=settings.LANGUAGE_CODE,
    )  # fmt: skip
    for entry in read.entries:
        feed.add_item(
            title=_plain(entry.title),
            link=entry.url,
            description=str(format_html_join("", "<p>{}</p>", ((_plain(line),) for line in entry.lines))),
            unique_id=_tag(entry),
            pubdate=entry.at,
            updateddate=entry.recorded_at,
            categories=entry.tags,
        )
    out = BytesIO()
    feed.write(out, "utf-8")
    return out.getvalue()


def json_feed(read: feeds.Read, *, url: str) -> bytes:
    """Return the feed as JSON Feed 1.1, in plain text only."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": read.title,
        "description": read.about,
        "home_page_url": read.page_url,
        "feed_url": url,
        "authors": [{"name": "ConductAtlas", "url": settings.SITE_URL}],
        "language": settings.LANGUAGE_CODE,
        "items": [
            {
                "id": _tag(entry),
                "url": entry.url,
                "title": entry.title,
                "content_text": "\n".join(entry.lines),
                "date_published": entry.at.isoformat(),
                "date_modified": entry.recorded_at.isoformat(),
                "tags": list(entry.tags),
            }
            for entry in read.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def calendar(read: feeds.Read, *, url: str) -> bytes:
    """Return the days on which the texts of the feed come into force, as they state them; whole days without alarms."""
    made = icalendar.Calendar()
    made.add("prodid", "-//ConductAtlas//effective dates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _plain(read.title))
    for entry in feeds.dated(read.entries):
        assert entry.in_force
        event = icalendar.Event()
        event.add("uid", f"{entry.id}@{_host()}")
        event.add("dtstamp", entry.recorded_at)
        event.add("dtstart", entry.in_force)
        event.add("dtend", entry.in_force + timedelta(days=1))
        event.add("summary", _plain(entry.title))
        event.add("description", "\n".join([*map(_plain, entry.lines), entry.url, "", _plain(read.about)]))
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return made.to_ical()


def _tag(entry: feeds.Entry) -> str:
    """Return an id that never changes (RFC 4151)."""
    return f"tag:{_host()},2026:{entry.id}"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _plain(text: str) -> str:
    return _CONTROLS.sub(" ", text)
