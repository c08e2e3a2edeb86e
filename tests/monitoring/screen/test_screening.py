"""The verdict, reason by reason: what is held, what is news, what comes back."""

from __future__ import annotations

from datetime import date

import pytest

from monitoring.screen import Difference, Memory, Outcome, Reason, screen

from .texts import DAY, HOUR, NOW, SECTIONS, candidate, look, memory, policy

TEXT = policy()
CHANGED = TEXT.replace("30 days after", "90 days after")


def verdict(text: str, past: Memory | None = None, *, now=NOW, **about):
    return screen(candidate(text, **about), memory=past or memory(TEXT), now=now)


def test_screen_takes_the_first_text_as_the_first_version():
    found = verdict(TEXT, Memory())
    assert (found.outcome, found.findings) == (Outcome.FIRST, ())
    assert len(found.digest) == 32


def test_screen_says_unchanged_of_the_same_text():
    found = verdict(TEXT)
    assert (found.outcome, found.difference) == (Outcome.UNCHANGED, Difference.NONE)


def test_screen_says_unchanged_of_another_format():
    found = verdict(TEXT.replace("## ", "### ").replace("your e-mail", "your e\u2011mail"))
    assert (found.outcome, found.difference) == (Outcome.UNCHANGED, Difference.FORMAT)


def test_screen_says_news_of_one_changed_number():
    found = verdict(CHANGED)
    assert (found.outcome, found.difference) == (Outcome.NEWS, Difference.WORDS)


def test_screen_gives_the_same_verdict_twice():
    assert verdict(CHANGED) == verdict(CHANGED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Page not found\n\nThe page you are looking for does not exist.", Reason.ERROR_PAGE),
        ("# Oops\n\nSomething went wrong. Please try again later.", Reason.ERROR_PAGE),
        ("This service isn't available in your country yet.\n\n[Help](https://x.org/h)", Reason.ERROR_PAGE),
        ("# Seite nicht gefunden\n\nDie Seite wurde nicht gefunden.", Reason.ERROR_PAGE),
        ("# Página no encontrada", Reason.ERROR_PAGE),
        ("# Diese Seite ist nicht verfügbar", Reason.ERROR_PAGE),
        ("Checking your browser before you continue. Verify you are human.", Reason.BOT_WALL),
        (
            "We and our partners use cookies to improve your visit. You can accept all or manage preferences.",
            Reason.CONSENT_WALL,
        ),
        ("Log in with your email to continue. Forgot your password?", Reason.OTHER_DOCUMENT),
        ("- Products\n- Pricing\n- Company", Reason.TOO_SHORT),
    ],
)
def test_screen_holds_what_is_not_the_document(text, reason):
    for past in (memory(TEXT), Memory()):
        found = verdict(text, past)
        assert found.outcome is Outcome.HELD
        assert found.reason is reason


def test_screen_holds_an_error_headline_above_a_long_cookie_box():
    box = "We use cookies and similar technologies to help provide and improve content on our products. " * 20
    assert verdict(f"## This page isn't available\n\nTry reloading.\n\n## Cookies\n\n{box}").reason is Reason.ERROR_PAGE


def test_screen_never_publishes_an_error_page_however_long_it_stays():
    error = "# Page not found\n\nThe page you are looking for does not exist."
    first = verdict(error)
    past = memory(TEXT, look(TEXT, "first", at=NOW - DAY), look(error, "held", at=NOW, verdict=first))
    assert verdict(error, past, now=NOW + 90 * DAY).outcome is Outcome.HELD


@pytest.mark.parametrize(
    ("text", "about", "reason"),
    [
        (policy(SECTIONS[:4]), {}, Reason.TRUNCATED),
        (policy(SECTIONS[:2]), {}, Reason.TRUNCATED),
        (policy(SECTIONS[:7]), {}, Reason.MISSING_PART),
        (TEXT + "\n\n" + TEXT, {}, Reason.DOUBLED),
        (
            TEXT
            + "\n\n# Cookie Policy\n\n"
            + "We set a cookie to keep you signed in and another one to count visits. " * 6,
            {},
            Reason.BUNDLED,
        ),
        (
            "# Pflichten\n\n" + "Wir nutzen die Inhalte, die Sie uns geben, um die Dienste zu verbessern. " * 20,
            {"language": "de"},
            Reason.WRONG_LANGUAGE,
        ),
        (
            "# Better answers, faster\n\n"
            + "Our models help teams to write, to plan and to build things together every day. " * 20,
            {"title": "Home"},
            Reason.OTHER_DOCUMENT,
        ),
    ],
)
def test_screen_holds_what_may_be_a_broken_capture(text, about, reason):
    found = verdict(text, **about)
    assert found.outcome is Outcome.HELD
    assert reason in [finding.reason for finding in found.findings]


