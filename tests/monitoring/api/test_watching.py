"""Watchlists by API: one's own only, and changed only within the plan."""

import pytest

from accounts.models import Scope
from billing import plans, subscriptions
from monitoring import watchlists
from monitoring.models import Watch
from tests import world
from tests.monitoring.faces import key


@pytest.fixture
def sources(db, now):
    return world.declare("acme", "bolt", now=now)


@pytest.fixture
def writer(alice, now):
    """The headers of a write key of Alice's, on Professional."""
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    return key(alice, now=now, scope=Scope.WRITE)


@pytest.fixture
def watchlist(alice, now):
    return watchlists.default_watchlist(organization=world.organization_of(alice), now=now)


def post(client, watchlist, data, headers):
    return client.post(
        f"/api/v1/watchlists/{watchlist.pk}/watches/", data, content_type="application/json", headers=headers
    )


def test_a_platform_is_watched_once(client, watchlist, writer, sources):
    answer = post(client, watchlist, {"platform": "acme", "minimum_significance": "minor"}, writer)
    assert answer.status_code == 201
    assert answer.json()["minimum_significance"] == "minor"
    assert post(client, watchlist, {"platform": "acme"}, writer).status_code == 200
    assert Watch.objects.count() == 1
    [shown] = client.get("/api/v1/watchlists/", headers=writer).json()["results"]
    assert [watch["platform"] for watch in shown["watches"]] == ["acme"]


def test_a_document_is_watched(client, watchlist, writer, sources):
    document = sources["acme"].document
    answer = post(client, watchlist, {"platform": "acme", "document": document.pk}, writer)
    assert answer.status_code == 201
    assert answer.json()["document"] == document.pk


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "platform"),
        ({"platform": "nobody"}, "platform"),
        ({"platform": "acme", "document": 2**63 - 1}, "document"),
        ({"platform": "acme", "document": 2**63}, "document"),
        ({"platform": "acme", "document": "x"}, "document"),
        ({"platform": "acme", "minimum_significance": "noise"}, "minimum_significance"),
    ],
)
def test_a_wrong_field_is_named(data, field, client, watchlist, writer, sources):
    answer = post(client, watchlist, data, writer)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_a_document_of_another_platform_is_refused(client, watchlist, writer, sources):
    answer = post(client, watchlist, {"platform": "acme", "document": sources["bolt"].document.pk}, writer)
    assert answer.status_code == 400


def test_a_body_that_is_not_json_is_a_problem(client, watchlist, writer):
    address = f"/api/v1/watchlists/{watchlist.pk}/watches/"
    assert client.post(address, "{", content_type="application/json", headers=writer).status_code == 400
    assert client.post(address, "a=b", content_type="text/plain", headers=writer).status_code == 415


def test_the_limit_of_the_plan_names_the_next_plan(client, alice, watchlist, writer, sources, monkeypatch):
    from dataclasses import replace

    small = replace(plans.PROFESSIONAL, platforms=1)
    monkeypatch.setattr(plans, "named", lambda key: small)
    post(client, watchlist, {"platform": "acme"}, writer)
    answer = post(client, watchlist, {"platform": "bolt"}, writer)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/api/problems/#plan_limit"
    assert answer.json()["upgrade"] == "/pricing/"
    assert Watch.objects.count() == 1


def test_a_watch_is_removed(client, alice, watchlist, writer, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    address = f"/api/v1/watchlists/{watchlist.pk}/watches/{watch.pk}/"
    assert client.delete(address, headers=writer).status_code == 204
    assert client.delete(address, headers=writer).status_code == 404


def test_a_stranger_finds_nothing(client, alice, charlie, watchlist, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    headers = key(charlie, now=now, scope=Scope.WRITE)
    address = f"/api/v1/watchlists/{watchlist.pk}/"
    assert client.get("/api/v1/watchlists/", headers=headers).json()["results"] == []
    assert client.get(address, headers=headers).status_code == 404
    assert client.get(f"{address}timeline/", headers=headers).status_code == 404
    assert post(client, watchlist, {"platform": "bolt"}, headers).status_code == 404
    assert client.delete(f"{address}watches/{watch.pk}/", headers=headers).status_code == 404
    assert Watch.objects.count() == 1
