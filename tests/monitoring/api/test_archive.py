"""The public archive by API says what the rows say."""

import hashlib

import pytest

from tests import world
from tests.monitoring.faces import key


@pytest.fixture
def get(client, alice, now):
    headers = key(alice, now=now)

    def got(address):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return got


def test_platforms_come_by_name_with_their_freshness(get, now):
    world.declare("coil", "acme", "bolt", now=now)
    found = get("/api/v1/platforms/?limit=2")
    assert [row["slug"] for row in found["results"]] == ["acme", "bolt"]
    assert [row["slug"] for row in get(found["next"])["results"]] == ["coil"]
    assert found["results"][0]["document_count"] == 1
    assert get("/api/v1/platforms/coil/")["page"].endswith("/platforms/coil/")


def test_a_document_says_how_it_fares(get, change):
    [row] = get("/api/v1/documents/?platform=acme")["results"]
    assert row == get(f"/api/v1/documents/{change.document_id}/")
    assert row["sources"] == ["https://acme.example/terms"]
    assert row["latest_version"]["id"] == change.after_id
    assert row["freshness"]["state"] == "current"


def test_a_version_comes_with_text_clauses_and_captures(get, change):
    [newest, first] = get(f"/api/v1/documents/{change.document_id}/versions/")["results"]
    assert (newest["sequence"], first["sequence"]) == (2, 1)
    version = get(f"/api/v1/versions/{newest['id']}/")
    assert hashlib.sha256(version["text"].encode()).hexdigest() == version["digest"]
    for clause in version["clauses"]:
        assert version["text"][clause["start"] : clause["end"]].strip()
    [snapshot] = version["snapshots"]
    assert snapshot["origin"] == "fetched"
    assert len(snapshot["digest"]) == 64


def test_a_change_comes_with_words_found_verbatim_in_both_texts(get, change):
    found = get(f"/api/v1/changes/{change.pk}/")
    assert found["notice"]["methodology"].endswith("/methodology/")
    before, after = (get(f"/api/v1/versions/{found[side]}/")["text"] for side in ("before", "after"))
    assert found["edits"]
    for edit in found["edits"]:
        for side, text in (("before", before), ("after", after)):
            if edit[side]:
                assert text[edit[side]["start"] : edit[side]["end"]] == edit[side]["text"]
        for words in edit["words"]:
            assert before[words["before_start"] : words["before_end"]] == words["removed"]
            assert after[words["after_start"] : words["after_end"]] == words["added"]


def test_changes_are_filtered(get, change, now):
    def count(query):
        return len(get(f"/api/v1/changes/{query}")["results"])

    assert count("") == 1
    assert count("?platform=acme&significance=substantive") == 1
    assert count("?significance=housekeeping") == 0
    assert count(f"?document={change.document_id}&since={change.observed_at:%Y-%m-%d}") == 1
    assert count(f"?since={now:%Y-%m-%d}") == 0


def test_lists_of_analysis_carry_the_notice(get, change):
    assert "not legal advice" in get("/api/v1/changes/")["notice"]["text"].lower()
    assert "not legal advice" in get("/api/v1/timeline/")["notice"]["text"].lower()


def test_lists_stay_cheap_however_long(client, alice, now, django_assert_max_num_queries):
    for slug, source in world.declare(*[f"p{number}" for number in range(12)], now=now).items():
        world.serve(source, world.terms(), at=now)
        assert slug
    headers = key(alice, now=now)
    client.get("/api/v1/platforms/", headers=headers)
    for address in ("/api/v1/platforms/", "/api/v1/documents/", "/api/v1/changes/", "/api/v1/timeline/"):
        with django_assert_max_num_queries(6):
            assert client.get(address, headers=headers).status_code == 200
