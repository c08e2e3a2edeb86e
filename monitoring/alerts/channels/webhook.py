"""A signed webhook: the payload as JSON, with the headers of Standard Webhooks."""

import json
from datetime import datetime
from typing import Any

from monitoring.alerts.channels import sealing, signing
from monitoring.alerts.channels.posting import Post
from monitoring.models import Channel


def post(channel: Channel, payload: dict[str, Any], *, now: datetime) -> Post:
    """Return the request that carries `payload`, signed with every secret that is valid at `now`."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signing.headers(secrets_of(channel, now=now), message_id=payload["id"], at=now, body=body)
    return Post(
        sealing.opened(channel.sealed_url), body, {"Content-Type": "application/json", "Accept": "*/*", **signed}
    )


def secrets_of(channel: Channel, *, now: datetime) -> list[str]:
    """Return the secrets that sign: the newest first, and during a rotation the old one too."""
    sealed = [channel.sealed_secret]
    if channel.overlap_ends_at is not None and now < channel.overlap_ends_at:
        sealed.append(channel.sealed_old_secret)
    return [sealing.opened(text) for text in sealed]
