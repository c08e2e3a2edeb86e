"""What documents say, type by type: recorded with each Version, alive through rewording, quoted word for word."""

from dataclasses import replace

import pytest

from monitoring import knowledge, pipeline, provisions
from monitoring.archive import revisions
from monitoring.models import Classification, Provision, Revision, Version
from tests import world

pytestmark = pytest.mark.django_db

TRAINING = "2. Your content"
OPT_OUT = (
    "You keep all rights in the content that you submit. We may use your content to train our models unless you opt out "
    "in your account settings. We use feedback that you give us to train our models even if you opt out."
)


@pytest.fixture
def source(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    return source


def of(provision_type, at=None):
    return Revision.objects.standing(at).filter(provision__provision_type=provision_type).with_version().first()


def test_the_first_version_states_its_provisions(source):
    revision = of("model_training_use")
    assert (revision.fate, revision.kind, revision.stance) == ("new", "first", "never")
    assert revision.level in ("Low", "Medium", "High", "Critical")
    assert revision.provision.public_id == f"CA-P-{revision.provision_id:06d}"


def test_every_version_is_noted_as_read(source, now):
    world.serve(source, world.terms(c4="You must not use the service to harm others."), at=now + world.DAY)
    assert Classification.objects.count() == Version.objects.count() == 2


def test_a_provision_lives_on_while_its_stance_changes(source, now):
    before = of("model_training_use")
    _, change = world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    after = of("model_training_use")
    assert after.provision == before.provision
    assert (after.previous, after.fate, after.direction, after.stance) == (before, "revised", "worse", "opt_out")
    assert after.exceptions == ("feedback",)
    (movement,) = (m for m in provisions.touched(change) if m.type.key == "model_training_use")
    assert (movement.before.stance, movement.after.stance, movement.came) == ("never", "opt_out", ("feedback",))
    assert movement.exposure_moved > 0


def test_the_past_keeps_what_it_said(source, now):
    world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    assert of("model_training_use", at=now + world.HOUR).stance == "never"
    assert of("model_training_use", at=now - world.HOUR) is None


def test_a_changed_number_is_a_revision_with_both_values(source, now):
    retention = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."
    _, change = world.serve(source, world.terms(c3=retention), at=now + world.DAY)
    (movement,) = provisions.touched(change)
    assert movement.type.key == "data_retention"
    assert [(old, new) for _, old, new in movement.parameters] == [(30, 90)]


def test_numbers_of_two_passages_are_never_read_as_one_that_moved(source, now):
    kept, devices = (
        "We keep your conversations for 30 days and delete them afterwards.",
        "We retain device data for {} days.",
    )
    world.serve(source, world.terms(c3=kept, c4=devices.format(395)), at=now + world.DAY)
    reworded = world.terms(c3=f"{kept} This holds for everybody.", c4=devices.format(400))
    _, change = world.serve(source, reworded, at=now + 2 * world.DAY)
    (movement,) = provisions.touched(change)
    assert sorted(movement.after.stated["retention_days"]) == [30, 400]
    assert [(old, new) for name, old, new in movement.parameters if name == "retention_days"] == [(395, 400)]


def test_a_number_that_another_passage_states_too_still_moves(source, now):
    kept, closed = (
        "We keep your conversations for {} days and delete them afterwards.",
        "We keep account data for 60 days.",
    )
    world.serve(source, world.terms(c3=kept.format(60), c4=closed), at=now + world.DAY)
    _, change = world.serve(source, world.terms(c3=kept.format(120), c4=closed), at=now + 2 * world.DAY)
    (movement,) = provisions.touched(change)
    assert [(old, new) for name, old, new in movement.parameters if name == "retention_days"] == [(60, 120)]


def test_what_is_no_longer_said_is_withdrawn_and_may_return(source, now):
    gone = "You must not use the service in any way that we would not like to see at all, thank you."
    _, change = world.serve(source, world.terms(c7=gone), at=now + world.DAY)
    (movement,) = (m for m in provisions.touched(change) if m.type.key == "governing_law_venue")
    assert (movement.fate, movement.after) == ("withdrawn", None)
    assert of("governing_law_venue") is None
    back = "These terms are governed by the laws of France and disputes are heard by the courts of Paris."
    world.serve(source, world.terms(c7=back), at=now + 2 * world.DAY)
    assert (of("governing_law_venue").fate, Provision.objects.filter(provision_type="governing_law_venue").count()) == (
        "new",
        1,
    )


def test_a_clause_that_only_moved_or_was_renumbered_is_on_no_timeline(source, now):
    page = world.terms().replace(b"3. Retention", b"4. Retention").replace(b"4. Conduct", b"3. Conduct")
    world.serve(source, page, at=now + world.DAY)
    assert not Revision.objects.events().filter(observed_at__gt=now).exists()


def test_every_quotation_is_found_at_its_offsets(source, now):
    world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    for revision in Revision.objects.with_version():
        for found in provisions.quotes(revision):
            assert revision.version.text[found.start : found.end] == found.text
            assert "".join(text for _, text in found.pieces) == found.text
        for span in (*revision.carveouts, *revision.parameters):
            assert 0 <= span["start"] < span["end"] <= len(revision.version.text)


def test_the_deciding_words_are_marked_in_the_quotation(source, now):
    world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    found = provisions.quote(of("model_training_use"))
    assert any(is_marked for is_marked, _ in found.pieces)


def test_where_the_deciding_words_stand_in_no_passage_the_surest_one_is_quoted(source):
    revision = of("model_training_use")
    text = revision.version.text
    doubtful, sure = text.index("1."), text.index("2.")
    revision.stance_start, revision.stance_end = len(text) - 10, len(text)
    revision.passages = [
        {
            "clause": 0,
            "start": doubtful,
            "end": doubtful + 20,
            "confidence": 0.65,
            "evidence": [[doubtful, doubtful + 2]],
        },
        {"clause": 1, "start": sure, "end": sure + 20, "confidence": 0.99, "evidence": [[sure, sure + 2]]},
    ]
    assert provisions.quote(revision).start == sure


def test_a_quotation_is_shown_without_the_signs_of_markdown():
    text = "We keep it as the [Usage Policy](https://acme.example/usage) says: **30 days**."
    start = text.index("30")
    found = provisions.Quote(text, 100, 100 + len(text), 0, marked=((100 + start, 107 + start),))
    assert found.pieces == ((False, "We keep it as the Usage Policy says: "), (True, "30 days"), (False, "."))


def test_a_page_in_another_language_is_left_undetermined(now):
    source = world.declare("acme", now=now)["acme"]
    german = (
        "Die Nutzung unserer Dienste unterliegt diesen Bedingungen, und wir verwenden Ihre Eingaben nicht zum Training."
    )
    page = world.terms(**{f"c{n}": f"{german} Das gilt auch für Absatz {n}." for n in range(1, 8)})
    world.serve(source, page, at=now)
    version = Version.objects.get()
    assert (version.language.startswith("de"), Revision.objects.exists()) == (True, False)
    assert revisions.pending(source.document) == []


def better_taxonomy(monkeypatch, name="2099-01"):
    better = replace(knowledge.taxonomy(), version=name)
    monkeypatch.setattr(knowledge, "taxonomy", lambda: better)


def test_a_better_taxonomy_reads_the_past_again_without_an_event(source, now, monkeypatch):
    world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    events = Revision.objects.events().count()
    better_taxonomy(monkeypatch)
    assert pipeline.classify_past(source.document, now=now + 2 * world.DAY) == 2
    assert pipeline.classify_past(source.document, now=now + 2 * world.DAY) == 0
    assert Revision.objects.events().count() == events
    assert of("model_training_use").taxonomy == "2099-01"
    assert of("model_training_use", at=now + world.HOUR).stance == "never"


def test_the_next_change_is_compared_by_one_taxonomy_only(source, now, monkeypatch):
    better_taxonomy(monkeypatch)
    _, change = world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    (movement,) = (m for m in provisions.touched(change) if m.type.key == "model_training_use")
    assert {movement.before.taxonomy, movement.after.taxonomy} == {"2099-01"}
    assert movement.before.kind == "technical"


def test_versions_that_nobody_read_are_read_as_they_would_have_been(source, now):
    world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    said = list(Revision.objects.order_by("id").values_list("kind", "fate", "direction", "stance"))
    Classification.objects.all().delete()
    Revision.objects.update(previous=None)
    Revision.objects.all().delete()
    assert pipeline.classify_past(source.document, now=now + 2 * world.DAY) == 2
    assert list(Revision.objects.order_by("id").values_list("kind", "fate", "direction", "stance")) == said


def test_the_reading_is_composed_from_what_is_recorded(source):
    reading = provisions.assessment(of("model_training_use"), on=source.document.created_at.date())
    assert reading.exposure.score == of("model_training_use").score
    assert "Acme" in reading.summary


def test_a_provision_that_a_neighbour_made_less_sure_is_not_withdrawn(source, now):
    """The words "some features may go away" alone would not be found; a document that spoke to it still does."""
    sure = "We may change or discontinue features of the service at any time without notice."
    world.serve(source, world.terms(c4=sure), at=now + world.DAY)
    world.serve(source, world.terms(c4="Some features may go away."), at=now + 2 * world.DAY)
    row = Provision.objects.get(document=source.document, provision_type="service_modification")
    assert list(row.revisions.order_by("id").values_list("fate", flat=True)) == ["new", "revised"]
    world.serve(source, world.terms(c4="Thank you for reading."), at=now + 3 * world.DAY)
    assert row.revisions.latest("id").fate == "withdrawn"
