"""What the schema says is what is answered: every operation is called in a world with rows, and its answer is held against it."""

import json
import re

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from accounts.models import Scope
from billing import plans, subscriptions
from monitoring.models import Delivery, Provision, Watchlist
from tests import world
from tests.monitoring.faces import key

HOOK = "https://hooks.example/T0/secret"


@pytest.fixture
def alice(alice, change, source, now, settings):
    """Alice on Professional, watching Acme, told of its change."""
    from monitoring.alerts import matching

    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    return alice


@pytest.fixture
def schema(client, db):
    return json.loads(client.get("/api/schema/").content)


@pytest.fixture
def ask(client, schema, alice, now):
    """Return a function that calls an operation by its id and holds the answer against the schema."""
    headers = key(alice, now=now, scope=Scope.WRITE)
    operations = {
        operation["operationId"]: (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }

    def asked(name, body=None, *, query="", **values):
        path, method, operation = operations.pop(name) if body is None else operations[name]
        address = re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), path)
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, method)(address + query, headers=headers, **sent)
        hold(answer, operation, schema)
        return answer.json() if answer.content else None

    asked.left = operations
    return asked


def hold(answer, operation, schema):
    """Fail unless status, type and body of `answer` are what `operation` says."""
    said = operation["responses"].get(str(answer.status_code))
    assert said is not None, f"{answer.status_code} is not in the schema: {answer.content.decode()[:300]}"
    if not said.get("content"):
        assert not answer.content
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    validator = Draft202012Validator(
        {**said["content"][kind]["schema"], "components": schema["components"]}, format_checker=FormatChecker()
    )
    assert [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer.json())] == []


def test_every_operation_answers_as_the_schema_says(ask, alice, change, document, now):
    """One walk, so that each operation is asked for what the one before made."""
    for name in ("platforms", "documents", "changes", "provisions", "watchlists", "channels", "reviews"):
        assert ask(f"{name}_list")["results"], name
    for name in ("taxonomy", "regulations", "timeline"):
        ask(name)
    ask("search", query="?q=conversations")
    ask("platforms_retrieve", slug="acme")
    ask("documents_retrieve", id=document.pk)
    ask("documents_versions_list", id=document.pk)
    ask("document_timeline", id=document.pk)
    ask("versions_retrieve", id=change.after_id)
    ask("changes_retrieve", id=change.pk)
    ask("provisions_retrieve", id=Provision.objects.first().pk)
    _reviews(ask, alice, change)
    _acceptances(ask, change)
    _watches(ask, now)
    _requests(ask)
    _channels(ask)
    assert not ask.left


def _reviews(ask, alice, change):
    wanted = {"state": "reviewing", "owner": alice.email, "due_date": "2027-01-31", "note": "Ask counsel."}
    assert ask("reviews_update", wanted, change_id=change.pk)["notes"]
    ask("reviews_update", {"owner": None, "due_date": None}, change_id=change.pk)
    ask("reviews_retrieve", change_id=change.pk)
    ask.left.pop("reviews_update")


def _acceptances(ask, change):
    made = ask("acceptances_create", {"version": change.before_id, "accepted_date": "2026-01-01"})
    assert ask("acceptances_list")["results"][0]["has_drifted"]
    ask("acceptances_destroy", id=made["id"])
    ask.left.pop("acceptances_create")


def _watches(ask, now):
    pk = Watchlist.objects.get().pk
    wanted = {"kind": "rule", "term": "data_retention retention_days rises", "platform": "acme"}
    ask("watches_rehearse", wanted, id=pk)
    made = ask("watches_create", wanted, id=pk)
    place = {"id": pk, "watch_id": made["id"]}
    ask("watches_update", {"paused": True, "snoozed_until": (now + world.DAY).isoformat()}, **place)
    ask("watches_retrieve", **place)
    ask("watchlists_retrieve", id=pk)
    ask("watchlist_timeline", id=pk)
    ask("watches_destroy", **place)
    for name in ("watches_rehearse", "watches_create", "watches_update"):
        ask.left.pop(name)


def _requests(ask):
    made = ask("requests_create", {"kind": "platform", "name": "Nimbus", "address": "nimbus.example"})
    ask.left.pop("requests_create")
    assert ask("requests_list")["results"] == [made]
    assert ask("requests_vote", id=made["id"]) == made


def _channels(ask):
    made = ask("channels_create", {"kind": "webhook", "name": "Register", "url": HOOK})["channel"]
    ask.left.pop("channels_create")
    ask("channels_retrieve", id=made["id"])
    ask("channels_test", id=made["id"])
    assert ask("channels_deliveries_list", id=made["id"])["results"]
    told = Delivery.objects.exclude(channel=made["id"]).get()
    Delivery.objects.filter(pk=told.pk).update(parked_at=told.created_at)
    ask("deliveries_again", id=told.channel_id, delivery_id=told.pk)
    ask("channels_rotate", id=made["id"])
    ask("channels_destroy", id=made["id"])
