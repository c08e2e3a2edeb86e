"""Row 54 and the watchlist part of row 55: limits hold under concurrency, and a downgrade is the user's choice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Organization
from billing import entitlements, plans, subscriptions
from monitoring import watchlists
from monitoring.models import Platform, Watch
from tests import world


def grow(organization, *slugs, now):
    """Watch these platforms in this order."""
    watchlist = watchlists.default_watchlist(organization=organization, now=now)
    for slug in slugs:
        watchlists.watch(watchlist=watchlist, platform=Platform.objects.get(slug=slug), user=None, now=now)


def grant(organization, plan, now):
    subscriptions.grant(organization=organization, plan=plan, now=now)
    return Organization.objects.get(pk=organization.pk)


@pytest.mark.django_db(transaction=True)
def test_row_54_twenty_adds_at_once_leave_exactly_ten_at_a_limit_of_ten(now):
    organization = grant(world.organization_of(world.person("alice", now=now)), plans.WATCHER, now)
    slugs = [f"p{number:02}" for number in range(20)]
    world.declare(*slugs, now=now)
    watchlists.default_watchlist(organization=organization, now=now)
    together = threading.Barrier(20)

    def add(slug):
        together.wait()
        try:
            grow(Organization.objects.get(pk=organization.pk), slug, now=now)
        except entitlements.PlanLimitReached as refusal:
            return refusal.limit
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        refused = [limit for limit in pool.map(add, slugs) if limit]
    assert Watch.objects.for_organization(organization).count() == 10
    assert refused == [10] * 10


@pytest.fixture
def organization(db, now):
    """Alice's organization, on Watcher, watching a, b and c in this order."""
    row = grant(world.organization_of(world.person("alice", now=now)), plans.WATCHER, now)
    world.declare("a", "b", "c", now=now)
    grow(row, "a", "b", "c", now=now)
    return row


def active(organization, now):
    rows = watchlists.watched(organization=Organization.objects.get(pk=organization.pk), now=now)
    return [row.watch.platform.slug for row in rows if row.is_active]


def test_row_55_a_downgrade_rests_what_the_user_did_not_choose_and_an_upgrade_wakes_it(organization, now):
    subscriptions.grant(organization=organization, plan=plans.FREE, now=now)
    assert active(organization, now) == ["a"]
    chosen = Platform.objects.get(slug="c").pk
    free = Organization.objects.get(pk=organization.pk)
    watchlists.keep(organization=free, platform_ids=[chosen], now=now)
    assert active(organization, now) == ["c"]
    assert Watch.objects.for_organization(organization).count() == 3
    grant(organization, plans.WATCHER, now)
    assert active(organization, now) == ["c", "a", "b"]


def test_row_55_more_than_the_plan_keeps_cannot_be_chosen(organization, now):
    subscriptions.grant(organization=organization, plan=plans.FREE, now=now)
    free = Organization.objects.get(pk=organization.pk)
    with pytest.raises(entitlements.PlanLimitReached, match=r"Free allows 1 platform; 3 in use\."):
        watchlists.keep(organization=free, platform_ids=list(Platform.objects.values_list("pk", flat=True)), now=now)
    assert active(organization, now) == ["a"]


def test_row_55_a_strangers_platforms_are_not_chosen(organization, now):
    subscriptions.grant(organization=organization, plan=plans.FREE, now=now)
    free = Organization.objects.get(pk=organization.pk)
    watchlists.keep(organization=free, platform_ids=[10**9], now=now)
    assert active(organization, now) == ["a"]
