"""The edits of a text of the demo world."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.demo import edits

TEXT = """# Title

## 1. First

1.1 We keep data for 30 days.

1.2 We share nothing.

## 2. Second

- one
- two

2.1 The end."""


def _applied(**entry: str | int) -> str:
    return edits.apply(TEXT, edits.from_script(entry))


def test_replace_changes_the_words_and_nothing_else() -> None:
    assert _applied(replace="30 days", **{"with": "90 days"}) == TEXT.replace("30", "90")


def test_insert_puts_a_paragraph_after_the_one_with_the_line() -> None:
    assert _applied(after="- one", insert="2.0 New.") == TEXT.replace("- two\n\n", "- two\n\n2.0 New.\n\n")


def test_insert_line_and_remove_line_touch_one_line() -> None:
    assert _applied(after="- one", insert_line="- between") == TEXT.replace("- one\n", "- one\n- between\n")
    assert _applied(remove_line="- one") == TEXT.replace("- one\n", "")


def test_move_takes_a_paragraph_to_another_place() -> None:
    moved = _applied(move="1.1 We keep", after="1.2 We share")

    assert sorted(moved.split("\n\n")) == sorted(TEXT.split("\n\n"))
    assert moved.index("1.2 We share") < moved.index("1.1 We keep")


def test_renumber_moves_sections_and_their_paragraphs_up() -> None:
    renumbered = _applied(renumber=2, by=1)

    assert "## 3. Second" in renumbered
    assert "3.1 The end." in renumbered
    assert "1.2 We share nothing." in renumbered


@given(st.integers(min_value=1, max_value=30), st.integers(min_value=1, max_value=9))
def test_renumbering_back_returns_the_text(first: int, by: int) -> None:
    there = edits.apply(TEXT, edits.Edit("renumber", str(first), str(by)))

    assert edits.apply(there, edits.Edit("renumber", str(first + by), str(-by))) == TEXT


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"replace": "no such words", "with": ""}, "'no such words' stands 0 times"),
        ({"replace": "We", "with": "They"}, "'We' stands 2 times"),
        ({"remove_line": "- three"}, "0 lines begin with '- three'"),
        ({"after": "- three", "insert": ""}, "0 lines begin with '- three'"),
        ({"repeal": "1.1"}, r"\['repeal'\] is no edit"),
    ],
)
def test_an_edit_that_does_not_fit_the_text_names_the_words(entry: dict[str, str | int], message: str) -> None:
    with pytest.raises(edits.EditError, match=message):
        edits.apply(TEXT, edits.from_script(entry))
