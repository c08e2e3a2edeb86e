import pytest

from accounts import organizations
from accounts.models import Organization, User


def test_the_page_shows_the_people_and_the_owner_may_change_it(alice, bob, organization, sign_in):
    client = sign_in(alice)
    page = client.get("/settings/organization/").content.decode()
    assert bob.email in page
    answer = client.post("/settings/organization/", {"name": "Alice Ltd", "time_zone": "Europe/Berlin"})
    assert answer.status_code == 302
    organization.refresh_from_db()
    assert (organization.name, organization.time_zone) == ("Alice Ltd", "Europe/Berlin")


@pytest.mark.parametrize("data", [{"name": "", "time_zone": "UTC"}, {"name": "A", "time_zone": "Mars/Olympus"}])
def test_bad_input_is_said_on_the_form(alice, organization, sign_in, data):
    answer = sign_in(alice).post("/settings/organization/", data)
    assert "errorlist" in answer.content.decode()
    organization.refresh_from_db()
    assert organization.name == "Alice"


def test_an_analyst_sees_it_without_the_form_and_cannot_change_it(bob, organization, sign_in):
    client = sign_in(bob, organization)
    assert "time_zone" not in client.get("/settings/organization/").content.decode()
    assert client.post("/settings/organization/", {"name": "Bob's", "time_zone": "UTC"}).status_code == 403


def test_switching_to_a_strangers_organization_is_a_404(charlie, organization, sign_in):
    client = sign_in(charlie)
    assert client.post(f"/organization/{organization.pk}/switch/").status_code == 404
    assert "Alice" not in client.get("/settings/organization/").content.decode()


def test_a_person_without_an_organization_is_led_to_one(client, db):
    user = User.objects.create_superuser(email="root@root.example", password="x")
    client.force_login(user)
    assert client.get("/settings/organization/").headers["Location"] == "/organization/start/"
    assert client.get("/organization/start/").status_code == 200
    assert not Organization.objects.exists()
    client.post("/organization/start/")
    assert client.get("/settings/organization/").status_code == 200


def test_a_membership_that_ended_ends_the_view_at_once(bob, organization, sign_in):
    client = sign_in(bob, organization)
    assert client.get("/settings/organization/").context["organization"] == organization
    organizations.membership_of(user=bob, organization=organization).delete()
    assert client.get("/settings/organization/").context["organization"] != organization
