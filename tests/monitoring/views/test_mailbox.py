"""The local mailbox shows what was sent, in a frame where nothing runs; where mails leave, there is no such page."""

import pytest
from django.core.mail import EmailMultiAlternatives


@pytest.fixture
def sent(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    settings.EMAIL_BACKEND = "monitoring.alerts.mailbox.EmailBackend"
    mail = EmailMultiAlternatives("Acme changed its Terms", "the words", "a@a.example", ["alice@alice.example"])
    mail.attach_alternative('<p class="x">the <b>words</b></p><script>alert(1)</script>', "text/html")
    mail.send()
    return next(tmp_path.glob("*.eml")).stem


def test_the_mailbox_lists_mails_and_shows_one(client, db, sent):
    assert "Acme changed its Terms" in client.get("/mailbox/").content.decode()
    page = client.get(f"/mailbox/{sent}/").content.decode()
    assert "the words" in page
    assert f'src="/mailbox/{sent}/html/"' in page
    assert 'sandbox="allow-popups' in page
    assert "allow-scripts" not in page
    assert "<script>alert(1)" not in page


def test_the_frame_holds_the_mail_and_lets_it_do_nothing(client, db, sent):
    frame = client.get(f"/mailbox/{sent}/html/")
    assert '<p class="x">the <b>words</b></p>' in frame.content.decode()
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-top-navigation-by-user-activation;" in f"{policy};"
    assert "script-src" not in policy
    assert "form-action" not in policy  # the sandbox lets no form go
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_empty_mailbox_says_so(client, db, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "none"
    assert "No mail yet" in client.get("/mailbox/").content.decode()


def test_a_mail_that_is_not_there_is_a_404(client, db, sent):
    assert client.get("/mailbox/nothing/").status_code == 404
    assert client.get("/mailbox/nothing/html/").status_code == 404


@pytest.mark.parametrize(("name", "value"), [("PRODUCTION", True), ("EMAIL_HOST", "smtp.example")])
def test_there_is_no_mailbox_where_mails_leave(name, value, client, db, sent, settings):
    setattr(settings, name, value)
    if name == "PRODUCTION":
        settings.SECURE_SSL_REDIRECT = False
    assert client.get("/mailbox/").status_code == 404
    assert client.get(f"/mailbox/{sent}/").status_code == 404
    assert client.get(f"/mailbox/{sent}/html/").status_code == 404
