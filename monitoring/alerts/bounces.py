"""What the mail server tells afterwards: an address that does not exist, a message that was marked as unwanted.

One signed form for all providers (docs/webhooks.md): whoever runs the mail server translates what it reports.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from accounts import rls
from monitoring.alerts import endpoints
from monitoring.alerts.channels import signing
from monitoring.models import Attempt, Channel, Delivery

_MESSAGE_ID = re.compile(r"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
LONGEST_REASON = 400


class Malformed(Exception):
    """Raised by `receive` for a signed body that is no report. The message says what is missing."""


class Kind(StrEnum):
    BOUNCED = "mail.bounced"
    COMPLAINED = "mail.complained"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mail. `message_id` is that of its Delivery; "" when the report does not say."""

    kind: Kind
    recipient: str
    is_permanent: bool
    message_id: str
    reason: str


def receive(body: bytes, *, given: dict[str, str], now: datetime) -> int:
    """Take a signed report and return how many channels it disabled. Raises signing.BadSignature and Malformed.

    A permanent bounce and a complaint disable every channel of that address; anything else only stands in the log.
    """
    signing.verify(settings.MAIL_EVENT_SECRETS, given=given, body=body, now=now)
    report = _report(body)
    with rls.as_worker():  # an address may be told by several organizations
        _log(report, now=now)
        if not report.is_permanent:
            return 0
        rows = Channel.objects.filter(kind=Channel.Kind.EMAIL, address__iexact=report.recipient, disabled_at=None)
        because = Channel.Disabled.BOUNCED if report.kind is Kind.BOUNCED else Channel.Disabled.COMPLAINED
        return sum(endpoints.disable(row, because, now=now) for row in rows.select_related("organization"))


def _report(body: bytes) -> Report:
    try:
        document: Any = json.loads(body)
        kind, data = Kind(document["type"]), document["data"]
        recipient = data["recipient"]
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed(f"write type ({', '.join(Kind)}) and data with recipient: {error}") from error
    if not isinstance(recipient, str) or "@" not in recipient or "\x00" in recipient:
        raise Malformed("data.recipient is not a mail address")
    named = _MESSAGE_ID.match(str(data.get("message_id", "")).lower())
    return Report(
        kind=kind,
        recipient=recipient.strip(),
        is_permanent=kind is Kind.COMPLAINED or data.get("permanent") is True,
        message_id=named[1] if named else "",
        reason=str(data.get("reason", "")).replace("\x00", "")[:LONGEST_REASON],
    )


def _log(report: Report, *, now: datetime) -> None:
    """Write what was reported into the log of the message it is about."""
    if not report.message_id:
        return
    rows = Delivery.objects.filter(message_id=report.message_id, channel__address__iexact=report.recipient)
    said = "marked as unwanted" if report.kind is Kind.COMPLAINED else "bounced"
    for row in rows:
        Attempt.objects.create(
            organization_id=row.organization_id, delivery=row, number=row.attempts, at=now, milliseconds=0,
            error=f"{said}: {report.reason}" if report.reason else said,
        )  # fmt: skip
