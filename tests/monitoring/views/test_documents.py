"""The page of a document says the truth about its text: current, held, out of reach, or not captured yet."""

from datetime import timedelta

from monitoring import fetch
from tests import world


def test_a_document_that_was_not_captured_says_so(client, document):
    page = client.get(document.get_absolute_url()).content.decode()
    assert "Not captured yet" in page


def test_the_text_is_shown_with_an_address_for_each_clause(client, change):
    page = client.get(change.document.get_absolute_url()).content.decode()
    assert "for 90 days" in page
    assert 'id="clause-3/p1"' in page or 'id="clause-3' in page


def test_an_old_version_keeps_its_words_and_says_that_it_is_old(client, change):
    page = client.get(change.before.get_absolute_url()).content.decode()
    assert "for 30 days" in page
    assert "This is an earlier version." in page


def test_the_margin_proves_the_text(client, change):
    page = client.get(change.document.get_absolute_url()).content.decode()
    assert change.after.hex in page
    assert "First seen" in page
    assert "fetched" in page


def test_a_page_that_fails_is_not_shown_as_a_change_of_the_document(client, source, change, now):
    world.capture(source, fetch.FetchError(fetch.Reason.FORBIDDEN, "403", status=403), at=now - timedelta(hours=1))
    page = client.get(change.document.get_absolute_url()).content.decode()
    assert "The address cannot be read at present." in page
    assert fetch.Reason.FORBIDDEN.meaning in page
    assert "for 90 days" in page


def test_a_text_held_back_is_said_and_never_shown(client, source, change, now):
    wall = (
        b"<html><body><main><h1>Access denied</h1><p>Something went wrong. Please try later.</p></main></body></html>"
    )
    reading, _change = world.serve(source, wall, at=now - timedelta(hours=1))
    assert reading.verdict.outcome == "held"
    page = client.get(change.document.get_absolute_url()).content.decode()
    assert "A different text is being held back." in page
    text = page.split('class="document-text"')[1].split("</article>")[0]
    assert "Access denied" not in text
    assert "for 90 days" in text


def test_coverage_lists_the_document_with_its_last_check(client, source, change, now):
    world.capture(source, fetch.FetchError(fetch.Reason.TIMEOUT, "late"), at=now - timedelta(hours=1))
    page = client.get("/coverage/").content.decode()
    assert "Acme: Terms of Service" in page
    assert "Could not be read" in page
    assert "1 cannot be read at present" in page
    assert "held back." not in page.split("Nothing changed")[0]


def test_a_day_leads_to_the_version_that_stood_at_its_end(client, change, now):
    address = change.document.get_absolute_url()
    before = client.get(f"{address}at/{(now - timedelta(days=11)).date().isoformat()}/", follow=True)
    assert before.redirect_chain[-1][0].startswith(change.before.get_absolute_url())
    assert "for 30 days" in before.content.decode()
    after = client.get(f"{address}at/{(now - timedelta(days=10)).date().isoformat()}/", follow=True)
    assert "version 2 stood" in after.content.decode()


def test_the_form_on_the_document_leads_to_the_same_place(client, change, now):
    day = (now - timedelta(days=11)).date().isoformat()
    address = change.document.get_absolute_url()
    assert client.get(f"{address}at/?day={day}").url == f"{address}at/{day}/"


def test_before_the_first_record_nothing_is_claimed(client, change):
    answer = client.get(f"{change.document.get_absolute_url()}at/2001-05-01/")
    assert answer.status_code == 404
    assert "There is no record of 1 May 2001" in answer.content.decode()
    assert "The first record of this document is of" in answer.content.decode()


def test_what_is_no_day_is_not_found(client, change):
    for day in ("2026-13-01", "yesterday", "20260501", "2026-05-01T00:00"):
        assert client.get(f"{change.document.get_absolute_url()}at/{day}/").status_code == 404


def test_the_document_says_how_long_its_text_stood_and_what_it_says(client, change):
    page = client.get(change.document.get_absolute_url()).content.decode()
    assert "The text as it stands has stood for 10 days." in page
    assert 'class="drawing strip"' in page
    says = page.split('id="says"')[1].split("</section>")[0]
    assert "Arbitration" in says or "arbitration" in says
