"""From pages to a text: types, order, missing parts, what is read beside the text."""

from __future__ import annotations

from datetime import date

import pytest

from monitoring import extract
from monitoring.extract import ExtractError, Method, Page, Reason, Sign

POLICY = """<!doctype html><html lang="en"><head><title>Privacy  Policy | Example</title></head><body>
<nav><a href="/">Home</a><a href="/pricing">Pricing</a></nav>
<main><h1>Privacy Policy</h1><p>Last updated: March 5, 2026. Effective April 1, 2026.</p>
<h2>1. What we collect</h2><p>We collect the information that you give us when you create an account or write to us.</p>
<h2>2. How long we keep it</h2><p>We keep your conversations for 30 days, and then we delete them from our systems.</p>
</main><footer><a href="/terms">Terms</a> <a href="/privacy">Privacy</a> © 2026 Example Inc.</footer></body></html>"""


def page(
    body: str | bytes, *, content_type: str = "text/html; charset=utf-8", select: tuple = (), remove: tuple = ()
) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return Page(raw, content_type, "https://example.org/legal/privacy", select, remove)


def failure(*pages: Page) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        extract.extract(pages)
    return caught.value


def test_extract_reads_text_title_language_and_dates():
    found = extract.extract([page(POLICY, select=("main",))])
    assert found.text.startswith("# Privacy Policy\n\nLast updated: March 5, 2026.")
    assert found.title == "Privacy Policy | Example"
    assert found.language == "en"
    assert (found.updated_date, found.effective_date) == (date(2026, 3, 5), date(2026, 4, 1))
    assert found.method is Method.SELECTORS
    assert found.confidence == 1.0


def test_extract_finds_the_main_content_without_selectors():
    found = extract.extract([page(POLICY)])
    assert found.method is Method.MAIN_CONTENT
    assert found.text.startswith("# Privacy Policy")
    assert "Pricing" not in found.text
    assert "©" not in found.text
    assert "30 days" in found.text
    assert 0 < found.confidence <= 1


def test_extract_combines_pages_in_their_order():
    first, second = page("<p>One rule.</p>", select=("p",)), page("<p>Two rules.</p>", select=("p",))
    assert extract.extract([first, second]).text == "One rule.\n\nTwo rules."


def test_extract_never_shortens_a_document_when_a_part_is_missing():
    good, gone = page("<p>One rule.</p>", select=("p",)), page("<div></div>", select=("p",))
    error = failure(good, gone)
    assert error.reason is Reason.NO_MATCH
    assert error.page == 1
    assert "example.org" in error.message


def test_extract_tells_no_match_from_an_empty_match():
    assert failure(page("<main></main>", select=("article",))).reason is Reason.NO_MATCH
    assert failure(page("<main> <br> </main>", select=("main",))).reason is Reason.EMPTY_MATCH


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", Reason.EMPTY_BODY),
        (b"  \n ", "text/html", Reason.EMPTY_BODY),
        (b"<html><body><div id=root></div></body></html>", "text/html", Reason.NO_CONTENT),
        (b"\x89PNG\r\n\x1a\n", "image/png", Reason.UNKNOWN_TYPE),
        (b"PK\x03\x04\x00\x00\x00\x00\x00", "application/octet-stream", Reason.UNKNOWN_TYPE),
        (b"   ", "text/plain", Reason.EMPTY_BODY),
        (b"%PDF-1.7 nonsense", "application/pdf", Reason.PDF_BROKEN),
    ],
)
def test_extract_names_why_there_is_no_text(body, content_type, reason):
    assert failure(page(body, content_type=content_type)).reason is reason


def test_extract_needs_a_page():
    assert failure().reason is Reason.EMPTY_BODY


def test_extract_keeps_plain_text_and_markdown_as_they_are():
    found = extract.extract([page("# Terms\n\n\n\n1. You\tagree.\u200b", content_type="text/markdown")])
    assert found.text == "# Terms\n\n1. You agree."
    assert found.method is Method.PLAIN_TEXT


def test_extract_reads_html_that_calls_itself_plain_text():
    found = extract.extract(
        [page("<!DOCTYPE html><html><body><p>Rule.</p></body></html>", content_type="text/plain", select=("p",))]
    )
    assert found.text == "Rule."


def test_extract_reads_other_charsets():
    body = '<html><head><meta charset="windows-1251"></head><body><p>Условия</p></body></html>'.encode("cp1251")
    assert extract.extract([page(body, content_type="text/html", select=("p",))]).text == "Условия"


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        (
            "<title>Just a moment...</title><body><p>Checking</p><script src='/challenge-platform/x'></script>",
            Sign.BOT_WALL,
        ),
        ("<body><p>Before you continue to Example, accept all.</p>", Sign.CONSENT_WALL),
        ('<body><p>Sign in</p><input type="password">', Sign.LOGIN_FORM),
    ],
)
def test_extract_sees_what_a_short_page_betrays(body, sign):
    assert sign in extract.extract([page(body, select=("body",))]).signs


def test_extract_leaves_consent_managers_out_of_a_selected_body():
    box = '<div id="onetrust-consent-sdk"><p>We use cookies. Accept all</p></div>'
    body = f"<body><p>We may change these terms.</p>{box}</body>"
    assert extract.extract([page(body, select=("body",))]).text == "We may change these terms."


def test_extract_keeps_a_cookie_table_that_the_declaration_asks_for():
    body = '<body><div id="onetrust-consent-sdk"><p>_ga: two years</p></div></body>'
    assert extract.extract([page(body, select=("#onetrust-consent-sdk p",))]).text == "_ga: two years"
