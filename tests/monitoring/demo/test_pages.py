"""Pages of the demo world as served."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitoring import discovery
from monitoring.demo import disturbances, pages, script, timeline
from monitoring.demo.script import Document
from tests.monitoring.demo.world import BEGAN_AT, DOCUMENTS, MOMENT, document, page, state, words


def _terms(each: Document, at_text: str) -> str:
    """The words of a document's text as its page should show them, the date left out."""
    platform = script.world().platform(each.platform)
    return words(pages.html(at_text, platform.links)).split("{updated}")[1]


def _shown(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize("each", DOCUMENTS, ids=lambda each: each.name)
def test_a_page_shows_the_words_of_the_document_in_both_frames(each: Document) -> None:
    for ago in (each.first_ago - timedelta(days=1), timedelta(days=110 if each.first_ago.days > 110 else 1)):
        at = BEGAN_AT - ago
        now = state(each, at)
        assert now.serve == ""
        assert _shown(_terms(each, now.text)) in _shown(words(page(each, at).body))


@pytest.mark.parametrize("each", DOCUMENTS, ids=lambda each: each.name)
def test_the_same_moment_gives_the_same_bytes(each: Document) -> None:
    assert page(each, BEGAN_AT) == page(each, BEGAN_AT)


@pytest.mark.parametrize("each", DOCUMENTS, ids=lambda each: each.name)
def test_another_moment_gives_other_bytes_unless_the_platform_sends_an_etag(each: Document) -> None:
    at, later = BEGAN_AT - timedelta(hours=2), BEGAN_AT - timedelta(hours=1)
    has_etag = script.world().platform(each.platform).has_etag

    assert (page(each, at).body == page(each, later).body) == has_etag
    assert ("ETag" in dict(page(each, at).headers)) == has_etag


def test_a_redesign_changes_the_markup_and_keeps_the_words() -> None:
    for slug in ("thistlequay", "voxenby", "lumquarry"):
        terms = document(f"{slug}/terms")
        redesign = next(event for event in terms.events if event.kind == "layout")
        at = BEGAN_AT - redesign.ago
        before, after = page(terms, at - MOMENT).body, page(terms, at + MOMENT).body
        text = _shown(_terms(terms, state(terms, at).text))

        assert text in _shown(words(before))
        assert text in _shown(words(after))
        assert before.split(b"<body")[1][:40] != after.split(b"<body")[1][:40]


def _disturbed(name: str, serve: str) -> pages.Page:
    each = document(name)
    firing = timeline.Firing(script.Step(name, serve=serve, lasts=timedelta(seconds=60)), BEGAN_AT)
    platform = script.world().platform(each.platform)
    return pages.page(platform, each, at=BEGAN_AT + MOMENT, began_at=BEGAN_AT, fired=[firing], is_live=False)


@pytest.mark.parametrize(
    ("serve", "status", "says"),
    [
        ("error-page", 200, "This page is not available right now"),
        ("not-found", 404, "Page not found"),
        ("server-error", 503, "Service unavailable"),
        ("too-many-requests", 429, "Too many requests"),
        ("bot-wall", 200, "verify that you are not a robot"),
        ("forbidden", 403, "verify that you are not a robot"),
        ("consent-wall", 200, "Before you continue to Norrskaft"),
        ("home-page", 200, "Models you can keep at home"),
        ("locale", 200, "Verantwortlich für die Verarbeitung"),
        ("empty-shell", 200, "This page needs JavaScript"),
    ],
)
def test_a_disturbance_is_served_in_place_of_the_document(serve: str, status: int, says: str) -> None:
    served = _disturbed("norrskaft/privacy", serve)

    assert served.status == status
    assert says in words(served.body)
    assert "is the controller of the personal data" not in words(served.body)


def test_a_truncated_page_has_the_beginning_and_a_doubled_one_has_all_of_it_twice() -> None:
    cut, twice = (words(_disturbed("norrskaft/privacy", serve).body) for serve in ("truncated", "doubled"))

    assert "§ 1 What this notice covers" in cut
    assert "§ 13 Changes to this notice" not in cut
    assert twice.count("§ 13 Changes to this notice") == 2


def test_every_disturbance_is_tested_here() -> None:
    tested = {"error-page", "not-found", "server-error", "too-many-requests", "bot-wall", "forbidden"}
    tested |= {"consent-wall", "home-page", "locale", "empty-shell", "truncated", "doubled"}

    assert set(disturbances.kinds()) == tested


def test_every_page_says_that_its_platform_is_invented() -> None:
    for platform in script.world().platforms:
        assert "This platform is invented for a demonstration" in words(pages.home(platform, platform.documents).body)


def test_a_front_page_lists_no_document_under_a_second_address() -> None:
    for platform in script.world().platforms:
        hub = f"http://127.0.0.1/{platform.slug}/"
        body = pages.home(platform, platform.documents).body
        found = discovery.links(body, content_type="text/html; charset=utf-8", url=hub)
        known = {discovery.identity(f"http://127.0.0.1{each.url_path}") for each in platform.documents}
        assert discovery.unknown(found, hub_url=hub, known=known) == ()
