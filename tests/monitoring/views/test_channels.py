"""The pages of channels, as the people of an organization use them."""

import re

import pytest
from django.core import mail

from accounts.models import Role
from billing import plans, subscriptions
from monitoring import tasks
from monitoring.alerts import delivery, endpoints
from monitoring.models import Channel, Delivery
from tests import world
from tests.monitoring.alerts.conftest import OK, hook, serve  # noqa: F401 - fixtures
from tests.servers import scripted

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    for task in (tasks.deliver_due, tasks.post_due):
        monkeypatch.setattr(task, "delay", lambda: None)


@pytest.fixture
def organization(alice, now):
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    return type(organization).objects.get(pk=organization.pk)


@pytest.fixture
def page(client, alice, organization):
    client.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})  # freshly signed in
    return client


def test_a_webhook_is_added_its_secret_seen_once_and_its_test_stands_in_the_log(page, serve, now):  # noqa: F811
    url = serve(hook=OK).url("/hook?key=abc")
    answer = page.post("/channels/add/webhook/", {"name": "Register", "url": url})
    assert answer.status_code == 200
    assert SECRET.search(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    channel = Channel.objects.get()
    html = page.get(channel.get_absolute_url()).content.decode()
    assert not SECRET.search(html)
    assert "key=abc" not in html
    assert "Not verified yet" in html
    assert delivery.post_all(now=now + world.HOUR) == 1
    html = page.get(channel.get_absolute_url()).content.decode()
    assert "In order" in html
    assert "HTTP 204" in html


@pytest.mark.parametrize("url", ["http://a.example/x", "https://127.0.0.1/x", "https://u:p@a.example/", "nonsense"])
def test_an_address_that_cannot_be_posted_to_is_refused_beside_its_field(url, page):
    answer = page.post("/channels/add/webhook/", {"name": "x", "url": url})
    assert answer.status_code == 400
    assert "cannot be posted to" in answer.content.decode()
    assert not Channel.objects.exists()


def test_a_plan_without_webhooks_is_told_which_one_has_them(client, alice):
    client.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
    assert "come with Professional" in client.get("/channels/").content.decode()
    answer = client.post("/channels/add/webhook/", {"name": "x", "url": "https://a.example/x"})
    assert answer.status_code == 403
    assert "Free does not include webhooks. It comes with Professional." in answer.content.decode()


def test_a_rotation_shows_the_new_secret_once(page, hook, serve, now):  # noqa: F811
    channel, old = hook(serve(hook=OK).url("/hook"))
    new = SECRET.search(page.post(f"/channels/{channel.pk}/rotate/").content.decode()).group()
    assert new != old
    html = page.get(channel.get_absolute_url()).content.decode()
    assert new not in html
    assert "Old secret signs until" in html


def test_parked_messages_are_seen_and_released(page, hook, serve, now):  # noqa: F811
    channel, _secret = hook(serve(hook=scripted.in_turn(OK, scripted.page("", status=410), OK)).url("/hook"))
    Delivery.objects.create(
        organization=channel.organization, channel=channel, kind="notice", since_at=now, due_at=now, created_at=now
    )
    delivery.post_all(now=now)
    html = page.get("/channels/health/").content.decode()
    assert "it is gone" in html
    assert "Release" in html
    page.post(f"/channels/{channel.pk}/test/")
    assert delivery.post_all(now=now + world.HOUR) == 1
    page.post(f"/channels/{channel.pk}/release/")
    assert delivery.post_all(now=now + world.DAY) == 1
    assert "None. What could not be handed over" in page.get("/channels/health/").content.decode()


def test_another_mail_address_is_told_once_it_agrees(page, client, now):
    assert page.post("/channels/add/email/", {"name": "Desk", "url": "Desk@office.example"}).status_code == 302
    channel = Channel.objects.get()
    assert channel.verified_at is None
    [asked] = mail.outbox
    assert asked.to == ["desk@office.example"]
    link = re.search(r"http://[^/]+(/channels/confirm/\S+)", asked.body)[1]
    client.logout()
    assert client.get(link).status_code == 200
    channel.refresh_from_db()
    assert channel.verified_at is None, "a scanner that looks has agreed to nothing"
    assert "is told of what" in client.post(link).content.decode()
    channel.refresh_from_db()
    assert channel.verified_at is not None
    assert client.get(link.replace("/confirm/", "/confirm/x")).status_code == 404


def test_an_address_that_cannot_be_asked_just_now_is_kept_and_asked_later(page, settings):
    settings.EMAIL_BACKEND = "tests.mails.Away"
    assert page.post("/channels/add/email/", {"name": "Desk", "url": "desk@office.example"}).status_code == 302
    channel = Channel.objects.get()
    assert "could not be sent just now" in page.post(f"/channels/{channel.pk}/ask/", follow=True).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page.post(f"/channels/{channel.pk}/ask/")
    assert [sent.to for sent in mail.outbox] == [["desk@office.example"]]


def test_nobody_is_flooded_with_mails_that_ask(page):
    page.post("/channels/add/email/", {"name": "Desk", "url": "desk@office.example"})
    channel = Channel.objects.get()
    for _ in range(6):
        page.post(f"/channels/{channel.pk}/ask/")
    assert len(mail.outbox) == 3


def test_a_bounced_address_is_told_again_once_it_is_confirmed(page, alice, organization, client, now):
    row = Channel.objects.create(
        organization=organization, address=alice.email, user=alice, created_at=now, verified_at=now
    )
    endpoints.disable(row, Channel.Disabled.BOUNCED, now=now)
    assert "Ask the address" in page.get(row.get_absolute_url()).content.decode()
    page.post(f"/channels/{row.pk}/ask/")
    client.post(re.search(r"http://[^/]+(/channels/confirm/\S+)", mail.outbox[0].body)[1])
    row.refresh_from_db()
    assert row.disabled_at is None


def test_a_viewer_sees_channels_and_changes_none(client, alice, organization, hook, serve, now):  # noqa: F811
    channel, _secret = hook(serve(hook=OK).url("/hook"))
    viewer = world.person("vera", now=now)
    world.team(alice, viewer, role=Role.VIEWER, now=now)
    client.force_login(viewer)
    client.post(f"/organization/{organization.pk}/switch/")
    html = client.get(channel.get_absolute_url()).content.decode()
    assert "HTTP 204" in html
    assert "Remove" not in html
    assert client.post(f"/channels/{channel.pk}/remove/").status_code == 403


def test_what_an_endpoint_answers_is_shown_as_text(page, hook, serve, now):  # noqa: F811
    server = serve(hook=scripted.page("<script>alert(1)</script>", status=500))
    channel, _secret = hook(server.url("/hook"), verified=False)
    delivery.post_all(now=now)
    html = page.get(channel.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_operators_see_how_telling_fares_and_nobody_else_does(client, alice, organization, hook, serve, now):  # noqa: F811
    hook(serve(hook=OK).url("/hook"))
    client.force_login(alice)
    assert client.get("/review/deliveries/").status_code == 404
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True)
    html = client.get("/review/deliveries/").content.decode()
    assert "Webhook: 1" in html


def test_the_guide_explains_what_is_posted(client, db):
    html = client.get("/api/webhooks/").content.decode()
    for word in ("webhook-signature", "change.detected", "channel.test", "whsec_"):
        assert word in html
