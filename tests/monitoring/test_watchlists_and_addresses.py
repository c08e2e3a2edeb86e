"""A person is told at their present address: one that moves takes the channels along, one added by hand becomes their own."""

import re

import pytest

from accounts.models import AuditEvent
from monitoring import watchlists
from monitoring.models import Channel, Recipient, Watch
from tests import world
from tests.monitoring.faces import own_cache  # noqa: F401

NEW = "alice@new.example"


@pytest.fixture
def alice(db, now):
    return world.person("alice", plan="professional", now=now)


@pytest.fixture
def organization(alice):
    return world.organization_of(alice)


@pytest.fixture
def source(db, now):
    return world.declare("acme", now=now)["acme"]


def move(client, alice, mailoutbox):
    """Change the address through the pages: ask, and open the link of the mail."""
    client.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
    client.post("/accounts/email/", {"email": NEW, "action_add": ""})
    link = re.search(
        r"/accounts/confirm-email/\S+/", next(mail.body for mail in mailoutbox if mail.to == [NEW])
    ).group()
    assert client.post(link).status_code == 302
    alice.refresh_from_db()
    assert alice.email == NEW


def by_hand(organization, address, now):
    return Channel.objects.create(organization=organization, address=address, name="Desk", created_at=now)


def test_who_changes_the_address_is_told_at_the_new_one(client, alice, organization, source, mailoutbox, now):
    world.watch(alice, source, now=now)
    move(client, alice, mailoutbox)
    assert [row.address for row in watchlists.channels_of([organization.pk])] == [NEW]
    event = AuditEvent.objects.for_organization(organization).get(verb="channel.changed")
    assert (event.before, event.after) == ({"address": "alice@alice.example"}, {"address": NEW})
    assert event.actor == alice


def test_an_address_that_bounced_is_no_obstacle_to_the_next_one(client, alice, organization, source, mailoutbox, now):
    world.watch(alice, source, now=now)
    Channel.objects.update(disabled_at=now, disabled_because=Channel.Disabled.BOUNCED)
    move(client, alice, mailoutbox)
    assert [row.address for row in watchlists.channels_of([organization.pk])] == [NEW]


def test_a_channel_switched_off_by_hand_stays_so_at_the_new_address(client, alice, source, mailoutbox, now):
    world.watch(alice, source, now=now)
    Channel.objects.update(disabled_at=now, disabled_because=Channel.Disabled.BY_HAND)
    move(client, alice, mailoutbox)
    assert Channel.objects.get().disabled_at == now


def test_the_new_address_may_be_a_channel_already(client, alice, organization, source, mailoutbox, now):
    watch = world.watch(alice, source, now=now)
    desk = by_hand(organization, NEW, now)
    Recipient.objects.create(organization=organization, watch=watch, channel=desk)
    move(client, alice, mailoutbox)
    own = Channel.objects.get()
    assert (own.user, own.address) == (alice, NEW)
    assert list(watch.recipients.values_list("channel", flat=True)) == [own.pk]


def test_an_address_added_by_hand_becomes_the_channel_of_who_signs_in_with_it(alice, organization, source, now):
    desk = by_hand(organization, "bob@bob.example", now)
    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    assert watchlists.ensure_channel(organization, bob, now) == desk
    assert [row.user for row in watchlists.channels_of([organization.pk])] == [bob]
    assert not Watch.objects.exists()
