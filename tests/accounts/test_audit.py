import pytest
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import AuditEvent


@pytest.fixture
def event(organization, alice, now):
    return audit.record(
        organization=organization, verb="user.looked", target=alice, actor=audit.Actor(user_id=alice.pk), now=now
    )


def test_record_keeps_who_what_and_when(event, alice, now):
    event.refresh_from_db()
    assert (event.actor, event.target_kind, event.target_id, event.at) == (alice, "user", alice.pk, now)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_an_event(event, act):
    row = AuditEvent.objects.filter(pk=event.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.update(verb="user.erased") if act == "update" else row._raw_delete("default")
    assert row.get().verb == "user.looked"


def test_a_verb_is_a_noun_and_what_was_done(organization, now):
    with pytest.raises(IntegrityError, match="verb"), transaction.atomic():
        audit.record(organization=organization, verb="Deleted everything", now=now)


def test_an_event_outlives_the_person(organization, charlie, now):
    event = audit.record(organization=organization, verb="user.looked", actor=audit.Actor(user_id=charlie.pk), now=now)
    number = charlie.pk
    charlie.memberships.all().delete()
    charlie.emailaddress_set.all().delete()
    charlie.delete()
    event = AuditEvent.objects.for_organization(organization).get(pk=event.pk)
    assert event.actor_id == number


def test_what_differs_reads_as_a_person_would_write_it(organization, now):
    event = audit.record(
        organization=organization, verb="watch.changed", now=now,
        before={"snoozed_until": None, "recipients": ["Alice", "Bob"]},
        after={"snoozed_until": "2027-01-01T00:00:00.867496+00:00", "recipients": ["Bob"]},
    )  # fmt: skip
    assert list(audit.differences(event)) == [
        ("snoozed until", None, "1 Jan 2027, 00:00 UTC"),
        ("recipients", "Alice, Bob", "Bob"),
    ]
