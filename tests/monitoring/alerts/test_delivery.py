"""The outbox."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from monitoring.alerts import channels, delivery, matching, messages, outcomes
from monitoring.alerts.channels import Mailer
from monitoring.models import Channel, Delivery
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


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_never_hold_the_same_message(now):
    organization = world.organization_of(world.person("alice", now=now))
    channels_made = Channel.objects.bulk_create(
        Channel(organization=organization, address=f"p{n}@p.example", created_at=now, verified_at=now)
        for n in range(40)
    )
    Delivery.objects.bulk_create(
        Delivery(
            organization=organization, channel=row, kind=Delivery.Kind.NOTICE, since_at=now, due_at=now, created_at=now
        )
        for row in channels_made
        for _ in range(2)
    )

    def claimed(_):
        try:
            return [row.pk for row in delivery.claim(now=now, limit=10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        held = [pk for each in threads.map(claimed, range(8)) for pk in each]
    assert len(held) == len(set(held)) == 40, "each channel once, by one worker"


def test_a_message_that_kills_its_worker_each_time_is_parked(waiting, now):
    at = now
    for _ in range(outcomes.MOST_ATTEMPTS):
        assert delivery.claim(now=at)
        at += delivery.LEASE + timedelta(seconds=1)
    assert delivery.deliver_due(now=at) == 0
    waiting.refresh_from_db()
    assert waiting.error == "the worker died at every attempt"
    assert waiting.parked_at is not None


def test_a_slow_mail_server_ends_the_run_and_nothing_is_held_back(now, monkeypatch):
    source = world.declare("acme", now=now)["acme"]
    for name in ("alice", "bob", "carol"):
        world.watch(world.person(name, plan="professional", now=now), source, now=now)
    world.serve(source, world.terms(), at=now)
    matching.match(world.serve(source, world.terms(c3=RETENTION), at=now + world.HOUR)[1], now=now)
    monkeypatch.setattr(delivery, "RUN_SECONDS", 0.0)
    assert delivery.send_mails(now=now) == 0
    monkeypatch.undo()
    assert not Delivery.objects.exclude(lease_until=None).exists()
    assert delivery.send_mails(now=now) == 3


def test_a_failed_delivery_keeps_its_error_and_is_tried_less_and_less_often(waiting, now, monkeypatch):
    monkeypatch.setattr(Mailer, "send", failing(channels.ChannelError("452 the mailbox is full")))
    pauses, at = [], now
    for _ in outcomes.PAUSES_SECONDS:
        delivery.deliver_due(now=at)
        row = Delivery.objects.get()
        pauses.append((row.due_at - at).total_seconds())
        at = row.due_at
    for pause, wanted in zip(pauses, outcomes.PAUSES_SECONDS, strict=True):
        assert wanted <= pause <= wanted * (1 + outcomes.JITTER)
    assert row.error == "452 the mailbox is full"
    delivery.deliver_due(now=at)
    row.refresh_from_db()
    assert row.parked_at == at
    tries = row.tries.order_by("number")
    assert [(one.number, one.error) for one in tries] == [(n, "452 the mailbox is full") for n in range(1, 11)]


def failing(error):
    def fail(*args):
        raise error

    return fail


def test_a_refused_address_is_parked_at_once(waiting, now, monkeypatch):
    refusal = smtplib.SMTPRecipientsRefused({"alice@alice.example": (550, b"no such person")})
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", failing(refusal))
    delivery.deliver_due(now=now)
    row = Delivery.objects.get()
    assert row.parked_at == now
    assert "550" in row.error


def test_a_mail_server_that_is_away_costs_one_attempt_and_not_one_of_each_mail(now, monkeypatch):
    source = world.declare("acme", now=now)["acme"]
    for name in ("alice", "bob", "carol"):
        world.watch(world.person(name, plan="professional", now=now), source, now=now)
    world.serve(source, world.terms(), at=now)
    matching.match(world.serve(source, world.terms(c3=RETENTION), at=now + world.HOUR)[1], now=now)
    refusal = ConnectionRefusedError(111, "Connection refused")
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", failing(refusal))
    assert delivery.deliver_due(now=now) == 0
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    monkeypatch.undo()
    assert delivery.deliver_due(now=now + timedelta(minutes=1)) == 3


def test_one_delivery_of_a_channel_is_on_its_way_at_a_time_and_channels_take_turns(waiting, now):
    bob = world.person("bob", now=now)
    theirs = Channel.objects.create(
        organization=world.organization_of(bob), address="bob@bob.example", user=bob, created_at=now, verified_at=now
    )
    for channel, number in ((waiting.channel, 50), (theirs, 2)):
        Delivery.objects.bulk_create(
            Delivery(
                organization_id=channel.organization_id, channel=channel, kind=Delivery.Kind.NOTICE,
                since_at=now, due_at=now, created_at=now,
            )
            for _ in range(number)
        )  # fmt: skip
    first = delivery.claim(now=now)
    assert sorted(row.channel_id for row in first) == sorted([waiting.channel_id, theirs.pk])
    assert delivery.claim(now=now) == [], "both channels have something on its way"
    outcomes.note_sent(next(row for row in first if row.channel == theirs), milliseconds=1, status=None, now=now)
    assert [row.channel for row in delivery.claim(now=now)] == [theirs]


def more(channel, number, now):
    return Delivery.objects.bulk_create(
        Delivery(
            organization_id=channel.organization_id, channel=channel, kind=Delivery.Kind.TEST,
            since_at=now, due_at=now, created_at=now,
        )
        for _ in range(number)
    )  # fmt: skip


def test_several_messages_of_a_channel_are_taken_in_a_row_after_the_first_of_every_channel(waiting, now):
    bob = world.person("bob", now=now)
    theirs = Channel.objects.create(
        organization=world.organization_of(bob), address="bob@bob.example", user=bob, created_at=now, verified_at=now
    )
    more(waiting.channel, 3, now)
    more(theirs, 1, now)
    taken = [row.channel for row in delivery.claim(now=now, in_a_row=3, limit=4)]
    assert set(taken[:2]) == {waiting.channel, theirs}
    assert taken[2:] == [waiting.channel, waiting.channel]
    assert delivery.claim(now=now, in_a_row=3) == [], "both channels have something on its way"


def test_after_a_refusal_what_was_taken_with_it_is_given_back_untried(waiting, now, monkeypatch):
    others = more(waiting.channel, 2, now)
    Delivery.objects.filter(pk__in=[row.pk for row in others]).update(kind=Delivery.Kind.NOTICE)

    monkeypatch.setattr(Mailer, "send", failing(channels.ChannelError("452 the mailbox is full")))
    assert delivery.deliver_due(now=now) == 0
    assert [row.attempts for row in Delivery.objects.order_by("id")] == [1, 0, 0]
    assert {row.lease_until for row in Delivery.objects.all()} == {None}
    assert all(row.due_at > now for row in Delivery.objects.all()), "the channel rests"


def test_of_mails_in_a_row_every_fourth_note_waits_for_the_disk(waiting, now, monkeypatch):
    more(waiting.channel, 8, now)
    real, awaited = outcomes.note_sent, []

    def note(row, *, is_awaited, **given):
        awaited.append(is_awaited)
        real(row, is_awaited=is_awaited, **given)

    monkeypatch.setattr(outcomes, "note_sent", note)
    assert delivery.deliver_due(now=now) == 9
    assert awaited == [False, False, False, True] * 2 + [False]


def test_mails_go_out_though_they_could_not_be_read_together(waiting, now, monkeypatch, caplog):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(delivery.telling, "read_ahead", fail)
    assert delivery.deliver_due(now=now) == 1
    assert "could not be read together" in caplog.text


def test_a_message_that_fails_does_not_keep_the_next_one_of_its_channel_for_ever(waiting, now, monkeypatch):
    poison = waiting.pk
    fine = Delivery.objects.create(
        organization=waiting.organization, channel=waiting.channel, kind=Delivery.Kind.TEST,
        since_at=now, due_at=now, created_at=now,
    )  # fmt: skip
    real = messages.compose

    def compose(row, *, now):
        if row.pk == poison:
            raise ZeroDivisionError("a template that fails on this change")
        return real(row, now=now)

    monkeypatch.setattr(messages, "compose", compose)
    delivery.deliver_due(now=now)
    fine.refresh_from_db()
    waiting.refresh_from_db()
    assert fine.sent_at is not None
    assert waiting.sent_at is None
    assert waiting.error == "ZeroDivisionError: a template that fails on this change"


def test_the_message_id_is_the_same_in_every_attempt(waiting, now):
    delivery.deliver_due(now=now)
    Delivery.objects.update(sent_at=None, lease_until=None)  # as a crash between sending and marking would leave it
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
