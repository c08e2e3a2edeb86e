from pathlib import Path

import pytest
from django.conf import settings

from accounts import mail

FOLDERS = sorted(path.parent.name for path in (Path(settings.BASE_DIR) / "templates/email").glob("*/subject.txt"))
ACCOUNT_CONTEXT = {
    "email": "alice@alice.example", "activate_url": "https://x.example/a", "password_reset_url": "https://x.example/p",
    "signup_url": "https://x.example/s", "from_email": "a@x.example", "to_email": "b@x.example",
    "deleted_email": "c@x.example", "ip": "192.0.2.1", "user_agent": "Browser",
}  # fmt: skip
ACCOUNT_MAILS = [
    "account_already_exists", "email_changed", "email_confirm", "email_confirmation", "email_confirmation_signup",
    "email_deleted", "password_changed", "password_reset", "password_reset_key", "password_set", "unknown_account",
    "totp_activated", "totp_deactivated", "recovery_codes_generated", "webauthn_added", "webauthn_removed",
    "account_connected", "account_disconnected", "closing",
]  # fmt: skip


@pytest.mark.parametrize("name", ACCOUNT_MAILS)
def test_every_account_mail_has_a_subject_and_two_bodies(name, now):
    assert name in FOLDERS
    message = mail.message(name, to=["alice@alice.example"], context={**ACCOUNT_CONTEXT, "timestamp": now})
    html, kind = message.alternatives[0]
    assert message.subject
    assert kind == "text/html"
    assert html.startswith("<!doctype html>")
    assert settings.SITE_URL in message.body
    for link in (value for key, value in ACCOUNT_CONTEXT.items() if key.endswith("_url")):
        assert (link in message.body) == (link in html)


def test_text_is_not_escaped_and_html_is(now):
    context = {**ACCOUNT_CONTEXT, "timestamp": now, "user_agent": "<b>&"}
    message = mail.message("password_changed", to=["a@x.example"], context=context)
    assert "With: <b>&" in message.body
    assert "With: &lt;b&gt;&amp;" in message.alternatives[0][0]


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\u2028", "\u2029", "\x85", "\x0b"])
def test_one_line_lets_nothing_end_a_header(breaks):
    assert mail.one_line(f"Terms{breaks}Bcc: eve@example.com") == "Terms Bcc: eve@example.com"
