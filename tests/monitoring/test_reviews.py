"""Reviews: what is in the inbox, what an act leaves behind, and what it refuses."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit, leaving, memberships, rls
from accounts.models import AuditEvent, Membership, Role
from billing import entitlements, plans, subscriptions
from monitoring import reviews, watchlists
from monitoring.alerts import matching
from monitoring.models import Change, Review, ReviewNote, Watch
from tests import world
from tests.monitoring import faces

State = Review.State
alice, change, charlie, source, own_cache = faces.alice, faces.change, faces.charlie, faces.source, faces.own_cache


@pytest.fixture
def organization(alice, change, source, now):
    """Alice's, on Professional, told of Acme's change."""
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    return organization


@pytest.fixture
def actor(alice):
    return audit.Actor(user_id=alice.pk)


@pytest.fixture
def save(organization, change, actor, now):
    def saved(note="", seen=None, at=now, by=actor, **wanted):
        return reviews.update(
            organization=organization, change=change, wanted=wanted, note=note, seen=seen, now=at, actor=by
        )

    return saved


def listed(organization, now, **wanted):
    return [change.pk for change in reviews.inbox(organization, reviews.Filter(**wanted), now=now)]


def test_what_a_watch_was_alerted_of_is_new_in_the_inbox_and_what_was_not_is_not(organization, change, source, now):
    _reading, other = world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now)
    [found] = reviews.inbox(organization, reviews.Filter(), now=now)
    assert found == change != other
    assert reviews.review_of(found, organization).state == State.NEW
    assert Review.objects.count() == 0
    assert reviews.find(organization, other.pk) is None


def test_an_act_writes_the_review_and_tells_the_trail_what_differs(organization, save, alice, now):
    save(state=State.ACTION_NEEDED, owner=organization.memberships.get(user=alice), due_date=None, decision="")
    event = AuditEvent.objects.get(verb="review.changed")
    assert event.before == {"state": "new", "owner": None}
    assert event.after == {
        "change": Change.objects.get().pk, "state": "action_needed", "owner": organization.memberships.get().pk
    }  # fmt: skip
    save(state=State.ACTION_NEEDED)
    assert AuditEvent.objects.filter(verb="review.changed").count() == 1


def test_a_decision_says_by_whom_and_when_until_it_is_taken_back(save, alice, now):
    review = save(decision="We opt out by 1 December.", state=State.ACCEPTED)
    assert (review.decided_by, review.decided_at) == (alice, now)
    later = save(state=State.REVIEWING, at=now + timedelta(days=1))
    assert later.decided_at == now
    assert save(decision="").decided_at is None


def test_a_form_that_somebody_elses_change_overtook_saves_nothing(save):
    save(state=State.REVIEWING, seen=0)
    with pytest.raises(reviews.MovedOn):
        save(state=State.NOT_RELEVANT, note="lost?", seen=0)
    assert Review.objects.get().state == State.REVIEWING
    assert not ReviewNote.objects.exists()
    assert save(state=State.NOT_RELEVANT, seen=1).state == State.NOT_RELEVANT


def test_notes_are_kept_in_order_and_the_database_refuses_to_change_them(organization, save, alice):
    save(note="First.")
    review = save(note="  Second.\r\nThird. ")
    assert [(note.text, note.author) for note in reviews.notes(review)] == [
        ("First.", alice),
        ("Second.\nThird.", alice),
    ]
    for act in (
        lambda: ReviewNote.objects.update(text="Forged."),
        lambda: ReviewNote.objects.update(review=review, created_at="2020-01-01T00:00Z"),
        lambda: ReviewNote.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()
    assert [note.text for note in reviews.notes(review)] == ["First.", "Second.\nThird."]


def test_a_person_who_left_stays_out_of_the_note_and_the_review_is_nobodys(organization, save, change, now):
    bob = world.person("bob", now=now)
    world.team(organization.memberships.get().user, bob, now=now)
    member = organization.memberships.get(user=bob)
    save(owner=member, note="By Bob.", by=audit.Actor(user_id=bob.pk))
    memberships.remove(member, now=now, actor=audit.SYSTEM)
    assert Review.objects.get().owner is None
    leaving.erase_person(bob)
    assert ReviewNote.objects.get().author is None


def test_notes_end_with_the_organization(organization, save, now):
    save(note="Gone soon.", state=State.ACCEPTED)
    type(organization).objects.filter(pk=organization.pk).update(closes_at=now)
    leaving.erase(organization)
    assert not Review.objects.exists()
    assert not ReviewNote.objects.exists()


def test_an_owner_from_elsewhere_is_refused(save, charlie):
    with pytest.raises(reviews.ReviewRefused, match="member"):
        save(owner=charlie.memberships.get())
    assert not Review.objects.exists()


def test_the_database_refuses_an_owner_from_elsewhere(organization, save, charlie):
    save(state=State.REVIEWING)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(owner=charlie.memberships.get())


def test_a_plan_without_review_refuses_every_act(organization, save, change, actor, now):
    organization.subscription.delete()
    organization = type(organization).objects.get(pk=organization.pk)
    with pytest.raises(entitlements.NotInPlan, match="Professional"):
        reviews.update(organization=organization, change=change, wanted={}, now=now, actor=actor)
    with pytest.raises(entitlements.NotInPlan):
        reviews.set_state(organization=organization, change_ids=[change.pk], state=State.ACCEPTED, now=now, actor=actor)


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ({"state": "open"}, True), ({"state": "settled"}, False), ({"state": "all"}, True), ({"state": "new"}, False),
        ({"state": "action_needed"}, True), ({"state": "accepted"}, False), ({"overdue": True}, True),
        ({"significance": "substantive"}, True), ({"significance": "minor"}, False), ({"owner": 987654}, False),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_names(wanted, is_found, organization, save, now):
    save(state=State.ACTION_NEEDED, due_date=now.date() - timedelta(days=1))
    assert bool(listed(organization, now, **wanted)) is is_found


def test_a_filter_by_owner_and_platform_finds_theirs(organization, save, change, alice, now):
    member = organization.memberships.get(user=alice)
    save(owner=member)
    other = world.declare("acme", "bolt", now=now)["bolt"].document.platform
    assert listed(organization, now, owner=member.pk) == [change.pk]
    assert listed(organization, now, platform=change.document.platform) == [change.pk]
    assert listed(organization, now, platform=other) == []


def test_a_day_is_over_in_the_organizations_own_time_zone(organization, save, now):
    at = now.replace(hour=23, minute=30)
    save(due_date=at.date(), state=State.REVIEWING)
    assert listed(organization, at, overdue=True) == []
    organization.time_zone = "Asia/Tokyo"
    assert len(listed(organization, at, overdue=True)) == 1


def test_what_is_settled_is_never_overdue(organization, save, now):
    save(due_date=now.date() - timedelta(days=9), state=State.ACCEPTED)
    assert listed(organization, now, state="all", overdue=True) == []


def test_counts_say_what_waits(organization, save, alice, now):
    member = organization.memberships.get(user=alice)
    assert reviews.counts(organization, member=member, now=now) == reviews.Counts(open=1, new=1, overdue=0, mine=0)
    save(owner=member, due_date=now.date() - timedelta(days=1), state=State.REVIEWING)
    assert reviews.counts(organization, member=member, now=now) == reviews.Counts(open=1, new=0, overdue=1, mine=1)
    save(state=State.NOT_RELEVANT)
    assert reviews.counts(organization, member=member, now=now) == reviews.Counts(open=0, new=0, overdue=0, mine=0)


def test_several_are_set_at_once_and_strangers_changes_are_passed_over(organization, change, source, actor, now):
    _reading, other = world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now)
    ids = [change.pk, other.pk, 987654]
    number = reviews.set_state(organization=organization, change_ids=ids, state=State.ACCEPTED, now=now, actor=actor)
    assert number == 1
    assert [review.change for review in Review.objects.all()] == [change]
    assert listed(organization, now) == []
    again = reviews.set_state(organization=organization, change_ids=ids, state=State.ACCEPTED, now=now, actor=actor)
    assert again == 0


def test_too_many_at_once_are_refused(organization, actor, now):
    with pytest.raises(reviews.ReviewRefused, match="100"):
        reviews.set_state(organization=organization, change_ids=range(101), state=State.ACCEPTED, now=now, actor=actor)


def test_a_reviewed_change_stays_when_its_watch_goes(organization, save, change, now):
    save(state=State.ACCEPTED, decision="Fine.")
    watchlists.unwatch(watch=Watch.objects.get(), now=now)
    assert listed(organization, now, state="settled") == [change.pk]


def test_an_export_has_everything_in_one_flat_record(organization, save, change, alice, now):
    save(state=State.ACCEPTED, decision="Fine.", note="Seen by legal.", due_date=now.date())
    [record] = reviews.records(organization, reviews.Filter(state="all"), now=now)
    assert set(record) == set(reviews.COLUMNS)
    assert record["notes"] == [{"at": now.isoformat(), "by": alice.email, "text": "Seen by legal."}]
    assert (record["state"], record["decision"], record["decided_by"]) == ("accepted", "Fine.", alice.email)


def test_an_export_asks_no_more_for_more_changes(
    organization, source, change, actor, now, django_assert_max_num_queries
):
    for day in range(5):
        text = world.terms(c3=f"We keep your conversations for {300 + day} days, whatever happens to your account.")
        _reading, another = world.serve(source, text, at=now + timedelta(days=day))
        matching.match(another, now=now)
        reviews.update(organization=organization, change=another, wanted={}, note="n", now=now, actor=actor)
    with django_assert_max_num_queries(5):
        assert len(list(reviews.records(organization, reviews.Filter(), now=now))) == 6


@pytest.mark.django_db(transaction=True)
def test_two_first_acts_at_once_leave_one_review_and_both_notes(organization, change, actor, now):
    start = threading.Barrier(2)

    def act(text):
        start.wait()
        with rls.acting_for(organization):
            reviews.update(organization=organization, change=change, wanted={}, note=text, now=now, actor=actor)
        connection.close()

    threads = [threading.Thread(target=act, args=(text,)) for text in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Review.objects.get().saves == 2
    assert {note.text for note in ReviewNote.objects.all()} == {"one", "two"}
    assert Membership.objects.filter(organization=organization, role=Role.OWNER).exists()
