"""The comparison as pages, as a file, and as what an organization keeps."""

import csv
import io
from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from monitoring import compare
from monitoring.models import Comparison, Platform
from tests import world
from tests.monitoring.views.test_pages import Outline

MOST_QUERIES = 12
OPT_OUT = (
    "You keep all rights. We may use your content to train our models unless you opt out in your account settings."
)


@pytest.fixture
def two(change, source, now):
    other = world.declare("acme", "borea", now=now - timedelta(days=400))["borea"]
    world.serve(other, world.terms(c2=OPT_OUT), at=now - timedelta(days=20))
    return list(Platform.objects.order_by("name"))


@pytest.fixture
def professional(client, now, db):
    client.force_login(world.person("dora", now=now, plan="professional"))
    return client


ADDRESSES = [
    "/compare/", "/compare/?type=personal_data", "/compare/?type=all", "/compare/?type=model_training_use",
    "/compare/?type=nothing&at=tomorrow&audience=x", "/compare/?page=99",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_comparison_answers_in_few_queries_with_sound_markup(address, client, two, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.get(address)
    assert answer.status_code == 200
    outline = Outline(answer.content.decode())
    assert outline.faults == []
    assert outline.headings.count(1) == 1


def test_the_matrix_says_every_position_in_words_and_leads_to_it(client, two):
    html = client.get("/compare/").content.decode()
    assert "Unless you opt out" in html
    assert "Not for training" in html
    assert "/platforms/borea/" in html
    assert "no such clause found" in html


def test_what_everybody_asks_for_is_read_once(client, two, monkeypatch):
    read = []
    monkeypatch.setattr(
        compare, "matrix", lambda *args, whole=compare.matrix, **more: read.append(args) or whole(*args, **more)
    )
    pages = [client.get("/compare/").content for _ in range(2)]
    assert (len(read), len(set(pages))) == (1, 1)
    for address in ("/compare/?type=all", "/compare/?type=personal_data", "/compare/?category=llm"):
        client.get(address)
    assert len(read) >= 3  # each a table of its own
    assert b"/platforms/acme/" in pages[0]


def test_one_type_shows_words_and_marks_what_is_alone(client, two, now):
    third = world.declare("acme", "borea", "calm", now=now)["calm"]
    world.serve(third, world.terms(), at=now)
    html = client.get("/compare/?type=model_training_use").content.decode()
    assert "in your account settings" in html
    assert "the only one" in html
    assert "3 of 3 platforms that are read speak to it." in html


def test_the_past_is_for_professional(client, two, now):
    day = (now - timedelta(days=2)).date()
    html = client.get(f"/compare/?at={day}").content.decode()
    assert "Comparison at a past date comes with Professional" in html
    client.force_login(world.person("dora", now=now, plan="professional"))
    html = client.get(f"/compare/?at={day}").content.decode()
    assert "As it stood at the end of" in html


def test_csv_is_for_a_plan_that_has_it(client, signed_in, two):
    assert signed_in.get("/compare/csv/").status_code == 403
    client.logout()
    assert client.get("/compare/csv/").status_code == 302


def test_csv_has_a_line_for_each_cell_with_its_words(professional, two):
    answer = professional.get("/compare/csv/?type=model_training_use")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["platform"], row["stance"], row["state"]) for row in rows] == [
        ("Acme", "never", "stated"), ("Borea", "opt_out", "stated"),
    ]  # fmt: skip
    assert "train our models" in rows[1]["quote"]
    assert rows[1]["page"].startswith("http")


def test_no_cell_of_the_file_is_a_formula(professional, two):
    Platform.objects.filter(slug="borea").update(name="=HYPERLINK(1)")
    answer = professional.get("/compare/csv/?type=model_training_use")
    assert "'=HYPERLINK(1)" in b"".join(answer.streaming_content).decode()


def test_an_organization_keeps_a_matrix_shows_it_and_forgets_it(professional, two):
    chosen = {"name": "Ours", "platforms": [two[1].pk], "provision_types": ["model_training_use", "liability_cap"]}
    answer = professional.post("/compare/new/", chosen, follow=True)
    html = answer.content.decode()
    assert "Borea" in html
    assert "<h1>Ours</h1>" in html
    saved = Comparison.objects.get()
    assert professional.get(f"/compare/{saved.pk}/csv/").status_code == 200
    assert professional.post("/compare/new/", chosen).status_code == 400
    professional.post(f"/compare/{saved.pk}/remove/")
    assert not Comparison.objects.exists()
    assert list(AuditEvent.objects.filter(verb__startswith="comparison").order_by("id").values_list("verb", flat=True)) == [
        "comparison.saved", "comparison.removed",
    ]  # fmt: skip


def test_a_strangers_matrix_is_a_404(professional, two, charlie, now):
    own = world.organization_of(charlie)
    other = Comparison.objects.create(
        organization=own, name="x", platforms=[two[0].pk], provision_types=["liability_cap"], created_at=now
    )
    for address in (f"/compare/{other.pk}/", f"/compare/{other.pk}/csv/"):
        assert professional.get(address).status_code == 404
    assert professional.post(f"/compare/{other.pk}/remove/").status_code == 404
