import csv
import io
import json
from datetime import timedelta

import pytest

from accounts import audit
from accounts.models import AuditEvent, Membership, Role
from billing import plans, subscriptions


@pytest.fixture
def professional(organization, now):
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)


@pytest.fixture
def events(organization, alice, bob, now):
    return [
        audit.record(
            organization=organization, verb=verb, actor=audit.Actor(user_id=user.pk, address="192.0.2.9"),
            before={"name": "old"}, after={"name": "=1+1"}, now=now + timedelta(days=days),
        )
        for verb, user, days in (("watch.made", alice, 0), ("watch.made", bob, 1), ("watch.ended", alice, 2))
    ]  # fmt: skip


def shown(answer):
    return [event.pk for event, _words, _differences in answer.context["events"]]


def test_the_trail_comes_with_professional(alice, organization, sign_in):
    client = sign_in(alice)
    for path in ("", "csv/", "json/"):
        answer = client.get(f"/settings/trail/{path}")
        assert answer.status_code == 403
        assert "It comes with Professional" in answer.content.decode()


def test_the_page_shows_who_what_when_from_where_and_what_changed(alice, professional, events, sign_in):
    page = sign_in(alice).get("/settings/trail/?verb=watch.ended").content.decode()
    for text in (
        "Watch ended",
        "alice@alice.example",
        "24 Nov 2026, 12:00:00",
        "192.0.2.9",
        "<del>old</del>",
        "<ins>=1+1</ins>",
    ):
        assert text in page


def test_filters_fit_together_and_days_are_whole(alice, bob, professional, events, sign_in):
    client = sign_in(alice)
    first, second, third = (event.pk for event in events)
    assert shown(client.get("/settings/trail/?verb=watch.made")) == [second, first]
    assert shown(client.get(f"/settings/trail/?verb=watch.made&person={bob.pk}")) == [second]
    assert shown(
        client.get(f"/settings/trail/?verb=watch.ended&person={alice.pk}&since=2026-11-24&until=2026-11-24")
    ) == [third]
    assert shown(client.get("/settings/trail/?verb=watch.made&since=2026-11-23&until=2026-11-23")) == [second]


def test_the_first_and_the_last_day_there_are_leave_everything(alice, organization, professional, events, sign_in):
    organization.time_zone = "Pacific/Kiritimati"
    organization.save()
    client = sign_in(alice)
    assert len(shown(client.get("/settings/trail/?verb=watch.made&since=0001-01-01&until=9999-12-31"))) == 2


@pytest.mark.parametrize("query", ["verb=x", "person=999999", "person=x", "since=x", "until=2026-13-01"])
def test_a_filter_that_makes_no_sense_finds_nothing(query, alice, professional, events, sign_in):
    answer = sign_in(alice).get(f"/settings/trail/?{query}")
    assert (answer.status_code, shown(answer)) == (200, [])


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999", "٣"])
def test_a_page_that_is_none_is_the_first(before, alice, professional, events, sign_in):
    assert events[2].pk in shown(sign_in(alice).get("/settings/trail/", {"before": before}))


def test_pages_lead_to_the_first_event_and_repeat_none(alice, organization, professional, sign_in, now):
    for _ in range(120):
        audit.record(organization=organization, verb="user.looked", now=now)
    client, seen, query = sign_in(alice), [], "?verb=user.looked"
    while query:
        answer = client.get(f"/settings/trail/{query}")
        seen += shown(answer)
        query = answer.context["older"]
    assert len(seen) == len(set(seen)) == 120


def test_csv_has_the_same_rows_and_no_formula(alice, professional, events, sign_in):
    answer = sign_in(alice).get("/settings/trail/csv/?verb=watch.made")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [int(row["id"]) for row in rows] == [events[1].pk, events[0].pk]
    assert rows[0]["actor"] == "bob@bob.example"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_json_has_the_same_rows(alice, professional, events, sign_in):
    answer = sign_in(alice).get("/settings/trail/json/?verb=watch.ended")
    assert [row["after"] for row in json.loads(b"".join(answer.streaming_content))] == [{"name": "=1+1"}]


def test_events_of_another_organization_never_show(alice, charlie, organization, professional, events, sign_in, now):
    theirs = charlie.memberships.get().organization
    subscriptions.grant(organization=theirs, plan=plans.PROFESSIONAL, now=now)
    answer = sign_in(charlie).get("/settings/trail/")
    assert set(shown(answer)) == set(AuditEvent.objects.for_organization(theirs).values_list("pk", flat=True))


def test_a_person_who_left_is_a_number_and_an_admin_may_read(
    alice, bob, organization, professional, charlie, sign_in, now
):
    audit.record(organization=organization, verb="user.looked", actor=audit.Actor(user_id=987654), now=now)
    Membership.objects.filter(organization=organization, user=bob).update(role=Role.ADMIN)
    page = sign_in(bob, organization).get("/settings/trail/?verb=user.looked").content.decode()
    assert "A person who left (number 987654)" in page


def test_the_page_needs_few_queries(alice, professional, events, sign_in, django_assert_max_num_queries):
    client = sign_in(alice)
    with django_assert_max_num_queries(7):
        client.get("/settings/trail/")
