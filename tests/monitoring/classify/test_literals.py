import re

from hypothesis import given
from hypothesis import strategies as st

from monitoring import knowledge
from monitoring.classify import literals, macros, patterns, signs, words
from monitoring.classify.candidates import Candidates
from monitoring.classify.plain import plain

PATTERNS = [macros.expanded(pattern) for rules in knowledge.signs().values() for _, pattern in rules.signs]
STANCES = [pattern for rules in knowledge.signs().values() for _, pattern in (*rules.stances, *rules.carveouts)]
VOCABULARY = sorted({word for pattern in PATTERNS for word in re.findall(r"[a-z]{3,}", pattern)})


def test_alternatives_are_cut_at_the_top_only():
    assert literals.alternatives(r"a(?:b|c)|[|]d|e\|f") == (r"a(?:b|c)", "[|]d", r"e\|f")


def test_needed_pieces_are_those_without_which_nothing_matches():
    groups = literals.needed(r"\b(?:train|learn)\w*\b.{0,9}\bmodels?\b")
    assert set(groups) == {frozenset({"^train", "^learn"}), frozenset({"^model$", "^models$"})}


def test_every_word_of_a_run_is_needed_in_each_of_its_spellings():
    assert literals.needed(r"\blegal age\b") == (frozenset({"^legal$"}), frozenset({"^age$"}))
    assert literals.needed(r"\blicen[cs]e fee") == (frozenset({"^license$", "^licence$"}), frozenset({"^fee"}))


def test_of_alternatives_each_gives_its_best_word_then_its_next_best():
    groups = literals.needed(r"\b(?:intrusion|event logging)\b")
    assert groups == (frozenset({"^intrusion$", "^logging$"}), frozenset({"^intrusion$", "^event$"}))


def test_a_piece_in_the_middle_of_a_word_has_no_edge():
    assert literals.needed(r"\w+opt\w+") == (frozenset({"opt"}),)


JOINED = st.sampled_from([" ", " ", " ", "'", "-", "_", "1", "é", ". ", "\n"])
TEXTS = st.lists(st.tuples(st.sampled_from(VOCABULARY), JOINED), min_size=3, max_size=25).map(
    lambda pairs: "".join(word + between for word, between in pairs)
)


@given(TEXTS)
def test_no_sign_that_matches_is_ever_left_untried(text):
    reader = signs.reader()
    possible = reader.candidates.possible(words.split([plain(text)]))[:, 0]
    for alternative, worth in zip(reader.alternatives, possible, strict=True):
        assert worth or alternative.pattern.search(plain(text).lower) is None, alternative.pattern.written


STANCE_CANDIDATES = Candidates([macros.expanded(written) for written in STANCES])
STANCE_PATTERNS = [patterns.compiled(written) for written in STANCES]


@given(TEXTS)
def test_no_pattern_that_matches_is_ever_left_untried(text):
    possible = STANCE_CANDIDATES.possible(words.split([plain(text)]))[:, 0]
    for pattern, worth in zip(STANCE_PATTERNS, possible, strict=True):
        assert worth or pattern.search(plain(text).lower) is None, pattern.pattern


def test_passages_are_told_apart_and_an_empty_one_matches_what_matches_anything():
    found = Candidates([r"\btrain\w*", r".{0,9}"]).possible(
        words.split([plain("We train."), plain(""), plain("A TRAIN")])
    )
    assert found.tolist() == [[True, False, True], [True, True, True]]
