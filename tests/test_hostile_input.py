"""Hostile input is refused or ignored, and never a server error (row 69 of the check table; 37, 39, 41, 42 and 67 are tested
beside the verbs: typesetting, PDF, diff, extraction and screening)."""

from urllib.parse import quote

import pytest

from accounts import api_keys, audit
from accounts.models import Scope, User
from tests import world

pytestmark = pytest.mark.django_db

HOSTILE = [
    "\x00", "a\x00b", "\u200b\u202e\ufeff", "𒐫" * 50, "x" * 10_000, "9223372036854775808", "-1", "1e999", "NaN",
    "'; DROP TABLE monitoring_version; --", "{{7*7}}", "%00", "../../etc/passwd", "2026-13-45", "Mars/Olympus", "\ud800".encode(
        "utf8", "surrogatepass"
    ),
]  # fmt: skip
PAGES = {
    "/platforms/": ["q", "category"],
    "/changes/": ["platform", "significance", "before"],
    "/timeline/": ["platform", "document", "before"],
    "/coverage/": ["state", "q"],
    "/compare/": ["type", "audience", "category", "at", "page"],
    "/provision-types/model_training_use/": ["page"],
    "/requests/": ["state", "page"],
}
ANSWERS = {
    "/api/v1/platforms/": ["cursor", "limit"],
    "/api/v1/documents/": ["platform", "cursor", "limit"],
    "/api/v1/changes/": ["platform", "document", "significance", "since", "cursor", "limit"],
    "/api/v1/timeline/": ["since", "before", "limit", "platform"],
    "/api/v1/reviews/": ["state", "overdue", "platform", "significance", "cursor", "limit"],
}
IDS = ["9223372036854775808", "0", "999999999999999999999999999999"]


@pytest.fixture
def key(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    alice = world.person("alice", plan="professional", now=now)
    _, plain = api_keys.create(
        organization=world.organization_of(alice), name="k", scope=Scope.WRITE, now=now, actor=audit.SYSTEM
    )
    return plain


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_page_never_breaks_on_a_parameter(client, key, value):
    for path, names in PAGES.items():
        for name in names:
            answer = client.get(f"{path}?{name}={quote(value)}")
            assert answer.status_code in (200, 400, 404), (path, name, value, answer.status_code)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_an_endpoint_never_breaks_on_a_parameter(client, key, value):
    for path, names in ANSWERS.items():
        for name in names:
            answer = client.get(f"{path}?{name}={quote(value)}", headers={"Authorization": f"Bearer {key}"})
            assert answer.status_code in (200, 400, 404), (path, name, value, answer.status_code)
            if answer.status_code != 200:
                assert answer["Content-Type"].startswith("application/problem+json")


FORMS = {
    "/dashboard/": "platform",
    "/watchlist/": "platform",
    "/watchlist/vendors/": "platform",
    "/watchlist/listen/search/": "term",
    "/requests/": "name",
    "/settings/organization/": "slug",
    "/compare/new/": "name",
    "/accounts/login/": "login",
    "/accounts/signup/": "email",
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_with_a_nul_character_is_refused_by_every_page(client, key, path):
    client.force_login(User.objects.get(email="alice@alice.example"))
    assert client.post(path, {FORMS[path]: "a\x00b"}).status_code == 400


@pytest.mark.parametrize("value", IDS)
def test_an_impossible_id_is_a_missing_one(client, key, value):
    assert client.get(f"/changes/{value}/").status_code == 404
    for noun in ("changes", "documents", "versions", "watchlists"):
        answer = client.get(f"/api/v1/{noun}/{value}/", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 404, (noun, value)


@pytest.mark.parametrize("body", ["{", "[]", '"x"', '{"platform": null}', '{"platform": "\\u0000"}', "x" * 10_000])
def test_a_body_that_is_not_what_it_should_be_is_refused(client, key, body):
    lists = client.get("/api/v1/watchlists/", headers={"Authorization": f"Bearer {key}"}).json()["results"]
    number = lists[0]["id"] if lists else 1
    answer = client.post(
        f"/api/v1/watchlists/{number}/watches/",
        data=body, content_type="application/json", headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert answer.status_code in (400, 404)
