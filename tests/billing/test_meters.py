"""Meters and room: what is used of a limit, and from when it is worth saying so."""

import pytest
from django.test import override_settings

from billing import entitlements, plans, subscriptions, usage
from billing.entitlements import Meter


@pytest.mark.parametrize(
    ("used", "limit", "is_near", "is_full", "is_over"),
    [(7, 10, False, False, False), (8, 10, True, False, False), (10, 10, True, True, False), (11, 10, True, True, True),
     (1, 1, False, True, False), (500, None, False, False, False), (80, 100, True, False, False)],
)  # fmt: skip
def test_a_meter_says_from_four_fifths_on_that_little_is_left(used, limit, is_near, is_full, is_over):
    meter = Meter("platforms", used, limit)
    assert (meter.is_near, meter.is_full, meter.is_over) == (is_near, is_full, is_over)


def test_meters_follow_the_plan(organization, now):
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    organization.refresh_from_db()
    assert [meter.limit for meter in entitlements.meters(organization, used=usage.of(organization), now=now)] == [10, 3]


def test_room_ends_with_the_limit_and_never_without_one():
    assert [entitlements.has_room(plans.WATCHER, platforms=count) for count in (9, 10, 11)] == [True, True, False]
    assert entitlements.has_room(plans.UNLOCKED, platforms=1_000_000)


@override_settings(BILLING="none")
def test_without_billing_there_is_no_limit_to_measure(organization, now):
    assert {meter.limit for meter in entitlements.meters(organization, used=usage.of(organization), now=now)} == {None}
