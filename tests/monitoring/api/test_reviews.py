"""Reviews by API: the inbox of the key's organization, changed with a write key on Professional."""

import pytest

from accounts.models import AuditEvent, Scope
from billing import plans, subscriptions
from monitoring.alerts import matching
from monitoring.models import Review
from tests import world
from tests.monitoring.faces import key


@pytest.fixture
def told(alice, change, source, now):
    """Alice's organization, on Professional and told of Acme's change."""
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)


@pytest.fixture
def writer(alice, told, now):
    return key(alice, now=now, scope=Scope.WRITE)


def patch(client, change, data, headers):
    return client.patch(f"/api/v1/reviews/{change.pk}/", data, content_type="application/json", headers=headers)


def test_the_inbox_lists_what_was_told_as_new(client, change, writer):
    [row] = client.get("/api/v1/reviews/", headers=writer).json()["results"]
    assert (row["change"], row["state"], row["owner"], row["updated_at"]) == (change.pk, "new", None, None)
    assert row["page"].endswith(change.get_absolute_url())
    assert client.get("/api/v1/reviews/?state=settled", headers=writer).json()["results"] == []


def test_what_is_sent_is_set_and_the_rest_stays(client, change, alice, writer):
    patch(client, change, {"due_date": "2026-12-01", "owner": alice.email.upper()}, writer)
    answer = patch(client, change, {"state": "action_needed", "note": "=Call them"}, writer).json()
    assert (answer["state"], answer["due_date"], answer["owner"]) == ("action_needed", "2026-12-01", alice.email)
    assert [note["text"] for note in answer["notes"]] == ["=Call them"]
    event = AuditEvent.objects.filter(verb="review.changed").latest("id")
    assert event.api_key.name == "test"
    assert patch(client, change, {"owner": None}, writer).json()["owner"] is None


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"state": "done"}, "state"), ({"due_date": "soon"}, "due_date"), ({"owner": "nobody@x.example"}, "owner"),
        ({"decision": "x" * 2001}, "decision"), ({"note": ""}, "note"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_set(data, field, client, change, writer):
    answer = patch(client, change, {"state": "accepted", **data}, writer)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Review.objects.exists()


def test_a_flag_is_true_or_false_and_anything_else_is_named(client, writer):
    assert client.get("/api/v1/reviews/?overdue=true", headers=writer).json()["results"] == []
    answer = client.get("/api/v1/reviews/?overdue=perhaps", headers=writer)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["overdue"])


def test_a_wrong_state_to_list_is_named(client, writer):
    answer = client.get("/api/v1/reviews/?state=done", headers=writer)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["state"])


def test_a_read_key_reads_and_does_not_write(client, change, alice, told, now):
    headers = key(alice, now=now)
    assert client.get(f"/api/v1/reviews/{change.pk}/", headers=headers).status_code == 200
    assert patch(client, change, {"state": "accepted"}, headers).status_code == 403


def test_a_plan_without_review_says_which_has_it(client, change, alice, writer, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.WATCHER, now=now)
    answer = client.get("/api/v1/reviews/", headers=writer)
    assert (answer.status_code, answer.json()["next_plan"]) == (403, "professional")


def test_a_stranger_finds_nothing(client, change, charlie, writer, now):
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    headers = key(charlie, now=now, scope=Scope.WRITE)
    assert client.get("/api/v1/reviews/", headers=headers).json()["results"] == []
    assert client.get(f"/api/v1/reviews/{change.pk}/", headers=headers).status_code == 404
    assert patch(client, change, {"state": "accepted"}, headers).status_code == 404
    assert not Review.objects.exists()


def test_a_list_asks_no_more_for_more_changes(client, source, change, writer, now, django_assert_max_num_queries):
    for day in range(4):
        text = world.terms(c3=f"We keep your conversations for {300 + day} days, whatever happens to your account.")
        matching.match(world.serve(source, text, at=now + day * world.DAY)[1], now=now)
    with django_assert_max_num_queries(8):
        assert len(client.get("/api/v1/reviews/", headers=writer).json()["results"]) == 5
