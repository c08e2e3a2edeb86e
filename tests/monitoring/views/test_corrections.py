"""Contesting a reading on its page, the public log, and the operators' side."""

import pytest

from monitoring.models import Correction, Provision
from tests import world
from tests.monitoring.views.test_pages import Outline

REASON = {"fault": "stance", "reason": "The clause says that content is used, see section 2."}


@pytest.fixture
def provision(change):
    return Provision.objects.get(document=change.document, provision_type="model_training_use")


@pytest.fixture
def operator(client, now, db):
    olga = world.person("olga", now=now)
    olga.is_staff = True
    olga.save()
    client.force_login(olga)
    return client


def contest(client, provision, **given):
    return client.post(f"{provision.get_absolute_url()}contest/", REASON | given)


def test_anybody_contests_a_reading_and_is_thanked(client, provision):
    answer = contest(client, provision)
    assert answer.status_code == 302
    row = Correction.objects.get()
    assert (row.fault, row.revision.provision, row.outcome, row.email) == ("stance", provision, "", "")


@pytest.mark.parametrize(
    "given", [{"reason": "wrong"}, {"fault": "taste"}, {"email": "nobody"}, {"reason": "x" * 2001}]
)
def test_what_gives_no_reason_is_refused_beside_the_field(client, provision, given):
    answer = contest(client, provision, **given)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not Correction.objects.exists()


def test_what_is_missing_is_said_with_what_to_write(client, provision):
    page = contest(client, provision, fault="", reason="wrong").content.decode()
    assert "Choose what is wrong." in page
    assert "Say it in at least 20 characters: name the words that show it." in page


def test_the_sixth_in_an_hour_is_refused_and_keeps_what_was_written(client, provision):
    for _ in range(5):
        assert contest(client, provision).status_code == 302
    answer = contest(client, provision)
    assert answer.status_code == 429
    assert REASON["reason"] in answer.content.decode()
    assert Correction.objects.count() == 5


def test_the_log_tells_outcome_and_answer_but_not_who_or_what_was_written(client, provision, operator):
    contest(operator, provision, email="reader@example.org")
    row = Correction.objects.get()
    operator.post(f"/review/corrections/{row.pk}/", {"outcome": "upheld", "answer": "Read again: it is an opt-out."})
    html = client.get("/corrections/").content.decode()
    assert "The reading was wrong" in html
    assert "Read again: it is an opt-out." in html
    assert REASON["reason"] not in html
    assert "reader@example.org" not in html
    assert "Read again: it is an opt-out." in client.get(provision.get_absolute_url()).content.decode()


def test_the_queue_shows_reason_and_words(operator, provision):
    contest(operator, provision)
    html = operator.get("/review/corrections/").content.decode()
    assert REASON["reason"] in html
    assert "<mark>" in html.partition('class="verbatim')[2]
    assert Outline(html).faults == []


def test_a_decision_without_an_answer_is_refused(operator, provision):
    contest(operator, provision)
    row = Correction.objects.get()
    operator.post(f"/review/corrections/{row.pk}/", {"outcome": "upheld", "answer": ""})
    assert Correction.objects.get().outcome == ""


def test_the_queue_does_not_exist_for_others(client, signed_in, provision):
    assert signed_in.get("/review/corrections/").status_code == 404
    assert signed_in.post("/review/corrections/1/", {"outcome": "upheld", "answer": "x"}).status_code == 404


def test_an_organization_states_where_it_operates_and_the_law_is_sorted(client, provision, now):
    client.force_login(world.person("dora", now=now, plan="professional"))
    answer = client.post("/settings/applicability/", {"places": ["JP"], "uses": ["assistant"]}, follow=True)
    assert "Saved" in answer.content.decode()
    html = client.get(provision.get_absolute_url()).content.decode()
    assert "set aside by what your organization stated" in html
    assert "EU/EEA was not named among the places." in html


def test_stating_is_part_of_professional(signed_in, db):
    answer = signed_in.post("/settings/applicability/", {"places": ["EU"]})
    assert answer.status_code == 403
    assert "Professional" in answer.content.decode()


def test_a_statement_without_a_place_is_refused(client, now, db):
    client.force_login(world.person("dora", now=now, plan="professional"))
    answer = client.post("/settings/applicability/", {"uses": ["assistant"]})
    assert answer.status_code == 400
    assert Outline(answer.content.decode()).faults == []
