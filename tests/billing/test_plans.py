import pytest

from billing import plans
from billing.plans import FREE, PLANS, PROFESSIONAL, UNLOCKED, WATCHER, Cadence, Feature, WatchKind


def test_the_plans_allow_what_the_table_of_plans_says():
    assert [plan.platforms for plan in PLANS] == [1, 10, 100]
    assert [plan.seats for plan in PLANS] == [1, 3, 25]
    assert [plan.api_requests_per_hour for plan in PLANS] == [60, 600, 10_000]
    assert [plan.timeline_days for plan in PLANS] == [30, 365, None]
    assert [plan.cadence for plan in PLANS] == [Cadence.WEEKLY, Cadence.SAME_DAY, Cadence.IMMEDIATE]
    assert FREE.watch_kinds == {WatchKind.PLATFORM}
    assert WATCHER.features == {Feature.CHANGE_SUMMARIES, Feature.CSV_EXPORT}


def test_a_larger_plan_takes_nothing_away():
    for smaller, larger in ((FREE, WATCHER), (WATCHER, PROFESSIONAL), (PROFESSIONAL, UNLOCKED)):
        assert smaller.watch_kinds <= larger.watch_kinds
        assert smaller.features <= larger.features
        assert larger.allows(smaller.cadence)


def test_a_cadence_includes_the_slower_ones():
    assert [WATCHER.allows(cadence) for cadence in Cadence] == [True, True, True, False]


def test_named_takes_any_case_and_names_the_nearest():
    assert plans.named("Professional") is PROFESSIONAL
    with pytest.raises(plans.UnknownPlan, match="did you mean watcher"):
        plans.named("wacher")
    with pytest.raises(plans.UnknownPlan, match="The plans are free, watcher, professional"):
        plans.named("gold")


def test_next_above_ends_at_the_largest():
    assert [plans.next_above(plan) for plan in (FREE, WATCHER, PROFESSIONAL, UNLOCKED)] == [
        WATCHER,
        PROFESSIONAL,
        None,
        None,
    ]


def test_a_year_costs_less_than_twelve_months():
    assert all(plan.price.annual_cents < 12 * plan.price.monthly_cents for plan in PLANS if plan.price)
