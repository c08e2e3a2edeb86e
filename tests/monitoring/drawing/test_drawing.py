"""Pictures: well-formed, escaped, told apart by shape, and the same in words."""

from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import drawing
from monitoring.drawing import marks, scale
from monitoring.drawing.lanes import ROOM, _levels

START, END = date(2025, 1, 1), date(2026, 11, 22)
NASTY = "<script>alert('x')</script> & \"co\""
days = st.dates(START, END)
words = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
points = st.builds(drawing.Point, day=days, mark=st.sampled_from(marks.MARKS), label=words, url=st.just("/x/?a=1&b=2"))


def name(day):
    return day.isoformat()


def lanes_of(rows):
    return drawing.lanes(
        rows, start=START, end=END, title="t", head=("Day", "Where", "What"), name_day=name, name_month=name
    )


def parsed(picture):
    return ElementTree.fromstring(picture.svg)


@given(st.lists(st.builds(drawing.Lane, name=words, points=st.lists(points, max_size=12).map(tuple)), max_size=3))
def test_lanes_are_well_formed_and_their_table_tells_every_point(rows):
    picture = lanes_of(rows)
    parsed(picture)
    assert len(picture.rows) == sum(len(row.points) for row in rows)
    assert picture.svg.count('class="point"') == len(picture.rows)


@given(st.lists(st.floats(0, 100), max_size=30))
def test_no_two_marks_of_one_row_touch(places):
    levels = _levels(places)
    for level in set(levels):
        row = sorted(x for x, own in zip(places, levels, strict=True) if own == level)
        assert all(b - a >= ROOM for a, b in pairwise(row))


def test_a_point_outside_the_time_is_left_out():
    outside = drawing.Point(END + timedelta(days=1), "minor", "later")
    assert lanes_of([drawing.Lane("a", (outside,))]).rows == ()


def test_everything_that_is_written_is_escaped():
    point = drawing.Point(START, "minor", NASTY, f"/{NASTY}")
    pictures = [
        lanes_of([drawing.Lane(NASTY, (point,), NASTY)]),
        drawing.bars([drawing.Bar(NASTY, 3, 1, NASTY)], title=NASTY, head=("a", "b", "c")),
        drawing.columns([drawing.Column(NASTY, (1, 0, 2))], title=NASTY, head=("a", "b", "c", "d")),
        drawing.sparkline([1, 2], title=NASTY),
        drawing.cell("dots", title=NASTY),
        drawing.movement(3, 99, levels=[(NASTY, 0, 100)], title=NASTY, head=("a", "b")),
        drawing.strip(
            [drawing.Stood(START, END, NASTY)], start=START, end=END, title=NASTY, head=("a", "b", "c"),
            name_day=name, name_month=name, name_days=str,
        ),
    ]  # fmt: skip
    for picture in pictures:
        assert "<script>" not in picture.svg
        assert "style=" not in picture.svg, "the page's policy allows no style of its own"
        parsed(picture)


def test_a_picture_with_links_is_a_group_and_any_other_is_an_image():
    linked = lanes_of([drawing.Lane("a", (drawing.Point(START, "minor", "x", "/x/"),))])
    assert parsed(linked).get("role") == "group"
    assert parsed(drawing.sparkline([1], title="t")).get("role") == "img"


@pytest.mark.parametrize("of", [2, 3, 4, 5, 6])
def test_the_best_stance_is_blank_and_the_worst_solid_whatever_their_number(of):
    found = [drawing.pattern(rank, of) for rank in range(1, of + 1)]
    assert found[0] == "blank" and found[-1] == "solid"
    order = ("blank", "dots", "hatch", "net", "solid")
    assert [order.index(each) for each in found] == sorted(order.index(each) for each in found)
    assert drawing.pattern(None, of) == "unclear"


@given(start=st.dates(date(2015, 1, 1), date(2025, 1, 1)), length=st.integers(1, 4000))
def test_ticks_are_few_in_order_and_within_the_time(start, length):
    end = start + timedelta(days=length)
    found = scale.ticks(start, end)
    assert len(found) <= scale.MOST_TICKS and list(found) == sorted(set(found))
    assert all(start <= day <= end and day.day == 1 for day in found)


def test_empty_pictures_are_drawn_too():
    assert parsed(drawing.bars([], title="t", head=("a", "b", "c"))) is not None
    assert parsed(drawing.columns([], title="t", head=("a", "b", "c", "d"))) is not None
    assert lanes_of([]).rows == ()
