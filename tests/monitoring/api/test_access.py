"""Who may call the API, how often, and what an error looks like."""

import pytest
from django.urls import reverse

from accounts.api_keys import Refusal
from accounts.models import Scope
from billing import plans, subscriptions
from monitoring.api import problems
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
        "detail": problems.NO_KEY,
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
        ("/api/v1/timeline/?cursor=0001-01-01T00:00:00%2B05:00_1", "cursor"),
        ("/api/v1/changes/?platform=nobody", "platform"),
        ("/api/v1/changes/?platform=%00", "platform"),
        ("/api/v1/changes/?document=99999999999999999999", "document"),
        ("/api/v1/changes/?significance=noise", "significance"),
        ("/api/v1/changes/?since=yesterday", "since"),
        ("/api/v1/changes/?since=2026-02-30", "since"),
        ("/api/v1/changes/?since=2026-02-30T00:00:00Z", "since"),
        ("/api/v1/changes/?since=0001-01-01T00:00:00%2B05:00", "since"),
        ("/api/v1/changes/?cursor=x", "cursor"),
        ("/api/v1/changes/?cursor=cD0y", "cursor"),  # p=2: no moment
        ("/api/v1/documents/?cursor=cD14", "cursor"),  # p=x: no number
        ("/api/v1/changes/?cursor=cD05OTk5OTktMDEtMDE=", "cursor"),  # p=999999-01-01
        ("/api/v1/platforms/?cursor=cD0lMDA=", "cursor"),  # p=%00
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


def test_a_moment_of_an_odd_zone_is_a_moment(client, alice, document, now):
    address = "/api/v1/changes/?since=0826-01-13T00:49:34%2B21:08"
    assert client.get(address, headers=key(alice, now=now)).status_code == 200


@pytest.mark.parametrize("address", ["nothing/", "changes/-1/", "changes/x/edits/", "platforms/a%0Ab/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_where_no_endpoint_is_the_answer_is_a_problem_too(address, method, client, db):
    answer = getattr(client, method)(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [("{", 400, "parse_error"), ("[" * 100_000, 400, "parse_error"), (" " * 300_000, 413, "too_long")],
)
def test_a_body_beyond_sense_is_refused(body, status, code, client, alice, source, now):
    subscriptions.grant(organization=world.organization_of(alice), plan=plans.PROFESSIONAL, now=now)
    headers = key(alice, now=now, scope=Scope.WRITE)
    answer = client.post("/api/v1/channels/", data=body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/api/problems/#{code}")


CODES = [
    "invalid", "parse_error", "not_authenticated", "api_key_in_address", "api_key_read_only", "not_in_plan",
    "plan_limit", "not_found", "method_not_allowed", "not_acceptable", "too_long", "unsupported_media_type", "throttled",
    *(f"api_key_{reason}" for reason in Refusal),
]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_the_type_of_a_problem_leads_to_its_line(code, client, db):
    assert f'id="{code}"' in client.get("/api/problems/").content.decode()


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
