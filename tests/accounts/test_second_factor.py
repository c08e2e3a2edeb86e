"""The second factor through its pages: authenticator app, recovery codes, passkeys that are no passkeys."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth as recovery
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
from django.test import Client

from accounts import adapter
from accounts.models import AuditEvent

PASSWORD = "correct horse battery"
PERIOD = 30


@pytest.fixture
def clock(monkeypatch):
    moment = [time.time() // PERIOD * PERIOD + 5]
    monkeypatch.setattr(time, "time", lambda: moment[0])

    def move(seconds):
        moment[0] += seconds

    return move


def code(secret, step=0):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // PERIOD + step))


@pytest.fixture
def secret(alice, organization, sign_in, clock, mailoutbox):
    """Alice adds an authenticator app through the page; returns its secret. She is signed out again."""
    client = sign_in(alice)
    page = client.get("/accounts/2fa/totp/activate/")
    made = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(made)})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    client.logout()
    clock(PERIOD * 4)
    return made


def entering(email="alice@alice.example"):
    """Return a client that has given the right password and is asked for the second factor."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/settings/organization/").status_code == 302
    return client


def give(client, value):
    return client.post("/accounts/2fa/authenticate/", {"code": value})


def test_the_password_alone_no_longer_opens_the_account(secret):
    client = entering()
    assert give(client, "000000" if code(secret) != "000000" else "111111").status_code == 200
    assert give(client, code(secret)).status_code == 302
    assert client.get("/settings/organization/").status_code == 200


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_works_once_over_its_whole_life(secret, clock, step):
    value = code(secret, step)
    assert give(entering(), value).status_code == 302
    for seconds in (0, 31, 28):
        clock(seconds)
        assert give(entering(), value).status_code == 200


@pytest.mark.parametrize("step", [-10, -2, 2, 10])
def test_a_code_of_another_time_is_refused(secret, step):
    assert give(entering(), code(secret, step)).status_code == 200


def test_after_twenty_wrong_codes_in_a_day_the_right_one_waits_too(secret, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000/h/ip"}
    client = entering()
    for _ in range(20):
        give(client, "12")
    answer = give(client, code(secret))
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()


def test_a_recovery_code_opens_once(secret, alice):
    codes = recovery.RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    assert len(codes) == 10
    assert give(entering(), codes[0]).status_code == 302
    assert give(entering(), codes[0]).status_code == 200
    assert give(entering(), codes[1]).status_code == 302


def test_recovery_codes_are_shown_once(alice, sign_in, clock):
    client = sign_in(alice)
    made = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(made)})
    first = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(first) == 10
    again = client.get("/accounts/2fa/recovery-codes/")
    assert not any(value in again.content.decode() for value in first)


def test_the_secret_lies_encrypted_and_opens_with_a_former_key_too(secret, settings):
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    text = adapter.SecondFactorAdapter().encrypt("x")
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(InvalidToken):
        adapter.SecondFactorAdapter().decrypt(text)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert adapter.SecondFactorAdapter().decrypt(text) == "x"


@pytest.mark.django_db(transaction=True)
def test_what_happens_to_the_second_factor_is_in_the_trail_and_in_a_mail(secret, organization, alice, mailoutbox):
    give(entering(), "12")
    verbs = AuditEvent.objects.for_organization(organization).values_list("verb", flat=True)
    assert {"second_factor.activated", "user.second_factor_failed"} <= set(verbs)
    assert any("authenticator app" in message.subject for message in mailoutbox)


@pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/"])
def test_an_old_sign_in_is_asked_again_before_the_second_factor_changes(path, alice, sign_in, clock):
    client = sign_in(alice)
    clock(901)
    answer = client.get(f"/accounts/2fa/{path}")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


def test_an_old_sign_in_is_asked_again_before_the_address_changes(alice, sign_in, clock, mailoutbox):
    client = sign_in(alice)
    clock(901)
    answer = client.post("/accounts/email/", {"email": "new@alice.example", "action_add": ""})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not mailoutbox
    client.post(answer.headers["Location"], {"password": PASSWORD})
    assert ["new@alice.example"] in [message.to for message in mailoutbox]


CREDENTIALS = [
    "", "x", "{", "[]", "1", "null", '"a"', "{}", '{"id": 1}', '{"id": "AAAA", "rawId": "AAAA", "type": "public-key"}',
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}',
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":[]}',
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"AAAA","attestationObject":"AAAA"}}',
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"AAAA","authenticatorData":"AA","signature":"AA","userHandle":"MQ"}}',
    '{"id":"%%","rawId":"%%","type":"x","response":{"clientDataJSON":"%","attestationObject":"%"}}', "\x00", "[" * 100_000,
]  # fmt: skip
EMPTY = ("", "null")  # nothing was presented: the form says so


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_credential_that_cannot_be_read_is_a_bad_request_and_no_server_error(credential, alice, sign_in):
    statuses = (200, 302) if credential in EMPTY else (400,)
    client = Client()
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in statuses
    assert "_auth_user_id" not in client.session
    client = sign_in(alice)
    client.get("/accounts/2fa/webauthn/add/")
    assert client.post("/accounts/2fa/webauthn/add/", {"name": "k", "credential": credential}).status_code in statuses
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", ["", "totp/activate/", "webauthn/", "webauthn/add/", "recovery-codes/generate/"])
def test_every_page_of_the_second_factor_opens_in_our_design(path, alice, sign_in):
    page = sign_in(alice).get(f"/accounts/2fa/{path}", follow=True).content.decode()
    assert "conductatlas.css" in page
    assert "Two-Factor" not in page
