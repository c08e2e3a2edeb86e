"""Search by API."""

from tests.monitoring.faces import key


def test_every_answer_cites_the_words_where_they_stand(client, alice, change, now):
    answer = client.get("/api/v1/search/?q=binding+arbitration", headers=key(alice, now=now)).json()
    assert "legal advice" in answer["notice"]["text"]
    (found,) = answer["results"]
    assert found["stands"] and found["brought_by"] == change.pk and found["taken_by"] is None
    citation = found["citations"][0]
    assert citation["version"] == change.after_id
    assert change.after.text[citation["start"] : citation["end"]] == citation["quote"]


def test_wrong_parameters_are_named(client, alice, now):
    headers = key(alice, now=now)
    for query, name in {
        "": "q", "?q=x&standing=maybe": "standing", "?q=x&terms_type=none": "terms_type", "?q=x&since=soon": "since",
        "?q=" + "x" * 301: "q",
    }.items():  # fmt: skip
        answer = client.get(f"/api/v1/search/{query}", headers=headers)
        assert answer.status_code == 400 and list(answer.json()["errors"]) == [name]
