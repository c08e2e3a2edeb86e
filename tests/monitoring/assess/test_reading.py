import re
from datetime import date

import pytest

from monitoring import assess, classify, knowledge
from monitoring.assess import wording

ON = date(2026, 11, 22)
SOURCE = assess.Source("Acme", "Terms of Service", "4", ("EU", "UK", "US", "CA", "AU"), "consumer", "all users")
PARTS = (
    "summary why_it_matters consumer_impact regulatory_landscape governance_exposure jurisdiction_text contract_and_vendor "
    "enforcement_text"
)


def texts(assessment):
    return [getattr(assessment, part) for part in PARTS.split()] + [
        *assessment.compliance_considerations,
        *assessment.actions,
    ]


def every():
    """Every type with every stance, once without exceptions and once with all of them."""
    for key, row in knowledge.taxonomy().types.items():
        for stance in row.stances:
            for carveouts in {(), tuple(name for name, _ in row.carveouts)}:
                facts = assess.Facts(key, {"stance": stance.key, "carveouts": carveouts}, {})
                yield key, stance.key, assess.assess(facts, SOURCE, on=ON)


def test_nothing_forbidden_is_ever_claimed():
    for key, stance, assessment in every():
        for text in texts(assessment):
            assert assess.forbidden(text) == (), (key, stance, text)


def test_the_list_of_forbidden_claims_catches_them():
    caught = {
        "This clause is unlawful.": "lawfulness",
        "The waiver is invalid.": "validity",
        "The cap is unenforceable.": "enforceability",
        "The GDPR applies to the platform.": "application",
        "Acme violates the GDPR.": "breach",
        "Acme intends to keep data.": "intent",
        "Acme trains on user content.": "practice",
        "Acme does not have any retention limit.": "absence",
        "Users have consented to training.": "consent",
        "Acme will be fined EUR 20m.": "prediction",
    }
    for text, name in caught.items():
        assert name in assess.forbidden(text), text


def test_prose_holds_no_keys_no_doubled_words_and_right_plurals():
    for key, stance, assessment in every():
        for text in texts(assessment):
            assert not re.search(r"[a-z]_[a-z]|\{|\}|None", text), (key, stance, text)
            assert not re.search(r"\b(\w+) \1\b", text), (key, stance, text)
            assert not re.search(r"\b1 (?:entries|others|points|days)\b|\.\.|,,| ,", text), (key, stance, text)
            assert text.rstrip().endswith((".", ")")), (key, stance, text)


def test_no_part_repeats_another():
    for key, stance, assessment in every():
        parts = texts(assessment)
        assert len(set(parts)) == len(parts), (key, stance)


def test_the_platform_is_never_named_twice_in_a_document():
    source = assess.Source("Acme", "Acme API Terms", "", ("EU",))
    assessment = assess.assess(assess.Facts("model_training_use", {"stance": "never"}, {}), source, on=ON)
    assert assessment.summary == "The text of the Acme API Terms says that content is not used to train models."


def test_the_same_facts_give_the_same_bytes():
    facts = assess.Facts("data_retention", {"stance": "fixed_short", "retention_days": 30}, {"retention_days": "days"})
    assert assess.printed(assess.assess(facts, SOURCE, on=ON)) == assess.printed(assess.assess(facts, SOURCE, on=ON))


def test_future_entries_are_told_as_such():
    told = [r for _, _, a in every() for r in a.references if r.status]
    assert told
    assert all("Not yet applicable on 2026-11-22" in reference.status for reference in told)


def test_entries_on_children_are_left_out_where_minors_are_not_admitted():
    facts = {"stance": "delete_if_discovered", "minors_admitted": False}
    assessment = assess.assess(assess.Facts("minor_safeguards", facts, {}), SOURCE, on=ON)
    assert all("child" not in reference.obligation.applies_when for reference in assessment.references)


def test_a_finding_becomes_an_assessment_with_its_numbers():
    text = "We keep your conversations for 30 days."
    (finding,) = classify.paragraph(text)
    assessment = assess.assess(assess.facts_of(finding, {"audience": "consumer"}), SOURCE, on=ON)
    assert assessment.summary.endswith(
        "keeps content for a stated period of less than a year. It names a period of 30 days."
    )


@pytest.mark.parametrize(
    ("provision_type", "values", "said"),
    [
        ("content_moderation_appeals", {"appeal_days": 182}, "An appeal may be made within 6 months."),
        ("data_retention", {"retention_days": 547}, "It names a period of 18 months."),
        ("data_retention", {"retention_days": 60}, "It names a period of 60 days."),
        ("mandatory_arbitration", {"administrator": "jams"}, "Arbitration is administered by JAMS."),
        (
            "mandatory_arbitration",
            {"administrator": "american arbitration association"},
            "Arbitration is administered by the American Arbitration Association.",
        ),
        ("security_and_breach", {"certifications": ["iso/iec 27001"]}, "It names ISO/IEC 27001."),
        ("security_and_breach", {"encryption": "tls 1.2"}, "Of encryption it says: TLS 1.2."),
        (
            "model_training_use",
            {"control_location": "your privacy settings"},
            "The choice is made in the privacy settings.",
        ),
        ("automated_decisions", {"domains": ["legal"]}, "The fields of decision named: legal."),
    ],
)
def test_a_value_is_said_as_a_careful_human_would(provision_type, values, said):
    row = knowledge.taxonomy().types[provision_type]
    facts = assess.Facts(
        provision_type,
        {"stance": row.stances[0].key, **values},
        {name: "days" for name in values if name.endswith("_days")},
    )
    assert said in assess.assess(facts, SOURCE, on=ON).summary


def test_the_last_of_a_list_is_named_and_not_counted():
    assert wording.listed(list("abcd"), most=3) == "a, b, c and d"
    assert wording.listed(list("abcde"), most=3) == "a, b, c and 2 others"


def test_items_that_hold_a_comma_are_kept_apart():
    assert wording.listed(["Art 5", "Arts 3, 8", "Art 9"]) == "Art 5; Arts 3, 8; and Art 9"


def test_considerations_do_not_say_the_same_of_each_entry():
    for key, stance, assessment in every():
        compared = [line for line in assessment.compliance_considerations if line.startswith("Compare the wording")]
        assert len(compared) <= 1, (key, stance)


@pytest.mark.parametrize("key", [1, 2, 3, 4, 5, 6, 9])
def test_every_worked_example_is_printed_with_the_notice(key):
    text = assess.printed(assess.example(key, on=ON))
    assert text.startswith("SUMMARY\n")
    assert text.endswith(assess.NOTICE)


def test_an_unknown_example_names_those_there_are():
    with pytest.raises(KeyError, match="there are 1, 2"):
        assess.example(77, on=ON)
