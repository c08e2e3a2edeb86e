import re

from hypothesis import given
from hypothesis import strategies as st

from monitoring import knowledge
from monitoring.classify import literals, numbers, signs
from monitoring.classify.plain import plain

PATTERNS = [numbers.expanded(pattern) for rules in knowledge.signs().values() for _, pattern in rules.signs]
VOCABULARY = sorted({word for pattern in PATTERNS for word in re.findall(r"[a-z]{3,}", pattern)})


def test_alternatives_are_cut_at_the_top_only():
    assert literals.alternatives(r"a(?:b|c)|[|]d|e\|f") == (r"a(?:b|c)", "[|]d", r"e\|f")


def test_needed_pieces_are_those_without_which_nothing_matches():
    groups = literals.needed(r"\b(?:train|learn)\w*\b.{0,9}\bmodels?\b")
    assert set(groups) == {frozenset({"train", "learn"}), frozenset({"model"})}


@given(st.lists(st.sampled_from(VOCABULARY), min_size=3, max_size=25).map(" ".join))
def test_no_sign_that_matches_is_ever_left_untried(text):
    reader, words = signs.reader(), plain(text)
    mask = reader.pieces.words(words.lower)
    for sign in (sign for signs_of_type in reader.favouring for sign in signs_of_type):
        for masks, pattern in sign.alternatives:
            if pattern.search(words.lower):
                assert all(needed & mask for needed in masks), pattern.pattern
                assert sign.any & mask
