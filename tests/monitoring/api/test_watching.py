"""Watchlists by API: one's own only, and changed only within the plan."""

import pytest

from accounts.models import Scope
from billing import plans, subscriptions
from monitoring import watchlists
from monitoring.models import Channel, Watch
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


RULE = {"kind": "rule", "term": "data_retention days above 30"}


@pytest.mark.parametrize(
    ("wanted", "term"),
    [
        (RULE, "data_retention retention_days above 30"),
        (RULE | {"platform": "acme", "direction": "worse"}, "data_retention retention_days above 30"),
        ({"kind": "provision_type", "term": "data_retention"}, "data_retention"),
        ({"kind": "search", "term": "  class   action "}, "class action"),
    ],
)
def test_a_term_is_listened_for_in_its_full_form(wanted, term, client, watchlist, writer, sources):
    answer = post(client, watchlist, wanted, writer)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["kind"], shown["term"], shown["platform"]) == (wanted["kind"], term, wanted.get("platform"))
    assert shown["direction"] == wanted.get("direction", "")
    assert post(client, watchlist, wanted, writer).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        (RULE | {"term": "data_retension changes"}, "term", "did you mean data_retention"),
        ({"kind": "provision_type", "term": "nothing"}, "term", "key of the taxonomy"),
        ({"kind": "search", "term": "ab"}, "term", "3 to 120 characters"),
        ({"term": "data_retention changes"}, "term", "goes with its kind"),
        ({"kind": "rule"}, "term", "goes with its kind"),
        ({"kind": "platform", "term": "x"}, "kind", "Write one of provision_type, rule"),
        (RULE | {"direction": "sideways"}, "direction", "Write one of better, worse"),
        (RULE | {"recipients": [987654321]}, "recipients", "no channel 987654321"),
        (RULE | {"document": 1}, "platform", "goes with its platform"),
    ],
)
def test_what_cannot_be_listened_for_is_named(wanted, field, words, client, watchlist, writer, sources):
    answer = post(client, watchlist, wanted, writer)
    assert answer.status_code == 400
    assert words in str(answer.json()["errors"][field])
    assert not Watch.objects.exists()


def test_kinds_beyond_the_plan_name_the_next_plan(client, alice, watchlist, writer, sources, monkeypatch):
    from dataclasses import replace

    less = replace(plans.PROFESSIONAL, watch_kinds=plans.WATCHER.watch_kinds)
    monkeypatch.setattr(plans, "named", lambda key: less)
    answer = post(client, watchlist, RULE, writer)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/api/problems/#plan_limit"


def test_a_watch_is_changed_paused_snoozed_and_resumed(client, alice, watchlist, writer, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    channel = Channel.objects.get()
    address = f"/api/v1/watchlists/{watchlist.pk}/watches/{watch.pk}/"

    def patch(data):
        answer = client.patch(address, data, content_type="application/json", headers=writer)
        assert answer.status_code == 200, answer.content
        return answer.json()

    shown = patch({"minimum_significance": "minor", "direction": "worse", "recipients": [channel.pk]})
    assert (shown["minimum_significance"], shown["direction"], shown["recipients"]) == ("minor", "worse", [channel.pk])
    assert patch({"paused": True})["paused_at"] is not None
    assert patch({"snoozed_until": "2027-01-01T00:00:00Z"})["snoozed_until"] == "2027-01-01T00:00:00Z"
    shown = patch({"paused": False})
    assert (shown["paused_at"], shown["snoozed_until"], shown["recipients"]) == (None, None, [channel.pk])
    assert client.get(address, headers=writer).json() == shown
    until = {"snoozed_until": "2027-01-01T00:00:00Z"}
    patch(until)
    assert patch({"paused": False} | until)["snoozed_until"] == until["snoozed_until"]


@pytest.mark.parametrize(
    "data",
    [
        {"direction": "x"},
        {"recipients": [1]},
        {"snoozed_until": "soon"},
        {"snoozed_until": "2020-01-01T00:00:00Z"},
        {"paused": "maybe"},
    ],
)
def test_a_wrong_change_is_refused(data, client, alice, watchlist, writer, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    address = f"/api/v1/watchlists/{watchlist.pk}/watches/{watch.pk}/"
    answer = client.patch(address, data, content_type="application/json", headers=writer)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(data)


def test_who_writes_another_value_is_told_the_list(client, alice, watchlist, writer, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    address = f"/api/v1/watchlists/{watchlist.pk}/watches/{watch.pk}/"
    answer = client.patch(address, {"minimum_significance": "grave"}, content_type="application/json", headers=writer)
    assert answer.json()["errors"] == {"minimum_significance": ["Write one of substantive, minor, housekeeping."]}


def test_a_watch_is_rehearsed_without_being_made(client, watchlist, writer, change):
    address = f"/api/v1/watchlists/{watchlist.pk}/rehearsal/"

    def rehearse(wanted):
        return client.post(address, wanted, content_type="application/json", headers=writer)

    assert [each["id"] for each in rehearse(RULE | {"platform": "acme"}).json()["results"]] == [change.pk]
    assert rehearse({"platform": "acme"}).json()["results"][0]["id"] == change.pk
    assert rehearse(RULE | {"platform": "acme", "direction": "better"}).json()["results"] == []
    assert rehearse(RULE | {"term": "x"}).status_code == 400
    assert not Watch.objects.exists()


def test_a_stranger_changes_and_rehearses_nothing(client, alice, charlie, watchlist, sources, now):
    watch = world.watch(alice, sources["acme"], now=now)
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    headers = key(charlie, now=now, scope=Scope.WRITE)
    address = f"/api/v1/watchlists/{watchlist.pk}/"
    for end in (f"watches/{watch.pk}/", "rehearsal/"):
        send = client.post if end == "rehearsal/" else client.patch
        assert send(f"{address}{end}", RULE, content_type="application/json", headers=headers).status_code == 404
