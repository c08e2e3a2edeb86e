import re

import pytest

from accounts import audit, invitations, organizations
from accounts.models import Invitation, Membership, Role
from billing import plans, subscriptions


@pytest.fixture
def professional(organization, now):
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)


def member(organization, user):
    return Membership.objects.get(organization=organization, user=user)


def link_in(message):
    return re.search(r"(/invitations/\S+/)", message.body).group(1)


@pytest.fixture
def invited(client, alice, organization, professional, sign_in, mailoutbox, django_capture_on_commit_callbacks):
    """Charlie is invited by Alice through the page; returns the path of the link in the mail."""
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(alice).post("/settings/people/", {"email": "charlie@charlie.example", "role": "viewer"})
    assert answer.status_code == 302
    return link_in(next(message for message in mailoutbox if message.to == ["charlie@charlie.example"]))


def test_the_page_shows_who_belongs_and_what_each_role_may_do(alice, bob, organization, sign_in):
    page = sign_in(alice).get("/settings/people/").content.decode()
    assert bob.email in page
    assert "Export, hand over or close the organization" in page


def test_an_invited_person_joins_by_the_link_and_a_look_alone_changes_nothing(invited, charlie, organization, sign_in):
    client = sign_in(charlie)
    assert "Join Alice" in client.get(invited).content.decode()
    assert organizations.membership_of(user=charlie, organization=organization) is None
    assert client.post(invited).headers["Location"] == "/settings/organization/"
    assert member(organization, charlie).role == Role.VIEWER
    assert client.get("/settings/organization/").context["organization"] == organization
    assert client.get(invited).status_code == 404


def test_somebody_else_cannot_accept(invited, bob, organization, sign_in, client):
    client.logout()
    assert "charlie@charlie.example" in client.get(invited).content.decode()
    client = sign_in(bob)
    assert "Only charlie@charlie.example can accept" in client.get(invited).content.decode()
    assert client.post(invited).status_code == 403
    assert Invitation.objects.get().accepted_at is None


def test_an_unknown_secret_and_a_revoked_one_look_the_same(invited, alice, organization, sign_in):
    client = sign_in(alice)
    client.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/revoke/", follow=True)
    revoked, unknown = client.get(invited), client.get(f"/invitations/{organization.pk}/nothing/")
    assert revoked.status_code == unknown.status_code == 404
    mask = re.compile(r'csrfmiddlewaretoken" value="[^"]+|as it read on [^<]+')
    assert mask.sub("", revoked.content.decode()) == mask.sub("", unknown.content.decode())


def test_free_has_one_seat_and_says_which_plan_has_more(alice, sign_in, now, db):
    answer = sign_in(alice).post("/settings/people/", {"email": "dora@dora.example", "role": "analyst"})
    assert answer.status_code == 403
    assert "Free allows 1 seat" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_without_roles_in_the_plan_everyone_joins_as_an_analyst(alice, organization, bob, sign_in, now):
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    client = sign_in(alice)
    assert client.post("/settings/people/", {"email": "d@d.example", "role": "admin"}).status_code == 400
    assert client.post("/settings/people/", {"email": "d@d.example", "role": "analyst"}).status_code == 302
    client.post(f"/settings/people/{member(organization, bob).pk}/role/", {"role": "viewer"})
    assert member(organization, bob).role == Role.ANALYST


def test_an_admin_changes_roles_and_removes_but_never_an_owner(
    alice, bob, charlie, organization, professional, sign_in, now
):
    Membership.objects.filter(pk=member(organization, bob).pk).update(role=Role.ADMIN)
    row = organizations.add_member(
        organization=organization, user=charlie, role=Role.VIEWER, seats=None, now=now, actor=audit.SYSTEM
    )
    client = sign_in(bob, organization)
    client.post(f"/settings/people/{row.pk}/role/", {"role": "analyst"})
    assert member(organization, charlie).role == Role.ANALYST
    client.post(f"/settings/people/{row.pk}/role/", {"role": "owner"})
    assert member(organization, charlie).role == Role.ANALYST
    client.post(f"/settings/people/{row.pk}/remove/")
    assert organizations.membership_of(user=charlie, organization=organization) is None
    for act in ("role", "remove"):
        client.post(f"/settings/people/{member(organization, alice).pk}/{act}/", {"role": "viewer"})
    assert member(organization, alice).role == Role.OWNER


def test_who_was_removed_is_out_at_the_next_request(alice, bob, organization, professional, sign_in):
    from django.test import Client

    theirs = Client()
    theirs.force_login(bob)
    theirs.post(f"/organization/{organization.pk}/switch/")
    assert theirs.get("/settings/organization/").context["organization"] == organization
    sign_in(alice).post(f"/settings/people/{member(organization, bob).pk}/remove/")
    assert theirs.get("/settings/organization/").context["organization"] != organization


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_who_may_not_gets_a_403_from_each_write(role, bob, organization, professional, sign_in, now, alice):
    Membership.objects.filter(pk=member(organization, bob).pk).update(role=role)
    row = invitations.invite(
        organization=organization, email="d@d.example", role=Role.VIEWER, seats=None, now=now, actor=audit.SYSTEM
    )
    owner = member(organization, alice).pk
    client = sign_in(bob, organization)
    assert "d@d.example" not in client.get("/settings/people/").content.decode()
    for path in (
        "/settings/people/", f"/settings/people/{owner}/role/", f"/settings/people/{owner}/remove/",
        f"/settings/people/invitations/{row.pk}/again/", f"/settings/people/invitations/{row.pk}/revoke/",
        "/settings/organization/", "/settings/api-keys/", "/settings/api-keys/1/rotate/", "/settings/leaving/transfer/",
        "/settings/leaving/organization/export/", "/settings/leaving/organization/close/",
        "/settings/leaving/organization/keep/",
    ):  # fmt: skip
        assert client.post(path, {"email": "x@x.example", "role": "viewer"}).status_code == 403, path
        assert client.get(path).status_code in (200, 403, 405), path
    assert client.get("/settings/trail/").status_code == 403


def test_a_stranger_finds_nothing_there(alice, organization, professional, charlie, sign_in, now):
    row = invitations.invite(
        organization=organization, email="d@d.example", role=Role.VIEWER, seats=None, now=now, actor=audit.SYSTEM
    )
    client = sign_in(charlie)
    for path in (
        f"/settings/people/{member(organization, alice).pk}/role/",
        f"/settings/people/{member(organization, alice).pk}/remove/",
        f"/settings/people/invitations/{row.pk}/again/",
        f"/settings/people/invitations/{row.pk}/revoke/",
    ):
        assert client.post(path, {"role": "viewer"}).status_code == 404, path


def test_the_page_needs_few_queries(alice, organization, professional, sign_in, django_assert_max_num_queries):
    client = sign_in(alice)
    with django_assert_max_num_queries(7):
        client.get("/settings/people/")
