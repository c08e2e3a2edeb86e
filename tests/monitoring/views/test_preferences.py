"""Row 48: the links of a mail. Looking changes nothing, one click unsubscribes, and a forged link leads nowhere."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from monitoring.alerts import delivery, matching, preferences
from monitoring.models import Channel, Delivery
from tests import world


@pytest.fixture
def channel(source, alice, now):
    world.watch(alice, source, now=now)
    return Channel.objects.select_related("organization").get()


@pytest.fixture
def address(channel):
    return f"/unsubscribe/{preferences.token(channel)}/"


def test_row_48_looking_by_a_scanner_changes_nothing(client, channel, address):
    for method in (client.get, client.head, client.options):
        method(address)
    assert client.get(address).status_code == 200
    channel.refresh_from_db()
    assert channel.paused_at is None


def test_row_48_one_click_without_cookie_or_token_of_ours_unsubscribes(channel, address):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded",
        headers={"sec-fetch-site": "cross-site"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert not answer.cookies
    channel.refresh_from_db()
    assert channel.paused_at is not None
    assert program.post(address).status_code == 200
    assert AuditEvent.objects.filter(verb="channel.changed").count() == 1


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t.replace("-", "-1", 1), lambda t: "x", lambda t: "1-1"])
def test_row_48_a_forged_link_is_not_there(spoil, client, channel):
    forged = spoil(preferences.token(channel))
    for kind in ("unsubscribe", "preferences"):
        assert client.get(f"/{kind}/{forged}/").status_code == 404
        assert client.post(f"/{kind}/{forged}/").status_code == 404
    channel.refresh_from_db()
    assert channel.paused_at is None


def test_who_unsubscribed_is_sent_nothing_more_not_even_what_waits(client, change, channel, address, now):
    matching.match(change, now=now)
    client.post(address)
    assert delivery.deliver_due(now=now + 8 * world.DAY) == 0
    delivery.open_missing_digests(now=now + 9 * world.DAY)
    assert not Delivery.objects.filter(sent_at=None, parked_at=None).exists()


def test_the_centre_sets_how_often_what_and_a_pause(client, channel):
    address = f"/preferences/{preferences.token(channel)}/"
    page = client.get(address).content.decode()
    assert "alice@alice.example" in page
    assert "within a minute" not in page  # Free offers its own cadence only
    wanted = {"cadence": "weekly", "minimum_significance": "substantive", "is_paused": "on"}
    assert client.post(address, wanted).status_code == 302
    channel.refresh_from_db()
    assert (channel.cadence, channel.minimum_significance, channel.hears_notices) == ("weekly", "substantive", False)
    assert channel.paused_at is not None
    client.post(address, {"cadence": "", "minimum_significance": "housekeeping", "hears_notices": "on"})
    channel.refresh_from_db()
    assert (channel.cadence, channel.hears_notices, channel.paused_at) == ("", True, None)


def test_a_cadence_beyond_the_plan_is_refused(client, channel):
    address = f"/preferences/{preferences.token(channel)}/"
    answer = client.post(address, {"cadence": "immediate", "minimum_significance": "minor"})
    assert answer.status_code == 400
    channel.refresh_from_db()
    assert channel.cadence == ""


def test_a_new_cadence_moves_the_digest_that_waits(client, alice, channel, now):
    from billing import plans, subscriptions

    subscriptions.grant(organization=channel.organization, plan=plans.PROFESSIONAL, now=now)
    address = f"/preferences/{preferences.token(channel)}/"
    client.post(address, {"cadence": "weekly", "minimum_significance": "housekeeping"})
    delivery.open_missing_digests(now=now)
    assert Delivery.objects.get(kind="digest")
    client.post(address, {"cadence": "immediate", "minimum_significance": "housekeeping"})
    assert not Delivery.objects.filter(kind="digest").exists()


def test_the_signed_in_stranger_s_own_session_does_not_matter(client, charlie, channel, address):
    client.force_login(charlie)
    assert client.post(address).status_code == 200
    channel.refresh_from_db()
    assert channel.paused_at is not None
