"""The pages of accepted versions and of any two versions beside each other."""

import pytest

from accounts.models import Membership, Role
from billing import plans, subscriptions
from monitoring import between
from monitoring.alerts import matching
from monitoring.models import Acceptance, Version
from monitoring.views import between as page_of_two
from tests import world
from tests.monitoring.faces import CHANGED
from tests.monitoring.views.test_pages import Outline


@pytest.fixture
def professional(alice, source, change, now):
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    return organization


def address(change):
    return f"/accepted/mark/{change.before_id}/"


def test_a_watched_document_is_offered_marked_and_shown_with_its_drift(signed_in, professional, change):
    page = signed_in.get("/accepted/").content.decode()
    assert "Watched, and not marked" in page
    assert Outline(page).faults == []
    assert "Mark as accepted" in signed_in.get(address(change)).content.decode()
    page = signed_in.post(
        address(change), {"accepted_date": "2026-01-31", "note": "Contract 7"}, follow=True
    ).content.decode()
    assert "Drifted" in page
    assert "1 substantive change since" in page
    assert "Contract 7" in page
    assert Outline(page).faults == []
    signed_in.post(f"/accepted/{Acceptance.objects.get().pk}/remove/")
    assert not Acceptance.objects.exists()


def test_a_date_that_is_none_is_refused(signed_in, professional, change):
    assert signed_in.post(address(change), {"accepted_date": "soon"}).status_code == 400
    assert not Acceptance.objects.exists()


def test_a_day_to_come_is_refused_and_the_note_kept(signed_in, professional, change):
    given = {"accepted_date": "2999-01-01", "note": "Order 12"}
    answer = signed_in.post(f"/accepted/mark/{change.before_id}/", given)
    assert (answer.status_code, Acceptance.objects.exists()) == (400, False)
    assert "This day is still to come" in answer.content.decode() and "Order 12" in answer.content.decode()


def test_the_page_of_a_change_says_that_the_text_differs_from_what_was_accepted(signed_in, professional, change, now):
    matching.match(change, now=now)
    signed_in.post(address(change), {"accepted_date": "2026-01-31"})
    for shown in (change.get_absolute_url(), f"/inbox/{change.pk}/"):
        page = signed_in.get(shown).content.decode()
        assert "Differs from the version you accepted" in page
        assert "31 Jan 2026" in page


def test_a_free_plan_reads_what_it_is(signed_in, change):
    for shown in ("/accepted/", address(change)):
        answer = signed_in.get(shown)
        assert answer.status_code == 403
        assert "It comes with Professional." in answer.content.decode()
    assert signed_in.post(address(change), {"accepted_date": "2026-01-31"}).status_code == 403


def test_a_viewer_reads_and_does_not_mark(client, professional, alice, change):
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    client.force_login(alice)
    assert "We accepted this" not in client.get("/accepted/").content.decode()
    assert client.post(address(change), {"accepted_date": "2026-01-31"}).status_code == 403
    assert not Acceptance.objects.exists()


def test_a_stranger_sees_none_of_it(client, signed_in, professional, charlie, change, now):
    signed_in.post(address(change), {"accepted_date": "2026-01-31", "note": "Secret"})
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    client.force_login(charlie)
    assert "Secret" not in client.get("/accepted/").content.decode()
    assert client.post(f"/accepted/{Acceptance.objects.get().pk}/remove/").status_code == 404


@pytest.fixture
def three(change, source, now):
    """Acme's terms in three versions."""
    world.serve(source, world.terms(**CHANGED | {"c3": "We keep your conversations for ever."}), at=now)
    return f"/platforms/acme/{change.document.slug}/compare"


def test_anybody_reads_what_lies_between_two_versions(client, three):
    for view in ("inline", "side"):
        answer = client.get(f"{three}/1/3/?view={view}")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "version 1 to version 3" in page
        assert "arbitration" in page
        assert Outline(page).faults == []
    assert page.count("change-line") == 2


def test_an_operator_reads_it_too(client, three, alice):
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True)
    client.force_login(alice)
    assert client.get(f"{three}/1/3/").status_code == 200


def test_neighbours_and_turned_pairs_lead_to_their_own_page(client, three, change):
    assert client.get(f"{three}/1/2/").headers["Location"] == change.get_absolute_url()
    assert client.get(f"{three}/3/1/").headers["Location"] == f"{three}/1/3/"
    assert client.get(f"{three}/2/2/").headers["Location"].endswith("/versions/2/")
    assert client.get(f"{three}/1/9/").status_code == 404
    assert client.get(f"{three}/1/99999999999999999999/").status_code == 404


def test_new_comparisons_are_so_many_a_minute_and_kept_ones_are_free(client, three, monkeypatch):
    monkeypatch.setattr(page_of_two, "NEW_A_MINUTE", 1)
    assert client.get(f"{three}/1/3/").status_code == 200
    assert client.get(f"{three}/1/3/").status_code == 200
    monkeypatch.setattr(between, "FORMAT", between.FORMAT + 1)
    answer = client.get(f"{three}/1/3/")
    assert answer.status_code == 429
    assert "Wait a minute" in answer.content.decode()


def test_texts_too_long_lead_to_their_changes(client, three):
    Version.objects.update(size_words=between.MOST_WORDS)
    page = client.get(f"{three}/1/3/").content.decode()
    assert "read their changes one by one" in page
    assert page.count("change-line") == 2


def test_a_kept_comparison_asks_little(client, three, django_assert_max_num_queries):
    client.get(f"{three}/1/3/")
    with django_assert_max_num_queries(6):
        client.get(f"{three}/1/3/")
