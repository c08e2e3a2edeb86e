"""Texts that the tests of screening and comparing share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from monitoring.extract import Extract, Method
from monitoring.screen import Look, Memory, Verdict, digest, remember

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SECTIONS = (
    (
        "What we collect",
        "We collect the information that you give us when you open an account, such as your name and e-mail.",
    ),
    (
        "How we use it",
        "We use your information to provide the services, to keep them safe and to answer your questions.",
    ),
    ("Training", "We do not use your conversations to train our models unless you have agreed to it in your settings."),
    (
        "How long we keep it",
        "We keep your conversations for 30 days after you delete them and then we remove them for good.",
    ),
    (
        "Whom we share it with",
        "We share information with processors that work for us under contract and with nobody else at all.",
    ),
    (
        "Your rights",
        "You may ask us for a copy of your information, and you may object to its use at any time in writing.",
    ),
    ("Changes", "We may change this policy and will tell you by e-mail at least 30 days before a change takes effect."),
    ("Law", "This policy is governed by the laws of Ireland and the courts of Dublin decide about any dispute."),
)


def policy(sections=SECTIONS, *, title: str = "Privacy Policy", updated: str = "March 5, 2026") -> str:
    body = "\n\n".join(f"## {number}. {name}\n\n{text}" for number, (name, text) in enumerate(sections, start=1))
    return f"# {title}\n\nLast updated: {updated}\n\n{body}"


def candidate(
    text: str, *, language: str = "en", title: str = "Privacy Policy", effective: date | None = None
) -> Extract:
    return Extract(text, title, language, effective, None, Method.SELECTORS, 1.0)


def look(text: str, outcome: str, *, at: datetime, verdict: Verdict | None = None, times: int = 1) -> Look:
    found = verdict.sketch if verdict else b""
    return Look(verdict.digest if verdict else digest(text), found, outcome, "", at, times)


def memory(
    text: str, *looks: Look, language: str = "en", title: str = "Privacy Policy", taught: tuple[str, ...] = ()
) -> Memory:
    seen = remember(looks or (look(text, "first", at=NOW - 30 * DAY),))
    return Memory(text=text, language=language, versioned_at=NOW - 30 * DAY, seen=seen, title=title, taught=taught)
