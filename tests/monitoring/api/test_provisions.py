"""Provisions by API: the words are found where they are cited, and a plan gets what it pays for and no more."""

from datetime import timedelta

import pytest

from monitoring import knowledge
from monitoring.models import Provision, Version
from tests import world
from tests.monitoring.faces import key

OPT_OUT = (
    "You keep all rights in the content that you submit. We may use your content to train our models unless you opt out "
    "in your account settings. We use feedback that you give us to train our models even if you opt out."
)


@pytest.fixture
def get(client, alice, now):
    headers = key(alice, now=now)

    def got(address, status=200):
        answer = client.get(address, headers=headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    return got


@pytest.fixture
def moved(source, change, now):
    _reading, moved = world.serve(source, world.terms(c2=OPT_OUT), at=now - timedelta(days=3))
    return moved


def test_provisions_come_newest_wording_first_with_words_found_at_their_offsets(get, moved):
    found = get("/api/v1/provisions/")
    assert found["notice"]["methodology"].endswith("/methodology/")
    rows = found["results"]
    assert [row["observed_at"] for row in rows] == sorted((row["observed_at"] for row in rows), reverse=True)
    texts = dict(Version.objects.values_list("pk", "text"))
    for row in rows:
        cited = row["citation"]
        assert texts[cited["version"]][cited["start"] : cited["end"]] == cited["quote"]
        for span in (*row["carveouts"], *row["parameters"]):
            assert texts[row["version"]][span["start"] : span["end"]].strip()


def test_a_list_costs_the_same_whatever_its_length(get, moved, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        get("/api/v1/provisions/")


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("type=model_training_use", {"model_training_use"}),
        ("type=model_training_use&stance=opt_out", {"model_training_use"}),
        ("type=model_training_use&stance=never", set()),
        ("direction=worse", {"model_training_use"}),
        ("platform=acme&type=liability_cap", {"liability_cap"}),
    ],
)
def test_filters_leave_what_they_name(get, moved, query, types):
    assert {row["provision_type"] for row in get(f"/api/v1/provisions/?{query}")["results"]} == types


def test_since_is_when_the_wording_came(get, moved, now):
    rows = get(f"/api/v1/provisions/?since={(now - timedelta(days=5)).date()}")["results"]
    assert "model_training_use" in {row["provision_type"] for row in rows}
    assert "liability_cap" not in {row["provision_type"] for row in rows}


@pytest.mark.parametrize(
    "query", ["type=nothing", "stance=nothing", "direction=up", "type=liability_cap&stance=opt_out"]
)
def test_what_is_no_key_is_refused_by_name(get, db, query):
    assert query.split("=")[0].split("&")[0] in str(get(f"/api/v1/provisions/?{query}", status=400)["errors"]) or (
        "stance" in str(get(f"/api/v1/provisions/?{query}", status=400)["errors"])
    )


def test_pages_follow_each_other_without_gap_or_repeat(get, moved):
    every = [row["id"] for row in get("/api/v1/provisions/")["results"]]
    address, seen = "/api/v1/provisions/?limit=2", []
    while address:
        page = get(address)
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == every


def test_one_provision_tells_its_history_and_the_public_part_of_its_reading(get, moved):
    pk = Provision.objects.get(provision_type="model_training_use").pk
    found = get(f"/api/v1/provisions/{pk}/")
    assert [event["fate"] for event in found["revisions"]] == ["revised", "new"]
    newest = found["revisions"][0]
    assert (newest["before"]["stance"], newest["after"]["stance"], newest["direction"]) == ("never", "opt_out", "worse")
    assert newest["change"] == moved.pk
    assert sum(point["points"] for point in found["assessment"]["trace"]) == found["exposure"]["score"]
    assert found["assessment"]["institutional"] is None


def test_professional_gets_the_institutional_part(client, moved, now):
    dora = world.person("dora", now=now, plan="professional")
    pk = Provision.objects.get(provision_type="model_training_use").pk
    found = client.get(f"/api/v1/provisions/{pk}/", headers=key(dora, now=now)).json()
    cited = {entry["citation"] for entry in found["assessment"]["institutional"]["citations"]}
    assert "GDPR Art 6" in cited
    change = client.get(f"/api/v1/changes/{moved.pk}/", headers=key(dora, now=now)).json()
    assert "GDPR Art 6" in {entry["citation"] for entry in change["provisions"][0]["obligations"]}


def test_a_withdrawn_provision_shows_what_it_said_last(get, source, change, now):
    gone = "You must not use the service in any way that we would not like to see at all, thank you."
    world.serve(source, world.terms(c5=gone), at=now - timedelta(days=2))
    pk = Provision.objects.get(provision_type="liability_cap").pk
    found = get(f"/api/v1/provisions/{pk}/")
    assert found["withdrawn_at"]
    assert "limited" in found["citation"]["quote"]
    assert pk not in {row["id"] for row in get("/api/v1/provisions/")["results"]}


def test_a_change_says_which_provisions_it_touched(get, moved):
    (touched,) = (
        row
        for row in get(f"/api/v1/changes/{moved.pk}/")["provisions"]
        if row["provision_type"] == "model_training_use"
    )
    assert touched["before"]["exposure"]["score"] < touched["after"]["exposure"]["score"]
    assert [carveout["key"] for carveout in touched["after"]["carveouts"]] == ["feedback"]
    assert touched["obligations"] is None


def test_the_taxonomy_and_the_library_are_whole(get, db):
    taxonomy, library = get("/api/v1/taxonomy/"), get("/api/v1/regulations/")
    assert [row["key"] for row in taxonomy["types"]] == list(knowledge.taxonomy().types)
    assert len(library["regulations"]) == len(knowledge.library().obligations)
    assert library["notice"]


def test_a_provision_that_is_not_there_is_a_404(get, db):
    get("/api/v1/provisions/987654321/", status=404)
