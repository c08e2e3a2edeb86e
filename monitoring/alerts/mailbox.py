"""A mailbox in a folder, for laptop and demo: mails are written as .eml files instead of being sent."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage as ParsedMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each message as one file of EMAIL_FILE_PATH; a reader never sees half a file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
            (folder / f".{name}").write_bytes(message.message().as_bytes())
            (folder / f".{name}").replace(folder / name)
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the folder, newest first by name."""

    name: str
    to: str
    subject: str
    at: str
    text: str
    html: str


def mails() -> Iterator[Mail]:
    """Yield the mails of the folder, newest first; none when nothing was ever sent."""
    for path in sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True):
        yield _read(path)


def mail(name: str) -> Mail | None:
    """Return the mail of that file name, or None."""
    return next((found for found in mails() if found.name == name), None)


def _read(path: Path) -> Mail:
    parsed = message_from_bytes(path.read_bytes(), policy=default)
    return Mail(
        name=path.stem,
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        at=str(parsed["Date"]),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def _part(parsed: ParsedMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return part.get_content() if part else ""
