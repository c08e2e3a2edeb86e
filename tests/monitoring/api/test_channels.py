"""Channels by API."""

import pytest

from billing import plans, subscriptions
from monitoring.alerts import delivery
from monitoring.models import Channel, Delivery
from tests import world
from tests.monitoring.alerts.conftest import OK, serve  # noqa: F401 - fixture
from tests.monitoring.faces import Scope, key


@pytest.fixture
def write(alice, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    return key(alice, now=now, scope=Scope.WRITE)


def post(client, path, headers, data=None):
    return client.post(f"/api/v1/channels/{path}", data or {}, content_type="application/json", headers=headers)


def test_a_webhook_is_added_tested_rotated_read_and_removed(client, write, serve, now):  # noqa: F811
    url = serve(hook=OK).url("/hook")
    answer = post(client, "", write, {"kind": "webhook", "name": "Register", "url": url})
    assert answer.status_code == 201
    assert answer.json()["secret"].startswith("whsec_")
    channel = answer.json()["channel"]
    assert channel["state"] == "unverified"
    assert delivery.post_all(now=now + world.HOUR) == 1
    path = f"{channel['id']}/"
    assert client.get(f"/api/v1/channels/{path}", headers=write).json()["state"] == "in_order"
    assert post(client, f"{path}rotate/", write).json()["secret"] != answer.json()["secret"]
    assert post(client, f"{path}test/", write).status_code == 202
    assert delivery.post_all(now=now + world.HOUR) == 1
    log = client.get(f"/api/v1/channels/{path}deliveries/", headers=write).json()["results"]
    assert [row["attempts"][0]["status"] for row in log] == [204, 204]
    refused = post(client, f"{path}deliveries/{log[0]['id']}/again/", write)
    assert refused.status_code == 400
    assert client.delete(f"/api/v1/channels/{path}", headers=write).status_code == 204
    assert client.get("/api/v1/channels/", headers=write).json()["results"] == []


def test_a_mail_address_is_tested_at_most_once_a_minute(client, write, alice, source, now):
    world.watch(alice, source, now=now)
    path = f"{Channel.objects.get(user=alice).pk}/test/"
    assert [post(client, path, write).status_code for _ in range(3)] == [202, 429, 429]
    refused = post(client, path, write)
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) >= 60
    assert Delivery.objects.filter(kind="test").count() == 1


def test_no_answer_shows_a_secret_again(client, write, serve, now):  # noqa: F811
    url = serve(hook=OK).url("/services/T0/B0/s3cret-token")
    answer = post(client, "", write, {"kind": "slack", "name": "Room", "url": url})
    assert answer.json()["secret"] == ""
    shown = client.get("/api/v1/channels/", headers=write).content.decode()
    assert "s3cret" not in shown
    assert "sealed" not in shown


@pytest.mark.parametrize("url", ["http://a.example/", "https://10.0.0.1/", "x", "https://a.example\x00/"])
def test_an_address_that_cannot_be_posted_to_is_named(url, client, write):
    answer = post(client, "", write, {"kind": "webhook", "name": "x", "url": url})
    assert answer.status_code == 400
    assert "url" in answer.json()["errors"]


def test_a_read_key_and_a_smaller_plan_are_refused(client, alice, now):
    wanted = {"kind": "webhook", "name": "x", "url": "https://a.example/"}
    for scope in (Scope.READ, Scope.WRITE):
        assert post(client, "", key(alice, now=now, scope=scope), wanted).status_code == 403
