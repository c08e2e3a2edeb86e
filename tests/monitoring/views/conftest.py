"""Alice owns an organization, Charlie another one; Lantern changed its terms ten days ago."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.monitoring import world


@pytest.fixture
def now():
    """The views read the clock themselves, so here the present is the present."""
    return timezone.now()


@pytest.fixture
def lantern(db, now):
    return world.platform(now=now - timedelta(days=400))


@pytest.fixture
def terms(lantern, now):
    return world.document(lantern, now=now)


@pytest.fixture
def change(terms, now):
    return world.change(terms, world.TERMS, world.CHANGED, at=now - timedelta(days=10))


@pytest.fixture
def alice(db, now):
    return world.person("alice@example.org", now=now)


@pytest.fixture
def charlie(db, now):
    return world.person("charlie@example.org", now=now)


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client
