"""Requests: what is the same, who may ask how often, what is in the catalog already, and the answer by mail."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts import audit, rls
from accounts.models import AuditEvent
from monitoring import requests
from monitoring.models import Platform, Request, Vote
from tests import world
from tests.monitoring import faces

Kind, State = Request.Kind, Request.State
alice, charlie, source = faces.alice, faces.charlie, faces.source


@pytest.fixture
def ask(alice, now):
    def asked(address="https://www.bolt.example/about", *, by=alice, kind=Kind.PLATFORM, name="Bolt", at=now):
        return requests.ask(
            organization=world.organization_of(by), user=by, kind=kind, name=name, address=address, why="We use it.",
            now=at, actor=audit.Actor(user_id=by.pk),
        )  # fmt: skip

    return asked


@pytest.fixture
def answer(alice, now):
    def answered(wish, state, *, reason="", platform=None, at=now):
        requests.answer(request=wish, state=state, reason=reason, platform=platform, operator=alice, now=at)

    return answered


@pytest.mark.parametrize(
    ("kind", "one", "other", "is_same"),
    [
        (Kind.PLATFORM, "https://www.bolt.example/about", "chat.bolt.example", True),
        (Kind.PLATFORM, "http://bolt.example:80/", "https://bolt.example/x?utm_source=y#z", True),
        (Kind.PLATFORM, "https://bolt.example", "https://bolt.test", False),
        (Kind.DOCUMENT, "https://bolt.example/terms/", "www.bolt.example/terms#a", True),
        (Kind.DOCUMENT, "https://bolt.example/terms", "https://bolt.example/privacy", False),
    ],
)
def test_two_spellings_are_the_same_request(kind, one, other, is_same):
    assert (requests.key_of(kind, one) == requests.key_of(kind, other)) is is_same


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "http://localhost/",
        "http://127.0.0.1/x",
        "[::1]",
        "ftp://x.example/",
        "https://exa mple.com",
        "https://user:pw@a.example/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_an_address_that_is_not_on_the_public_web_is_refused_with_what_to_write(address):
    with pytest.raises(requests.RequestRefused, match=r"https://example\.com/terms"):
        requests.key_of(Kind.DOCUMENT, address)


def test_the_second_who_asks_votes_for_the_first_ones_request(ask, alice, charlie):
    first, second = ask(), ask("chat.bolt.example", by=charlie, name="Bolt AI")
    assert (first.is_new, second.is_new) == (True, False)
    assert first.request == second.request
    [row] = requests.queue([State.ASKED], start=0, limit=9)
    assert (row.name, row.wanted) == ("Bolt", 2)
    assert requests.voted(world.organization_of(charlie)) == {row.pk}
    assert AuditEvent.objects.filter(verb="request.asked").count() == 1
    assert AuditEvent.objects.filter(verb="request.voted").count() == 1


def test_an_organization_votes_once(ask, alice, now):
    wish = ask().request
    assert ask().is_new is False
    organization = world.organization_of(alice)
    assert requests.vote(organization=organization, request=wish, user=alice, now=now, actor=audit.SYSTEM) is False
    assert Vote.objects.count() == 1


def test_the_number_of_votes_is_public_and_who_voted_is_not(ask, alice, charlie):
    ask()
    with rls.acting_for(world.organization_of(charlie)):
        assert not Vote.objects.exists()
        assert [row.wanted for row in requests.queue([State.ASKED], start=0, limit=9)] == [1]
        assert not Vote.objects.exists()


def test_the_most_wanted_comes_first(ask, charlie):
    ask("one.example", name="One")
    ask("two.example", name="Two")
    ask("two.example", by=charlie)
    assert [row.name for row in requests.queue([State.ASKED], start=0, limit=9)] == ["Two", "One"]
    assert [row.name for row in requests.queue([State.ASKED], start=1, limit=9)] == ["One"]


def test_an_organization_asks_and_votes_so_often_a_day(ask, now):
    for number in range(requests.A_DAY):
        ask(f"p{number}.example")
    with pytest.raises(requests.TooManyRequests, match="tomorrow"):
        ask("one-more.example")
    assert Request.objects.count() == requests.A_DAY
    assert ask("one-more.example", at=now + timedelta(days=1, minutes=1)).is_new


@pytest.mark.parametrize(("address", "name"), [("https://chat.acme.example", "Whatever"), ("other.example", "acme")])
def test_a_platform_of_the_catalog_is_named_instead(address, name, ask, source):
    Platform.objects.update(home_page="https://www.acme.example/")
    with pytest.raises(requests.InCatalog) as found:
        ask(address, name=name)
    assert found.value.found == source.document.platform
    assert not Request.objects.exists()


def test_a_document_of_the_catalog_is_named_instead_and_another_of_its_platform_may_be_asked(ask, source):
    with pytest.raises(requests.InCatalog) as found:
        ask(f"{source.url}/#top", kind=Kind.DOCUMENT)
    assert found.value.found == source.document
    assert ask("https://acme.example/privacy", kind=Kind.DOCUMENT).is_new


@pytest.mark.parametrize(
    ("state", "reason"), [(State.ASKED, "x"), (State.DECLINED, ""), (State.ADDED, "no platform named")]
)
def test_an_answer_that_says_nothing_is_refused(state, reason, ask, answer):
    with pytest.raises(requests.RequestRefused):
        answer(ask().request, state, reason=reason)
    assert Request.objects.get().state == State.ASKED


def test_whoever_voted_is_told_of_each_answer_once(ask, answer, alice, charlie, source, now, mailoutbox):
    wish = ask().request
    ask(by=charlie)
    answer(wish, State.PLANNED, reason="In December.")
    assert (requests.send_answers(now=now), requests.send_answers(now=now)) == (2, 0)
    assert {mail.to[0] for mail in mailoutbox} == {alice.email, charlie.email}
    assert mailoutbox[0].subject == "Bolt is planned"
    assert "In December." in mailoutbox[0].body
    answer(wish, State.ADDED, platform=source.document.platform)
    assert requests.send_answers(now=now) == 2
    assert mailoutbox[-1].subject == "Bolt is in the catalog"
    assert "/platforms/acme/" in mailoutbox[-1].body


def test_who_votes_for_what_is_answered_is_told_of_the_next_answer_only(ask, answer, charlie, now, mailoutbox):
    wish = ask().request
    answer(wish, State.DECLINED, reason="It publishes no rules.")
    ask(by=charlie)
    requests.send_answers(now=now)
    assert [mail.to for mail in mailoutbox] == [["alice@alice.example"]]


def test_who_left_is_not_written_to(ask, answer, alice, now, mailoutbox):
    wish = ask().request
    alice.memberships.all().delete()
    answer(wish, State.PLANNED)
    assert requests.send_answers(now=now) == 0
    assert requests.send_answers(now=now) == 0
    assert not mailoutbox


def test_a_mail_server_that_refuses_is_asked_again_later(ask, answer, now, monkeypatch, mailoutbox):
    answer(ask().request, State.PLANNED)

    class Refusing:
        def send_messages(self, messages):
            raise ConnectionRefusedError("nobody there")

    with monkeypatch.context() as patch:
        patch.setattr(requests, "get_connection", Refusing)
        assert requests.send_answers(now=now) == 0
    assert Vote.objects.get().error == "nobody there"
    assert requests.send_answers(now=now) == 0
    assert requests.send_answers(now=now + timedelta(minutes=2)) == 1


def test_what_is_hidden_is_neither_shown_nor_told(ask, answer, now, mailoutbox):
    wish = ask().request
    requests.set_hidden(request=wish, is_hidden=True, now=now)
    answer(wish, State.PLANNED)
    assert requests.queue(State.values, start=0, limit=9) == []
    assert requests.send_answers(now=now) == 0
    requests.set_hidden(request=wish, is_hidden=False, now=now)
    assert len(requests.queue(State.values, start=0, limit=9)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_make_one_request_with_two_votes(alice, charlie, now):
    start = threading.Barrier(2)

    def act(user, organization):
        start.wait()
        with rls.acting_for(organization):
            requests.ask(
                organization=organization, user=user, kind=Kind.PLATFORM, name="Bolt", address="bolt.example", why="",
                now=now, actor=audit.SYSTEM,
            )  # fmt: skip
        connection.close()

    threads = [threading.Thread(target=act, args=(user, world.organization_of(user))) for user in (alice, charlie)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Request.objects.count(), Vote.objects.count()) == (1, 2)
