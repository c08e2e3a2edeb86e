"""What the ten busiest addresses ask of the database: the page's own queries, and what the second wall adds."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys, audit
from accounts.models import Scope
from monitoring.alerts import matching
from monitoring.models import Change
from tests import world
from tests.conftest import WALL

PAGES = {
    "/": 8,
    "/platforms/": 6,
    "/platforms/acme/": 13,
    "/platforms/acme/{document}/": 13,
    "/changes/": 6,
    "/changes/{change}/": 13,
    "/timeline/": 6,
    "/watchlist/": 10,
    "/dashboard/": 12,
    "/inbox/": 11,
    "/inbox/{change}/": 9,
    "/accepted/": 9,
    "/settings/organization/": 3,
    "/api/v1/timeline/": 7,
}
# In production: BEGIN, role and organization, COMMIT. In a test a transaction is open: SAVEPOINT, both, back, RELEASE.
WALL_OF_A_MEMBER = 4
# A key is looked up as the worker, then its organization is entered.
WALL_OF_A_KEY = 9


@pytest.fixture
def change(db, now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now + world.DAY)
    return Change.objects.with_document().get()


@pytest.fixture
def alice(change, now):
    alice = world.person("alice", plan="professional", now=now)
    world.watch(alice, change.document.sources.get(), now=now)
    matching.match(change, now=now + world.DAY)
    return alice


@pytest.mark.parametrize("address", PAGES)
def test_a_busy_address_asks_little_and_the_wall_adds_a_fixed_number(address, alice, change, now):
    organization = world.organization_of(alice)
    _row, key = api_keys.create(organization=organization, name="k", scope=Scope.READ, now=now, actor=audit.SYSTEM)
    client = Client(headers={"authorization": f"Bearer {key}"} if "/api/" in address else {})
    client.force_login(alice)
    url = address.format(document=change.document.slug, change=change.pk)
    client.get(url)  # what is made or noted once
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    own = [query["sql"] for query in asked if not WALL.match(query["sql"])]
    assert len(own) <= PAGES[address], "\n".join(own)
    assert len(asked) - len(own) <= (WALL_OF_A_KEY if "/api/" in address else WALL_OF_A_MEMBER)


def test_a_visitor_pays_nothing_for_the_wall(change):
    """A process that serves pages shows no organization anyway; in a test it acts as worker and steps back."""
    from accounts import rls

    with rls.acting_for(None), CaptureQueriesContext(connection) as asked:
        assert Client().get("/platforms/").status_code == 200
    assert not [query["sql"] for query in asked if WALL.match(query["sql"])]
