import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts import organizations
from accounts.models import Organization, User
from billing import plans, subscriptions


def test_the_owner_may_change_its_name_and_short_name(alice, organization, sign_in):
    client = sign_in(alice)
    answer = client.post("/settings/organization/", {"name": "Alice Ltd", "slug": "alice-ltd"})
    assert answer.status_code == 302
    organization.refresh_from_db()
    assert (organization.name, organization.slug) == ("Alice Ltd", "alice-ltd")


@pytest.mark.parametrize("slug", ["bob", "123", "", "a b", "x" * 61])
def test_a_short_name_that_is_taken_or_no_short_name_is_said_on_the_form(alice, bob, organization, sign_in, slug):
    answer = sign_in(alice).post("/settings/organization/", {"name": "A", "slug": slug})
    assert "errorlist" in answer.content.decode()
    organization.refresh_from_db()
    assert organization.slug == "alice"


def test_one_organization_on_free_is_owned_by_a_person_and_more_with_a_plan(alice, organization, sign_in, now):
    client = sign_in(alice)
    assert client.post("/settings/organization/new/", {"name": "Second"}).status_code == 403
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    assert client.post("/settings/organization/new/", {"name": "Second"}).status_code == 302
    assert client.get("/settings/organization/").context["organization"].slug == "second"
    assert client.post("/settings/organization/new/", {"name": "Third"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_make_one_organization_on_free(alice, now):
    own = organizations.personal_organization(user=alice, now=now)
    subscriptions.grant(organization=own, plan=plans.WATCHER, now=now)
    clients = [Client(), Client()]
    for each in clients:
        each.force_login(alice)
    together = threading.Barrier(2)

    def make(each):
        together.wait()
        try:
            return each.post("/settings/organization/new/", {"name": "Second"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, clients)) == [302, 403]
    assert Organization.objects.filter(name="Second").count() == 1


def test_bad_input_is_said_on_the_form(alice, organization, sign_in):
    answer = sign_in(alice).post("/settings/organization/", {"name": "", "slug": "a"})
    assert "errorlist" in answer.content.decode()
    organization.refresh_from_db()
    assert organization.name == "Alice"


def test_an_analyst_sees_it_without_the_form_and_cannot_change_it(bob, organization, sign_in):
    client = sign_in(bob, organization)
    assert 'name="slug"' not in client.get("/settings/organization/").content.decode()
    assert client.post("/settings/organization/", {"name": "Bob's", "slug": "b"}).status_code == 403


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


def test_the_switcher_stands_on_every_page_of_who_has_several(alice, bob, organization, sign_in):
    client = sign_in(bob)
    assert "Work in another organization" in client.get("/pricing/").content.decode()
    client.post(f"/organization/{organization.pk}/switch/")
    page = client.get("/settings/organization/")
    assert page.context["organization"] == organization
    assert "Work in another organization" not in sign_in(alice).get("/pricing/").content.decode()
