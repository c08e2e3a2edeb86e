"""What tests of pages and API stand on: Acme changed its terms; Alice and Charlie have an organization each."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import api_keys, audit
from accounts.models import Scope
from tests import world

CHANGED = {
    "c3": "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise.",
    "c7": "You must resolve disputes with us by binding arbitration, and you may not join a class action.",
}


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Rates count in a cache of the test's own: organizations of other runs have the same numbers."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture
def now():
    """The faces read the clock themselves, so here the present is the present."""
    return timezone.now()


@pytest.fixture
def source(db, now):
    """Acme's terms, declared and not yet captured."""
    return world.declare("acme", now=now - timedelta(days=400))["acme"]


@pytest.fixture
def document(source):
    return source.document


@pytest.fixture
def change(source, now):
    """Acme's terms, captured forty days ago and changed ten days ago."""
    world.serve(source, world.terms(), at=now - timedelta(days=40))
    _reading, change = world.serve(source, world.terms(**CHANGED), at=now - timedelta(days=10))
    assert change is not None
    return change


@pytest.fixture
def alice(db, now):
    return world.person("alice", now=now)


@pytest.fixture
def charlie(db, now):
    return world.person("charlie", now=now)


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client


def key(user, *, now, scope=Scope.READ):
    """Return the headers of a request signed with a new key of the person's organization."""
    organization = world.organization_of(user)
    _row, plain = api_keys.create(
        organization=organization, name="test", scope=scope, now=now, actor=audit.Actor(user_id=user.pk)
    )
    return {"authorization": f"Bearer {plain}"}
