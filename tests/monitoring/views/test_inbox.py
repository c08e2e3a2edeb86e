"""The inbox: what waits, one change of it, several at once, and both as files; Charlie sees none of it."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from accounts.models import Membership, Role
from billing import plans, subscriptions
from monitoring.alerts import matching
from monitoring.models import Review, ReviewNote
from tests import world
from tests.monitoring.views.test_pages import Outline


@pytest.fixture
def told(alice, change, source, now):
    """Alice's organization, on Professional and told of Acme's change."""
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    return organization


def form(**changed):
    return {"state": "new", "owner": "", "due_date": "", "decision": "", "note": "", "seen": 0, **changed}


def text(answer):
    return b"".join(answer.streaming_content).decode()


def test_a_change_that_was_told_waits_and_is_settled(signed_in, told, change):
    page = signed_in.get("/inbox/").content.decode()
    assert "Acme: Terms of Service" in page
    assert "1 new" in page
    assert Outline(page).faults == []
    sent = form(state="accepted", decision="We stay.", note="Read by legal.")
    answer = signed_in.post(f"/inbox/{change.pk}/", sent, follow=True)
    page = answer.content.decode()
    assert "Saved." in page
    assert "We stay." in page
    assert "Read by legal." in page
    assert "Nothing waits for you" in signed_in.get("/inbox/").content.decode()
    assert "Acme: Terms of Service" in signed_in.get("/inbox/?state=settled").content.decode()


def test_the_page_of_the_change_shows_the_review_and_comes_back_to_it(signed_in, told, change):
    page = signed_in.get(change.get_absolute_url()).content.decode()
    assert 'id="review"' in page
    assert Outline(page).faults == []
    answer = signed_in.post(f"/inbox/{change.pk}/", form(state="reviewing", from_change="1"))
    assert answer.headers["Location"] == f"{change.get_absolute_url()}#review"


def test_the_page_of_a_change_shows_no_review_to_others(client, signed_in, alice, charlie, change, told, now):
    assert 'id="review"' not in type(client)().get(change.get_absolute_url()).content.decode()
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    client.force_login(charlie)
    assert 'id="review"' not in client.get(change.get_absolute_url()).content.decode()


def test_a_form_overtaken_by_another_says_so_and_keeps_what_was_typed(signed_in, told, change):
    signed_in.post(f"/inbox/{change.pk}/", form(state="reviewing"))
    answer = signed_in.post(f"/inbox/{change.pk}/", form(state="not_relevant", note="My thoughts."))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else changed this review" in page
    assert "My thoughts." in page
    assert Review.objects.get().state == "reviewing"


@pytest.mark.parametrize(
    "wrong", [{"state": "done"}, {"due_date": "soon"}, {"owner": "987654"}, {"seen": "-1"}, {"decision": "x" * 2001}]
)
def test_what_makes_no_sense_is_named_and_nothing_is_saved(wrong, signed_in, told, change):
    assert signed_in.post(f"/inbox/{change.pk}/", form(**wrong)).status_code == 400
    assert not Review.objects.exists()


def test_several_are_set_at_once_and_the_filter_stays(signed_in, told, change):
    answer = signed_in.post("/inbox/?platform=acme", {"change": [change.pk], "state": "not_relevant"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/inbox/?platform=acme"
    assert "One change is now: Not relevant." in answer.content.decode()
    assert Review.objects.get().state == "not_relevant"


@pytest.mark.parametrize("sent", [{}, {"state": "accepted"}, {"change": ["x"], "state": "accepted"}, {"change": ["1"]}])
def test_nothing_chosen_changes_nothing(sent, signed_in, told):
    assert "Choose at least one change" in signed_in.post("/inbox/", sent, follow=True).content.decode()
    assert not Review.objects.exists()


def test_all_that_are_shown_are_set_at_once_without_ticking_any(signed_in, told, change, source, now):
    _reading, later = world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now)
    matching.match(later, now=now)
    page = signed_in.get("/inbox/").content.decode()
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    assert shown == [str(later.pk), str(change.pk)] and "Set it of all 2 shown" in page
    sent = {"state": "not_relevant", "all": "1", "shown": shown, "change": []}
    assert "2 changes are now: Not relevant." in signed_in.post("/inbox/", sent, follow=True).content.decode()


def test_a_free_plan_is_told_what_comes_with_the_next(signed_in, change):
    answer = signed_in.get("/inbox/")
    assert answer.status_code == 403
    assert "It comes with Professional." in answer.content.decode()
    assert signed_in.get("/inbox/csv/").status_code == 403


def test_a_viewer_reads_and_does_not_change(client, told, alice, change):
    Membership.objects.filter(user=alice).update(role=Role.VIEWER)
    client.force_login(alice)
    assert "Set the state" not in client.get("/inbox/").content.decode()
    assert "Save the review" not in client.get(f"/inbox/{change.pk}/").content.decode()
    assert client.post(f"/inbox/{change.pk}/", form(state="accepted")).status_code == 403
    assert client.post("/inbox/", {"change": [change.pk], "state": "accepted"}).status_code == 403
    assert not Review.objects.exists()


def test_a_stranger_finds_nothing_and_changes_nothing(client, charlie, told, change, now):
    subscriptions.grant(organization=world.organization_of(charlie), plan=plans.PROFESSIONAL, now=now)
    client.force_login(charlie)
    assert "Acme: Terms" not in client.get("/inbox/?state=all").content.decode()
    assert client.get(f"/inbox/{change.pk}/").status_code == 404
    assert client.post(f"/inbox/{change.pk}/", form(state="accepted")).status_code == 404
    client.post("/inbox/", {"change": [change.pk], "state": "accepted"})
    assert not Review.objects.exists()


def test_the_files_have_what_the_filter_leaves_and_no_formula(signed_in, told, change):
    signed_in.post(f"/inbox/{change.pk}/", form(state="accepted", decision="=cmd()", note="+1 from us"))
    answer = signed_in.get("/inbox/csv/?state=settled")
    [row] = csv.DictReader(io.StringIO(text(answer)))
    assert (row["decision"], row["state"]) == ("'=cmd()", "accepted")
    [record] = json.loads(text(signed_in.get("/inbox/json/?state=settled")))
    assert record["decision"] == "=cmd()"
    assert json.loads(text(signed_in.get("/inbox/json/"))) == []


def test_markup_in_a_note_is_shown_as_it_was_typed(signed_in, told, change):
    signed_in.post(f"/inbox/{change.pk}/", form(note="<script>alert(1)</script>"))
    assert "<script>alert" not in signed_in.get(f"/inbox/{change.pk}/").content.decode()
    assert ReviewNote.objects.get().text == "<script>alert(1)</script>"


def test_what_is_past_its_day_says_since_when(signed_in, told, change, now):
    day = now.date() - timedelta(days=3)
    signed_in.post(f"/inbox/{change.pk}/", form(state="action_needed", due_date=day.isoformat()))
    page = signed_in.get("/inbox/?overdue=on").content.decode()
    assert "overdue since" in page
    assert "1 overdue" in page


def test_pages_follow_each_other(signed_in, told, change, source, now, monkeypatch):
    from monitoring.views import inbox

    monkeypatch.setattr(inbox, "PAGE", 1)
    _reading, later = world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now)
    matching.match(later, now=now)
    page = signed_in.get("/inbox/?platform=acme")
    assert [shown for shown, _review in page.context["items"]] == [later]
    following = signed_in.get(f"/inbox/{page.context['older']}")
    assert [shown for shown, _review in following.context["items"]] == [change]
    assert "platform=acme" in page.context["older"]


@pytest.mark.parametrize("query", ["state=x", "owner=x", "platform=nobody", "significance=9"])
def test_a_filter_that_makes_no_sense_is_no_error(query, signed_in, told):
    assert signed_in.get(f"/inbox/?{query}").status_code == 200
