"""Webhooks and Slack-compatible hooks, from being added to being switched off."""

import json
from datetime import timedelta

import pytest
import standardwebhooks

from accounts.models import AuditEvent
from billing import entitlements, plans, subscriptions
from monitoring import provisions
from monitoring.alerts import delivery, endpoints, health, matching, outcomes
from monitoring.models import Channel, Delivery
from tests import world
from tests.monitoring.alerts.conftest import OK
from tests.servers import scripted

pytestmark = pytest.mark.django_db

RETENTION = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."


@pytest.fixture
def change(alice, now):
    """Acme's change, matched: one mail to Alice, and one message for each endpoint that is in use by then."""
    source = world.declare("acme", now=now)["acme"]
    world.watch(alice, source, now=now)
    world.serve(source, world.terms(), at=now)
    return world.serve(source, world.terms(c3=RETENTION), at=now + world.HOUR)[1]


def waiting(channel, number, *, now):
    return Delivery.objects.bulk_create(
        Delivery(
            organization_id=channel.organization_id, channel=channel, kind=Delivery.Kind.NOTICE,
            since_at=now, due_at=now, created_at=now,
        )
        for _ in range(number)
    )  # fmt: skip


def test_an_endpoint_is_used_once_it_has_answered_a_signed_test(serve, hook, now):
    server = serve(hook=OK)
    channel, secret = hook(server.url("/hook"), verified=False)
    assert channel.verified_at is None
    assert delivery.post_all(now=now) == 1
    channel.refresh_from_db()
    assert channel.verified_at is not None
    [asked] = server.asked
    assert (
        standardwebhooks.Webhook(secret).sign(asked.headers["webhook-id"], now, asked.body.decode())
        == (asked.headers["webhook-signature"])
    )
    said = json.loads(asked.body)
    assert said["type"] == "channel.test"
    assert said["id"] == asked.headers["webhook-id"]


def test_an_endpoint_that_fails_its_test_is_told_nothing(serve, hook, change, now):
    server = serve(hook=scripted.page("not yet", status=500))
    channel, _secret = hook(server.url("/hook"), verified=False)
    assert delivery.post_all(now=now) == 0
    matching.match(change, now=now)
    assert not Delivery.objects.filter(channel=channel, kind=Delivery.Kind.ALERT).exists()
    test = Delivery.objects.get(channel=channel)
    assert test.parked_at is not None
    assert test.tries.get().error == "HTTP 500: not yet"


def test_a_change_is_posted_once_with_what_changed_and_why_it_is_told(serve, hook, change, now):
    server = serve(hook=OK)
    channel, _secret = hook(server.url("/hook"))
    matching.match(change, now=now)
    assert delivery.post_all(now=now + world.HOUR) == 1
    assert delivery.post_all(now=now + 2 * world.HOUR) == 0
    said = json.loads(server.asked[-1].body)
    assert said["type"] == "change.detected"
    [told] = said["data"]["changes"]
    assert told["id"] == change.pk
    assert told["platform"] == {"slug": "acme", "name": "Acme"}
    assert told["watches"] == ["Acme"]
    moved = {step.type.key: step.direction for step in provisions.touched(change)}
    assert {step["type"]: step["direction"] for step in told["provisions"]} == moved
    assert told["url"].endswith(change.get_absolute_url())
    assert "legal advice" in said["data"]["notice"]["text"]
    assert len(server.asked[-1].body) < 4096
    attempt = channel.deliveries.get(kind=Delivery.Kind.ALERT).tries.get()
    assert (attempt.status, attempt.error, attempt.number) == (204, "", 1)


def test_a_room_is_told_in_words_that_cannot_be_links_or_mentions(serve, hook, change, now):
    server = serve(hook=scripted.page("ok"))
    channel, _secret = hook(server.url("/services/T0/B0/s3cret-token"), kind="slack", verified=False)
    server2 = serve(**{"services/T0/B0/s3cret-token": scripted.page("ok")})
    assert "s3cret" not in channel.address
    assert channel.address.endswith("/services/T0/B0/…oken")
    Channel.objects.filter(pk=channel.pk).delete()
    change.summary["headline"], change.summary["lines"] = "x", [{"text": "<!channel> <https://evil.example|Pay>"}]
    change.save()
    change.document.name = "Acme Terms of Service"
    change.document.save()
    channel, secret = hook(server2.url("/services/T0/B0/s3cret-token"), kind="slack")
    assert secret == ""
    matching.match(change, now=now)
    assert delivery.post_all(now=now) == 1
    said = json.loads(server2.asked[-1].body)
    text = said["blocks"][0]["text"]["text"]
    assert "Acme changed its Terms of Service" in said["text"]
    assert "&lt;!channel&gt; &lt;https://evil.example|Pay&gt;" in text
    assert "<!channel>" not in text
    assert "webhook-signature" not in server2.asked[-1].headers


