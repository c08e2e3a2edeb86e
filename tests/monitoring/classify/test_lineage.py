import dataclasses

import pytest

from monitoring import classify, diff, segment
from monitoring.classify import Altered, Direction, Fate

BEFORE = """# Terms

## 1. Data

We do not use your content to train our models.

## 2. Disputes

You agree to resolve disputes by binding arbitration.

## 3. Law

These terms are governed by the laws of Ireland.
"""


def read(text):
    return classify.provisions(text, segment.clauses(text))


def fates(after, before=BEFORE):
    edits = diff.edits(diff.text(before), diff.text(after))
    return {descent.provision_type: descent for descent in classify.lineage(read(before), read(after), edits)}


def test_an_unchanged_text_continues_everything():
    found = fates(BEFORE)
    assert {descent.fate for descent in found.values()} == {Fate.CONTINUED}
    assert all(descent.altered == () for descent in found.values())


def test_a_stance_that_turns_against_users_is_worse():
    after = BEFORE.replace(
        "do not use your content to train our models", "may use your content to train our models unless you opt out"
    )
    training = fates(after)["model_training_use"]
    assert (training.fate, training.direction) == (Fate.REVISED, Direction.WORSE)
    assert Altered.STANCE in training.altered
    assert training.edits


def test_a_renumbered_clause_stays_the_same_provision():
    after = BEFORE.replace("## 3. Law", "## 4. Law").replace("## 2. Disputes", "## 3. Disputes")
    law = fates(after)["governing_law_venue"]
    assert law.fate == Fate.CONTINUED
    assert law.direction == Direction.NEUTRAL


def test_a_moved_clause_stays_the_same_provision():
    head, data, rest = BEFORE.partition("## 2. Disputes")
    moved = "# Terms\n\n" + data + rest + "\n" + head.removeprefix("# Terms\n\n")
    assert fates(moved)["model_training_use"].fate == Fate.CONTINUED


def test_a_removed_clause_withdraws_its_provision_and_a_new_one_is_new():
    after = BEFORE.partition("## 3. Law")[0] + "## 3. Age\n\nYou must be at least 18 years old to use the service.\n"
    found = fates(after)
    assert found["governing_law_venue"].fate == Fate.WITHDRAWN
    assert found["age_eligibility"].fate == Fate.NEW


def test_a_sub_processor_that_joins_touches_the_terms_on_sub_processors_alone():
    before = BEFORE + "\n## Sub-processors\n\n- Fernrow Cloud, Inc., hosting, United States\n"
    after = before + "- Mossgate Oy, training of models, Finland\n"
    touched = {key: descent.altered for key, descent in fates(after, before).items() if descent.edits}
    assert touched == {"processor_terms_subprocessors": (Altered.WORDING,)}


def test_an_exception_that_comes_is_worse_at_the_same_stance():
    before = "We may use your content to train our models unless you opt out.\n"
    after = before.replace("opt out.", "opt out, except for content flagged for safety review.")
    training = fates(after, before)["model_training_use"]
    assert training.direction == Direction.WORSE
    assert Altered.CARVEOUTS in training.altered


def test_a_stance_that_words_only_lean_to_moves_nobody():
    never = classify.paragraph("We do not use your content to train our models.")[0]
    always = classify.paragraph("We use your content to train our models.")[0]
    assert classify.direction(never, always) is Direction.WORSE
    leaned = dataclasses.replace(never, stance_span=None)
    assert classify.direction(leaned, always) is classify.direction(always, leaned) is Direction.NEUTRAL
    unsure = dataclasses.replace(never, confidence=0.19)
    assert classify.direction(unsure, always) is classify.direction(always, unsure) is Direction.NEUTRAL


PRICED = "Plans renew each month. We tell you of a higher price 14 days before your plan renews."
KEPT = "We keep your conversations for 30 days after you delete them."
TOLD = "We will notify you at least 30 days before a change of these terms."
CAPPED = "Our total liability will not exceed the fees you paid in the last 12 months or $100, whichever is greater."
RULED = "These terms are governed by the laws of Ireland, and the courts of Dublin decide."


@pytest.mark.parametrize(
    ("before", "after", "key", "direction"),
    [
        (KEPT, KEPT.replace("30", "90"), "data_retention", Direction.WORSE),
        (KEPT, KEPT.replace("30", "7"), "data_retention", Direction.BETTER),
        (TOLD, TOLD.replace("30", "60"), "unilateral_terms_change", Direction.BETTER),
        (TOLD, TOLD.replace("30", "20"), "unilateral_terms_change", Direction.WORSE),
        (CAPPED, CAPPED.replace("$100", "$50"), "liability_cap", Direction.WORSE),
        (CAPPED, CAPPED.replace("$100", "$1,000"), "liability_cap", Direction.BETTER),
        (CAPPED, CAPPED.replace("$100", "€50"), "liability_cap", Direction.NEUTRAL),
        (PRICED, PRICED.replace("14", "7"), "auto_renewal_billing", Direction.WORSE),  # unclear before and after
        (PRICED, PRICED.replace("14", "30"), "auto_renewal_billing", Direction.BETTER),
        (RULED, RULED.replace("Dublin", "Paris"), "governing_law_venue", Direction.NEUTRAL),
    ],
)
def test_a_number_that_moves_is_better_or_worse_at_the_same_stance_where_that_is_plain(before, after, key, direction):
    descent = fates(after, before)[key]
    assert descent.before.stance == descent.after.stance
    assert (descent.fate, descent.direction) == (Fate.REVISED, direction)


TWO_PERIODS = """We keep your conversations for 7 days after you delete them.

We retain device identifiers and log data for 395 days.
"""


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ((7, 395), (395, 7), None),
        ((7,), (395,), (7, 395)),
        ((7, 395), (395, 30), (7, 30)),
        ((7,), (395, 7), (None, 395)),
        ((7, 395), (395,), (7, None)),
        ((), (7,), (None, 7)),
        ((60, 365, 60, 90), (120, 365, 60, 90), (60, 120)),
        ((60, 60), (60, 120), (60, 120)),
        ((7, 395), (395, 395), (7, 395)),
        ((60,), (60, 60), None),
        ((60, 60, 90), (90, 60), None),
    ],
)
def test_a_number_moves_only_to_one_that_no_passage_stated_before(before, after, moved):
    assert classify.moved(before, after) == moved


def test_another_passage_that_decides_moves_no_number():
    after = TWO_PERIODS.replace("We keep your conversations", "We keep parts of your conversations")
    (kept,) = read(TWO_PERIODS)
    (reworded,) = read(after)
    assert sorted(kept.stated("retention_days")) == sorted(reworded.stated("retention_days")) == [7, 395]
    assert Altered.PARAMETERS not in fates(after, TWO_PERIODS)["data_retention"].altered


def test_a_number_stands_in_the_passage_that_decides_the_stance():
    text = TWO_PERIODS
    (finding,) = read(text)
    (days,) = (p for p in finding.parameters if p.name == "retention_days")
    assert text.rfind("\n\n", 0, days.span.start) == text.rfind("\n\n", 0, finding.stance_span.start)
