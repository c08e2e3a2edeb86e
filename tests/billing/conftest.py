"""An organization of Alice's, and a cache of the test's own for what is counted."""

import uuid

import pytest

from accounts import organizations, people


@pytest.fixture(autouse=True)
def own_cache(settings):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture
def alice(db, now):
    return people.register(email="alice@alice.example", password="correct horse battery", name="Alice", now=now)


@pytest.fixture
def organization(alice, now):
    return organizations.personal_organization(user=alice, now=now)
