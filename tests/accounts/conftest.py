"""Alice owns, Bob is on the team, Charlie must see nothing. Rate limits count in a cache of the test's own."""

import uuid

import pytest

from accounts import audit, organizations, people
from accounts.permissions import Role

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def own_cache(settings):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture
def alice(db, now):
    return people.register(email="alice@alice.example", password=PASSWORD, name="Alice", now=now)


@pytest.fixture
def bob(db, now):
    return people.register(email="bob@bob.example", password=PASSWORD, now=now)


@pytest.fixture
def charlie(db, now):
    return people.register(email="charlie@charlie.example", password=PASSWORD, now=now)


@pytest.fixture
def organization(alice, bob, now):
    """Alice's personal organization, with Bob as an analyst."""
    organization = organizations.personal_organization(user=alice, now=now)
    organizations.add_member(
        organization=organization, user=bob, role=Role.ANALYST, seats=None, now=now, actor=audit.SYSTEM
    )
    return organization


@pytest.fixture
def sign_in(client):
    """Return a function that signs a person in through the page and chooses the organization to work in."""

    def as_(user, organization=None):
        client.logout()
        answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        if organization:
            client.post(f"/organization/{organization.pk}/switch/")
        return client

    return as_
