"""Asking the catalog for something, by API."""

import pytest

from accounts.models import AuditEvent, Scope
from billing import plans, subscriptions
from monitoring.models import Request, Vote
from tests import world
from tests.monitoring.faces import key

WISH = {"kind": "platform", "name": "Nimbus", "address": "https://www.nimbus.example/about", "why": "We build on it."}


@pytest.fixture
def post(client, source, now):
    """Return a function that posts as a person, with a write key of a plan that writes."""

    def posted(person, address, body=None):
        organization = world.organization_of(person)
        subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
        headers = key(person, now=now, scope=Scope.WRITE)
        return client.post(f"/api/v1/requests/{address}", body, content_type="application/json", headers=headers)

    return posted


def test_what_nobody_asked_for_is_a_new_request(post, alice):
    answer = post(alice, "", WISH)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["name"], shown["state"], shown["wanted"], shown["platform"]) == ("Nimbus", "asked", 1, None)
    assert "why" not in shown
    assert Vote.objects.get().user == alice
    event = AuditEvent.objects.get(verb="request.asked")
    assert event.api_key is not None


def test_the_second_who_asks_votes_and_a_vote_counts_once(post, client, alice, charlie, now):
    first = post(alice, "", WISH).json()
    second = post(charlie, "", WISH | {"address": "nimbus.example"})
    assert (second.status_code, second.json()["id"], second.json()["wanted"]) == (200, first["id"], 2)
    assert post(charlie, f"{first['id']}/vote/").json()["wanted"] == 2
    listed = client.get("/api/v1/requests/?state=asked", headers=key(charlie, now=now)).json()["results"]
    assert [(row["id"], row["wanted"]) for row in listed] == [(first["id"], 2)]
    assert client.get("/api/v1/requests/?state=added", headers=key(charlie, now=now)).json()["results"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"name": ""}, "name"),
        ({"address": "localhost"}, "address"),
        ({"address": "https://acme.example/terms", "kind": "document"}, "address"),  # in the catalog
        ({"address": f"https://nimbus.example/{'é' * 400}", "kind": "document"}, "address"),
    ],
)
def test_what_cannot_be_asked_for_is_named(wrong, field, post, alice):
    answer = post(alice, "", WISH | wrong)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Request.objects.exists()


def test_an_organization_asks_so_often_a_day(post, alice):
    for number in range(10):
        assert post(alice, "", WISH | {"name": f"N{number}", "address": f"n{number}.example"}).status_code == 201
    answer = post(alice, "", WISH)
    assert (answer.status_code, answer.json()["type"]) == (429, "/api/problems/#throttled")


def test_what_is_hidden_is_missing(post, alice, charlie, now):
    pk = post(alice, "", WISH).json()["id"]
    Request.objects.update(hidden_at=now)
    assert post(charlie, f"{pk}/vote/").status_code == 404


def test_reading_needs_no_plan_and_writing_does(client, alice, source, now):
    headers = key(alice, now=now, scope=Scope.WRITE)
    assert client.get("/api/v1/requests/", headers=headers).status_code == 200
    answer = client.post("/api/v1/requests/", WISH, content_type="application/json", headers=headers)
    assert answer.json()["type"] == "/api/problems/#not_in_plan"
