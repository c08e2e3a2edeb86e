"""What clauses say by themselves, packed and remembered again."""

import json

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from monitoring import classify, segment
from monitoring.classify import sayings
from monitoring.classify.finding import CarveOut, Parameter, Span
from monitoring.classify.stances import Position

TEXT = """# Terms

We may use your content to train our models unless you opt out in your account settings.

Your conversations are retained for 30 days and then deleted, except where the law requires longer.

These terms are governed by the laws of Ireland. Contact us by mail.

You must be at least 13 years old to use the service."""

SPANS = st.builds(Span, st.integers(0, 50), st.integers(51, 99))
VALUES = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.lists(st.text(), min_size=1).map(tuple)
)
SAYINGS = st.builds(
    sayings.Saying,
    provision_type=st.text(),
    confidence=st.floats(0, 1),
    alone=st.booleans(),
    evidence=st.just(()),
    quoted=st.just(""),
    position=st.builds(
        Position,
        stance=st.text(),
        span=st.none() | SPANS,
        carveouts=st.lists(st.builds(CarveOut, st.text(), SPANS), max_size=2).map(tuple),
        parameters=st.lists(st.builds(Parameter, st.text(), VALUES, st.text(), SPANS), max_size=2).map(tuple),
    ),
)


@pytest.fixture(autouse=True)
def nothing_remembered():
    classify.forget()
    yield
    classify.forget()


@pytest.fixture
def read(monkeypatch):
    """The clauses that were read, and not remembered."""
    asked, recall = [], sayings.remembered.recall
    monkeypatch.setattr(
        sayings.remembered, "recall", lambda keys, make: recall(keys, lambda new: asked.extend(new) or make(new))
    )
    return asked


@given(st.dictionaries(st.text(), st.lists(SAYINGS, max_size=3).map(tuple), max_size=4))
def test_what_is_packed_is_remembered_again(said):
    sayings.remembered.forget()
    sayings.remembered.keep(said)
    kept = sayings.packed(list(said))
    sayings.remembered.forget()
    sayings.unpack(list(said), kept)
    assert sayings.remembered.known(list(said)) == said


def test_a_text_that_is_recalled_reads_the_same_without_being_read_again(read):
    clauses = segment.clauses(TEXT)
    found, said = classify.provisions(TEXT, clauses), classify.said(TEXT, clauses)
    assert {finding.provision_type for finding in found} >= {"model_training_use", "data_retention"}
    classify.forget()
    classify.recall(TEXT, clauses, said)
    read.clear()
    assert classify.provisions(TEXT, clauses) == found
    assert read == []


def test_of_a_text_that_changed_only_what_is_new_is_read(read):
    clauses = segment.clauses(TEXT)
    classify.provisions(TEXT, clauses)
    said = classify.said(TEXT, clauses)
    classify.forget()
    classify.recall(TEXT, clauses, said)
    read.clear()
    changed = TEXT.replace("30 days", "90 days")
    classify.provisions(changed, segment.clauses(changed))
    assert [raw[:18] for raw in read] == ["Your conversations"]


def test_clauses_that_were_not_packed_are_left_alone():
    kept = sayings.packed(["never read"])
    assert json.loads(zstandard.decompress(kept)) == {}
    sayings.unpack(["another"], kept)
    assert sayings.remembered.known(["never read", "another"]) == {}


def test_other_signs_or_weights_are_another_edition(monkeypatch, tmp_path):
    before = sayings.edition()
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"other weights")
    monkeypatch.setattr(sayings.model, "FILE", weights)
    assert sayings.edition.__wrapped__() != before
