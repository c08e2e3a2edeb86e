from datetime import timedelta

import pytest

from accounts.models import Organization
from billing import entitlements, plans, subscriptions
from billing.models import Source, Status, Subscription
from billing.plans import Cadence, Feature, WatchKind


@pytest.fixture
def paying(organization, now):
    """A function that writes the subscription as Stripe reports it and returns the organization anew."""

    def paying_(status, **fields):
        details = {"plan": "watcher", "source": Source.STRIPE, "status": status, **fields}
        Subscription.objects.update_or_create(organization=organization, defaults={**details, "created_at": now})
        return Organization.objects.get(pk=organization.pk)

    return paying_


def test_no_subscription_is_free_and_asks_the_database_once(organization, now, django_assert_num_queries):
    organization = Organization.objects.get(pk=organization.pk)
    with django_assert_num_queries(1):
        assert entitlements.plan_of(organization, now=now) is plans.FREE
        assert entitlements.api_rate(organization, now=now) == 60


@pytest.mark.parametrize(
    ("status", "plan"),
    [
        (Status.ACTIVE, "watcher"), (Status.TRIALING, "watcher"), (Status.PAST_DUE, "free"), (Status.UNPAID, "free"),
        (Status.CANCELED, "free"), (Status.INCOMPLETE, "free"), (Status.INCOMPLETE_EXPIRED, "free"),
        (Status.PAUSED, "free"),
    ],
)  # fmt: skip
def test_every_status_has_its_plan(paying, now, status, plan):
    assert entitlements.plan_of(paying(status), now=now).key == plan


def test_a_failed_payment_leaves_seven_days(paying, now):
    organization = paying(Status.PAST_DUE, past_due_at=now)
    assert entitlements.plan_of(organization, now=now + timedelta(days=7, seconds=-1)) is plans.WATCHER
    assert entitlements.plan_of(organization, now=now + timedelta(days=7)) is plans.FREE


def test_a_grant_ends_at_its_moment(organization, now):
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, ends_at=now + timedelta(days=1), now=now)
    organization = Organization.objects.get(pk=organization.pk)
    assert entitlements.cadence(organization, now=now) is Cadence.IMMEDIATE
    assert entitlements.plan_of(organization, now=now + timedelta(days=1)) is plans.FREE


def test_billing_none_unlocks_everything(organization, now, settings):
    settings.BILLING = "none"
    assert entitlements.timeline_since(organization, now=now) is None
    entitlements.check_platforms(organization, count_after=100_000, now=now)
    entitlements.check_feature(organization, Feature.EVIDENCE_PACKET, now=now)


def test_a_passed_limit_says_what_is_used_and_what_comes_next(organization, now):
    entitlements.check_platforms(organization, count_after=1, now=now)
    with pytest.raises(entitlements.PlanLimitReached) as refused:
        entitlements.check_platforms(organization, count_after=2, now=now)
    assert str(refused.value) == "Free allows 1 platform; 1 in use. Watcher allows 10."
    assert (refused.value.limit, refused.value.used, refused.value.next_plan) == (1, 1, plans.WATCHER)


def test_at_the_largest_plan_nothing_larger_is_promised(organization, now):
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    organization = Organization.objects.get(pk=organization.pk)
    with pytest.raises(entitlements.PlanLimitReached, match=r"^Professional allows 25 seats; 25 in use\.$"):
        entitlements.check_seats(organization, used=25, now=now)


def test_a_missing_feature_names_the_first_plan_that_has_it(organization, now):
    with pytest.raises(entitlements.NotInPlan, match=r"Free does not include CSV export\. It comes with Watcher\."):
        entitlements.check_feature(organization, Feature.CSV_EXPORT, now=now)
    with pytest.raises(entitlements.NotInPlan, match="It comes with Professional"):
        entitlements.check_watch_kind(organization, WatchKind.SEARCH, now=now)


def test_timelines_reach_as_far_as_the_plan(organization, now):
    assert entitlements.timeline_since(organization, now=now) == now - timedelta(days=30)


def test_plans_of_many_organizations_take_one_query(organization, now, django_assert_num_queries):
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    other = Organization.objects.create(name="Other", slug="other", created_at=now)
    with django_assert_num_queries(1):
        found = entitlements.plans_of([organization.pk, other.pk], now=now)
    assert found == {organization.pk: plans.WATCHER, other.pk: plans.FREE}
