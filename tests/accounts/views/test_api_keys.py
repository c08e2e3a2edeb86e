import re
import time

import pytest

from accounts import api_keys, audit, organizations
from accounts.models import ApiKey, Scope
from billing import plans, subscriptions

KEY = re.compile(r"ca_[a-z0-9]{8}_[0-9a-f]{64}")


@pytest.fixture
def key(organization, alice, now):
    row, _plain = api_keys.create(
        organization=organization, name="Register", scope=Scope.READ, now=now, actor=audit.Actor(user_id=alice.pk)
    )
    return row


def new_key(client, **data):
    return client.post("/settings/api-keys/", {"name": "Ticket import", "scope": "read", "days": "90", **data})


def test_a_new_key_is_shown_once_and_kept_out_of_caches(alice, organization, sign_in):
    client = sign_in(alice)
    answer = new_key(client)
    plain = KEY.search(answer.content.decode()).group()
    assert "no-store" in answer.headers["Cache-Control"]
    page = client.get("/settings/api-keys/").content.decode()
    assert "Ticket import" in page
    assert not KEY.search(page)
    row = ApiKey.objects.for_organization(organization).get()
    assert plain.startswith(f"ca_{row.prefix}_")
    assert row.created_by == alice


def test_a_key_that_writes_needs_the_plan_for_it(alice, organization, sign_in, now):
    client = sign_in(alice)
    assert not KEY.search(new_key(client, scope="write").content.decode())
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    assert KEY.search(new_key(client, scope="write").content.decode())
    assert ApiKey.objects.for_organization(organization).get().scope == Scope.WRITE


def test_making_a_key_asks_for_the_password_again_when_the_sign_in_is_old(alice, sign_in, monkeypatch):
    client = sign_in(alice)
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    answer = new_key(client)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiKey.objects.exists()


def test_revoke_ends_the_key(alice, organization, key, sign_in):
    sign_in(alice).post(f"/settings/api-keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at


def test_bob_who_is_an_analyst_gets_a_403(bob, organization, key, sign_in):
    client = sign_in(bob, organization)
    assert client.get("/settings/api-keys/").status_code == 403
    assert new_key(client).status_code == 403
    assert client.post(f"/settings/api-keys/{key.pk}/revoke/").status_code == 403


def test_charlie_sees_nothing_and_the_same_as_where_nothing_is(charlie, organization, key, sign_in):
    client = sign_in(charlie)
    assert "Register" not in client.get("/settings/api-keys/").content.decode()
    theirs = client.post(f"/settings/api-keys/{key.pk}/revoke/")
    nothing = client.post("/settings/api-keys/999999/revoke/")
    assert theirs.status_code == nothing.status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_visitor_is_sent_to_sign_in(client, db):
    assert client.get("/settings/api-keys/").headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("data", [{"name": ""}, {"name": "x" * 61}, {"scope": "root"}, {"days": "7"}, {"days": "x"}])
def test_bad_input_is_said_on_the_form_and_makes_no_key(alice, sign_in, data):
    answer = new_key(sign_in(alice), **data)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_the_page_needs_few_queries(alice, organization, key, sign_in, django_assert_max_num_queries):
    client = sign_in(alice)
    with django_assert_max_num_queries(6):
        client.get("/settings/api-keys/")


def test_keys_belong_to_the_organization_worked_in(alice, organization, sign_in, now):
    second = organizations.create(name="Second", owner=alice, now=now)
    client = sign_in(alice, second)
    new_key(client)
    assert ApiKey.objects.get().organization == second
