import io
import json
import time
import zipfile

import pytest

from accounts import organizations
from accounts.models import AuditEvent, Membership, Organization, Role, Transfer


def member(organization, user):
    return Membership.objects.get(organization=organization, user=user)


def read(answer):
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_the_last_owner_is_told_why_leaving_is_refused(alice, organization, sign_in):
    client = sign_in(alice, organization)
    assert "The last owner cannot leave" in client.get("/settings/leaving/").content.decode()
    client.post("/settings/leaving/membership/")
    assert member(organization, alice).role == Role.OWNER


def test_a_member_leaves_and_works_in_the_next_organization(bob, organization, sign_in):
    client = sign_in(bob, organization)
    client.post("/settings/leaving/membership/")
    assert organizations.membership_of(user=bob, organization=organization) is None
    assert client.get("/settings/organization/").context["organization"] != organization


def test_an_organization_changes_hands_by_two_people(alice, bob, organization, sign_in):
    client = sign_in(alice)
    client.post("/settings/leaving/transfer/", {"receiver": member(organization, bob).pk})
    assert client.post("/settings/leaving/transfer/accept/").status_code == 404
    client = sign_in(bob, organization)
    assert "asks you to take Alice over" in client.get("/settings/leaving/").content.decode()
    assert client.post("/settings/leaving/transfer/accept/").status_code == 302
    assert (member(organization, alice).role, member(organization, bob).role) == (Role.ADMIN, Role.OWNER)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_either_side_ends_the_offer(who, alice, bob, organization, sign_in):
    client = sign_in(alice)
    client.post("/settings/leaving/transfer/", {"receiver": member(organization, bob).pk})
    client = sign_in({"alice": alice, "bob": bob}[who], organization)
    assert client.post("/settings/leaving/transfer/end/").status_code == 302
    assert not Transfer.objects.exists()
    assert client.post("/settings/leaving/transfer/end/").status_code == 404


def test_an_offer_of_who_owns_no_more_is_refused_in_words(alice, bob, organization, sign_in):
    sign_in(alice).post("/settings/leaving/transfer/", {"receiver": member(organization, bob).pk})
    Membership.objects.filter(organization=organization, user=alice).update(role=Role.ADMIN)
    answer = sign_in(bob, organization).post("/settings/leaving/transfer/accept/", follow=True)
    assert "This offer is no longer open" in answer.content.decode()
    assert member(organization, bob).role == Role.ANALYST


def test_a_stranger_cannot_be_made_the_receiver(alice, charlie, organization, sign_in):
    answer = sign_in(alice).post("/settings/leaving/transfer/", {"receiver": Membership.objects.get(user=charlie).pk})
    assert answer.status_code == 400
    assert not Transfer.objects.exists()


def test_the_owner_exports_everything_and_the_trail_says_so(alice, organization, sign_in):
    answer = sign_in(alice).post("/settings/leaving/organization/export/")
    files = read(answer)
    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    assert files["manifest.json"]["of"] == "alice"
    assert len(files["accounts.membership.json"]) == 2
    assert AuditEvent.objects.for_organization(organization).latest("id").verb == "organization.exported"


def test_a_person_exports_their_own(bob, organization, sign_in):
    files = read(sign_in(bob, organization).post("/settings/leaving/account/export/"))
    assert [row["email"] for row in files["accounts.user.json"]] == ["bob@bob.example"]


def test_closing_wants_the_short_name_typed_and_can_be_taken_back(alice, organization, sign_in):
    client = sign_in(alice)
    assert client.post("/settings/leaving/organization/close/", {"organization-typed": "bob"}).status_code == 400
    assert Organization.objects.get(pk=organization.pk).closes_at is None
    client.post("/settings/leaving/organization/close/", {"organization-typed": " Alice "})
    assert Organization.objects.get(pk=organization.pk).closes_at
    assert "will be erased" in client.get("/settings/people/").content.decode()
    client.post("/settings/leaving/organization/keep/")
    assert Organization.objects.get(pk=organization.pk).closes_at is None


def test_an_account_closes_and_stays(bob, organization, sign_in):
    client = sign_in(bob)
    client.post("/settings/leaving/account/close/", {"account-typed": bob.email})
    bob.refresh_from_db()
    assert bob.closes_at
    client.post("/settings/leaving/account/keep/")
    bob.refresh_from_db()
    assert bob.closes_at is None


def test_an_account_that_others_need_says_which_organization(alice, organization, sign_in):
    answer = sign_in(alice).post("/settings/leaving/account/close/", {"account-typed": alice.email}, follow=True)
    assert "hand it over or close it first" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.closes_at is None


@pytest.mark.parametrize(
    "path",
    ["membership", "transfer", "organization/export", "organization/close", "account/export", "account/close"],
)
def test_an_old_sign_in_is_asked_again_before_each_act_of_leaving(path, alice, organization, sign_in, monkeypatch):
    client = sign_in(alice)
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.post(f"/settings/leaving/{path}/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


def test_the_act_goes_on_once_it_is_proved_who_acts(alice, organization, sign_in, monkeypatch):
    client = sign_in(alice)
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.post("/settings/leaving/organization/close/", {"organization-typed": "alice"})
    client.post(answer.headers["Location"], {"password": "correct horse battery"})
    assert Organization.objects.get(pk=organization.pk).closes_at


def test_looking_at_an_act_does_nothing(alice, organization, sign_in):
    client = sign_in(alice)
    for path in ("membership", "transfer", "organization/close", "organization/export", "account/close"):
        assert client.get(f"/settings/leaving/{path}/").status_code == 405
