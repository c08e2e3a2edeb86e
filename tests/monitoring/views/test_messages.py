"""When an organization is told, what was sent, how the next digest would read, and the test."""

import pytest

from accounts.models import Membership, Role
from monitoring.alerts import delivery, matching, messages, preferences
from monitoring.models import Channel, Delivery
from tests import world

HOURS = {"time_zone": "Europe/Berlin", "digest_weekday": "4", "digest_hour": "7", "same_day_hour": "17"}


def page_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def watching(alice, source, now):
    world.watch(alice, source, now=now)
    return world.organization_of(alice)


def test_the_hours_are_set_and_the_open_digest_moves(signed_in, watching, now):
    delivery.open_missing_digests(now=now)
    assert signed_in.post("/settings/messages/hours/", HOURS).status_code == 302
    watching.refresh_from_db()
    assert (watching.time_zone, watching.digest_weekday, watching.digest_hour, watching.same_day_hour) == (
        "Europe/Berlin", 4, 7, 17,
    )  # fmt: skip
    due = Delivery.objects.get(kind="digest").due_at
    from zoneinfo import ZoneInfo

    local = due.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.weekday(), local.hour) == (4, 7)


def test_within_an_hour_is_a_choice_too(signed_in, watching):
    signed_in.post("/settings/messages/hours/", HOURS)
    signed_in.post("/settings/messages/hours/", HOURS | {"same_day_hour": ""})
    watching.refresh_from_db()
    assert watching.same_day_hour is None


@pytest.mark.parametrize(
    "wrong",
    [{"time_zone": "Mars/Olympus"}, {"time_zone": "\0"}, {"digest_hour": "24"}, {"digest_weekday": "7"}, {"same_day_hour": "x"}],
)  # fmt: skip
def test_row_69_a_zone_or_hour_that_is_none_is_refused(wrong, signed_in, watching):
    assert signed_in.post("/settings/messages/hours/", HOURS | wrong).status_code == 400
    watching.refresh_from_db()
    assert watching.time_zone == "UTC"


def test_only_who_may_change_the_organization_sets_its_hours(client, alice, watching):
    Membership.objects.filter(user=alice).update(role=Role.ANALYST)
    client.force_login(alice)
    assert client.post("/settings/messages/hours/", HOURS).status_code == 403
    assert 'name="digest_hour"' not in page_of(client.get("/settings/messages/"))


def test_a_member_says_what_they_hear(signed_in, alice, watching):
    wanted = {"cadence": "weekly", "minimum_significance": "minor"}
    assert signed_in.post("/settings/messages/own/", wanted).status_code == 302
    assert Channel.objects.get().cadence == "weekly"
    assert signed_in.post("/settings/messages/own/", {"cadence": "immediate"}).status_code == 400


def test_who_was_told_nothing_is_told_after_saving(client, alice, watching, now):
    bob = world.person("bob", now=now)
    world.team(alice, bob, now=now)
    client.force_login(bob)
    client.post(f"/organization/{watching.pk}/switch/")
    assert "You are told nothing by mail here yet." in page_of(client.get("/settings/messages/"))
    client.post("/settings/messages/own/", {"minimum_significance": "housekeeping", "hears_notices": "on"})
    assert Channel.objects.filter(organization=watching, user=bob).exists()


def test_a_test_goes_out_once_a_minute(signed_in, watching, change, now, mailoutbox):
    assert "A test is on its way" in page_of(signed_in.post("/settings/messages/test/", follow=True))
    assert "A test was sent just now." in page_of(signed_in.post("/settings/messages/test/", follow=True))
    from django.utils import timezone

    delivery.deliver_due(now=timezone.now())
    assert [mail.subject[:30] for mail in mailoutbox] == ["Test: Acme changed its Terms o"]


def test_every_message_can_be_read_as_it_was_sent(signed_in, watching, change, now):
    matching.match(change, now=now)
    delivery.deliver_due(now=now + 8 * world.DAY)
    for row in Delivery.objects.all():
        page = page_of(signed_in.get(f"/settings/messages/{row.pk}/"))
        assert "The text part" in page
        html = signed_in.get(f"/settings/messages/{row.pk}/html/")
        assert html.status_code == 200
        assert "sandbox" in html.headers["Content-Security-Policy"]
    assert f"/settings/messages/{row.pk}/" in page_of(signed_in.get("/settings/messages/"))


def test_the_next_digest_reads_as_it_would_now(signed_in, watching, change, now):
    page = page_of(signed_in.get("/settings/messages/next/"))
    assert "as it would read if it were sent now" in page
    assert "Nothing changed in what you watch" in page
    matching.match(change, now=now)
    assert "One change in what you watch" in page_of(signed_in.get("/settings/messages/next/"))
    assert "Acme" in signed_in.get("/settings/messages/next/html/").content.decode()


def test_a_member_who_looks_at_anothers_message_cannot_choose_for_them(client, alice, watching, change, now):
    bob = world.person("bob", now=now)
    world.team(alice, bob, role=Role.VIEWER, now=now)
    matching.match(change, now=now)
    row = Delivery.objects.get()
    token = preferences.token(row.channel)
    assert token in messages.compose(row, now=now).text
    client.force_login(bob)
    session = client.session
    session["organization_id"] = watching.pk
    session.save()
    for path in (f"/settings/messages/{row.pk}/", f"/settings/messages/{row.pk}/html/"):
        page = client.get(path).content.decode()
        assert "Acme" in page
        assert token not in page


def test_what_is_refused_makes_nobody_a_reader(client, alice, watching):
    Channel.objects.all().delete()
    client.force_login(alice)
    assert client.post("/settings/messages/own/", {"minimum_significance": "loud"}).status_code == 400
    assert not Channel.objects.exists()


def test_a_strangers_message_is_not_there(client, charlie, watching, change, now):
    matching.match(change, now=now)
    row = Delivery.objects.get()
    client.force_login(charlie)
    for end in ("", "html/"):
        assert client.get(f"/settings/messages/{row.pk}/{end}").status_code == 404


def test_who_paused_is_promised_no_hour(signed_in, watching, now):
    assert "A change that is seen now is told to you on" in page_of(signed_in.get("/settings/messages/"))
    Channel.objects.update(paused_at=now)
    assert "A change that is seen now" not in page_of(signed_in.get("/settings/messages/"))