def test_a_body_is_the_same_in_every_attempt_and_the_id_too(serve, hook, now):
    server = serve(hook=scripted.in_turn(OK, scripted.page("", status=500), OK))
    channel, _secret = hook(server.url("/hook"))
    waiting(channel, 1, now=now)
    delivery.post_all(now=now)
    assert delivery.post_all(now=now + timedelta(seconds=4)) == 0
    assert delivery.post_all(now=now + timedelta(seconds=6)) == 1
    first, second = server.asked[1:]
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def test_a_rotation_signs_with_both_secrets_for_a_day(serve, hook, now):
    server = serve(hook=OK)
    channel, old = hook(server.url("/hook"))
    new = endpoints.rotate(channel, now=now, actor=endpoints.audit.SYSTEM)
    for at, number in ((now, 2), (now + timedelta(hours=25), 1)):
        waiting(channel, 1, now=at)
        delivery.post_all(now=at)
        signatures = server.asked[-1].headers["webhook-signature"].split()
        assert len(signatures) == number
        sign = [standardwebhooks.Webhook(secret).sign for secret in (new, old)[:number]]
        asked = server.asked[-1]
        assert [one(asked.headers["webhook-id"], at, asked.body.decode()) for one in sign] == signatures


def test_gone_switches_off_at_once_and_parks_what_waits(serve, hook, now):
    server = serve(hook=scripted.in_turn(OK, scripted.page("", status=410)))
    channel, _secret = hook(server.url("/hook"))
    waiting(channel, 5, now=now)
    delivery.post_all(now=now)
    channel.refresh_from_db()
    assert channel.disabled_at is not None
    assert channel.disabled_because == Channel.Disabled.GONE
    assert len(server.asked) == 2
    assert health.of_organization(channel.organization, now=now).parked == 5


def test_five_days_of_failures_switch_off_and_a_test_that_is_answered_switches_on(serve, hook, now, settings):
    server = serve(hook=scripted.in_turn(OK, *[scripted.page("", status=500)] * 12, OK))
    channel, _secret = hook(server.url("/hook"))
    waiting(channel, 3, now=now)
    at = now
    for _ in range(12):
        delivery.post_all(now=at)
        channel.refresh_from_db()
        if channel.disabled_at:
            break
        at = Delivery.objects.filter(channel=channel).waiting().earliest("due_at").due_at
    assert channel.disabled_because == Channel.Disabled.FAILED
    assert outcomes.DISABLED_AFTER <= at - now <= timedelta(days=7)
    assert len(server.asked) == 1 + channel.failures, "one attempt at each pause, not one for each message"
    endpoints.send_test(channel, now=at)
    server.asked.clear()
    while not delivery.post_all(now=at):
        endpoints.send_test(channel, now=at)
    channel.refresh_from_db()
    assert endpoints.state(channel, plans.PROFESSIONAL) is endpoints.State.IN_ORDER
    assert delivery.release(channel, now=at, actor=endpoints.audit.SYSTEM) == 3
    assert delivery.post_all(now=at) == 3


def test_retry_after_is_kept_to(serve, hook, now):
    busy = scripted.page("", status=503, headers={"Retry-After": "900"})
    server = serve(hook=scripted.in_turn(OK, busy, OK))
    channel, _secret = hook(server.url("/hook"))
    waiting(channel, 1, now=now)
    delivery.post_all(now=now)
    row = Delivery.objects.get(kind=Delivery.Kind.NOTICE)
    assert timedelta(seconds=900) <= row.due_at - now <= timedelta(seconds=1000)


