"""Who may call the API, how often, and what an error looks like."""

import pytest
from django.urls import reverse

from accounts.models import Scope
from billing import plans, subscriptions
from tests import world
from tests.monitoring.faces import key

ENDPOINTS = ["platforms", "documents", "changes", "timeline", "watchlists"]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_without_a_key_the_answer_is_a_401_problem(name, client, db):
    answer = client.get(reverse(f"monitoring:v1:{name}"))
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json() == {
        "type": "/api/problems/#not_authenticated",
        "title": "Authentication credentials were not provided.",
        "status": 401,
        "detail": "Authentication credentials were not provided.",
    }


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_session_is_no_key(name, signed_in):
    assert signed_in.get(reverse(f"monitoring:v1:{name}")).status_code == 401


@pytest.mark.parametrize("name", ENDPOINTS)
def test_any_plan_reads(name, client, alice, change, now):
    answer = client.get(reverse(f"monitoring:v1:{name}"), headers=key(alice, now=now))
    assert answer.status_code == 200
    assert answer.headers["RateLimit-Policy"] == '"hour";q=60;w=3600'


def test_the_hourly_limit_of_the_plan_holds(client, alice, db, now):
    headers = key(alice, now=now)
    codes = [client.get("/api/v1/watchlists/", headers=headers).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    answer = client.get("/api/v1/watchlists/", headers=headers)
    assert answer.headers["Retry-After"].isdigit()
    assert answer.json()["type"] == "/api/problems/#throttled"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/platforms/?limit=0", "limit"),
        ("/api/v1/changes/?limit=201", "limit"),
        ("/api/v1/changes/?limit=²", "limit"),
        ("/api/v1/timeline/?limit=x", "limit"),
        ("/api/v1/timeline/?cursor=x", "cursor"),
        ("/api/v1/timeline/?cursor=2026-13-01T00:00:00Z_1", "cursor"),
        ("/api/v1/changes/?platform=nobody", "platform"),
        ("/api/v1/changes/?platform=%00", "platform"),
        ("/api/v1/changes/?document=99999999999999999999", "document"),
        ("/api/v1/changes/?significance=noise", "significance"),
        ("/api/v1/changes/?since=yesterday", "since"),
        ("/api/v1/changes/?since=2026-02-30", "since"),
        ("/api/v1/changes/?since=2026-02-30T00:00:00Z", "since"),
    ],
)
def test_a_wrong_parameter_is_named(address, field, client, alice, document, now):
    answer = client.get(address, headers=key(alice, now=now))
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(
    "address",
    ["/api/v1/platforms/nobody/", "/api/v1/documents/9223372036854775808/", "/api/v1/changes/0/", "/api/v1/versions/1/",
     "/api/v1/documents/1/timeline/", "/api/v1/watchlists/1/timeline/"],
)  # fmt: skip
def test_what_is_not_there_is_a_404_problem(address, client, alice, now):
    answer = client.get(address, headers=key(alice, now=now))
    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_writing_needs_a_write_key_and_a_plan_with_writing(client, alice, source, now):
    watchlist = world.watch(alice, source, now=now).watchlist
    address = reverse("monitoring:v1:watches", args=[watchlist.pk])

    def code(scope):
        answer = client.post(
            address, {"platform": "acme"}, content_type="application/json", headers=key(alice, now=now, scope=scope)
        )
        return answer.status_code, answer.json().get("type")

    assert code(Scope.READ) == (403, "/api/problems/#api_key_read_only")
    assert code(Scope.WRITE) == (403, "/api/problems/#not_in_plan")
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    assert code(Scope.WRITE)[0] == 200
