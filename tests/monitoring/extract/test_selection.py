"""Selectors: declared order, ranges, nothing twice, nothing silently missing."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitoring.extract import ExtractError, Reason, selection

PAGE = (
    "<body><div id=a><p class=x>1</p></div><h2 id=s>S</h2><p>2</p><div><p class=x>3</p></div>"
    "<h2 id=e>E</h2><p>4</p><footer>5</footer></body>"
)


def selected(*selectors, html: str = PAGE) -> str:
    return " ".join(
        LexborHTMLParser(piece).body.text(strip=True) for piece in selection.select(LexborHTMLParser(html), selectors)
    )


def test_select_gives_matches_in_the_order_declared():
    assert selected("footer", ".x") == "5 1 3"


def test_select_gives_a_match_inside_a_match_once():
    assert selected("#a, #a p") == "1"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({"startBefore": "#s", "endBefore": "#e"}, "S23"),
        ({"startAfter": "#s", "endBefore": "#e"}, "23"),
        ({"startBefore": "#s", "endAfter": "#e"}, "S23E"),
        ({"startAfter": "#s", "endAfter": "#e"}, "23E"),
    ],
)
def test_select_reads_ranges(selector, expected):
    assert selected(selector) == expected


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ("#nothing", Reason.NO_MATCH),
        ("main[[", Reason.BAD_SELECTOR),
        ({"startBefore": "#s", "endBefore": "#nothing"}, Reason.NO_MATCH),
        ({"startBefore": "#e", "endBefore": "#s"}, Reason.NO_MATCH),
        ({"startBefore": "#s"}, Reason.BAD_SELECTOR),
    ],
)
def test_select_names_the_selector_that_fails(selector, reason):
    with pytest.raises(ExtractError) as caught:
        selected("#a", selector)
    assert caught.value.reason is reason
    assert str(selector if isinstance(selector, str) else dict(selector)) in caught.value.message


def test_remove_takes_matches_and_ranges_away():
    tree = selection.remove(LexborHTMLParser(PAGE), [".x", {"startBefore": "#e", "endAfter": "footer"}, "#nothing"])
    assert tree.body.text(strip=True) == "S2"
