"""Whatever bytes a site serves: a text, or a named error, in bounded time, and nothing that runs in it."""

from __future__ import annotations

import random
import re
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.extract import ExtractError, Page, extract

PIECES = [
    "<div>", "</div>", "<p>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<ol start='-1'>", "<li value=x>",
    "</li>", "<a href='javascript:alert(1)'>", "</a>", "<script>", "</script>", "<svg onload=alert(1)>", "<!--",
    "-->", "<b>", "&#0;", "&lt;img onerror=x&gt;", "<h1>", "</h1>", "<br>", "<textarea>", "<plaintext>",
    "<template>", "<math><mi>", "<style>", "</style>", "]]>", "<![CDATA[", "<a href='//evil'>", "text ", "\x00",
    "\x01\x02\x03", "<dl><dt>", "<blockquote>", "<select><option>", "<td><h2>", "\ud7ff", "汉", "\u202e",
    "[x](javascript:alert(1))", "|", "**", "<a href=' data:x'>y</a>", "`",
]  # fmt: skip
RUNS = re.compile(r"<script|<svg|<img|onload=\S*>|\]\(\s*(?:javascript|data|vbscript):", re.IGNORECASE)
TYPES = [
    "text/html",
    "text/plain",
    "application/pdf",
    "application/xhtml+xml",
    "text/html; charset=utf-16",
    "",
    "image/png",
    "text/markdown",
]


def attempt(body: bytes, content_type: str, select: tuple[str, ...] = ()) -> str:
    try:
        return extract([Page(body, content_type, "https://example.org/", select)]).text
    except ExtractError:
        return ""


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=120), st.sampled_from([(), ("body",), ("p", "div")]))
def test_extract_gives_text_that_never_runs(pieces, select):
    text = attempt("".join(pieces).encode("utf-8", "replace"), "text/html", select)
    assert not RUNS.search(text)
    assert "\x00" not in text
    assert text == text.strip("\n")


@settings(max_examples=150)
@given(st.binary(max_size=3000), st.sampled_from(TYPES))
def test_extract_survives_any_bytes(body, content_type):
    assert "\x00" not in attempt(body, content_type)


def test_extract_ends_in_bounded_time():
    rng = random.Random(7)
    cases = [
        "<p>" + "a" * 2_000_000,
        "<div>" * 20_000 + "x",
        "<table><tr><td>" * 2_000 + "x",
        "<ul><li>" * 2_000 + "x",
        "<a href=x>" * 20_000,
        "<p " + 'a="' * 50_000,
        "".join(rng.choice(PIECES) for _ in range(40_000)),
        "<p>" + "1." * 200_000,
        "<p>" + "Effective " * 50_000 + "2026",
        "<p>" + "(" * 200_000,
    ]
    for case in cases:
        started = time.process_time()
        attempt(case.encode(), "text/html", ("body",))
        attempt(case.encode(), "text/html")
        assert time.process_time() - started < 10, case[:40]


def test_extract_reads_fifty_thousand_letters_at_once():
    """The rules hold no pattern that one long word, one long line or one long run of blanks can slow down."""
    for unit in ("a", " ", "1", "-", "[", "](", "|", "*", "a ", "a@", "aA", "\u00a0"):
        body = f"<p>{unit * (50_000 // len(unit))}</p>".encode()
        started = time.process_time()
        attempt(body, "text/html", ("p",))
        assert time.process_time() - started < 2.0, unit
