"""What the clauses of latest texts say, kept in the cache from one poll to the next."""

import pytest

from monitoring import classify
from monitoring.archive import sayings
from monitoring.classify import sayings as spoken
from monitoring.models import Revision
from tests import world
from tests.caches import AWAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(monkeypatch):
    """The clauses that were read, beginning with a process that remembers nothing."""
    asked, recall = [], spoken.remembered.recall
    monkeypatch.setattr(
        spoken.remembered, "recall", lambda keys, make: recall(keys, lambda new: asked.extend(new) or make(new))
    )
    classify.forget()
    return asked


def change(now, read):
    """Serve a text and then one that differs by a clause, to a process of its own; return what that one read."""
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    classify.forget()
    read.clear()
    world.serve(source, world.terms(c3="We keep your conversations for 90 days."), at=now + world.DAY)
    return list(read)


def test_another_process_reads_only_the_clause_that_changed(now, read, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "said"}}
    assert change(now, read) == ["We keep your conversations for 90 days."]
    moved = Revision.objects.get(version__sequence=2)
    assert (moved.provision.provision_type, moved.fate) == ("data_retention", "revised")
    assert "parameters" in moved.altered


def test_without_the_cache_the_texts_are_read_whole_and_alike(now, read, settings, caplog):
    settings.CACHES = AWAY
    asked = change(now, read)
    assert "We keep your conversations for 90 days." in asked
    assert len(asked) > 5
    assert Revision.objects.filter(version__sequence=2).exists()
    assert "the cache does not answer" in caplog.text


def test_nothing_is_asked_for_nothing(settings):
    settings.CACHES = AWAY
    assert sayings.kept([]) == {}
    sayings.keep({})
