"""The pages of requests: the queue is everybody's, asking and voting are members', answering is the operators'."""

import pytest

from accounts.models import Membership, Role
from monitoring import requests
from monitoring.models import Request, Vote
from tests.monitoring.views.test_pages import Outline

BOLT = {"kind": "platform", "name": "Bolt", "address": "https://bolt.example", "why": "<b>We use it.</b>"}


@pytest.fixture
def operator(client, charlie):
    type(charlie).objects.filter(pk=charlie.pk).update(is_staff=True)
    client.force_login(charlie)
    return client


def test_a_visitor_reads_the_queue_and_is_sent_to_sign_in_to_ask(client, db):
    page = client.get("/requests/").content.decode()
    assert "Nothing is asked for" in page
    assert "Sign in to ask or vote" in page
    assert Outline(page).faults == []
    assert client.post("/requests/", BOLT).status_code == 302
    assert not Request.objects.exists()


def test_a_member_asks_and_everybody_sees_name_votes_and_site_but_not_why(signed_in, db):
    page = signed_in.post("/requests/", BOLT, follow=True).content.decode()
    assert "Bolt is on the list." in page
    assert "yours is among them" in page
    assert Outline(page).faults == []
    public = type(signed_in)().get("/requests/").content.decode()
    assert "<b>1</b> vote" in public
    assert "bolt.example" in public
    assert "We use it" not in public


def test_another_organization_votes(client, signed_in, charlie):
    signed_in.post("/requests/", BOLT)
    client.force_login(charlie)
    wish = Request.objects.get()
    page = client.post(f"/requests/{wish.pk}/vote/", follow=True).content.decode()
    assert "Your organization wants Bolt too." in page
    assert "<b>2</b> votes" in page
    client.post(f"/requests/{wish.pk}/vote/")
    assert Vote.objects.count() == 2


def test_what_the_catalog_has_is_named_with_a_link(signed_in, source):
    answer = signed_in.post("/requests/", {**BOLT, "name": "Acme"})
    assert answer.status_code == 409
    assert '<a href="/platforms/acme/">Acme</a>' in answer.content.decode()
    assert not Request.objects.exists()


def test_what_was_declined_says_why_to_the_next_who_asks(signed_in, alice, client, charlie, now):
    signed_in.post("/requests/", BOLT)
    wish = Request.objects.get()
    requests.answer(
        request=wish, state=Request.State.DECLINED, reason="No rules.", platform=None, operator=alice, now=now
    )
    client.force_login(charlie)
    assert "declined: No rules." in client.post("/requests/", BOLT, follow=True).content.decode()
    assert "No rules." in client.get("/requests/?state=declined").content.decode()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"address": "nonsense"}, 400), ({"name": ""}, 400), ({"kind": "x"}, 400), ({"name": "x" * 121}, 400)],
)
def test_what_makes_no_sense_is_said_beside_the_field(wrong, status, signed_in):
    answer = signed_in.post("/requests/", {**BOLT, **wrong})
    assert answer.status_code == status
    assert "errorlist" in answer.content.decode()
    assert not Request.objects.exists()


def test_too_many_a_day_are_refused_in_words(signed_in, monkeypatch):
    monkeypatch.setattr(requests, "A_DAY", 1)
    signed_in.post("/requests/", BOLT)
    answer = signed_in.post("/requests/", {**BOLT, "address": "https://coil.example", "name": "Coil"})
    assert answer.status_code == 429
    assert "Come back tomorrow." in answer.content.decode()


def test_a_viewer_neither_asks_nor_votes(client, signed_in, alice):
    signed_in.post("/requests/", BOLT)
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    assert client.post("/requests/", {**BOLT, "address": "coil.example"}).status_code == 403
    assert client.post(f"/requests/{Request.objects.get().pk}/vote/").status_code == 403
    assert Request.objects.count() == 1


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=9999999999", "page=x", "state=x", "page=250"])
def test_a_page_that_is_not_there_is_empty_and_no_error(query, client, db):
    assert client.get(f"/requests/?{query}").status_code == 200


def test_an_operator_answers_and_everybody_reads_it(operator, alice, source, now):
    requests.ask(
        organization=alice.memberships.get().organization, user=alice, kind=Request.Kind.PLATFORM, name="Bolt",
        address="bolt.example", why="We use it.", now=now, actor=requests.audit.SYSTEM,
    )  # fmt: skip
    wish = Request.objects.get()
    page = operator.get("/review/requests/").content.decode()
    assert "We use it." in page
    assert Outline(page).faults == []
    address = f"/review/requests/{wish.pk}/"
    assert "Say why" in operator.post(address, {"state": "declined"}, follow=True).content.decode()
    assert "Choose an answer" in operator.post(address, {"state": "asked"}, follow=True).content.decode()
    operator.post(address, {"state": "added", "platform": "acme"})
    assert '<a href="/platforms/acme/">Acme</a>' in operator.get("/requests/?state=added").content.decode()


def test_an_operator_takes_one_off_the_page_and_puts_it_back(operator, alice, now):
    wish = Request.objects.create(kind="platform", key="x.example", name="Cheap pills", address="x", created_at=now)
    address = f"/review/requests/{wish.pk}/"
    operator.post(address, {"hide": "yes"})
    assert "Cheap pills" not in operator.get("/requests/").content.decode()
    assert operator.post(f"/requests/{wish.pk}/vote/").status_code == 404
    operator.post(address, {"hide": "no"})
    assert "Cheap pills" in operator.get("/requests/").content.decode()


def test_to_others_there_are_no_operators_pages(signed_in, now):
    wish = Request.objects.create(kind="platform", key="x.example", name="X", address="x", created_at=now)
    assert signed_in.get("/review/requests/").status_code == 404
    assert signed_in.post(f"/review/requests/{wish.pk}/", {"hide": "yes"}).status_code == 404


def test_the_queue_asks_the_same_however_long_it_is(client, alice, now, django_assert_max_num_queries):
    for number in range(50):
        Request.objects.create(kind="platform", key=f"{number}.example", name="X", address="x", created_at=now)
    with django_assert_max_num_queries(2):
        assert "Older" in client.get("/requests/").content.decode()
