"""Signed messages as Standard Webhooks has them (https://www.standardwebhooks.com/, version 1): made and verified.

webhook-id         the same in every attempt
webhook-timestamp  seconds since 1970, of this attempt
webhook-signature  v1,<base64 of HMAC-SHA256 over "id.timestamp.body">; one for each secret, separated by spaces
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)


class BadSignature(Exception):
    """Raised by `verify`; the message says what is wrong with the request, and nothing of the secret."""


def new_secret() -> str:
    """Return a new secret of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(keys: Iterable[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of a message signed with each of `keys`."""
    timestamp = str(int(at.timestamp()))
    signatures = [_signature(key, message_id=message_id, timestamp=timestamp, body=body) for key in keys]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def verify(keys: Iterable[str], *, given: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a message that one of `keys` signed within five minutes of `now`. Raises BadSignature."""
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise BadSignature("webhook-id or webhook-timestamp is missing or malformed")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise BadSignature("webhook-timestamp is more than five minutes away from now")
    presented = given.get("webhook-signature", "").encode().split()
    expected = [_signature(key, message_id=message_id, timestamp=timestamp, body=body).encode() for key in keys]
    if not any(hmac.compare_digest(one, other) for one in presented for other in expected):
        raise BadSignature("no signature of webhook-signature fits")
    return message_id


def _signature(key: str, *, message_id: str, timestamp: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(_bytes(key), signed, "sha256")).decode()


def _bytes(key: str) -> bytes:
    try:
        return base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook secret is whsec_ and base64") from error
