"""Accepted versions by API: one's own with their drift, marked and forgotten with a write key."""

import pytest

from accounts.models import Scope
from billing import plans, subscriptions
from monitoring.models import Acceptance
from tests import world
from tests.monitoring.faces import key

ADDRESS = "/api/v1/acceptances/"


@pytest.fixture
def writer(alice, change, now):
    """The headers of a write key of Alice's, on Professional."""
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    return key(alice, now=now, scope=Scope.WRITE)


def post(client, data, headers):
    return client.post(ADDRESS, data, content_type="application/json", headers=headers)


def test_a_version_is_marked_listed_with_its_drift_and_forgotten(client, change, writer):
    answer = post(client, {"version": change.before_id, "accepted_date": "2026-03-02", "note": "Order 12"}, writer)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["has_drifted"], made["substantive_changes"], made["latest_version"]) == (True, 1, change.after_id)
    assert client.get(ADDRESS, headers=writer).json()["results"] == [made]
    assert client.delete(f"{ADDRESS}{made['id']}/", headers=writer).status_code == 204
    assert client.get(ADDRESS, headers=writer).json()["results"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"version": 2**63 - 1}, "version"), ({"version": "x"}, "version"), ({"accepted_date": "soon"}, "accepted_date"),
        ({"accepted_date": "2999-01-01"}, "accepted_date"),
        ({"note": "x" * 501}, "note"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(wrong, field, client, change, writer):
    answer = post(client, {"version": change.before_id, "accepted_date": "2026-03-02", **wrong}, writer)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Acceptance.objects.exists()


def test_a_read_key_and_a_smaller_plan_do_not_mark(client, change, alice, writer, now):
    data = {"version": change.before_id, "accepted_date": "2026-03-02"}
    assert post(client, data, key(alice, now=now)).status_code == 403
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    assert client.get(ADDRESS, headers=writer).json()["next_plan"] == "professional"
    assert not Acceptance.objects.exists()


def test_a_stranger_finds_nothing(client, change, charlie, writer, now):
    made = post(client, {"version": change.before_id, "accepted_date": "2026-03-02"}, writer).json()
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    headers = key(charlie, now=now, scope=Scope.WRITE)
    assert client.get(ADDRESS, headers=headers).json()["results"] == []
    assert client.delete(f"{ADDRESS}{made['id']}/", headers=headers).status_code == 404
    assert Acceptance.objects.exists()
