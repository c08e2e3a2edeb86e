import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.classify.plain import plain


@given(st.text(alphabet="ab(]) [*_\n’'ntwoc“”İßK.", max_size=60))
def test_every_word_span_lies_in_the_passage_and_shows_the_same_letters(passage):
    words = plain(passage)
    assert len(words.cased) == len(words.lower)
    for start in range(len(words.cased)):
        left, right = words.span(start, start + 1)
        assert 0 <= left < right <= len(passage)
        assert right > left + 1 or passage[left] == words.cased[start] or passage[left] in "’“”\n"


@pytest.mark.parametrize(
    ("passage", "written_out"),
    [
        ("We don't train.", "We do not train."),
        ("It **won’t** stop.", "It will not stop."),
        ("Can't we? You CAN'T.", "Cannot we? You CANNOT."),
        ("We shan't, you needn't; they're Anna's.", "We shall not, you need not; they're Anna's."),
        ("The o'clock and n't", "The o'clock and n't"),
    ],
)
def test_short_forms_are_written_out(passage, written_out):
    assert plain(passage).cased == written_out


def test_a_short_form_is_quoted_as_it_stands_in_the_text():
    passage = "We won’t use [chats](https://example.org) for training."
    words = plain(passage)
    start = words.lower.index("not use")
    left, right = words.span(start, start + len("not use"))
    assert passage[left:right] == "won’t use"


def test_link_targets_are_left_out_and_quotations_still_found():
    passage = "We **share** data with [partners](https://example.org/a_b) daily."
    words = plain(passage)
    assert "example" not in words.lower
    start = words.lower.index("daily")
    left, right = words.span(start, start + 5)
    assert passage[left:right] == "daily"


def test_clause_numbers_and_abbreviations_end_no_sentence():
    words = plain("4.2. Fees. We bill Acme Inc. monthly. You may cancel.")
    assert [words.cased[start:][:8] for start in words.sentence_starts()] == ["4.2. Fee", "We bill ", "You may "]
