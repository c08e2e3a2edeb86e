import pytest

from accounts import audit, memberships, organizations
from accounts.models import AuditEvent, Membership, Role


@pytest.fixture
def actor(alice):
    return audit.Actor(user_id=alice.pk)


def member(organization, user):
    return Membership.objects.get(organization=organization, user=user)


def test_set_role_gives_a_role_and_writes_both(organization, bob, now, actor):
    memberships.set_role(member(organization, bob), role=Role.ADMIN, now=now, actor=actor)
    assert member(organization, bob).role == Role.ADMIN
    event = AuditEvent.objects.for_organization(organization).latest("id")
    assert (event.verb, event.before["role"], event.after["role"]) == ("membership.role_changed", "analyst", "admin")


def test_nobody_is_made_an_owner_and_no_owner_is_demoted_or_removed(organization, alice, bob, now, actor):
    with pytest.raises(ValueError, match="not given"):
        memberships.set_role(member(organization, bob), role=Role.OWNER, now=now, actor=actor)
    with pytest.raises(memberships.OwnerStays):
        memberships.set_role(member(organization, alice), role=Role.VIEWER, now=now, actor=actor)
    with pytest.raises(memberships.OwnerStays):
        memberships.remove(member(organization, alice), now=now, actor=actor)
    assert member(organization, alice).role == Role.OWNER


def test_the_last_owner_cannot_leave_and_one_of_two_can(organization, alice, bob, now, actor):
    with pytest.raises(memberships.OwnerStays, match="last owner"):
        memberships.leave(member(organization, alice), now=now, actor=actor)
    Membership.objects.filter(organization=organization, user=bob).update(role=Role.OWNER)
    memberships.leave(member(organization, alice), now=now, actor=actor)
    assert organizations.membership_of(user=alice, organization=organization) is None
    with pytest.raises(memberships.OwnerStays):
        memberships.leave(member(organization, bob), now=now, actor=actor)


def test_remove_ends_the_membership_and_is_written(organization, bob, now, actor):
    memberships.remove(member(organization, bob), now=now, actor=actor)
    assert organizations.membership_of(user=bob, organization=organization) is None
    event = AuditEvent.objects.for_organization(organization).latest("id")
    assert (event.verb, event.before) == ("membership.removed", {"user": bob.pk, "role": "analyst"})


def test_what_two_do_to_a_member_at_once_happens_and_is_told_once(organization, bob, now, actor):
    first, second = member(organization, bob), member(organization, bob)
    memberships.remove(first, now=now, actor=actor)
    memberships.remove(second, now=now, actor=actor)
    memberships.set_role(second, role=Role.VIEWER, now=now, actor=actor)
    memberships.leave(second, now=now, actor=actor)
    verbs = AuditEvent.objects.for_organization(organization).order_by("id").values_list("verb", flat=True)
    assert [verb for verb in verbs if verb.startswith("membership.")][-1:] == ["membership.removed"]
    assert list(verbs).count("membership.removed") == 1
