"""Clauses: what is one, where it stands, and what it is called."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.segment import Kind, clauses

TERMS = """# Terms of Service

Effective March 5, 2026

## 1. Who may use it

You must be 16 or older.

- a. In the EU you must be 18.
- b. Schools ask us first.

## 2. Fees

### 2.1 Refunds

We refund within 14 days.

2.2. Prices may change.

(a) with notice

| Plan | Price |
| --- | --- |
| Pro | $20 |

Term
: Meaning of it

> Quoted words.

**How to reach us**

Write to us.
"""


def paths(text: str) -> list[str]:
    return [clause.path for clause in clauses(text)]


def test_clauses_have_paths_of_numbers_and_headings():
    assert paths(TERMS) == [
        "terms-of-service",
        "p1",
        "1",
        "1/p1",
        "1/a",
        "1/b",
        "2",
        "2.1",
        "2.1/p1",
        "2.2",
        "2.2/a",
        "2.1/row-1",
        "2.1/row-2",
        "2.1/p2",
        "2.1/p3",
        "2.1/p4",
        "2.1/how-to-reach-us",
        "2.1/how-to-reach-us/p1",
    ]


def test_clauses_know_kind_number_and_heading():
    found = {clause.path: clause for clause in clauses(TERMS)}
    assert found["2"].kind is Kind.HEADING
    assert found["1/a"].kind is Kind.ITEM
    assert found["1/a"].heading == "1. Who may use it"
    assert found["2.1/row-2"].kind is Kind.ROW
    assert found["2.1/p3"].kind is Kind.DEFINITION
    assert found["2.1/p4"].kind is Kind.QUOTE
    assert found["2.2"].number == "2.2"


def test_clauses_keep_their_paths_when_another_section_changes():
    changed = TERMS.replace("You must be 16 or older.", "You must be 16 or older.\n\nAsk your parents.")
    assert set(paths(TERMS)) < set(paths(changed))


def test_clauses_read_setext_headings():
    found = clauses("Terms\n=====\n\nBe nice.\n\nFees\n----\n\nNone.")
    assert [(clause.kind, clause.level) for clause in found if clause.kind is Kind.HEADING] == [
        (Kind.HEADING, 1),
        (Kind.HEADING, 2),
    ]


def test_clauses_take_a_bold_sentence_for_a_rule():
    assert [clause.kind for clause in clauses("**You must be 18.**\n\n**Age**")] == [Kind.PARAGRAPH, Kind.HEADING]


def test_clauses_read_other_languages():
    assert paths("# Datenschutz\n\n## § 3 Zwecke\n\nWir nutzen Daten.")[1:] == ["3", "3/p1"]
    assert paths("# 利用規約\n\n## 第1条 適用\n\n本規約は適用されます。")[1:] == ["第1条-適用", "第1条-適用/p1"]


def test_digest_leaves_number_and_format_out():
    one, other = clauses("2. We keep **data**.")[0], clauses("(b) We keep data")[0]
    assert one.digest == other.digest
    assert clauses("We keep no data.")[0].digest != one.digest


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                "# A",
                "## 1. B",
                "text",
                "- item",
                "1. x",
                "(a) y",
                "| a | b |",
                "| --- | --- |",
                "",
                "> q",
                ": d",
                "**b**",
                "===",
                "---",
                "  more",
                "é汉",
            ]
        ),
        max_size=40,
    )
)
def test_clauses_cover_the_text_without_overlap(lines):
    text = "\n".join(lines)
    found = clauses(text)
    end = 0
    for clause in found:
        assert clause.start >= end
        assert not text[end : clause.start].strip(" \t\n|:*_=->#")
        assert text[clause.start : clause.end] == text[clause.start : clause.end].strip()
        end = clause.end
    assert not text[end:].strip(" \t\n|:*_=->#")
    assert len({clause.path for clause in found}) == len(found)


def test_clauses_of_two_million_letters_are_found_in_seconds():
    text = "\n\n".join(f"{n}. You agree to the rule that follows from the words of this clause." for n in range(28_000))
    started = time.process_time()
    found = clauses(text)
    assert time.process_time() - started < 4
    assert len(found) <= 10_001
    assert found[-1].end == len(text)
