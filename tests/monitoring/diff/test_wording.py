"""The words inside an edit: what two texts share at their ends, and where they differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitoring.diff import wording


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", max_size=30))
def test_common_ends_are_shared_by_both_texts_and_never_overlap(left: str, right: str) -> None:
    head, tail = wording.common_ends(left, right)
    assert head + tail <= min(len(left), len(right))
    assert left[:head] == right[:head]
    assert left[len(left) - tail :] == right[len(right) - tail :]


def test_apart_keeps_the_unit_beside_a_number_that_changed() -> None:
    before, after = (f"{'same ' * 100}for {days} days{' and so on' * 100}" for days in (30, 90))
    old, new = wording.apart(before, after)
    assert "for 30 days" in old and "for 90 days" in new
    assert len(old) < len(before) / 2
