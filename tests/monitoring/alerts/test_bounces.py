"""Bounces and complaints, as the mail server reports them."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.alerts import delivery, matching
from monitoring.alerts.channels import signing
from monitoring.models import Channel, Delivery
from tests import world

pytestmark = pytest.mark.django_db
SECRET = signing.new_secret()


@pytest.fixture(autouse=True)
def secrets(settings):
    settings.MAIL_EVENT_SECRETS = [SECRET]


@pytest.fixture
def told(now):
    """Alice and Bob share one address in two organizations; Alice was told of a change."""
    source = world.declare("acme", now=now)["acme"]
    alice, bob = (world.person(name, plan="professional", now=now) for name in ("alice", "bob"))
    for person in (alice, bob):
        world.watch(person, source, now=now)
    Channel.objects.filter(user=bob).update(address="Alice@alice.example", user=None)
    world.serve(source, world.terms(), at=now)
    change = world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now + world.HOUR)[1]
    matching.match(change, now=now)
    assert delivery.send_mails(now=now) == 2
    return Delivery.objects.get(channel__user=alice)


def report(client, kind="mail.bounced", *, secret=SECRET, at=None, raw=None, **data):
    body = raw if raw is not None else json.dumps({"type": kind, "data": data}).encode()
    headers = signing.headers([secret], message_id="evt_1", at=at or timezone.now(), body=body)
    return client.post("/webhooks/mail/", body, content_type="application/json", headers=headers)


def disabled():
    return sorted(Channel.objects.exclude(disabled_at=None).values_list("disabled_because", flat=True))


def test_a_permanent_bounce_switches_the_address_off_wherever_it_is_told(told, client):
    message_id = f"<{told.message_id}@localhost>"
    for _ in range(2):
        answer = report(
            client,
            recipient="alice@alice.example",
            permanent=True,
            message_id=message_id,
            reason="550 5.1.1 no such user",
        )
        assert answer.status_code == 204
    assert disabled() == ["bounced", "bounced"]
    assert "bounced: 550 5.1.1 no such user" in [one.error for one in told.tries.all()]


def test_a_complaint_switches_off_too_and_a_full_mailbox_does_not(told, client):
    assert report(client, recipient="alice@alice.example", permanent=False).status_code == 204
    assert disabled() == []
    assert report(client, "mail.complained", recipient="alice@alice.example").status_code == 204
    assert disabled() == ["complained", "complained"]


def test_what_still_waited_for_the_address_is_parked(told, client, now):
    Delivery.objects.filter(pk=told.pk).update(sent_at=None)
    report(client, recipient="alice@alice.example", permanent=True)
    told.refresh_from_db()
    assert told.parked_at is not None
    assert "does not exist" in told.error
    assert delivery.send_mails(now=now + world.DAY) == 0


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_report_is_refused(told, client, minutes):
    at = timezone.now() + timedelta(minutes=minutes)
    assert report(client, recipient="alice@alice.example", permanent=True, at=at).status_code == 400
    assert disabled() == []


def test_a_report_that_nobody_signed_is_refused(told, client):
    signed_by_another = report(client, recipient="alice@alice.example", permanent=True, secret=signing.new_secret())
    assert signed_by_another.status_code == 400
    body = json.dumps({"type": "mail.bounced", "data": {"recipient": "alice@alice.example", "permanent": True}})
    assert client.post("/webhooks/mail/", body, content_type="application/json").status_code == 400
    assert disabled() == []


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe",
        b'{"type": "mail.bounced"}',
        b'{"type": "mail.opened", "data": {"recipient": "a@b"}}',
        b'{"type": "mail.bounced", "data": []}',
        b'{"type": "mail.bounced", "data": {"recipient": 7}}',
        b'{"type": "mail.bounced", "data": {"recipient": "a@b\\u0000"}}',
        b'{"type": "mail.bounced", "data": {"recipient": "nobody"}}',
    ],
)  # fmt: skip
def test_a_signed_body_that_is_no_report_is_refused_and_never_a_crash(client, raw):
    assert report(client, raw=raw).status_code == 400


def test_without_a_secret_there_is_no_such_address(client, settings):
    settings.MAIL_EVENT_SECRETS = []
    assert report(client, recipient="alice@alice.example").status_code == 404
