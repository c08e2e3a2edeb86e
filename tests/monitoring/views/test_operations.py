"""The page of operations, and the same as JSON: for operators, and for the holder of the token."""

import pytest

from monitoring import operations
from tests.monitoring.views.test_pages import Outline


@pytest.fixture
def operator(client, charlie):
    type(charlie).objects.filter(pk=charlie.pk).update(is_staff=True)
    client.force_login(charlie)
    return client


def test_an_operator_reads_every_figure(operator, change, now):
    page = operator.get("/review/operations/").content.decode()
    assert "To look at" in page
    assert "none known of" in page
    assert Outline(page).faults == []
    operations.note_sweep(now=now)
    assert "none known of" not in operator.get("/review/operations/").content.decode()


def test_json_has_the_same_and_its_status_says_whether_all_is_well(operator, change, monkeypatch):
    answer = operator.get("/review/operations/json/")
    found = answer.json()
    assert answer.status_code == 503
    assert found["is_well"] is False
    assert any("sweep" in worry for worry in found["worries"])
    assert found["unmatched"]["number"] == 1
    assert found["corrections"] == 0
    monkeypatch.setattr(operations.Operations, "worries", ())
    page = operator.get("/review/operations/").content.decode()
    assert "Nothing waits longer than it should." in page and "All is well" not in page
    assert operator.get("/review/operations/json/").status_code == 200


def test_the_token_opens_the_json_and_nothing_else(client, db, settings):
    settings.OPERATIONS_TOKEN = "a secret of the installation"
    headers = {"authorization": "Bearer a secret of the installation"}
    assert client.get("/review/operations/json/", headers=headers).status_code in (200, 503)
    assert client.get("/review/operations/", headers=headers).status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer wrong", "Basic x", "Bearer"])
@pytest.mark.parametrize("token", ["", "right"])
def test_to_all_others_there_is_nothing(header, token, client, signed_in, settings):
    settings.OPERATIONS_TOKEN = token
    headers = {"authorization": header} if header is not None else {}
    assert signed_in.get("/review/operations/json/", headers=headers).status_code == 404
    assert signed_in.get("/review/operations/").status_code == 404
