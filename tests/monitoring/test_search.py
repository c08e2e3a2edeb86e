"""Words found in the texts of all times."""

from datetime import timedelta

import pytest
from django.db import connection

from monitoring import search
from monitoring.models import Clause
from monitoring.search import Filters
from tests import world
from tests.monitoring.faces import CHANGED, change, now, source  # noqa: F401


@pytest.fixture
def other(change, now):  # noqa: F811
    other = world.declare("acme", "bolt", now=now)["bolt"]
    world.serve(other, world.terms(), at=now - timedelta(days=5))
    return other


def test_words_are_found_in_all_their_forms_with_the_clause_they_stand_in(change):  # noqa: F811
    (found,) = search.find("bind arbitrations").found
    hit = found.hits[0]
    assert hit.version == change.after and change.after.text[hit.start : hit.end] == hit.text
    assert "binding arbitration" in hit.text
    assert found.is_standing and found.brought == change and found.took is None


def test_words_that_went_are_found_with_the_change_that_took_them(change):  # noqa: F811
    (found,) = search.find('"for 30 days"').found
    assert not found.is_standing
    assert found.took == change and found.last == change.before and found.brought is None


def test_a_phrase_is_found_word_for_word_only(change):  # noqa: F811
    assert search.find('"binding arbitration"').found
    assert not search.find('"bind arbitration"').found
    assert not search.find('"arbitration binding"').found


def test_what_search_finds_in_quotation_marks_is_what_a_watch_matches(change):  # noqa: F811
    texts = [clause.text for clause in Clause.objects.all()]
    for phrase in ("90 days", "class action", "you may not", "delete them afterwards", "days afterwards"):
        assert bool(search.find(f'"{phrase}"').found) == search.matches(phrase, texts), phrase


def test_filters_narrow(change, other, now):  # noqa: F811
    assert {each.document.platform.slug for each in search.find("conversations").found} == {"acme", "bolt"}
    assert len(search.find("conversations", Filters(platform="bolt")).found) == 1
    assert search.find("conversations", Filters(terms_type="privacy-policy")).found == ()
    assert search.find('"30 days"', Filters(is_standing=True)).found[0].document.platform.slug == "bolt"
    since = search.find("conversations", Filters(since=now - timedelta(days=7)))
    assert [each.document.platform.slug for each in since.found] == ["bolt"]
    assert search.find("arbitration", Filters(significance=change.significance)).found
    assert search.find("arbitration", Filters(significance="housekeeping")).found == ()


def test_the_results_are_counted_and_come_in_parts(change, other):  # noqa: F811
    whole = search.find("conversations")
    assert (whole.documents, whole.platforms, whole.has_more) == (2, 2, False)
    parts = [search.find("conversations", start=start, limit=1) for start in (0, 1, 2)]
    assert [part.has_more for part in parts] == [True, False, False]
    assert [found.document for part in parts for found in part.found] == [found.document for found in whole.found]


@pytest.mark.parametrize("query", ["", "  ", '""', "…", "the", "of and the", "'; drop table", "\\", "<b>", "a" * 3000])
def test_a_query_of_nothing_finds_nothing_and_breaks_nothing(change, query):  # noqa: F811
    assert search.find(query).found == ()


def test_the_index_is_the_one_that_the_search_asks_for(change):  # noqa: F811
    rows = Clause.objects.filter(words=search._query(search.phrases.asked("arbitration")))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "clause_words" in rows.explain()


def test_a_search_for_common_words_looks_at_the_same_texts_each_time(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronize_seqscans")
        assert cursor.fetchone() == ("off",)


def test_a_search_costs_five_queries_however_much_it_finds(change, other, django_assert_max_num_queries):  # noqa: F811
    with django_assert_max_num_queries(5):
        results = search.find("you")
        [hit.url for found in results.found for hit in found.hits]


def test_words_in_context_are_marked(change):  # noqa: F811
    (pieces,) = search.in_context("arbitration", ["You must resolve disputes by binding arbitration."])
    assert (True, "arbitration") in pieces
    assert "".join(text for _, text in pieces) == "You must resolve disputes by binding arbitration."


def test_provision_types_are_found_by_name_then_by_definition():
    found = [each.key for each in search.types("arbitration")]
    assert found[0] == "mandatory_arbitration"
    assert search.types("") == () and search.types("zzz") == ()


def test_changes_are_found_by_what_their_summary_says(change, other, now):  # noqa: F811
    assert search.changes("arbitration") == search.changes('"binding arbitration"') == (change,)
    assert search.changes('"arbitration binding"') == search.changes("zymurgy") == search.changes("") == ()


def test_filters_narrow_changes_too(change, now):  # noqa: F811
    assert search.changes("arbitration", Filters(platform="acme", significance=change.significance)) == (change,)
    for narrow in ({"platform": "bolt"}, {"terms_type": "privacy-policy"}, {"significance": "noise"}, {"since": now}):
        assert search.changes("arbitration", Filters(**narrow)) == ()
    assert search.changes("arbitration", Filters(is_standing=True)) == ()


def test_changes_come_newest_first_and_cost_three_queries(change, source, now, django_assert_num_queries):  # noqa: F811
    texts = CHANGED | {"c6": "You may close your account at any time. Disputes about it go to arbitration in Paris."}
    _reading, later = world.serve(source, world.terms(**texts), at=now)
    with django_assert_num_queries(3):
        found = search.changes("arbitration")
        assert [(each.document.platform.name, each.before.sequence) for each in found] == [("Acme", 2), ("Acme", 1)]
        assert found[0].after.get_absolute_url()
    assert search.changes("arbitration", limit=1) == (later,)