def test_screen_lets_a_rewrite_under_the_same_title_pass_at_once():
    new = "# Privacy Policy\n\n" + "\n\n".join(
        f"Under part {n} of these terms you agree that we may process personal data as follows." for n in range(40)
    )
    assert verdict(new).outcome is Outcome.NEWS


def test_screen_publishes_a_shortened_text_that_stays():
    short = policy(SECTIONS[:5])
    first = verdict(short)
    past = memory(TEXT, look(TEXT, "first", at=NOW - DAY), look(short, "held", at=NOW, verdict=first))
    assert verdict(short, past, now=NOW).outcome is Outcome.HELD
    assert verdict(short, past, now=NOW + HOUR).outcome is Outcome.HELD
    later = verdict(short, past, now=NOW + 12 * HOUR)
    assert later.outcome is Outcome.NEWS
    assert later.reason is Reason.PERSISTED


def test_screen_never_publishes_a_home_page_that_stays():
    home = (
        "# Better answers, faster\n\n"
        + "Our models help teams to write, to plan and to build things together every day. " * 20
    )
    first = verdict(home, title="Home")
    past = memory(TEXT, look(TEXT, "first", at=NOW - DAY), look(home, "held", at=NOW, verdict=first))
    assert verdict(home, past, now=NOW + 30 * DAY, title="Home").outcome is Outcome.HELD


def test_screen_waits_anew_when_the_document_came_back_in_between():
    short = policy(SECTIONS[:5])
    first = verdict(short)
    past = memory(
        TEXT,
        look(TEXT, "first", at=NOW - DAY),
        look(short, "held", at=NOW, verdict=first),
        look(TEXT, "unchanged", at=NOW + HOUR),
    )
    assert verdict(short, past, now=NOW + DAY).outcome is Outcome.HELD


def test_screen_holds_an_earlier_text_that_is_back():
    past = memory(CHANGED, look(TEXT, "first", at=NOW - 3 * DAY), look(CHANGED, "news", at=NOW - DAY))
    found = verdict(TEXT, past)
    assert (found.outcome, found.reason) == (Outcome.HELD, Reason.FLAPPING)


def flapped(*, times: int) -> Memory:
    """A memory in which TEXT came back after CHANGED had been shown `times` times."""
    first = verdict(TEXT, memory(CHANGED))
    return memory(
        CHANGED,
        look(TEXT, "first", at=NOW - 30 * DAY),
        look(CHANGED, "news", at=NOW - 20 * DAY, times=times),
        look(TEXT, "held", at=NOW, verdict=first),
    )


def test_screen_takes_a_flip_that_stays_as_a_new_basis_without_a_change():
    assert verdict(TEXT, flapped(times=1), now=NOW + DAY).outcome is Outcome.TECHNICAL


def test_screen_says_news_when_a_steady_text_was_taken_back():
    assert verdict(TEXT, flapped(times=40), now=NOW + DAY).outcome is Outcome.NEWS


def regional(where: str) -> str:
    return TEXT.replace(
        "## 1.", f"These terms apply to you if you are a consumer who is resident in {where}.\n\n## 1.", 1
    )


def test_screen_holds_the_variant_of_another_region():
    past = memory(regional("the United Kingdom"))
    found = verdict(regional("the European Economic Area or Switzerland"), past)
    assert (found.outcome, found.reason) == (Outcome.HELD, Reason.OTHER_VARIANT)


def test_screen_lets_a_variant_pass_that_was_amended_since():
    past = memory(regional("the United Kingdom"))
    new = regional("the European Economic Area or Switzerland")
    assert verdict(new, past, effective=date(2026, 4, 30)).outcome is Outcome.NEWS


def test_screen_lets_a_document_be_short_that_always_was():
    tiny = "# Status\n\nThis page is unavailable in your region for minors."
    past = memory(tiny, title="Status")
    assert verdict(tiny + " Ask your parents.", past, title="Status").outcome is not Outcome.HELD


def test_screen_takes_the_short_way_when_the_digest_is_at_hand():
    known = verdict(TEXT, Memory())
    past = Memory(text=TEXT, digest=known.digest, seen=memory(TEXT, look(TEXT, "first", at=NOW, verdict=known)).seen)
    assert verdict(TEXT, past).digest == known.digest
    assert verdict(TEXT, past).sketch == known.sketch


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TEXT.replace("in writing", "in\u200b writing"), Reason.INVISIBLE),
        (TEXT.replace("## 2.", "### 2."), Reason.MARKUP),
    ],
)
def test_screen_says_what_differs_when_no_word_does(text, reason):
    assert verdict(text).reason is reason


def test_screen_names_link_targets():
    linked = TEXT.replace("our models", "[our models](https://x.org/a)")
    assert verdict(linked.replace("x.org/a", "x.org/b"), memory(linked)).reason is Reason.LINK_TARGETS


def test_screen_says_returned_of_a_flip_that_stays():
    assert verdict(TEXT, flapped(times=1), now=NOW + DAY).reason is Reason.RETURNED
