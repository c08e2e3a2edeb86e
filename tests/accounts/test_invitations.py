import hashlib
import re
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit, invitations, organizations, people
from accounts.models import AuditEvent, Invitation, Role

ADDRESS = re.compile(r"/invitations/(\d+)/([\w-]+)/")


@pytest.fixture
def actor(alice):
    return audit.Actor(user_id=alice.pk)


@pytest.fixture
def invite(organization, now, actor, mailoutbox, django_capture_on_commit_callbacks):
    """Return a function that invites and gives the row and the secret that stood in the mail."""

    def invite_(email="Charlie@charlie.example", *, role=Role.VIEWER, seats=None, at=now):
        with django_capture_on_commit_callbacks(execute=True):
            row = invitations.invite(
                organization=organization, email=email, role=role, seats=seats, now=at, actor=actor
            )
        return row, ADDRESS.search(mailoutbox[-1].body).group(2)

    return invite_


def find(organization, secret, now):
    return invitations.find(organization_id=organization.pk, secret=secret, now=now)


def test_invite_sends_the_secret_and_keeps_only_its_digest(invite, mailoutbox, organization):
    row, secret = invite()
    assert mailoutbox[0].to == ["charlie@charlie.example"]
    assert "Alice" in mailoutbox[0].subject
    assert len(secret) == 43
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret in mailoutbox[0].alternatives[0][0]


def test_an_invitation_stands_while_the_mail_server_is_away(
    organization, actor, now, settings, django_capture_on_commit_callbacks, caplog
):
    settings.EMAIL_BACKEND = "tests.mails.Away"
    with django_capture_on_commit_callbacks(execute=True):
        invitations.invite(
            organization=organization,
            email="charlie@charlie.example",
            role=Role.VIEWER,
            seats=None,
            now=now,
            actor=actor,
        )
    assert Invitation.objects.filter(organization=organization).exists()
    assert "the mail server is away" in caplog.text


def test_the_person_of_the_address_joins_once(invite, organization, charlie, now):
    _row, secret = invite(role=Role.ADMIN)
    found = find(organization, secret, now)
    assert invitations.accept(found, user=charlie, seats=None, now=now, actor=audit.SYSTEM).role == Role.ADMIN
    assert find(organization, secret, now) is None
    with pytest.raises(invitations.InvitationRefused, match="used or revoked"):
        invitations.accept(found, user=charlie, seats=None, now=now, actor=audit.SYSTEM)
    verbs = AuditEvent.objects.for_organization(organization).order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["invitation.created", "membership.created", "invitation.accepted"]


def test_nobody_else_joins_with_it(invite, organization, bob, charlie, now):
    row, _secret = invite(email="dora@dora.example")
    with pytest.raises(invitations.NotYours):
        invitations.accept(row, user=charlie, seats=None, now=now, actor=audit.SYSTEM)
    charlie.emailaddress_set.create(email="dora@dora.example", verified=False)
    with pytest.raises(invitations.NotYours):
        invitations.accept(row, user=charlie, seats=None, now=now, actor=audit.SYSTEM)


def test_a_secret_works_for_its_organization_and_its_week_only(invite, organization, charlie, now):
    _row, secret = invite()
    other = organizations.personal_organization(user=charlie, now=now)
    assert find(organization, secret, now + timedelta(days=7) - timedelta(seconds=1))
    assert find(organization, secret, now + timedelta(days=7)) is None
    assert find(other, secret, now) is None
    assert find(organization, secret[:-1] + "A" + "B", now) is None


def test_sending_again_ends_the_old_secret_and_revoking_the_new_one(
    invite, organization, now, actor, mailoutbox, django_capture_on_commit_callbacks
):
    row, old = invite()
    with django_capture_on_commit_callbacks(execute=True):
        invitations.send_again(row, now=now + timedelta(days=8), actor=actor)
    new = ADDRESS.search(mailoutbox[-1].body).group(2)
    later = now + timedelta(days=9)
    assert find(organization, old, later) is None
    assert find(organization, new, later) == row
    assert invitations.revoke(row, now=later, actor=actor)
    assert not invitations.revoke(row, now=later, actor=actor)
    assert find(organization, new, later) is None
    with pytest.raises(invitations.InvitationRefused):
        invitations.send_again(row, now=later, actor=actor)


def test_inviting_an_address_twice_keeps_one_invitation(invite, organization):
    first, _secret = invite()
    second, _secret = invite("charlie@CHARLIE.example", role=Role.ANALYST)
    assert first == second
    assert Invitation.objects.for_organization(organization).get().role == Role.ANALYST


def test_an_open_invitation_holds_a_seat_and_an_expired_one_frees_it(invite, now):
    invite(seats=3)
    with pytest.raises(organizations.SeatsTaken):
        invite("dora@dora.example", seats=3)
    invite("dora@dora.example", seats=3, at=now + timedelta(days=8))


def test_a_seat_that_was_taken_meanwhile_refuses_the_person_and_keeps_the_invitation(
    invite, organization, charlie, now
):
    row, secret = invite()
    with pytest.raises(organizations.SeatsTaken):
        invitations.accept(row, user=charlie, seats=2, now=now, actor=audit.SYSTEM)
    assert find(organization, secret, now) == row


@pytest.mark.django_db(transaction=True)
def test_people_who_accept_at_once_do_not_pass_the_seats_together(organization, now, actor):
    joining = []
    for name in ("dora", "emil", "fritz", "gerd"):
        user = people.register(email=f"{name}@x.example", password="correct horse battery", now=now)
        row = invitations.invite(
            organization=organization, email=user.email, role=Role.VIEWER, seats=None, now=now, actor=actor
        )
        joining.append((row, user))
    barrier, refused = threading.Barrier(4), []

    def join(row, user):
        try:
            barrier.wait()
            invitations.accept(row, user=user, seats=4, now=now, actor=audit.SYSTEM)
        except organizations.SeatsTaken:
            refused.append(user)
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=pair) for pair in joining]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    assert organization.memberships.count() == 4


def test_a_member_is_not_invited_again(invite):
    with pytest.raises(invitations.InvitationRefused, match="belongs to"):
        invite("BOB@bob.example")


def test_twenty_mails_a_day_are_the_limit_however_they_are_sent(invite, now, actor):
    row, _secret = invite()
    for _ in range(10):
        invitations.send_again(row, now=now, actor=actor)
    for number in range(9):
        invite(f"p{number}@example.com")
    with pytest.raises(invitations.TooManyInvitations):
        invitations.send_again(row, now=now + timedelta(hours=23), actor=actor)
    with pytest.raises(invitations.TooManyInvitations):
        invite("one.more@example.com")
    invitations.send_again(row, now=now + timedelta(hours=24), actor=actor)


def test_the_database_refuses_an_invitation_to_be_an_owner(organization, now):
    with pytest.raises(IntegrityError, match="invitation_role_can_be_given"), transaction.atomic():
        Invitation.objects.create(
            organization=organization, email="a@a.example", role=Role.OWNER, digest="0" * 64,
            created_at=now, sent_at=now, expires_at=now,
        )  # fmt: skip
