import re

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import knowledge
from monitoring.classify import literals, numbers, patterns, signs

PATTERNS = [numbers.expanded(pattern) for rules in knowledge.signs().values() for _, pattern in rules.signs]
STANCES = [pattern for rules in knowledge.signs().values() for _, pattern in (*rules.stances, *rules.carveouts)]
VOCABULARY = sorted({word for pattern in PATTERNS for word in re.findall(r"[a-z]{3,}", pattern)})


def test_alternatives_are_cut_at_the_top_only():
    assert literals.alternatives(r"a(?:b|c)|[|]d|e\|f") == (r"a(?:b|c)", "[|]d", r"e\|f")


def test_needed_pieces_are_those_without_which_nothing_matches():
    groups = literals.needed(r"\b(?:train|learn)\w*\b.{0,9}\bmodels?\b")
    assert set(groups) == {frozenset({"train", "learn"}), frozenset({"model"})}


def test_every_word_of_a_run_is_needed_in_each_of_its_spellings():
    groups = literals.needed(r"\bopt[- ]out right|\bde-?list")
    assert literals.needed(r"\blegal age\b") == (frozenset({"legal"}), frozenset({"age"}))
    assert literals.needed(r"\blicen[cs]e fee") == (frozenset({"license", "licence"}), frozenset({"fee"}))
    assert len(groups) == 1


TEXTS = st.lists(st.sampled_from(VOCABULARY), min_size=3, max_size=25).map(" ".join)


@settings(deadline=None)
@given(TEXTS)
def test_no_sign_that_matches_is_ever_left_untried(text):
    reader = signs.reader()
    possible = reader.candidates.possible([text])[0]
    for alternative, worth in zip(reader.alternatives, possible, strict=True):
        assert worth or alternative.pattern.search(text) is None, alternative.pattern.pattern


@settings(deadline=None)
@given(TEXTS)
def test_no_pattern_that_matches_is_ever_left_untried(text):
    for written in STANCES:
        one = patterns.pattern(written)
        assert (one.search(text) is None) == (one.compiled.search(text) is None), written