def test_a_dead_a_slow_and_a_redirecting_endpoint_delay_nobody_else(serve, hook, now):
    slow = scripted.dripping(b"HTTP/1.1 200 OK\r\n", b"x-y: z\r\n", every_seconds=0.2)
    away = scripted.redirect("http://169.254.169.254/latest/")
    server = serve(
        good=OK, dead=scripted.in_turn(OK, scripted.hanging_up()), slow=scripted.in_turn(OK, slow),
        away=scripted.in_turn(OK, away),
    )  # fmt: skip
    rows = {path: hook(server.url(f"/{path}"), name=path)[0] for path in ("dead", "slow", "away", "good")}
    for path, channel in rows.items():
        waiting(channel, 500 if path in ("dead", "away") else 20, now=now - timedelta(minutes=path != "good"))
    server.asked.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitoring.alerts.channels.posting.SECONDS", 6.0)
        assert delivery.post_all(now=now) == 20
    good = [asked.at for asked in server.asked_for("/good")]
    assert len(good) == 20
    assert good[-1] - server.asked[0].at < 6, "it was done before the slow one had run out of time"
    assert len(server.asked_for("/dead")) == len(server.asked_for("/away")) == len(server.asked_for("/slow")) == 1
    failures = Channel.objects.filter(failures=1).values_list("name", flat=True)
    assert sorted(failures) == ["away", "dead", "slow"]


def test_a_plan_without_webhooks_lets_them_rest_and_removes_nothing(serve, hook, organization, change, now):
    channel, _secret = hook(serve(hook=OK).url("/hook"))
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    organization = type(organization).objects.get(pk=organization.pk)
    matching.match(change, now=now)
    assert not Delivery.objects.filter(channel=channel, kind=Delivery.Kind.ALERT).exists()
    waiting(channel, 1, now=now)
    assert delivery.post_all(now=now) == 0
    assert "plan" in Delivery.objects.get(channel=channel, kind=Delivery.Kind.NOTICE).error
    with pytest.raises(entitlements.NotInPlan):
        endpoints.add(organization=organization, kind="webhook", name="x", url="https://a.example/", now=now)


@pytest.mark.parametrize("url", ["http://a.example/", "https://10.0.0.1/", "https://a.example:22/", "javascript:1", ""])
def test_an_address_that_must_not_be_posted_to_is_refused_with_the_reason(url, organization, now):
    with pytest.raises(endpoints.EndpointRefused, match="cannot be posted to"):
        endpoints.add(organization=organization, kind="webhook", name="x", url=url, now=now)


def test_an_address_is_a_channel_once(serve, hook, now):
    url = serve(hook=OK).url("/hook")
    hook(url)
    with pytest.raises(endpoints.EndpointRefused, match="already"):
        hook(url)


def test_what_happens_to_a_channel_stands_in_the_trail_without_its_secret(serve, hook, organization, now):
    channel, secret = hook(serve(hook=OK).url("/hook"))
    new = endpoints.rotate(channel, now=now, actor=endpoints.audit.SYSTEM)
    endpoints.switch_off(channel, now=now, actor=endpoints.audit.SYSTEM)
    endpoints.remove(channel, now=now, actor=endpoints.audit.SYSTEM)
    events = AuditEvent.objects.filter(organization=organization, verb__startswith="channel.").order_by("id")
    assert [event.verb for event in events] == [
        "channel.added", "channel.rotated", "channel.disabled", "channel.removed",
    ]  # fmt: skip
    kept = str([(event.before, event.after) for event in events])
    assert secret not in kept
    assert new not in kept


def test_a_message_is_sent_again_under_its_id(serve, hook, now):
    server = serve(hook=OK)
    channel, _secret = hook(server.url("/hook"))
    [row] = waiting(channel, 1, now=now)
    delivery.post_all(now=now)
    row.refresh_from_db()
    delivery.again(row, now=now)
    with pytest.raises(delivery.NotAgain):
        delivery.again(row, now=now)
    assert delivery.post_all(now=now) == 1
    assert len({asked.headers["webhook-id"] for asked in server.asked[1:]}) == 1


def test_a_second_test_takes_the_place_of_the_first_that_still_waits(serve, hook, now):
    channel, _secret = hook(serve(hook=OK).url("/hook"), verified=False)
    endpoints.send_test(channel, now=now)
    assert channel.deliveries.count() == 1
