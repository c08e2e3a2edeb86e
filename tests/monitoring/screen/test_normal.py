"""The normal form: what no reader can see does not count, every word does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.screen.normal import digest, line_digest, normal_form, normal_lines, word_count

TEXT = "## 2. Retention\n\nWe keep your data for 30 days, see [our policy](https://x.org/p?utm_source=a#b)."


@pytest.mark.parametrize(
    "other",
    [
        "### 2. Retention\n\nWe keep your data for 30 days, see [our policy](https://x.org/other).",
        "**2. Retention**\nWe keep your data for 30 days,  see our policy.",
        "2) Retention\n\nWe keep your\u00a0data for 30\u00a0days, see [our policy](https://x.org/p?sid=9)",
        "- Retention\n\nWe\u200b keep your da\u00adta for 30 days, see our policy \ue001.",
        "Retention\n\nWE KEEP YOUR DATA FOR 30 DAYS; see our policy",
        "> Retention\n\n| We keep your data | for 30 days | see our policy |\n| --- | --- | --- |",
        "Retention We keep your data for 30 days see<br>our policy ![logo](https://x.org/l.png)",
    ],
)
def test_digest_is_equal_when_no_word_differs(other):
    assert digest(other) == digest(TEXT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We keep it for 30 days.", "We keep it for 90 days."),
        ("We may not sell it.", "We may sell it."),
        ("It costs $10.", "It costs €10."),
        ("A fee of 1.5 applies.", "A fee of 15 applies."),
        ("10% of it", "10 of it"),
        ("使用しません。", "使用します。"),
    ],
)
def test_digest_differs_when_a_word_does(one, other):
    assert digest(one) != digest(other)


def test_typographic_variants_are_one_text():
    assert normal_form("“Don’t” – ﬁne…") == normal_form('"Don\'t" - fine...')


@given(st.text(max_size=300))
def test_normal_lines_keeps_the_lines(text):
    assert len(normal_lines(text)) == len(text.split("\n")) or "\u2028" in text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_normal_form_of_a_plain_normal_form_is_itself(text):
    once = normal_form("x " + text.replace("\n", " "))
    assert normal_form("x " + once) == "x " + once or once


def test_line_digest_ignores_what_digest_ignores():
    assert line_digest("- **Updated** daily") == line_digest("Updated daily")


def test_word_count_counts_scripts_without_spaces():
    assert word_count("one two three") == 3
    assert word_count("当社はお客様のデータを使用しません") > 5
