"""The stance that words lean to where no pattern settles one, and where it stays open."""

import numpy as np
import pytest

from bench import train_leanings
from bench.provision_texts import Paragraph
from monitoring import classify, knowledge
from monitoring.classify import leanings, stances
from monitoring.classify.plain import plain

UNSETTLED = (
    ("model_training_use", "never", "We don't learn from the prompts and completions of your team: zero training."),
    ("tracking_technologies", "consent_first", "Analytics cookies load only once you have clicked Accept."),
)


@pytest.mark.parametrize(("provision_type", "stance", "text"), UNSETTLED)
def test_a_stance_that_no_pattern_settles_is_leaned_to_and_said_so(provision_type, stance, text):
    assert stances.position(provision_type, plain(text)).stance == "unclear"
    (found,) = (f for f in classify.paragraph(text) if f.provision_type == provision_type)
    assert (found.stance, found.stance_span) == (stance, None)
    assert found.reason.endswith("No single wording settles the stance; all words together lean to it.")


def test_a_stance_that_a_pattern_settles_shows_its_words_and_no_leaning():
    found = classify.paragraph("We do not use your content to train our models.")[0]
    assert found.stance == "never"
    assert found.stance_span is not None
    assert "lean" not in found.reason


def test_a_pattern_that_leaves_the_stance_open_is_not_overruled():
    text = "2. If your conversations are flagged for safety review, we may use them to train our models."
    position = stances.position("model_training_use", plain(text))
    assert position.stance == "unclear"
    assert position.span is not None
    found = next(f for f in classify.paragraph(text) if f.provision_type == "model_training_use")
    assert found.stance == "unclear"


def test_words_that_nothing_was_learned_from_lean_to_nothing():
    assert leanings.shipped().stance("model_training_use", plain("Zxcv qwerty.")) == "unclear"
    assert leanings.shipped().stance("no_such_type", plain("We train on your content.")) == "unclear"


def test_only_a_stance_that_is_likely_enough_is_given():
    made = leanings.Leanings(
        rows={"never": 0, "train": 1},
        idf=np.ones(2, np.float32),
        weights=np.array([[5, 0, 0], [0, 0, 0]], np.float32),
        intercepts=np.zeros(3, np.float32),
        stances={"model_training_use": (0, ("never", "opt_in", "opt_out"))},
    )
    assert made.stance("model_training_use", plain("We never do.")) == "never"
    assert made.stance("model_training_use", plain("We train.")) == "unclear"


def test_training_learns_what_tells_stances_apart():
    says = {"never": "We never train on it", "opt_out": "We train on it until you object"}
    rows = [
        Paragraph(f"{text} {number}.", "ours", {"model_training_use"}, stance={"model_training_use": stance})
        for stance, text in says.items()
        for number in ("today", "tomorrow")
    ]
    trained = train_leanings.train(rows)
    assert trained.stance("model_training_use", plain("They never train on anything.")) == "never"
    assert trained.stance("model_training_use", plain("Do object.")) == "opt_out"


def test_every_stance_learned_is_one_of_the_taxonomy():
    types = knowledge.taxonomy().types
    for key, (_, names) in leanings.shipped().stances.items():
        assert set(names) <= {stance.key for stance in types[key].stances}
