"""The watchlist and its timeline as files: one's own, as far back as the plan goes, and no formula in a cell."""

import csv
import io
from datetime import timedelta

import pytest

from billing import plans, subscriptions
from monitoring import listings
from tests import world


@pytest.fixture
def watched(alice, source, change, now):
    """Alice's organization, on Watcher, watching Acme."""
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    world.watch(alice, source, now=now)
    return organization


def rows(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_watchlist_is_a_file_in_its_order(signed_in, watched):
    answer = signed_in.get("/watchlist/csv/")
    assert "watchlist-alice" in answer.headers["Content-Disposition"]
    [row] = rows(answer)
    assert set(row) == set(listings.WATCH_COLUMNS)
    assert (row["platform"], row["kind"], row["is_active"]) == ("acme", "platform", "True")


def test_the_timeline_is_a_file_with_the_way_to_each_page(signed_in, watched, change):
    found = rows(signed_in.get("/watchlist/timeline/csv/"))
    assert [row["kind"] for row in found] == ["change", "first"]
    assert found[0]["page"].endswith(change.get_absolute_url())
    assert found[0]["significance"] == "substantive"


def test_it_goes_as_far_back_as_the_plan_and_in_pages(signed_in, watched, source, now, monkeypatch):
    monkeypatch.setattr(listings, "BATCH", 1)
    assert len(rows(signed_in.get("/watchlist/timeline/csv/"))) == 2
    type(source.document).objects.update(created_at=now - timedelta(days=900))
    source.document.versions.filter(kind="first").update(observed_at=now - timedelta(days=400))
    assert len(rows(signed_in.get("/watchlist/timeline/csv/"))) == 1


def test_a_headline_is_no_formula(signed_in, watched, change):
    type(change).objects.update(summary={"headline": "=HYPERLINK(1)"})
    assert rows(signed_in.get("/watchlist/timeline/csv/"))[0]["headline"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("address", ["/watchlist/csv/", "/watchlist/timeline/csv/"])
def test_a_free_plan_is_told_which_plan_has_it(address, signed_in, alice):
    answer = signed_in.get(address)
    assert answer.status_code == 403
    assert "It comes with Watcher." in answer.content.decode()


@pytest.mark.parametrize("address", ["/watchlist/csv/", "/watchlist/timeline/csv/"])
def test_a_stranger_gets_their_own_which_is_empty(address, client, watched, charlie, now):
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.WATCHER, now=now)
    client.force_login(charlie)
    assert rows(client.get(address)) == []
