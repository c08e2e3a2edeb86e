"""The outbox."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from monitoring.alerts import channels, delivery, matching
from monitoring.models import Delivery
from tests import world

pytestmark = pytest.mark.django_db

RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


@pytest.fixture
def waiting(now):
    """One alert to Alice, due at `now`."""
    source = world.declare("acme", now=now)["acme"]
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(c3=RETENTION), at=now + world.HOUR)
    matching.match(change, now=now)
    return Delivery.objects.get()


def test_the_mail_carries_the_changed_words_in_text_and_html(waiting, now):
    assert delivery.deliver_due(now=now) == 1
    [sent] = mail.outbox
    assert sent.to == ["alice@alice.example"]
    assert "Acme" in sent.subject
    assert "[-30-]" in sent.body
    assert "{+90+}" in sent.body
    html, kind = sent.alternatives[0]
    assert kind == "text/html"
    assert "<del" in html
    assert "<ins" in html


def test_what_was_sent_is_not_sent_again(waiting, now):
    assert [delivery.deliver_due(now=now + timedelta(hours=hour)) for hour in range(3)] == [1, 0, 0]


def test_a_claimed_delivery_is_left_to_its_worker_until_the_lease_runs_out(waiting, now):
    assert len(delivery.claim(now=now)) == 1
    assert delivery.claim(now=now) == []
    [again] = delivery.claim(now=now + delivery.LEASE + timedelta(seconds=1))
    assert again.message_id == waiting.message_id


def test_a_failed_delivery_keeps_its_error_and_is_tried_less_and_less_often(waiting, now, monkeypatch):
    def away(channel, message):
        raise channels.ChannelError("ConnectionRefusedError: the mail server is away", is_permanent=False)

    monkeypatch.setattr(channels, "send", away)
    pauses, at = [], now
    for _ in delivery.RETRY_MINUTES:
        delivery.deliver_due(now=at)
        row = Delivery.objects.get()
        pauses.append((row.due_at - at).total_seconds() / 60)
        at = row.due_at
    assert pauses == list(delivery.RETRY_MINUTES)
    assert row.error == "ConnectionRefusedError: the mail server is away"
    delivery.deliver_due(now=at)
    assert Delivery.objects.get().parked_at == at


def test_a_refused_address_is_parked_at_once(waiting, now, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({"alice@alice.example": (550, b"no such person")})

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    delivery.deliver_due(now=now)
    row = Delivery.objects.get()
    assert row.parked_at == now
    assert "550" in row.error


def test_the_message_id_is_the_same_in_every_attempt(waiting, now):
    delivery.deliver_due(now=now)
    Delivery.objects.update(sent_at=None, lease_until=None)
    delivery.deliver_due(now=now)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert str(waiting.message_id) in first.extra_headers["Message-ID"]


def test_a_digest_says_what_was_checked_even_when_nothing_changed(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    world.watch(world.person("bob", now=now), source, now=now)
    delivery.open_missing_digests(now=now)
    assert delivery.deliver_due(now=now + 7 * world.DAY) == 1
    [sent] = mail.outbox
    assert "1 document" in sent.body
    assert "Acme" in sent.body
