"""Who looks after channels hears of each that was switched off by itself."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Role
from monitoring.alerts import endpoints, switched_off
from monitoring.models import Channel
from tests import world
from tests.monitoring.alerts.conftest import OK

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(serve, hook, alice, now):
    for name, role in (("bob", Role.ADMIN), ("carol", Role.VIEWER)):
        world.team(alice, world.person(name, now=now), role=role, now=now)
    return hook(serve(hook=OK).url("/hook"))[0]


def test_owners_and_admins_are_told_once_and_why(channel, now):
    endpoints.disable(channel, Channel.Disabled.GONE, now=now)
    assert switched_off.tell_waiting(now=now) == 1
    assert switched_off.tell_waiting(now=now) == 0
    assert sorted(sent.to[0] for sent in mail.outbox) == ["alice@alice.example", "bob@bob.example"]
    assert "410" in mail.outbox[0].body
    assert f"/channels/{channel.pk}/" in mail.outbox[0].body
    assert mail.outbox[0].subject == "The channel “Register” was switched off"


def test_who_switched_it_off_by_hand_needs_no_mail(channel, now):
    endpoints.switch_off(channel, now=now, actor=endpoints.audit.SYSTEM)
    assert switched_off.tell_waiting(now=now) == 0


def test_a_mail_server_that_is_away_is_asked_again(channel, now, monkeypatch):
    endpoints.disable(channel, Channel.Disabled.FAILED, now=now)

    def away(*args):
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", away)
        assert switched_off.tell_waiting(now=now) == 0
    assert switched_off.tell_waiting(now=now + timedelta(minutes=1)) == 1


def test_an_address_that_bounced_is_not_written_to_about_it(alice, now, organization):
    row = Channel.objects.create(
        organization=organization, address=alice.email, user=alice, created_at=now, verified_at=now
    )
    endpoints.disable(row, Channel.Disabled.BOUNCED, now=now)
    assert switched_off.tell_waiting(now=now) == 1
    assert mail.outbox == []
