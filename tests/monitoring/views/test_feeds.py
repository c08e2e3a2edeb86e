"""Feeds as a reader fetches them: public ones again and again, private ones by their token only."""

import json
import re
import threading
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import AuditEvent
from monitoring import feeds, watchlists
from monitoring.models import Feed, Revision
from tests import world

ATOM = "{http://www.w3.org/2005/Atom}"
SUBJECTS = ["changes", "platforms/acme", "documents/acme/{document}", "provisions/data_retention"]
ADDRESS = re.compile(r"/feeds/watchlists/[\w-]{43}/")


def address(subject, change, form="atom"):
    return f"/feeds/{subject.format(document=change.document.slug)}/{form}/"


@pytest.mark.parametrize("subject", SUBJECTS[:3])
@pytest.mark.parametrize("form", ["atom", "json", "calendar"])
def test_a_public_feed_tells_of_the_change_in_every_form(subject, form, change, client):
    answer = client.get(address(subject, change, form))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    if form == "atom":
        assert change.get_absolute_url() in answer.content.decode()
        ET.fromstring(answer.content)
    if form == "json":
        [item] = json.loads(answer.content)["items"]
        assert item["url"].endswith(change.get_absolute_url())
    if form == "calendar":
        assert answer.headers["Content-Type"].startswith("text/calendar")


def test_a_provision_types_feed_tells_how_texts_moved(change, client):
    row = Revision.objects.events().exclude(version__change=None).first()
    answer = client.get(f"/feeds/provisions/{row.provision.provision_type}/json/")
    assert json.loads(answer.content)["items"][0]["url"].endswith(row.provision.get_absolute_url())


def test_a_provision_types_feed_costs_the_same_however_many_texts_moved(
    change, source, client, now, django_assert_num_queries
):
    for ago, days in ((7, 45), (6, 60), (5, 90)):
        world.serve(source, world.terms(c3=f"We keep your content for {days} days."), at=now - timedelta(days=ago))
    assert Revision.objects.events().exclude(previous=None).count() > 2
    with django_assert_num_queries(1):
        client.get("/feeds/provisions/data_retention/json/")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_who_has_it_already_is_told_so(subject, change, client):
    url = address(subject, change)
    first = client.get(url)
    again = client.get(url, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    if "Last-Modified" in first.headers:
        assert client.get(url, headers={"if-modified-since": first.headers["Last-Modified"]}).status_code == 304
    assert client.get(url, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_new_change_makes_a_new_feed(change, source, client, now):
    etag = client.get("/feeds/changes/atom/").headers["ETag"]
    world.serve(source, world.terms(c7="You must resolve disputes with us before a judge in Cork."), at=now)
    answer = client.get("/feeds/changes/atom/", headers={"if-none-match": etag})
    assert answer.status_code == 200
    assert len(ET.fromstring(answer.content).findall(f"{ATOM}entry")) == 2


@pytest.mark.parametrize(
    "url",
    [
        "/feeds/changes/rss/",
        "/feeds/platforms/nobody/atom/",
        "/feeds/provisions/nothing/atom/",
        "/feeds/watchlists/nonsense/atom/",
        f"/feeds/watchlists/{'A' * 43}/atom/",
    ],
)
def test_what_is_not_there_is_a_404(url, change, client):
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("page", ["/platforms/acme/", "/platforms/acme/{document}/"])
def test_pages_lead_feed_readers_to_their_feed(page, change, client):
    html = client.get(page.format(document=change.document.slug)).content.decode()
    found = re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]*href="([^"]+)"', html)[1]
    assert client.get(found).status_code == 200


@pytest.fixture
def watchlist(alice, source, now):
    world.watch(alice, source, now=now)
    return watchlists.default_watchlist(organization=world.organization_of(alice), now=now)


def test_a_private_feed_is_read_by_whoever_has_its_address_until_it_is_revoked(watchlist, change, signed_in, client):
    page = signed_in.post(f"/channels/feeds/{watchlist.pk}/make/")
    assert "no-store" in page.headers["Cache-Control"]
    url = ADDRESS.search(page.content.decode()).group()
    client.logout()
    for form in ("atom", "json", "calendar"):
        answer = client.get(f"{url}{form}/")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"].startswith("private")
    assert change.get_absolute_url() in client.get(f"{url}atom/").content.decode()
    token = url.split("/")[3]
    assert token not in str(Feed.objects.values())
    signed_in.force_login(watchlist.organization.created_by)
    assert not ADDRESS.search(signed_in.get("/channels/").content.decode())
    signed_in.post(f"/channels/feeds/{watchlist.pk}/revoke/")
    assert client.get(f"{url}atom/").status_code == 404
    verbs = AuditEvent.objects.filter(verb__startswith="feed.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["feed.made", "feed.revoked"]


def test_a_new_address_ends_the_old_one(watchlist, now):
    old, new = (feeds.make(watchlist, now=now, actor=feeds.audit.SYSTEM) for _ in range(2))
    assert feeds.find(old) is None
    assert feeds.find(new).watchlist == watchlist


@pytest.mark.django_db(transaction=True)
def test_two_that_make_one_at_once_leave_the_later_one(now):
    alice = world.person("alice", now=now, plan="watcher")
    row = watchlists.default_watchlist(organization=world.organization_of(alice), now=now)
    together = threading.Barrier(4)

    def make(_number):
        together.wait()
        try:
            return feeds.make(row, now=now, actor=feeds.audit.SYSTEM)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(make, range(4)))
    assert [feeds.find(token) is not None for token in tokens].count(True) == 1
