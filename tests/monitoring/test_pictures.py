"""Our words on pictures."""

from datetime import UTC, datetime

import pytest

from monitoring import pictures

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "less than a day"), (1, "1 day"), (59, "59 days"), (61, "2 months"), (365, "12 months"), (1096, "3.0 years")],
)
def test_a_span_is_said_in_the_unit_that_fits(number, words):
    assert pictures.days(number) == words


def test_a_year_of_changes_has_twelve_months_and_ends_with_this_one():
    moments = [
        (NOW, "substantive"),
        (datetime(2025, 12, 1, tzinfo=UTC), "minor"),
        (datetime(2025, 11, 30, tzinfo=UTC), "minor"),
    ]
    rows = [[cell.text for cell in row] for row in pictures.year_of_changes(moments, now=NOW).rows]
    assert len(rows) == 12
    assert rows[0] == ["Dec 25", "0", "1", "0"] and rows[-1] == ["Nov 26", "1", "0", "0"]


def test_before_the_first_record_there_is_no_strip():
    assert pictures.stability([], now=NOW) is None


@pytest.mark.parametrize(("before", "after"), [(None, 40), (40, None), (40, 66)])
def test_an_exposure_says_where_it_stood_and_stands(before, after):
    picture = pictures.exposure(before, after)
    assert all(str(value) in picture.title for value in (before, after) if value is not None)
