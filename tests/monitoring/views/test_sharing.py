"""What other sites and search engines see."""

import re

import pytest
from django.core.management import call_command

from monitoring.catalog import former
from monitoring.models import Document


def test_a_page_names_its_one_address_and_says_itself_on_a_card(client, change, settings):
    settings.SITE_URL = "https://atlas.example"
    page = client.get(f"{change.get_absolute_url()}?view=side").content.decode()
    assert f'<link rel="canonical" href="https://atlas.example{change.get_absolute_url()}">' in page
    assert '<meta property="og:title" content="Acme: Terms of Service,' in page
    assert re.search(r'og:description" content="Acme changed its Terms of Service: \w', page)
    assert 'og:image" content="https://atlas.example/static/card' in page


def test_another_page_of_a_list_has_an_address_of_its_own(client, change):
    assert (
        'canonical" href="http://localhost:8000/coverage/?page=2"'
        in client.get("/coverage/?page=2&x=1").content.decode()
    )


def test_nothing_of_an_address_escapes_into_the_page(client, change):
    page = client.get('/coverage/?page=2"><script>').content.decode()
    assert "<script>" not in page.split("</head>")[0].replace('<script src="', "")


def test_what_is_searched_is_not_indexed(client, db):
    assert '<meta name="robots" content="noindex, follow">' in client.get("/search/?q=x").content.decode()


def test_the_sitemap_lists_what_there_is(client, change):
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"<loc>http://[^/<]+(/[^<]+)</loc>", index)
    assert len(sections) == 5
    listed = "".join(client.get(each).content.decode() for each in sections)
    for address in ("/platforms/acme/", change.document.get_absolute_url(), change.get_absolute_url(), "/methodology/"):
        assert f"{address}</loc>" in listed


def test_the_rows_of_a_sitemap_are_counted_for_the_first_visit_only(client, change, django_assert_num_queries):
    client.get("/sitemap.xml")
    with django_assert_num_queries(0):
        assert client.get("/sitemap.xml").status_code == 200


def test_every_address_of_the_sitemap_answers(client, change):
    index = client.get("/sitemap.xml").content.decode()
    for section in re.findall(r"<loc>http://[^/<]+(/[^<]+)</loc>", index):
        for address in re.findall(r"<loc>http://[^/<]+(/[^<]*)</loc>", client.get(section).content.decode()):
            assert client.get(address).status_code == 200, address


def test_robots_are_told_where_the_sitemap_is_and_what_is_not_theirs(client, db):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
    assert "Disallow: /watchlist/" in text


def test_a_renamed_slug_leads_to_the_new_address_for_good(client, change, monkeypatch):
    moved = former.Former(platforms={"acmesoft": "acme"})
    monkeypatch.setattr(former, "former", lambda: moved)
    answer = client.get("/platforms/acmesoft/?x=1")
    assert answer.status_code == 301 and answer.url == "/platforms/acme/?x=1"
    assert client.get("/platforms/nobody/").status_code == 404


@pytest.mark.parametrize("page", ["about", "contact", "terms", "privacy", "attributions"])
def test_the_service_speaks_of_itself(client, db, page):
    answer = client.get(f"/{page}/")
    assert answer.status_code == 200 and b"<h1>" in answer.content


def test_in_production_our_own_terms_are_on_our_own_record(db, settings, tmp_path):
    settings.PRODUCTION, settings.SITE_URL = True, "https://atlas.example"
    call_command("sync_catalog", verbosity=0)
    own = Document.objects.filter(platform__slug="conductatlas")
    assert {row.sources.get().url for row in own} == {"https://atlas.example/terms/", "https://atlas.example/privacy/"}


def test_the_methodology_shows_measured_figures_with_their_day_and_command(client, db):
    page = client.get("/methodology/").content.decode()
    assert "python -m bench.measured --write" in page
    assert "platforms that were left out of training" in page
    assert re.search(r"Recall.*?0\.\d|1\.0", page, re.DOTALL)


def test_a_printed_page_says_where_it_was_read(client, db, settings):
    settings.SITE_URL = "https://atlas.example"
    page = client.get("/compare/?type=data_retention&at=2026-05-01").content.decode()
    assert (
        '<p class="printed shell">https://atlas.example/compare/?type=data_retention&amp;at=2026-05-01, as it read on '
        in page
    )


def test_a_printed_page_keeps_to_itself_what_lets_somebody_in(client, db, settings):
    settings.SITE_URL = "https://atlas.example"
    shown = client.get("/accounts/confirm-email/s3cret-of-bob/").content.decode()
    assert "https://atlas.example/accounts/confirm-email/***/, as it read on " in shown
    assert "as it read on" not in client.get("/invitations/7/s3cret-of-bob/").content.decode()
