"""What a phrase is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import phrases, search

TEXT = "You and/or we may settle any dispute by [binding\narbitration](https://a.example/of/terms), “opt-out” excepted."


@pytest.mark.parametrize(
    "phrase",
    ["binding arbitration", "BINDING   arbitration", "and or we", "opt out", "opt-out excepted", "dispute by binding"],
)
def test_a_phrase_is_words_in_a_row_whatever_stands_between_them(phrase):
    assert search.matches(phrase, [TEXT])


@pytest.mark.parametrize("phrase", ["arbitration binding", "bind", "settle dispute", "of terms", "", " … "])
def test_no_part_of_a_word_and_no_other_order_is_the_phrase(phrase):
    assert not search.matches(phrase, [TEXT])


def test_quotation_marks_make_a_phrase_and_the_rest_are_words():
    asked = phrases.asked("train “your Content” never")
    assert asked.phrases == (("your", "content"),) and asked.words == ("train", "never")
    assert not phrases.asked('""  …')


@given(st.lists(st.text(alphabet="abcäß19", min_size=1, max_size=6), min_size=1, max_size=8), st.data())
def test_any_run_of_a_texts_words_is_found_in_it(written, data):
    text = data.draw(st.sampled_from([" ", ", ", "\n", "/"])).join(written)
    start = data.draw(st.integers(0, len(written) - 1))
    end = data.draw(st.integers(start + 1, len(written)))
    assert phrases.contains(text, phrases.words(" ".join(written[start:end])))
