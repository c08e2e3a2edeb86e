"""Platforms beside each other: what they state, what they are silent on, what nobody could read, then and now."""

import pytest

from monitoring import compare, knowledge, provisions
from monitoring.models import Document, Platform, Provision, Revision
from tests import world

pytestmark = pytest.mark.django_db

OPT_OUT = (
    "You keep all rights. We may use your content to train our models unless you opt out in your account settings."
)
GERMAN = (
    "Die Nutzung unserer Dienste unterliegt diesen Bedingungen, und wir verwenden Ihre Eingaben nicht zum Training."
)
TRAINING = "model_training_use"


@pytest.fixture
def platforms(now):
    """Acme never trains, Borea by default, Calm says nothing, Dusk speaks German, Echo was never captured."""
    sources = world.declare("acme", "borea", "calm", "dusk", "echo", now=now)
    world.serve(sources["acme"], world.terms(), at=now)
    world.serve(sources["borea"], world.terms(c2=OPT_OUT), at=now)
    world.serve(sources["calm"], world.terms(c2="You keep all rights in the content that you submit."), at=now)
    german = world.terms(**{f"c{n}": f"{GERMAN} Das gilt auch für Absatz {n}." for n in range(1, 8)})
    world.serve(sources["dusk"], german, at=now)
    return list(Platform.objects.order_by("name"))


def states(platforms, key=TRAINING, **choice):
    rows = compare.matrix(platforms, [key], choice=compare.Choice(**choice))
    return {row.platform.slug: row.cells[0].said.stance if row.cells[0].said else row.cells[0].state for row in rows}


def test_silence_and_what_could_not_be_read_stand_apart(platforms):
    assert states(platforms) == {
        "acme": "never", "borea": "opt_out", "calm": "silent", "dusk": "undetermined", "echo": "undetermined",
    }  # fmt: skip


def test_silence_says_in_how_many_documents_and_when_they_were_checked(platforms, now):
    (calm,) = (row for row in compare.matrix(platforms, [TRAINING]) if row.platform.slug == "calm")
    assert (calm.documents, calm.checked_at) == (1, now)


def test_the_past_is_compared_as_it_stood(platforms, now):
    source = world.declare("acme", "borea", "calm", "dusk", "echo", now=now)["acme"]
    world.serve(source, world.terms(c2=OPT_OUT), at=now + world.DAY)
    assert states(platforms)["acme"] == "opt_out"
    assert states(platforms, at=now + world.HOUR)["acme"] == "never"
    assert set(states(platforms, at=now - world.DAY).values()) == {"undetermined"}


def test_adoption_counts_each_platform_once(platforms):
    rows = compare.matrix(platforms, [TRAINING])
    adoption = compare.adoption(TRAINING, compare.positions(TRAINING), [row for row in rows if not row.cells[0].said])
    assert {stance.key: number for stance, number in adoption.stances if number} == {"never": 1, "opt_out": 1}
    assert (adoption.stated, adoption.silent, adoption.undetermined, adoption.read) == (2, 1, 2, 3)
    assert [stance.key for stance, _ in adoption.stances][-1] == "unclear"
    assert compare.counts([TRAINING])[TRAINING] == 2


def said(stance, **given):
    row = knowledge.taxonomy().types[TRAINING]
    fields = {
        "revision_id": 1, "provision_type": row.key, "stance": stance, "carveouts": 0, "score": 10, "level": "Low",
        "direction": "neutral", "confidence": 0.9, "observed_at": None, "document_id": 1, "document": "Terms",
        "document_slug": "terms", "terms_type": "terms_of_service", "audience": "", "region": "", "platform_id": 1,
        "platform": "Acme", "platform_slug": "acme", "category": "",
    }  # fmt: skip
    return compare.Said(**fields | given)


def test_a_platform_is_shown_by_the_document_that_leaves_users_least_and_says_that_others_differ():
    cell = compare._cell([said("never"), said("unclear", score=90), said("opt_out")], 3)
    assert cell.said.stance == "opt_out"
    assert cell.differs
    assert not compare._cell([said("never"), said("never")], 2).differs


def test_a_position_is_rare_below_one_in_ten_and_alone_where_nobody_else_takes_it():
    row = knowledge.taxonomy().types[TRAINING]
    numbers = {"never": 1, "opt_out": 19}
    adoption = compare.Adoption(row, tuple((s, numbers.get(s.key, 0)) for s in row.stances), 0, 0)
    assert adoption.is_rare("never")
    assert adoption.is_alone("never")
    assert not adoption.is_rare("opt_out")
    assert not adoption.is_rare("opt_in")


def test_shades_run_from_nothing_to_full_whatever_the_number_of_stances():
    for row in knowledge.taxonomy().types.values():
        shades = [compare.shade(row, stance.rank) for stance in row.stances if stance.rank]
        assert (shades[0], shades[-1]) == (0, compare.SHADES)
        assert shades == sorted(shades)


def test_positions_are_those_of_the_cells(platforms, now):
    """The database chooses the same document as `_cell` does: settled first, then what leaves users least."""
    rows = compare.matrix(platforms, list(knowledge.taxonomy().types))
    for place, key in enumerate(knowledge.taxonomy().types):
        shown = {row.platform.pk: row.cells[place].said.stance for row in rows if row.cells[place].said}
        assert compare.positions(key) == shown


