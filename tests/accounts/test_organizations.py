import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit, organizations, people
from accounts.models import AuditEvent, Membership, Organization, User
from accounts.permissions import Role


def test_personal_organization_is_made_once_and_owned(alice, now):
    first = organizations.personal_organization(user=alice, now=now)
    assert organizations.personal_organization(user=alice, now=now) == first
    assert first.is_personal
    assert Membership.objects.get(organization=first).role == Role.OWNER
    assert AuditEvent.objects.for_organization(first).get().verb == "organization.created"


@pytest.mark.django_db(transaction=True)
def test_personal_organization_is_one_when_two_sign_ins_come_at_once(now):
    user = User.objects.create_user(email="dora@dora.example")
    found, barrier = [], threading.Barrier(4)

    def sign_in():
        try:
            barrier.wait()
            found.append(organizations.personal_organization(user=user, now=now).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_name_who_sign_in_first_at_once_have_an_organization_each(now):
    users = [User.objects.create_user(email=f"info@{name}.example") for name in ("a", "b", "c", "d")]
    found, barrier = [], threading.Barrier(4)

    def sign_in(user):
        try:
            barrier.wait()
            found.append(organizations.personal_organization(user=user, now=now).slug)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_in, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 4
    assert "info" in found


def test_a_name_of_digits_gives_a_slug_that_no_command_takes_for_a_number(alice, now):
    made = organizations.create(name="2027", owner=alice, now=now)
    assert organizations.find(made.slug) == made


def test_the_database_refuses_a_second_personal_organization(alice, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.create(name="x", slug="second", is_personal=True, created_by=alice, created_at=now)


def test_create_gives_each_organization_a_slug_of_its_own(alice, now):
    made = [organizations.create(name="Legal & Co", owner=alice, now=now) for _ in range(2)]
    assert made[0].slug == "legal-co"
    assert made[1].slug.startswith("legal-co-")
    assert organizations.create(name="法務", owner=alice, now=now).slug == "organization"


def test_add_member_stops_at_the_seats_and_is_safe_to_run_twice(organization, bob, charlie, now):
    details = {"organization": organization, "role": Role.VIEWER, "seats": 2, "now": now, "actor": audit.SYSTEM}
    assert organizations.add_member(user=bob, **details).role == Role.ANALYST
    with pytest.raises(organizations.SeatsTaken, match="all 2 seats are taken"):
        organizations.add_member(user=charlie, **details)


def test_current_membership_follows_the_choice_and_never_leads_to_a_stranger(
    organization, alice, bob, charlie, now, django_assert_num_queries
):
    own = organizations.personal_organization(user=bob, now=now)
    with django_assert_num_queries(1):
        mine = organizations.memberships(user=bob)
    assert organizations.current_membership(mine, chosen_id=organization.pk).organization == organization
    assert organizations.current_membership(mine, chosen_id=None).organization == own
    strangers = organizations.memberships(user=charlie)
    assert organizations.current_membership(strangers, chosen_id=organization.pk).organization != organization
    assert organizations.current_membership((), chosen_id=organization.pk) is None


def test_membership_of_is_none_for_a_stranger(organization, bob, charlie):
    assert organizations.membership_of(user=bob, organization=organization).role == Role.ANALYST
    assert organizations.membership_of(user=charlie, organization=organization) is None


def test_find_takes_slug_number_and_owner_and_names_the_nearest(organization, alice):
    assert organizations.find("alice") == organization
    assert organizations.find(str(organization.pk)) == organization
    assert organizations.find("Alice@alice.example") == organization
    with pytest.raises(organizations.UnknownOrganization, match="nearest: alice"):
        organizations.find("alcie")
    with pytest.raises(organizations.UnknownOrganization, match="owns no organization"):
        organizations.find("nobody@example.com")
    with pytest.raises(organizations.UnknownOrganization, match="no organization '9223372036854775808'"):
        organizations.find("9223372036854775808")


def test_find_asks_which_one_when_an_owner_has_several(organization, alice, now):
    organizations.create(name="Second", owner=alice, now=now)
    with pytest.raises(organizations.UnknownOrganization, match=r"several organizations \(alice, second\)"):
        organizations.find(alice.email)


def test_change_keeps_the_slug_and_tells_the_audit_trail_what_it_was(organization, alice, now):
    actor = audit.Actor(user_id=alice.pk)
    changed = organizations.change(organization, name="Alice Ltd", time_zone="Europe/Berlin", actor=actor, now=now)
    assert (changed.name, changed.slug) == ("Alice Ltd", "alice")
    event = AuditEvent.objects.for_organization(organization).latest("id")
    assert (event.verb, event.before["name"], event.after["time_zone"]) == (
        "organization.changed", "Alice", "Europe/Berlin",
    )  # fmt: skip
    organizations.change(changed, name="Alice Ltd", time_zone="Europe/Berlin", actor=actor, now=now)
    assert AuditEvent.objects.for_organization(organization).latest("id") == event


def test_register_is_safe_to_run_twice(db, now):
    first = people.register(email="Dora@Dora.example", password="one long password", now=now)
    again = people.register(email="dora@dora.example", password="another long password", now=now)
    assert first == again
    assert again.email == "dora@dora.example"
    assert again.check_password("another long password")
    assert Organization.objects.filter(created_by=again).count() == 1


def test_an_address_in_capitals_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="Dora@dora.example").save()
