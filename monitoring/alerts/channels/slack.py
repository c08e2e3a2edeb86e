"""A Slack-compatible incoming webhook (Slack, Mattermost, Rocket.Chat and others): the payload as blocks of text."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.alerts.channels import sealing
from monitoring.alerts.channels.posting import Post
from monitoring.assess import wording
from monitoring.models import Channel

CHANGES_SHOWN = NOTICES_SHOWN = 10  # Slack takes 50 blocks
LONGEST = 2900  # Slack takes 3,000 characters a block
MARKS = {"substantive": "●", "minor": "◐", "housekeeping": "○"}
DIRECTIONS = {"better": "▲", "worse": "▼", "neutral": "◆"}
NOTICES = {
    "new": "{platform} lists a document that is not read yet: {title}",
    "moved": "{platform} moved its {title}",
    "vanished": "{platform}: {title} is no longer at its address",
}


def post(channel: Channel, payload: dict[str, Any]) -> Post:
    """Return the request that shows `payload`. `text` is what a notification and a client without blocks show."""
    sections = list(_sections(payload["data"]))
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST]}} for text in sections
    ]
    if notice := payload["data"].get("notice"):
        said = f"{escaped(notice['text'])} <{notice['methodology']}|{_('Methodology')}>"
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": said}]})
    body = {"text": sections[0][:LONGEST], "blocks": blocks, "unfurl_links": False}
    return Post(
        sealing.opened(channel.sealed_url),
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json", "Accept": "*/*"},
    )


def escaped(text: str) -> str:
    """Return `text` so that nothing in it is a link, a mention or a mark of Slack's."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _sections(data: dict[str, Any]) -> Iterator[str]:
    if "said" in data:
        yield escaped(data["said"])
        return
    for change in data["changes"][:CHANGES_SHOWN]:
        yield _change(change)
    more = len(data["changes"]) - CHANGES_SHOWN
    if more > 0:
        yield ngettext("One more change.", "%(number)s more changes.", more) % {"number": more}
    for notice in data["notices"][:NOTICES_SHOWN]:
        yield escaped(NOTICES[notice["kind"]].format(platform=notice["platform"]["name"], title=notice["title"]))
    more = len(data["notices"]) - NOTICES_SHOWN
    if more > 0:
        yield ngettext("One more notice.", "%(number)s more notices.", more) % {"number": more}
    if not data["changes"] and not data["notices"]:
        yield _("Nothing changed in what you watch.")


def _change(change: dict[str, Any]) -> str:
    platform = change["platform"]["name"]
    said = _("%(platform)s changed %(document)s") % {
        "platform": platform,
        "document": wording.as_object(platform, change["document"]["name"]),
    }
    seen = parse_datetime(change["observed_at"])
    lines = [
        f"*<{change['url']}|{escaped(said)}>*",
        f"{MARKS[change['significance']]} {change['significance']} · {seen:%-d %b %Y}",
    ]
    lines += [f"• {escaped(line)}" for line in change["summary"]]
    lines += [
        f"{DIRECTIONS[moved['direction']]} <{moved['url']}|{escaped(moved['name'])}>" for moved in change["provisions"]
    ]
    lines.append(_("You watch: %(names)s") % {"names": escaped(", ".join(change["watches"]))})
    return _fitting(lines)


def _fitting(lines: list[str]) -> str:
    """Return as many whole lines as a block takes, and whether there were more: half a link is none."""
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line])) > LONGEST - 2:
            return "\n".join([*kept, "…"])
        kept.append(line)
    return "\n".join(kept)