def test_of_two_documents_the_one_that_leaves_users_least_is_the_position(platforms, now):
    acme = Platform.objects.get(slug="acme")
    other = Provision.objects.get(provision_type=TRAINING, document__platform__slug="borea").document
    Document.objects.filter(pk=other.pk).update(platform=acme, slug="second", terms_type="privacy_policy")
    assert compare.positions(TRAINING) == {acme.pk: "opt_out"}
    assert compare.matrix([acme], [TRAINING])[0].cells[0].said.stance == "opt_out"


def test_positions_are_counted_among_the_platforms_and_at_the_moment_asked_for(platforms, now):
    acme = Platform.objects.filter(slug="acme")
    assert set(compare.positions(TRAINING, platforms=acme)) == {acme.get().pk}
    assert compare.positions(TRAINING, choice=compare.Choice(at=now - world.DAY)) == {}


def test_the_nearest_are_first_one_a_platform_and_for_the_same_readers(platforms):
    own = Document.objects.with_platform().get(platform__slug="acme")
    own.audience, own.platform.category = "consumer", "chat"
    pool = [
        said("opt_out", platform_id=901, platform="Far", terms_type="privacy_policy"),
        said("opt_out", platform_id=902, platform="Near", audience="consumer", category="chat"),
        said("never", platform_id=902, platform="Near", terms_type="privacy_policy"),
        said("opt_out", platform_id=903, platform="Firms", audience="business"),
        said("opt_out", platform_id=own.platform_id, platform="Acme"),
    ]
    found = compare.nearest(own, pool)
    assert [peer.said.platform for peer in found] == ["Near", "Far"]
    assert found[0].why == ("document", "readers", "platform")


def test_peers_are_of_others_that_speak_to_it_for_the_same_readers(platforms, django_assert_num_queries):
    revision = Revision.objects.standing().filter(provision__document__platform__slug="acme").with_provision()
    revision = revision.get(provision__provision_type=TRAINING)
    with django_assert_num_queries(2):
        assert [peer.said.platform for peer in compare.peers(revision)] == ["Borea"]
    Document.objects.filter(platform__slug="acme").update(audience="consumer")
    Document.objects.filter(platform__slug="borea").update(audience="business")
    revision = Revision.objects.with_provision().get(pk=revision.pk)
    assert compare.peers(revision) == ()


def test_the_nearest_kind_of_document_is_looked_at_first(platforms, monkeypatch):
    monkeypatch.setattr(compare, "COMPARED", 1)
    Document.objects.filter(platform__slug="borea").update(terms_type="privacy_policy")
    calm = Document.objects.get(platform__slug="calm")
    revision = Revision.objects.standing().filter(provision__document=calm).with_provision()
    revision = revision.get(provision__provision_type="data_retention")
    assert [peer.said.platform for peer in compare.peers(revision)] == ["Acme"]


def test_a_regulation_bears_on_provisions_offered_in_its_places(platforms):
    library = knowledge.library().obligations
    assert {one.platform for one in compare.bearing(library["gdpr_6"], most=50)} >= {"Acme", "Borea"}
    assert len(compare.bearing(library["gdpr_6"], most=1)) == 1


def test_the_words_are_cut_out_by_the_database_and_verbatim(platforms, django_assert_num_queries):
    rows = list(Revision.objects.standing().with_provision())
    with django_assert_num_queries(1):
        words = provisions.excerpts(rows)
    assert len(words) == len(rows)
    for row in rows:
        quote = words[row.pk]
        assert row.version.text[quote.start : quote.end] == quote.text
        assert "".join(text for _, text in quote.pieces) == quote.text


def test_a_long_clause_is_cut_around_the_deciding_words_at_whole_words(now):
    source = world.declare("acme", now=now)["acme"]
    padding = "This sentence is about nothing in particular and stands here to make the clause long. " * 4
    world.serve(source, world.terms(c2=f"{padding}{OPT_OUT} {padding}"), at=now)
    row = Revision.objects.standing().get(provision__provision_type=TRAINING)
    quote = provisions.excerpts([row])[row.pk]
    assert quote.is_cut == (True, True)
    assert "unless you opt out" in quote.text
    assert len(quote.text) <= provisions.LONGEST
    text = row.version.text
    assert text[quote.start : quote.end] == quote.text
    assert text[quote.start - 1] == " "
    assert text[quote.end] == " "


def test_a_matrix_costs_three_queries_however_large(platforms, django_assert_num_queries):
    with django_assert_num_queries(3):
        compare.matrix(platforms, list(knowledge.taxonomy().types))


def test_no_cut_leaves_half_of_a_link(now):
    """A cut once ended in "the [Terms of": the rest of the link was beyond it."""
    source = world.declare("acme", now=now)["acme"]
    link = "<a href='https://acme.example/a'>our page on what models are trained on and how you can opt out of it</a> "
    world.serve(source, world.terms(c2=f"{link * 5}. {OPT_OUT} {link * 5}"), at=now)
    row = Revision.objects.standing().get(provision__provision_type=TRAINING)
    quote = provisions.excerpts([row])[row.pk]
    assert row.version.text[quote.start : quote.end] == quote.text
    assert quote.text.count("[") == quote.text.count("](") == quote.text.count(")")
