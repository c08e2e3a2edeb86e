"""Memory: rows in the order of time folded to one line per text."""

from __future__ import annotations

from monitoring.screen import Look, remember

from .texts import DAY, NOW


def row(name: str, outcome: str, day: int, times: int = 1) -> Look:
    return Look(name.encode(), b"", outcome, "", NOW + day * DAY, times)


def test_remember_folds_looks_by_text():
    one, other = remember([row("a", "first", 0), row("b", "held", 1), row("a", "unchanged", 2, times=5)])
    assert (one.digest, one.outcome, one.times) == (b"a", "first", 6)
    assert (one.first_seen_at, one.last_seen_at) == (NOW, NOW + 2 * DAY)
    assert other.held_since is None


def test_remember_knows_since_when_a_text_is_held():
    rows = [row("a", "first", 0), row("b", "held", 1), row("b", "held", 3), row("c", "held", 4)]
    assert [seen.held_since for seen in remember(rows)] == [None, NOW + DAY, NOW + 4 * DAY]


def test_remember_begins_a_spell_anew_after_another_text():
    rows = [row("a", "first", 0), row("b", "held", 1), row("a", "unchanged", 2), row("b", "held", 3)]
    assert remember(rows)[1].held_since == NOW + 3 * DAY


def test_remember_counts_a_row_told_twice_once():
    rows = [row("a", "first", 0), row("b", "held", 1)]
    assert remember([rows[0], rows[0], rows[1], rows[1]]) == remember(rows)


def test_remember_keeps_that_a_text_was_a_version():
    rows = [row("a", "first", 0), row("b", "news", 1), row("a", "held", 2)]
    seen = remember(rows)[0]
    assert (seen.outcome, seen.held_since) == ("first", NOW + 2 * DAY)
