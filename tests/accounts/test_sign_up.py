"""Sign-up, sign-in and the ways around them, through the pages and the mails they send."""

import re

import pytest
from django.conf import settings

from accounts.models import AuditEvent, Organization, User

PASSWORD = "correct horse battery"


def link_in(message):
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/accounts/\S+/)", message.body)
    assert found, message.body
    return found.group(1)


def test_sign_up_verify_and_arrive_with_a_personal_organization(client, db, mailoutbox):
    answer = client.post("/accounts/signup/", {"email": "Dora@Dora.example", "password1": PASSWORD})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert not Organization.objects.exists()
    assert mailoutbox[0].to == ["dora@dora.example"]
    path = link_in(mailoutbox[0])
    assert client.get(path).status_code == 200
    assert not User.objects.get().emailaddress_set.get().verified  # a mail scanner's GET confirms nothing
    answer = client.post(path)
    assert answer.headers["Location"] == settings.LOGIN_REDIRECT_URL
    organization = Organization.objects.get()
    assert (organization.is_personal, organization.slug) == (True, "dora")
    assert list(AuditEvent.objects.for_organization(organization).order_by("id").values_list("verb", flat=True)) == [
        "organization.created", "user.signed_in",
    ]  # fmt: skip


def test_an_unconfirmed_address_does_not_sign_in(client, db, mailoutbox):
    client.post("/accounts/signup/", {"email": "dora@dora.example", "password1": PASSWORD})
    client.logout()
    answer = client.post("/accounts/login/", {"login": "dora@dora.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session


def test_links_in_mails_stand_on_our_own_address_whatever_host_was_asked(client, db, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["evil.example", "testserver"]
    client.post("/accounts/signup/", {"email": "d@d.example", "password1": PASSWORD}, HTTP_HOST="evil.example")
    everything = mailoutbox[0].body + mailoutbox[0].alternatives[0][0]
    assert "evil.example" not in everything
    assert settings.SITE_URL in everything


def test_a_host_that_is_not_ours_is_refused(client, db):
    assert client.get("/accounts/login/", HTTP_HOST="evil.com").status_code == 400


def test_sign_up_with_a_known_address_answers_the_same_and_tells_its_owner(client, alice, mailoutbox):
    fresh = client.post("/accounts/signup/", {"email": "new@new.example", "password1": PASSWORD})
    known = client.post("/accounts/signup/", {"email": alice.email, "password1": PASSWORD})
    assert (fresh.status_code, fresh.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert client.get(known.headers["Location"]).status_code == 200
    assert mailoutbox[1].to == [alice.email]
    assert "already" in mailoutbox[1].subject
    assert User.objects.filter(email=alice.email).count() == 1


def test_sign_in_says_the_same_of_a_wrong_password_and_an_unknown_address(client, alice):
    def answer_to(email):
        page = client.post("/accounts/login/", {"login": email, "password": "not the password"}).content.decode()
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", page).replace(email, "")

    assert answer_to(alice.email) == answer_to("nobody@nobody.example")


def test_password_reset_answers_the_same_and_the_link_works_once(client, alice, mailoutbox):
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@nobody.example"})
    known = client.post("/accounts/password/reset/", {"email": alice.email})
    assert (unknown.status_code, unknown.headers["Location"]) == (known.status_code, known.headers["Location"])
    path = link_in(mailoutbox[-1])
    form = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another long password", "password2": "another long password"})
    alice.refresh_from_db()
    assert alice.check_password("another long password")
    client.logout()
    assert "no longer works" in client.get(path, follow=True).content.decode()


def test_a_change_of_password_ends_the_other_sessions(client, alice, sign_in):
    from django.test import Client

    other = Client()
    other.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert other.get("/settings/organization/").status_code == 200
    sign_in(alice).post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"},
    )
    assert client.get("/settings/organization/").status_code == 200
    assert other.get("/settings/organization/").status_code == 302


def test_a_change_of_address_waits_for_its_confirmation(client, alice, sign_in, mailoutbox):
    sign_in(alice).post("/accounts/email/", {"email": "new@alice.example", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@alice.example"
    client.post(link_in(next(message for message in mailoutbox if message.to == ["new@alice.example"])))
    alice.refresh_from_db()
    assert alice.email == "new@alice.example"
    assert any("changed" in message.subject and message.to == ["alice@alice.example"] for message in mailoutbox)


@pytest.mark.parametrize(
    "path", ["signup", "login", "password/reset", "confirm-email", "password/reset/done", "inactive"]
)
def test_every_entrance_page_opens_in_our_design(client, db, path):
    answer = client.get(f"/accounts/{path}/", follow=True)
    assert answer.status_code == 200
    assert "conductatlas.css" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/logout/"]
)
def test_every_account_page_opens_for_who_is_signed_in(alice, sign_in, path):
    answer = sign_in(alice).get(path)
    assert answer.status_code == 200
    assert alice.name in answer.content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\x08//evil.example",
    ],
)
def test_sign_in_never_leads_away_from_here(client, alice, target):
    answer = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == settings.LOGIN_REDIRECT_URL


def test_sign_out_needs_a_post(alice, sign_in):
    client = sign_in(alice)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
