"""The sentences that watches listen by: read, written out, refused with a way on; and what they fire on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import knowledge, watch_rules
from monitoring.watch_rules import RuleError, Said, Step


def said(stance="never", *carveouts, taxonomy="1", **parameters):
    return Said(stance, frozenset(carveouts), parameters, taxonomy)


def step(provision_type, before, after, *, fate="revised", direction="neutral"):
    fate = "new" if before is None else "withdrawn" if after is None else fate
    return Step(provision_type, fate, direction, before, after)


def fires(sentence, *args, **kwargs):
    return watch_rules.parse(sentence).holds(step(*args, **kwargs))


@pytest.mark.parametrize(
    ("sentence", "written_out"),
    [
        ("`data_retention` days above 30", "data_retention retention_days above 30"),
        ("`model_training_use` becomes less favourable", "model_training_use becomes less favourable"),
        ("arbitration appears", "mandatory_arbitration appears"),
        ("Retention training_copy_days at most 90.", "data_retention training_copy_days at most 90"),
        ("model_training_use becomes more favorable", "model_training_use becomes more favourable"),
        ("age_eligibility age_min below 13", "age_eligibility age_min below 13"),
        ("model_training_use exception feedback appears", "model_training_use exception feedback appears"),
        ("third_party_model_routing vendors_named includes acme ai", None),
        ("unilateral_terms_change retroactive is true", None),
        ("liability_cap leaves uncapped", None),
    ],
)
def test_a_sentence_is_read_and_written_out(sentence, written_out):
    rule = watch_rules.parse(sentence)
    assert str(rule) == (written_out or sentence)
    assert watch_rules.parse(str(rule)) == rule


@pytest.mark.parametrize("row", knowledge.taxonomy().types.values(), ids=lambda row: row.key)
def test_every_sentence_that_the_form_offers_can_be_read(row):
    for sentence in watch_rules.sentences(row):
        assert str(watch_rules.parse(sentence)) == sentence


@pytest.mark.parametrize(
    ("sentence", "named", "way_on"),
    [
        ("", "provision type", "data_retention changes"),
        ("data_retention", "provision type", "data_retention changes"),
        ("data_retension days above 30", "data_retension", "did you mean data_retention"),
        ("training appears", "training", "model_training_use or public_data_training"),
        ("data_retention days over 30", "over 30", "above …"),
        ("data_retention days above thirty", "thirty", "a number in digits"),
        ("data_retention becomes worse", "worse", "less favourable"),
        ("data_retention leaves less favourable", "less favourable", "zero_retention"),
        ("data_retention hours above 3", "hours", "retention_days"),
        ("data_retention zero_retention_available is yes", "yes", "true or false"),
        ("liability_cap exception x appears", "liability_cap", "no exceptions"),
        ("model_training_use exception x appears", "exception", "feedback"),
        ("data_retention __import__('os').system('ls')", "__import__", "retention_days"),
        ("data_retention days above " + "9" * 200, "200", "characters"),
        ("arbitration seat is " + "x" * 180, "written out", "at most 200 characters"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_way_on(sentence, named, way_on):
    with pytest.raises(RuleError) as error:
        watch_rules.parse(sentence)
    assert named in str(error.value)
    assert way_on in str(error.value)


@given(st.text(max_size=300))
def test_no_text_does_more_than_be_refused(text):
    try:
        watch_rules.parse(text)
    except RuleError as error:
        assert str(error)  # noqa: PT017 - whichever of the two it is


@given(st.lists(st.sampled_from([
    "data_retention", "model_training_use", "becomes", "leaves", "exception", "feedback", "above", "is", "at", "least",
    "30", "days", "retention_days", "appears", "rises", "never", "less", "favourable", "true", "nothing",
]), max_size=6).map(" ".join))  # fmt: skip
@settings(max_examples=300)
def test_what_is_read_is_written_out_the_same_and_never_fails_on_a_step(sentence):
    try:
        rule = watch_rules.parse(sentence)
    except RuleError:
        return
    assert watch_rules.parse(str(rule)) == rule
    for before, after in ((None, said()), (said(), None), (said(), said("opt_in", retention_days=30))):
        assert rule.holds(step(rule.provision_type, before, after)) in (True, False)


@pytest.mark.parametrize(
    ("sentence", "before", "after", "fired"),
    [
        ("days above 30", said(retention_days=30), said(retention_days=90), True),
        ("days above 30", said(retention_days=60), said(retention_days=90), True),
        ("days above 30", said(retention_days=90), said(retention_days=60), True),
        ("days above 30", said(retention_days=60), said("fixed_long", retention_days=60), False),
        ("days above 30", said(retention_days=60), said(retention_days=30), False),
        ("days above 30", said(), said(retention_days=90), True),
        ("days above 30", None, said(retention_days=90), True),
        ("days above 30", said(retention_days=90), None, False),
        ("days rises", said(retention_days=30), said(retention_days=90), True),
        ("days rises", said(), said(retention_days=90), False),
        ("days falls", said(retention_days=90), said(retention_days=30), True),
        ("days appears", said(), said(retention_days=30), True),
        ("days disappears", said(retention_days=30), said(), True),
        ("days changes", said(), said(retention_days=30), False),
        ("zero_retention_available is true", said(), said(zero_retention_available=True), True),
        ("zero_retention_available is false", said(), said(zero_retention_available=True), False),
        ("becomes indefinite", said("fixed_short"), said("indefinite"), True),
        ("becomes indefinite", said("indefinite"), said("indefinite", retention_days=1), False),
        ("becomes indefinite", None, said("indefinite"), True),
        ("leaves fixed_short", said("fixed_short"), said("indefinite"), True),
        ("leaves fixed_short", said("fixed_short"), None, True),
        ("appears", None, said(), True),
        ("appears", said(), said("indefinite"), False),
        ("disappears", said(), None, True),
        ("changes", said(), said(), True),
        ("exception legal_hold appears", said(), said("never", "legal_hold"), True),
        ("exception legal_hold disappears", said("never", "legal_hold"), said(), True),
        ("exception legal_hold appears", said("never", "legal_hold"), said("never", "legal_hold"), False),
    ],
)
def test_a_rule_fires_when_what_it_names_came_about_with_the_change(sentence, before, after, fired):
    assert fires(f"data_retention {sentence}", "data_retention", before, after) is fired


def test_the_direction_is_the_revisions_own():
    sentence, both = "data_retention becomes less favourable", (said(), said("indefinite"))
    assert fires(sentence, "data_retention", *both, direction="worse")
    assert not fires(sentence, "data_retention", *both, direction="better")


def test_another_type_is_not_listened_to():
    assert not fires("data_retention changes", "model_training_use", said(), said())


def test_readings_by_two_revisions_of_the_taxonomy_are_never_compared():
    before, after = said(retention_days=30), said(retention_days=90, taxonomy="2")
    assert not fires("data_retention days above 30", "data_retention", before, after)
    assert not fires("data_retention becomes less favourable", "data_retention", before, after, direction="worse")


def test_values_of_words_and_lists_are_searched():
    changed = said(), said(vendors_named=["OpenAI", "Acme AI"])
    assert fires("third_party_model_routing vendors_named includes acme", "third_party_model_routing", *changed)
    law = said(governing_law="the laws of Ireland"), said(governing_law="the laws of Delaware")
    assert fires("governing_law_venue governing_law includes delaware", "governing_law_venue", *law)
    assert not fires("governing_law_venue governing_law is delaware", "governing_law_venue", *law)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("arbitration appears", "Mandatory arbitration: newly stated"),
        ("data_retention changes", "Retention periods: revised"),
        (
            "model_training_use becomes less favourable",
            "Use of content to train models: becomes less favourable for users",
        ),
        (
            "model_training_use becomes opt_out",
            "Use of content to train models: the text newly allows training on user content unless the user turns it off",
        ),
        (
            "model_training_use leaves never",
            "Use of content to train models: the text no longer says that content is not used to train models",
        ),
        (
            "model_training_use exception feedback appears",
            "Use of content to train models: an exception for content connected with feedback or ratings is newly made",
        ),
        (
            "appeals appeal_days above 30",
            "Content removal, notices and appeals: how long an appeal may be made: above 30 days",
        ),
        ("appeals appeal_days is 30", "Content removal, notices and appeals: how long an appeal may be made: 30 days"),
        ("appeals appeal_days rises", "Content removal, notices and appeals: how long an appeal may be made rises"),
        (
            "governing_law_venue governing_law includes delaware",
            "Governing law and courts: which law governs: “delaware”",
        ),
        ("sale_and_targeted_ads chat_content_used is true", None),
    ],
)
def test_a_rule_is_said_in_the_words_of_the_taxonomy(sentence, words):
    said = watch_rules.parse(sentence).words
    assert said == (words or "Sale of data and targeted advertising: whether conversations shape advertising: yes")


@pytest.mark.parametrize("row", knowledge.taxonomy().types.values(), ids=lambda row: row.key)
def test_no_rule_is_said_by_a_key(row):
    for sentence in watch_rules.sentences(row):
        assert "_" not in watch_rules.parse(sentence).words
    for name, kind in row.parameters:
        value = {"bool": "true", "string": "x", "list": "x"}.get(kind, "30")
        for comparison in watch_rules.COMPARISONS[kind]:
            assert "_" not in watch_rules.parse(f"{row.key} {name} {comparison} {value}").words
