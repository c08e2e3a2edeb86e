"""The search page."""

from datetime import timedelta

from tests import world


def test_a_found_clause_is_quoted_with_its_place_and_its_days(client, change):
    page = client.get("/search/?q=binding+arbitration").content.decode()
    assert "<mark>binding</mark> <mark>arbitration</mark>" in page
    assert f"{change.after.get_absolute_url()}#clause-" in page
    assert change.get_absolute_url() in page
    assert "Stands today" in page


def test_words_that_went_say_until_when(client, change):
    page = client.get('/search/?q="for+30+days"').content.decode()
    assert "Gone" in page and "until" in page


def test_only_what_stands_today_on_request(client, change):
    assert "No text has these words" in client.get('/search/?q="for+30+days"&when=now').content.decode()


def test_two_documents_are_drawn_over_time(client, change, now):
    bolt = world.declare("acme", "bolt", now=now)["bolt"]
    world.serve(bolt, world.terms(c7="Disputes go to arbitration."), at=now - timedelta(days=5))
    assert 'class="drawing lanes"' in client.get("/search/?q=arbitration").content.decode()


def test_a_picture_of_first_records_alone_is_left_out(client, change, now):
    bolt = world.declare("acme", "bolt", now=now)["bolt"]
    world.serve(bolt, world.terms(), at=now - timedelta(days=5))
    assert 'class="drawing lanes"' not in client.get("/search/?q=conversations").content.decode()


def test_wrong_filters_are_named(client, change):
    page = client.get("/search/?q=x&since=tomorrow&terms_type=none").content.decode()
    assert "Enter a valid date." in page and "is not one of the available choices" in page


def test_what_is_searched_for_is_escaped(client, change):
    page = client.get("/search/?q=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in page


def test_changes_that_tell_of_the_words_come_with_date_significance_and_versions(client, change):
    page = client.get("/search/?q=arbitration").content.decode()
    told = page.partition('id="changes"')[2].partition('id="found"')[0]
    assert change.get_absolute_url() in told and "<mark>arbitration</mark>" in told
    assert "version 1 to 2" in told and "substantive" in told.lower()
    assert 'id="changes"' not in client.get("/search/?q=arbitration&page=2").content.decode()


def test_a_heading_is_cited_by_itself_and_not_under_the_one_before(client, change):
    page = client.get("/search/?q=governing+law").content.decode()
    cited = page.partition("<blockquote")[2].partition("</blockquote>")[0]
    assert ">7. Governing law</a>" in cited
    assert "Termination" not in cited
