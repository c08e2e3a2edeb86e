import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from billing import plans, subscriptions
from billing.models import Source, Status, Subscription


def test_a_second_grant_takes_the_place_of_the_first(organization, now):
    subscriptions.grant(organization=organization, plan=plans.WATCHER, note="trial", now=now)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    row = Subscription.objects.get()
    assert (row.plan, row.note, row.source) == ("professional", "", Source.MANUAL)
    event = AuditEvent.objects.for_organization(organization).latest("id")
    assert (event.verb, event.before["plan"], event.after["plan"]) == ("plan.granted", "watcher", "professional")


def test_granting_free_leaves_no_row(organization, now):
    subscriptions.grant(organization=organization, plan=plans.WATCHER, now=now)
    assert subscriptions.grant(organization=organization, plan=plans.FREE, now=now) is None
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.TRIALING, Status.PAST_DUE])
def test_a_grant_never_hides_a_subscription_that_is_charged(organization, now, status):
    Subscription.objects.create(
        organization=organization, plan="watcher", source=Source.STRIPE, status=status, created_at=now
    )
    with pytest.raises(subscriptions.StillPaying, match="cancel that subscription first"):
        subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)


def test_what_is_not_on_offer_cannot_be_granted(organization, now):
    with pytest.raises(ValueError, match="unlocked cannot be granted"):
        subscriptions.grant(organization=organization, plan=plans.UNLOCKED, now=now)


@pytest.mark.parametrize("field", ["plan", "source", "status"])
def test_the_database_refuses_words_that_are_not_on_the_list(organization, now, field):
    details = {"plan": "watcher", "source": "manual", "status": "active", field: "other"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.create(organization=organization, created_at=now, **details)
