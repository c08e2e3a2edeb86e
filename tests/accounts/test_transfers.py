from datetime import timedelta

import pytest

from accounts import audit, organizations, transfers
from accounts.models import AuditEvent, Membership, Role, Transfer


@pytest.fixture
def giver(organization, alice):
    return Membership.objects.get(organization=organization, user=alice)


@pytest.fixture
def receiver(organization, bob):
    return Membership.objects.get(organization=organization, user=bob)


def roles(organization):
    return dict(organization.memberships.values_list("user__email", "role"))


def test_the_receiver_accepts_and_the_roles_change_together(
    giver, receiver, organization, now, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        offer = transfers.offer(giver=giver, receiver=receiver, now=now, actor=audit.SYSTEM)
    assert mailoutbox[0].to == ["bob@bob.example"]
    assert roles(organization)["bob@bob.example"] == Role.ANALYST
    transfers.accept(offer, receiver=receiver, now=now, actor=audit.SYSTEM)
    assert roles(organization) == {"alice@alice.example": Role.ADMIN, "bob@bob.example": Role.OWNER}
    event = AuditEvent.objects.for_organization(organization).latest("id")
    assert (event.verb, event.after) == ("transfer.accepted", {"owner": receiver.user_id})
    with pytest.raises(transfers.TransferRefused):
        transfers.accept(offer, receiver=receiver, now=now, actor=audit.SYSTEM)


def test_an_offer_that_was_accepted_is_not_told_to_have_ended(giver, receiver, organization, now):
    offer = transfers.offer(giver=giver, receiver=receiver, now=now, actor=audit.SYSTEM)
    meanwhile = Transfer.objects.get()
    transfers.accept(offer, receiver=receiver, now=now, actor=audit.SYSTEM)
    transfers.end(meanwhile, now=now, actor=audit.SYSTEM)
    assert AuditEvent.objects.for_organization(organization).latest("id").verb == "transfer.accepted"


def test_only_the_receiver_accepts_and_only_in_time(giver, receiver, organization, charlie, now):
    offer = transfers.offer(giver=giver, receiver=receiver, now=now, actor=audit.SYSTEM)
    for other in (giver, Membership.objects.get(user=charlie)):
        with pytest.raises(transfers.TransferRefused):
            transfers.accept(offer, receiver=other, now=now, actor=audit.SYSTEM)
    with pytest.raises(transfers.TransferRefused):
        transfers.accept(offer, receiver=receiver, now=now + timedelta(days=7), actor=audit.SYSTEM)
    assert roles(organization)["alice@alice.example"] == Role.OWNER


def test_only_an_owner_offers_and_only_to_another_member(giver, receiver, charlie, now):
    stranger = Membership.objects.get(user=charlie)
    for first, second in ((receiver, giver), (giver, giver), (giver, stranger)):
        with pytest.raises(transfers.TransferRefused):
            transfers.offer(giver=first, receiver=second, now=now, actor=audit.SYSTEM)
    assert not Transfer.objects.exists()


def test_an_offer_ends_with_the_membership_of_either_side(giver, receiver, organization, now):
    transfers.offer(giver=giver, receiver=receiver, now=now, actor=audit.SYSTEM)
    receiver.delete()
    assert transfers.open_offer(organization, now=now) is None


def test_a_second_offer_takes_the_place_of_the_first_and_ending_it_changes_nobody(
    giver, receiver, organization, charlie, now
):
    other = organizations.add_member(
        organization=organization, user=charlie, role=Role.VIEWER, seats=None, now=now, actor=audit.SYSTEM
    )
    first = transfers.offer(giver=giver, receiver=receiver, now=now, actor=audit.SYSTEM)
    second = transfers.offer(giver=giver, receiver=other, now=now, actor=audit.SYSTEM)
    with pytest.raises(transfers.TransferRefused):
        transfers.accept(first, receiver=receiver, now=now, actor=audit.SYSTEM)
    transfers.end(second, now=now, actor=audit.SYSTEM)
    assert transfers.open_offer(organization, now=now) is None
    assert roles(organization)["alice@alice.example"] == Role.OWNER
