"""Joining in a real browser: sign-up, passkey, authenticator app, invitation, key."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as django_settings

from accounts import organizations
from accounts.models import ApiKey, Membership, Role
from billing import plans, subscriptions
from tests import browsing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser = browsing.browser
PASSWORD = "correct horse battery"


@pytest.fixture
def page(browser, live_server):
    """A page of a fresh visitor, with the errors of its console as `.errors` and `.at(path)` to go somewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.at = lambda path: page.goto(live_server.url + path)
    yield page
    context.close()


@pytest.fixture
def team(organization, now):
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    return organization


def link_in(message):
    return re.search(rf"{re.escape(django_settings.SITE_URL)}(/\S+/)", message.body).group(1)


def test_the_audit_trail_keeps_all_its_columns_on_paper(page, team, alice):
    sign_in(page, alice.email)
    page.at("/settings/trail/")
    page.emulate_media(media="print")
    width = page.get_by_role("main").bounding_box()["width"]
    assert width > 800
    table = page.get_by_role("table").bounding_box()
    assert table["width"] <= width
    assert page.get_by_role("columnheader", name="Details").is_visible()


def sign_in(page, email):
    page.at("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/dashboard/")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_visitor_signs_up_and_arrives(page, mailoutbox, db):
    page.at("/accounts/signup/")
    page.get_by_label("Email").fill("dora@dora.example")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign up")
    page.wait_for_selector("text=Look into your mailbox")
    page.at(link_in(mailoutbox[0]))
    page.locator("main button").first.click()
    page.wait_for_url("**/dashboard/")
    assert organizations.memberships(user=Membership.objects.get().user)[0].role == Role.OWNER
    assert page.errors == []


def test_a_passkey_opens_the_account_without_the_password(page, alice, organization):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, alice.email)
    page.at("/accounts/2fa/webauthn/add/")
    page.get_by_label("Sign in with this key alone").check()
    press(page, "Add the key")
    page.wait_for_selector("text=They are shown this once")
    page.at("/accounts/2fa/webauthn/")
    assert page.get_by_text("Without a password").is_visible()
    page.context.clear_cookies()
    page.at("/accounts/login/")
    press(page, "Sign in with a passkey")
    page.wait_for_selector("text=Alice")
    page.at("/settings/people/")
    assert page.get_by_role("heading", name="People", exact=True).is_visible()
    assert page.errors == []


def test_an_authenticator_app_is_added_and_asked_for(page, alice, organization):
    sign_in(page, alice.email)
    page.at("/accounts/2fa/totp/activate/")
    secret = page.locator("#authenticator_secret").input_value()
    assert page.locator(".qr svg").is_visible()

    def code(step=0):
        return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))

    page.get_by_label("Authenticator code").fill(code())
    press(page, "Add the app")
    page.wait_for_selector("text=They are shown this once")
    assert len(page.locator("#recovery_codes").inner_text().split()) == 10
    page.context.clear_cookies()
    page.at("/accounts/login/")
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_selector("text=Second factor")
    page.get_by_label("Code").fill(code(step=1))
    press(page, "Sign in")
    page.wait_for_url("**/dashboard/")
    assert page.errors == []


def test_an_invitation_leads_from_the_mail_to_membership(page, team, alice, mailoutbox):
    sign_in(page, alice.email)
    page.at("/settings/people/")
    page.get_by_label("E-mail address").fill("dora@dora.example")
    page.locator("#id_role").select_option("admin")
    press(page, "Send the invitation")
    page.wait_for_selector("text=An invitation is on its way")
    link = link_in(next(message for message in mailoutbox if message.to == ["dora@dora.example"]))
    page.context.clear_cookies()
    page.at(link)
    page.get_by_role("link", name="Sign up").last.click()
    page.get_by_label("Email").fill("dora@dora.example")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign up")
    page.wait_for_selector("text=Look into your mailbox")
    page.at(link_in(mailoutbox[-1]))
    page.locator("main button").first.click()
    page.wait_for_selector("text=Join Alice")
    press(page, "Join")
    page.wait_for_selector("text=You now belong to Alice.")
    assert Membership.objects.get(organization=team, user__email="dora@dora.example").role == Role.ADMIN
    assert page.errors == []


def test_a_key_is_seen_once(page, team, alice):
    sign_in(page, alice.email)
    page.at("/settings/api-keys/")
    page.get_by_label("Name").fill("Ticket import")
    press(page, "Make the key")
    key = page.locator("code.secret").inner_text()
    assert re.fullmatch(r"ca_[a-z0-9]{8}_[0-9a-f]{64}", key)
    page.at("/settings/api-keys/")
    assert key not in page.content()
    page.get_by_role("button", name="Rotate Ticket import").click()
    assert page.locator("code.secret").inner_text() != key
    assert ApiKey.objects.for_organization(team).count() == 2
    assert page.errors == []
