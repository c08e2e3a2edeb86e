"""How a log record becomes one line: masked, free of line breaks, JSON in production.

A value that came from outside (a user agent, a URL) can never start a line of its own, and secrets never reach the log.
"""

import json
import logging
import re
from datetime import UTC, datetime

SECRETS = re.compile(
    r"(?P<name>\b(?:password|secret|token|authorization|api[_-]?key)\b[\"']?\s*[=:]\s*[\"']?(?:bearer\s+)?)[^\s\"'&,}]+"
    r"|\b(?:sk|rk|whsec)_[A-Za-z0-9_+/=]{8,}|\bca_[a-z0-9]{6,}_[A-Za-z0-9_-]{16,}|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|(?P<path>/(?:invitations/\d+|feeds/watchlists|preferences|unsubscribe|channels/confirm|accounts/confirm-email"
    r"|accounts/password/reset/key)/)[^\s/\"']+",  # addresses that let somebody in
    re.IGNORECASE,
)
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def masked(text: str) -> str:
    """Return `text` with keys, passwords, tokens and secret parts of our own addresses replaced by ***."""
    return SECRETS.sub(lambda match: f"{match.group('name') or match.group('path') or ''}***", text)


def one_line(text: str) -> str:
    """Return `text` with control characters written as escapes, so that it stays on one line."""
    return CONTROLS.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """For people: time, level, logger, message; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        line = one_line(masked(f"{at} {record.levelname.lower():7} {record.name}: {record.getMessage()}"))
        return f"{line}\n{masked(self.formatException(record.exc_info))}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object a line, the traceback within it."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            entry["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=True)
