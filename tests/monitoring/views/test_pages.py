"""Every public page answers, cheaply and well formed."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

MOST_QUERIES = 12
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "path",
    "circle",
}


class Outline(HTMLParser):
    """What a page's markup must have: balanced elements, unique ids, headings without a gap, labelled fields."""

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.headings, self.faults = [], [], [], []
        self.fields, self.labels = [], []
        self.feed(html)
        self.faults += [f"never closed: {tag}" for tag in self.open]
        self.faults += [f"id twice: {one}" for one in set(self.ids) if self.ids.count(one) > 1]
        self.faults += [f"no label: {field}" for field in self.fields if field not in self.labels]

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "label" and values.get("for"):
            self.labels.append(values["for"])
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit"):
            self.fields.append(values.get("id"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"closed out of order: {tag} at {self.getpos()}")


def addresses(change):
    document = change.document
    return {
        "home": "/",
        "search": "/search/",
        "about": "/about/",
        "contact": "/contact/",
        "terms": "/terms/",
        "privacy": "/privacy/",
        "attributions": "/attributions/",
        "search, found": "/search/?q=arbitration",
        "search, not found": "/search/?q=zymurgy&platform=nobody",
        "styleguide": "/styleguide/",
        "platforms": "/platforms/",
        "platforms, filtered": "/platforms/?q=ac",
        "platform": document.platform.get_absolute_url(),
        "document": document.get_absolute_url(),
        "version": change.before.get_absolute_url(),
        "changes": "/changes/",
        "changes, filtered": f"/changes/?platform={document.platform.slug}&significance=substantive",
        "change": change.get_absolute_url(),
        "change, side by side": change.get_absolute_url() + "?view=side",
        "timeline": "/timeline/",
        "timeline of a document": f"/timeline/?platform={document.platform.slug}&document={document.slug}",
        "coverage": "/coverage/",
        "methodology": "/methodology/",
        "crawler": "/crawler/",
        "api": "/api/",
        "problems": "/api/problems/",
    }


PAGES = [
    "home", "platforms", "platforms, filtered", "platform", "document", "version", "changes", "changes, filtered",
    "change", "change, side by side", "timeline", "timeline of a document", "coverage", "methodology", "crawler", "api",
    "problems",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_answers_in_few_queries_and_with_sound_markup(
    page, client, change, django_assert_max_num_queries
):
    address = addresses(change)[page]
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.get(address)
    assert answer.status_code == 200
    outline = Outline(answer.content.decode())
    assert outline.faults == []
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1


@pytest.mark.parametrize("page", ["platform", "document", "change"])
def test_a_member_sees_public_pages_in_hardly_more_queries(page, signed_in, change, django_assert_max_num_queries):
    address = addresses(change)[page]
    with django_assert_max_num_queries(MOST_QUERIES + 1):
        assert signed_in.get(address).status_code == 200


@pytest.mark.parametrize("page", ["home", "platforms", "changes", "timeline", "coverage"])
def test_an_empty_archive_says_what_will_appear(page, client, db):
    answer = client.get(reverse(f"monitoring:{page}"))
    assert answer.status_code == 200
    assert 'class="empty"' in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/platforms/nobody/", "/platforms/acme/nothing/", "/changes/9223372036854775808/", "/changes/?before=x",
     "/timeline/?platform=nobody", "/timeline/?before=2026-01-01T00:00:00Z_99999999999999999999"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(address, client, document):
    assert client.get(address).status_code == 404


def test_a_wrong_filter_is_named_on_the_page(client, change):
    answer = client.get("/changes/?platform=nobody")
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/platforms/", "/changes/", "/coverage/"])
def test_pages_are_read_only(address, client, db):
    assert client.post(address).status_code == 405


def test_one_entry_of_the_main_navigation_is_current(signed_in, change, source, now):
    """Two versions beside each other once were Platforms and Compare; a phrase to listen for was Search."""
    between = f"{change.document.get_absolute_url()}compare/1/2/"
    for address, current in ((between, 1), ("/watchlist/listen/search/", 0), ("/search/?q=x", 1), ("/compare/", 1)):
        page = signed_in.get(address, follow=True).content.decode()
        main = page.partition('aria-label="Main"')[2].partition("</nav>")[0]
        assert main.count('aria-current="page"') == current, address


@pytest.mark.parametrize(
    ("seconds", "said"), [(6 * 3600, "6 hours"), (3600, "1 hour"), (90, "2 minutes"), (20.0, "20 seconds")]
)
def test_the_methodology_says_how_often_is_asked_in_a_fitting_unit(client, db, settings, seconds, said):
    settings.FETCH_INTERVAL_SECONDS = seconds
    for address in ("/methodology/", "/crawler/"):
        assert f"about every {said}" in client.get(address).content.decode()
