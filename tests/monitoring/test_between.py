"""What lies between any two versions: the words of both, whatever happened in between, and kept for a while."""

import pickle

import pytest

from monitoring import between, redline
from monitoring.models import Change, Version
from tests import world
from tests.monitoring import faces

source, own_cache = faces.source, faces.own_cache
FOREVER, NINETY = (
    "We keep your conversations for ever.",
    "We keep your conversations for 90 days and delete them afterwards.",
)


@pytest.fixture
def versions(source, now):
    texts = [world.terms(), world.terms(c3=NINETY), world.terms(c3=NINETY, c7="Disputes go to arbitration in Paris.")]
    for day, text in enumerate(texts):
        world.serve(source, text, at=now + day * world.DAY)
    world.serve_again(source, world.terms(), at=now + 90 * world.DAY)
    return list(Version.objects.order_by("sequence"))


def test_the_words_of_both_ends_are_found_verbatim(versions):
    first, _second, third, _fourth = versions
    found = between.of(first, third)
    assert found.significance == "substantive"
    assert {edit.heading for edit in found.loud} == {"3. Retention", "7. Governing law"}
    for edit in found.loud:
        assert edit.before in first.text
        assert edit.after in third.text
    assert found.unchanged > 0
    assert all(place is None or place < len(found.edits) for _text, place in found.lines)


def test_a_text_that_came_back_has_nothing_between(versions):
    found = between.of(versions[0], versions[3])
    assert (found.edits, found.headline) == ((), "")


def test_neighbours_differ_as_their_change_says(versions):
    change = Change.objects.with_versions().earliest("observed_at")
    found = between.of(*versions[:2])
    assert [edit.pieces for edit in found.edits] == [edit.pieces for edit in redline.of(change)]
    assert found.headline == change.summary["headline"]


def test_what_was_found_is_kept_and_needs_no_text_again(versions, django_assert_num_queries):
    first, third = versions[0], versions[2]
    assert between.kept(first, third) is None
    found = between.of(first, third)
    with django_assert_num_queries(0):
        assert between.kept(Version(pk=first.pk), Version(pk=third.pk)) == found
    assert pickle.loads(pickle.dumps(found)) == found


def test_nothing_of_the_archive_is_written(versions):
    outlines = [version.outline for version in Version.objects.order_by("sequence")]
    between.of(versions[0], versions[2])
    assert [version.outline for version in Version.objects.order_by("sequence")] == outlines
    assert Change.objects.count() == 3


def test_texts_too_long_to_wait_for_are_refused(versions):
    versions[0].size_words = between.MOST_WORDS
    with pytest.raises(between.TooLong, match="80,000"):
        between.of(versions[0], versions[2])
