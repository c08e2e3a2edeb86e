import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import knowledge
from monitoring.classify import literals, macros, patterns

WRITTEN = [pattern for rules in knowledge.signs().values() for _, pattern in (*rules.signs, *rules.stances)]
PARTS = [part for written in WRITTEN for part in literals.alternatives(macros.expanded(written))]
PAIRS = [(re.compile(part), patterns.compiled(part)) for part in PARTS]
PIECES = sorted({piece for part in PARTS for piece in re.findall(r"[a-z]{2,}", part)})


@pytest.mark.parametrize(
    ("written", "compiled"),
    [
        (r"\b(?:use|train)s?\b", r"(?:use(?<=\buse)|train(?<=\btrain))s?\b"),
        (r"\bopts? out", r"(?:opt(?<=\bopt)s? out)"),
        (r"\b(?:the )?right", r"\b(?:the )?right"),
        (r"\b(?:\w+ )data", r"\b(?:\w+ )data"),
        (r"^we may", r"^we may"),
    ],
)
def test_beginnings_at_a_word_are_looked_for_by_their_letters(written, compiled):
    assert patterns.compiled(written).pattern == compiled


@given(
    st.lists(st.sampled_from(PIECES) | st.sampled_from(["-", "é", "0", "_"]), max_size=30), st.sampled_from([" ", ""])
)
def test_a_compiled_pattern_matches_what_was_written(words, between):
    text = between.join(words)
    for written, compiled in PAIRS:
        one, other = written.search(text), compiled.search(text)
        assert (one and one.span()) == (other and other.span()), written.pattern
