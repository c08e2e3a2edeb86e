"""Alignment: which clause became which, and the edits that prove it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import diff
from monitoring.diff import Edit, EditKind

A = "You may use the services for any lawful purpose that these terms do not forbid."
B = "We keep your conversations for thirty days and then we delete them from our systems."
C = "Either party may end this agreement with written notice of at least four weeks."
D = "Disputes are settled by the courts of the place where we have our main office."


def found(before: str, after: str) -> list[Edit]:
    return list(diff.edits(diff.text(before), diff.text(after)))


def kinds(before: str, after: str) -> list[tuple[str, int | None, int | None]]:
    return [(edit.kind.value, edit.before, edit.after) for edit in found(before, after)]


def joined(*clauses: str) -> str:
    return "\n\n".join(clauses)


def test_edits_of_equal_texts_are_none():
    assert found(joined(A, B), joined(A, B)) == []
    assert found("", "") == []


def test_edits_reports_added_and_removed_clauses():
    assert kinds(joined(A, B), joined(A, C, B)) == [("added", None, 1)]
    assert kinds(joined(A, B, C), joined(A, C)) == [("removed", 1, None)]


def test_edits_reports_a_moved_clause_as_moved():
    assert kinds(joined(A, B, C, D), joined(D, A, B, C)) == [("moved", 3, 0)]


def test_edits_reports_a_moved_and_reworded_clause_once():
    changed = B.replace("thirty", "ninety")
    assert kinds(joined(A, B, C, D), joined(A, C, D, changed)) == [("moved", 1, 3)]


def test_edits_reports_a_renumbered_clause_as_renumbered():
    assert kinds(joined(f"1. {A}", f"2. {B}"), joined(f"1. {A}", f"3. {B}")) == [("renumbered", 1, 1)]


def test_edits_reports_a_rewording_with_its_words():
    (edit,) = found(joined(A, B, C), joined(A, B.replace("thirty", "ninety"), C))
    assert (edit.kind, edit.before, edit.after) == (EditKind.REWORDED, 1, 1)
    assert [(words.removed, words.added) for words in edit.words] == [("thirty", "ninety")]


def test_edits_pairs_a_numbered_clause_by_its_number():
    new = "2. Something else altogether stands under this number now, with few of the words."
    assert kinds(joined(f"1. {A}", f"2. {B}", f"3. {C}"), joined(f"1. {A}", new, f"3. {C}"))[0][0] in (
        "reworded",
        "removed",
    )


def test_edits_sees_a_split_and_a_merge():
    assert kinds(joined(A, f"{B} {C}", D), joined(A, B, C, D)) == [("split", 1, 1)]
    assert kinds(joined(A, B, C, D), joined(A, f"{B} {C}", D)) == [("merged", 1, 1)]


def test_edits_sees_a_split_with_another_word():
    (edit,) = found(joined(A, f"{B} {C}", D), joined(A, B.replace("thirty", "ninety"), C, D))
    assert (edit.kind, edit.before, edit.after, edit.further_after) == (EditKind.SPLIT, 1, 1, (2,))


def test_edits_counts_markup_and_link_targets():
    (edit,) = found("See [the policy](https://x.org/a).", "See [the policy](https://x.org/b).")
    assert edit.words[0].added == "](https://x.org/b)"


def test_edits_does_not_call_a_rewrite_all_deleted():
    before = joined(
        *(f"{n}. Under rule {n} you agree to pay the fee that our price list names for it." for n in range(30))
    )
    after = before.replace("the fee", "every fee").replace("names for it", "states")
    assert {edit.kind for edit in found(before, after)} == {EditKind.REWORDED}


def test_edits_are_the_same_in_every_process():
    """The order of sets of words differs from process to process; no edit may depend on it."""
    code = (
        "from monitoring import diff; import random; rng = random.Random(5);"
        "rare = [f'word{n}' for n in range(60)];"
        "clause = lambda: 'under these terms you agree that we may keep your ' + ' and '.join(rng.sample(rare, 3));"
        "old, new = ([clause() for _ in range(120)] for _ in range(2));"
        "change = diff.compare('\\n\\n'.join(old), '\\n\\n'.join(new));"
        "print([(e.kind, e.before, e.after, e.significance, e.grounds) for e in change.edits], diff.summary(change).headline)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(told) == 1
    assert len(told.pop()) > 1000


PIECES = st.sampled_from(
    [A, B, C, D, f"1. {A}", f"2. {B}", f"{A} {B}", "# Terms", "## 2. Rights", "- item", "- item", "| a | b |", "short", "",
     A.replace("lawful", "legal"), B.replace("thirty", "ninety"), "[x](https://x.org/1)", "[x](https://x.org/2)", "**bold**"]
)  # fmt: skip


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=14), st.lists(PIECES, max_size=14))
def test_apply_turns_before_into_after(before, after):
    old, new = diff.text(joined(*before)), diff.text(joined(*after))
    edits = diff.edits(old, new)
    wanted = "".join(new.raw(index) for index in range(len(new.clauses)))
    assert bare(diff.apply(old, edits)) == bare(wanted)


@settings(max_examples=200)
@given(st.text(max_size=400), st.text(max_size=400))
def test_apply_holds_for_any_text(before, after):
    old, new = diff.text(before), diff.text(after)
    edits = diff.edits(old, new)
    assert bare(diff.apply(old, edits)) == bare("".join(new.raw(index) for index in range(len(new.clauses))))
    for edit in edits:
        for words in edit.words:
            assert before[words.before_start : words.before_end] == words.removed
            assert after[words.after_start : words.after_end] == words.added


EQUAL = ["You agree to this."] * 3000
RULES = [f"Rule {n} is a rule." for n in range(3000)]


def big(seed: int) -> str:
    words = [f"w{(n * seed) % 1999}" for n in range(60 * 4500)]
    return "\n\n".join(" ".join(words[n : n + 60]) for n in range(0, len(words), 60))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("3,000 equal clauses", joined(*EQUAL), joined(*EQUAL, "And to that.")),
        ("3,000 equal clauses that all change", joined(*EQUAL), joined(*EQUAL).replace("this", "that")),
        ("3,000 clauses turned round", joined(*RULES), joined(*reversed(RULES))),
        ("2 MB of another text", big(7), big(11)),
        ("2 MB with a word changed everywhere", big(7), big(7).replace("w7 ", "changed ")),
        ("2 MB in one clause", big(7).replace("\n\n", " "), big(11).replace("\n\n", " ")),
        ("2 MB in one word", "a" * 2_000_000, "b" * 2_000_000),
    ],
)
def test_edits_of_the_worst_cases_are_bounded(name, before, after):
    best = 9.0
    for _ in range(2):  # the machine may be busy: the better of two
        started = time.process_time()
        diff.edits(diff.text(before), diff.text(after))
        best = min(best, time.process_time() - started)
    assert best < 1.0, name
