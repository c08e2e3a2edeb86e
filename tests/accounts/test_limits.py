"""The limits of sign-up, sign-in and the mails that strangers can cause, with the figures of the settings themselves."""

import re
import time

import pytest
from django.test import Client

from accounts.adapter import mailbox_of

PASSWORD = "correct horse battery"


@pytest.fixture
def clock(monkeypatch):
    """Return a function that moves the time by which limits are counted."""
    offset = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + offset[0])

    def move(seconds):
        offset[0] += seconds

    return move


def sign_in(email, password="wrong", **headers):
    client = Client()
    return client.post("/accounts/login/", {"login": email, "password": password}, headers=headers)


def test_the_twenty_first_sign_in_of_an_address_within_the_hour_waits(alice, clock):
    for number in range(20):
        assert sign_in(f"{number}@x.example").status_code == 200
    assert sign_in(alice.email, PASSWORD).status_code == 429
    clock(3601)
    assert sign_in(alice.email, PASSWORD).status_code == 302


def test_the_twenty_first_sign_up_of_an_address_within_the_hour_waits(client, db):
    for _ in range(20):
        assert client.post("/accounts/signup/", {"email": "no"}).status_code == 200
    assert client.post("/accounts/signup/", {"email": "no"}).status_code == 429


def test_a_forwarded_address_that_no_proxy_of_ours_wrote_changes_nothing(db):
    for number in range(20):
        sign_in("a@x.example", X_Forwarded_For=f"198.51.100.{number}", **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert sign_in("a@x.example", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 429


def test_behind_one_proxy_only_the_address_that_the_proxy_saw_counts(db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        sign_in("a@x.example", **{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"})
    assert sign_in("a@x.example", **{"X-Forwarded-For": "192.0.2.1, 203.0.113.7"}).status_code == 429
    assert sign_in("a@x.example", **{"X-Forwarded-For": "192.0.2.1, 203.0.113.8"}).status_code == 200


def test_after_twenty_wrong_passwords_in_a_day_the_right_one_waits_too(alice, clock, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000/h/ip"}
    spellings = ["alice@alice.example", "ALICE@alice.example", " a.lice@alice.example", "alice+x@alice.example"]
    for number in range(20):
        assert sign_in(spellings[number % 4]).status_code == 200
    answer = sign_in(alice.email, PASSWORD)
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()
    clock(24 * 3600 + 1)
    assert sign_in(alice.email, PASSWORD).status_code == 302


def test_right_passwords_are_not_counted_against_the_account(alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000/h/ip", "login_failed": "2/d/key"}
    for _ in range(5):
        assert sign_in(alice.email, PASSWORD).status_code == 302


@pytest.mark.parametrize("known", [True, False])
def test_ten_mails_an_hour_reach_a_mailbox_however_its_address_is_written(known, alice, mailoutbox, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "reset_password": "1000/h/ip"}
    name = "alice" if known else "nobody"
    for number in range(10):
        answer = Client().post(
            "/accounts/password/reset/", {"email": f"{name}{f'+{number}' if number else ''}@alice.example"}
        )
        assert answer.status_code == 302
    assert Client().post("/accounts/password/reset/", {"email": f"{name}@alice.example"}).status_code == 429
    assert Client().post("/accounts/password/reset/", {"email": f"{name.upper()}+z@alice.example"}).status_code == 429
    assert len(mailoutbox) == 10


def test_the_eleventh_reset_for_one_address_waits(alice):
    statuses = [Client().post("/accounts/password/reset/", {"email": alice.email}).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [("A.B+c@X.example", "ab@x.example"), ("ab@x.example", "ab@x.example"), ("", "@"), ("+@x", "@x"), (" a@x ", "a@x")],
)
def test_mailbox_of_is_one_for_the_spellings_of_one_mailbox(address, mailbox):
    assert mailbox_of(address) == mailbox


def test_each_sign_in_and_each_failed_one_is_in_the_trail_of_every_organization_of_the_person(
    bob, alice, organization, settings
):
    from accounts.models import AuditEvent

    sign_in(bob.email)
    sign_in(bob.email, PASSWORD)
    sign_in("nobody@x.example")
    here = AuditEvent.objects.for_organization(organization).filter(verb__startswith="user.").order_by("id")
    assert [(event.verb, event.actor_id, event.target_id, event.address) for event in here] == [
        ("user.sign_in_failed", None, bob.pk, "127.0.0.1"),
        ("user.signed_in", bob.pk, bob.pk, "127.0.0.1"),
    ]
    assert AuditEvent.objects.filter(verb="user.sign_in_failed").count() == 2  # here and in Bob's own


def test_sign_up_and_reset_answer_the_same_for_known_and_unknown_addresses(alice):
    def page(path, email):
        client = Client()
        answer = client.post(path, {"email": email, "password1": PASSWORD}, follow=True)
        text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())
        return answer.redirect_chain, text.replace(email, "")

    for path in ("/accounts/signup/", "/accounts/password/reset/"):
        assert page(path, alice.email) == page(path, "somebody@new.example")
