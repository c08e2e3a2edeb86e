"""The page of a provision, the types and the law: whole, cheap, sound, and honest about what is not known."""

import re
from datetime import timedelta

import pytest

from monitoring.models import Provision, Revision
from monitoring.templatetags import provisions
from tests import world
from tests.monitoring.faces import CHANGED
from tests.monitoring.views.test_pages import Outline

MOST_QUERIES = 12
OPT_OUT = (
    "You keep all rights in the content that you submit. We may use your content to train our models unless you opt out "
    "in your account settings. We use feedback that you give us to train our models even if you opt out."
)


@pytest.fixture
def opted_out(change, source, now):
    """Acme moved from no training to an opt-out three days ago; Borea trains nobody's content."""
    world.serve(source, world.terms(c2=OPT_OUT), at=now - timedelta(days=3))
    other = world.declare("acme", "borea", now=now - timedelta(days=400))["borea"]
    world.serve(other, world.terms(), at=now - timedelta(days=20))
    return Provision.objects.get(document=source.document, provision_type="model_training_use")


def page(client, provision, **query):
    answer = client.get(provision.get_absolute_url(), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_the_text_states_with_its_words_and_marks_the_deciding_ones(client, opted_out):
    html = page(client, opted_out)
    assert "allows training on user content unless the user turns it off" in html
    assert "<mark>" in html.partition('class="verbatim"')[2]
    assert opted_out.public_id in html
    assert "Content connected with feedback or ratings" in html
    assert "We use feedback that you give us to train our models even if you opt out" in html


def test_the_exposure_is_counted_point_by_point(client, opted_out):
    html = page(client, opted_out)
    revision = opted_out.revisions.newest_first().first()
    assert f"{revision.score}/100" in html
    assert "+8" in html


def test_points_that_lower_the_exposure_have_one_sign(client, opted_out):
    other = Provision.objects.get(document__platform__slug="borea", provision_type="model_training_use")
    assert re.findall(r"[+−-]+(?=\d+</td>)", page(client, other)) == ["−"]


def test_the_history_is_true(client, opted_out):
    html = page(client, opted_out)
    assert "This provision has changed once" in html
    assert "Worse for users" in html
    assert "The text says that content is not used to train models." in html


def test_peers_are_of_the_same_type_and_say_why_they_are_shown(client, opted_out):
    html = page(client, opted_out)
    assert "Borea" in html
    assert "the same kind of document" in html
    assert "2 platforms speak to this" in html


def test_the_past_shows_what_stood_then(client, opted_out, now):
    html = page(client, opted_out, at=(now - timedelta(days=20)).date().isoformat())
    assert "says that content is not used to train models" in html
    assert "Comparison at a past date comes with Professional." in html
    assert "Worse for users" not in html


def test_before_it_was_first_seen_the_page_says_so(client, opted_out):
    assert "Not seen yet by then" in page(client, opted_out, at="2020-01-01")


def test_a_day_that_is_none_is_named_and_today_is_shown(client, opted_out):
    assert "That is no day" in page(client, opted_out, at="tomorrow")


def test_a_withdrawn_provision_says_since_when_and_what_it_said_last(client, source, change, now):
    gone = "You must not use the service in any way that we would not like to see at all, thank you."
    world.serve(source, world.terms(c5=gone), at=now - timedelta(days=2))
    provision = Provision.objects.get(provision_type="liability_cap")
    html = page(client, provision)
    assert "No longer stated." in html
    assert "limited to the fees" in html


def test_a_type_that_the_document_does_not_speak_to_is_silence_and_not_a_404(client, change):
    answer = client.get(f"{change.document.get_absolute_url()}provisions/sensitive_biometric_data/")
    assert answer.status_code == 200
    assert "No clause of this type was found in the Terms of Service of Acme." in answer.content.decode()


def test_a_text_in_another_language_is_not_determined(client, now, db):
    source = world.declare("acme", now=now)["acme"]
    german = (
        "Die Nutzung unserer Dienste unterliegt diesen Bedingungen, und wir verwenden Ihre Eingaben nicht zum Training."
    )
    body = world.terms(**{f"c{n}": f"{german} Das gilt auch für Absatz {n}." for n in range(1, 8)})
    world.serve(source, body, at=now)
    answer = client.get(f"{source.document.get_absolute_url()}provisions/model_training_use/")
    assert "Not determined: the text is in another language" in answer.content.decode()


@pytest.mark.parametrize("address", ["provisions/nothing/", "provisions/nothing/contest/"])
def test_an_unknown_type_is_a_404(client, change, address):
    assert client.get(f"{change.document.get_absolute_url()}{address}").status_code == 404


def test_a_visitor_reads_how_the_analysis_begins_and_what_professional_adds(client, opted_out):
    html = page(client, opted_out)
    assert "Professional goes on from here" in html
    assert "Regulatory landscape" not in html
    assert "GDPR Art 6" not in html


def test_professional_reads_the_five_parts_with_citations_risk_and_actions(client, opted_out, now):
    client.force_login(world.person("dora", now=now, plan="professional"))
    html = page(client, opted_out)
    for part in (
        "Regulatory landscape", "Governance exposure", "Jurisdiction flags", "Contract and vendor implications",
        "Compliance considerations", "Regulatory citations", "Enforcement risk", "Due-diligence actions",
    ):  # fmt: skip
        assert part in html
    assert "GDPR Art 6" in html


def test_no_text_stands_twice_on_the_page(client, opted_out):
    html = page(client, opted_out)
    revision = Revision.objects.standing().get(provision=opted_out)
    consumers = revision.provision.type.consumers
    assert html.count(consumers[:60]) == 1


ADDRESSES = {
    "provision": "{provision}",
    "silence": "{document}provisions/sensitive_biometric_data/",
    "types": "/provision-types/",
    "type": "/provision-types/model_training_use/",
    "taxonomy": "/provision-types/taxonomy.json",
    "regulations": "/regulations/",
    "regulation": "/regulations/gdpr_6/",
    "library": "/regulations/library.json",
    "corrections": "/corrections/",
    "contest": "{provision}contest/",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_answers_in_few_queries_with_sound_markup(name, client, opted_out, django_assert_max_num_queries):
    address = ADDRESSES[name].format(
        provision=opted_out.get_absolute_url(), document=opted_out.document.get_absolute_url()
    )
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = client.get(address)
    assert answer.status_code == 200
    if not answer["Content-Type"].startswith("text/html"):
        assert answer.json()["version"]
        return
    outline = Outline(answer.content.decode())
    assert outline.faults == []
    assert outline.headings.count(1) == 1


def test_a_type_tells_who_says_what_and_who_says_nothing(client, opted_out, now):
    quiet = world.declare("acme", "borea", "calm", now=now)["calm"]
    world.serve(quiet, world.terms(c2="You keep all rights in the content that you submit."), at=now)
    html = client.get("/provision-types/model_training_use/").content.decode()
    assert "2 platforms speak to it" in html
    assert "No such clause found" in html
    assert "Calm" in html
    assert "in one document" in html


def test_a_regulation_shows_the_provisions_it_may_bear_on(client, opted_out):
    html = client.get("/regulations/gdpr_6/").content.decode()
    assert "To confirm before relying on it" in html
    assert opted_out.get_absolute_url() in html


@pytest.mark.parametrize("address", ["/provision-types/nothing/", "/regulations/nothing/"])
def test_what_the_library_lacks_is_a_404(client, db, address):
    assert client.get(address).status_code == 404


def test_a_change_lists_the_provisions_it_touched_before_and_after(client, change):
    html = client.get(change.get_absolute_url()).content.decode()
    assert "How long data is kept" in html
    assert "30 days → 90 days" in html
    assert "GDPR" not in html


def test_a_change_that_touches_no_known_type_says_so(client, source, change, now):
    aloud = "You must not use the service to break the law, to harm others or to sing aloud while it is in operation."
    _, other = world.serve(source, world.terms(**CHANGED, c4=aloud), at=now - timedelta(days=1))
    Revision.objects.filter(version=other.after).delete()
    assert "touched no known provision type" in client.get(other.get_absolute_url()).content.decode()


def test_no_reading_is_said_to_be_certain():
    assert [provisions.confidence(value) for value in (1.0, 0.991, 0.99, 0.7)] == [
        "over 0.99",
        "over 0.99",
        "0.99",
        "0.70",
    ]
