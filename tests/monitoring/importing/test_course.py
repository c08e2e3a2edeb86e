"""The moments of one document."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitoring.catalog import DocumentDeclaration, SourceDeclaration
from monitoring.importing import course, records
from monitoring.importing.terms import Era, Terms
from tests.monitoring.importing.collections import BEGAN, DAY

A, B = SourceDeclaration("https://x.example/a"), SourceDeclaration("https://x.example/b")


def terms(*eras):
    document = DocumentDeclaration("terms-of-service", "Terms", "", "en", "", ())
    return Terms(platform=None, document=document, eras=tuple(Era(until, sources) for until, *sources in eras))


def record(day, path="X/Terms of Service.html", *, is_upgrade=False):
    name = records.name(path)
    return records.Record(BEGAN + day * DAY, f"{day}", path, name, "b", path.endswith(".md"), is_upgrade, ())


def moments(terms, *found):
    return list(course.moments(terms, lambda: found))


def test_captures_of_one_moment_are_read_together():
    both = terms((None, A, B))
    one, two = record(0, "X/Terms of Service #a.html"), record(0, "X/Terms of Service #b.html")
    assert [moment.captures for moment in moments(both, two, one)] == [((0, one), (1, two))]


def test_a_new_declaration_is_a_moment_of_its_own_before_the_first_capture_under_it():
    found = moments(terms((BEGAN + DAY, A), (None, B)), record(0), record(1), record(3))
    assert [(moment.is_switch, moment.era) for moment in found] == [(False, 0), (False, 0), (True, 1), (False, 1)]
    assert found[2].at == BEGAN + DAY + timedelta(microseconds=1)


def test_texts_count_up_to_the_first_capture():
    text = "X/Terms of Service.md"
    found = moments(terms((None, A)), record(0, text), record(1, text), record(2), record(2, text), record(3, text))
    assert [bool(moment.text) for moment in found] == [True, True, False]


def test_a_technical_upgrade_of_the_same_second_comes_after_what_it_repeats():
    text = "X/Terms of Service.md"
    first, again = record(0, text), record(0, text, is_upgrade=True)
    found = moments(terms((None, A)), first, again)
    assert [moment.text for moment in found] == [first, again]
    assert found[0].at < found[1].at


def test_captures_that_fit_no_source_are_left_out_and_counted():
    both = terms((None, A, B))
    found = [record(0), record(1, "X/Terms of Service #a.html")]
    assert len(moments(both, *found)) == 1
    assert course.unplaced(both, found) == 1


def test_a_held_text_is_looked_at_twice_again_while_nothing_else_was_recorded():
    held = course.Moment(BEGAN, 0, captures=((0, record(0)),))
    first = course.look_again(held, next_at=BEGAN + 30 * DAY)
    second = course.look_again(first, next_at=BEGAN + 30 * DAY)
    assert [first.look, second.look] == [1, 2]
    assert BEGAN < first.at < second.at
    assert first.captures == first.records == ()
    assert course.look_again(second, next_at=BEGAN + 300 * DAY) is None
    assert course.look_again(held, next_at=first.at) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["html", "md"])), max_size=30), st.integers(0, 9))
def test_moments_never_go_back_in_time(found, until):
    rows = [record(day, f"X/Terms of Service.{ending}") for day, ending in sorted(found)]
    times = [moment.at for moment in moments(terms((BEGAN + until * DAY, A), (None, B)), *rows)]
    assert times == sorted(set(times))
