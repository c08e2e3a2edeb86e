from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.models import Subscription


def grant(*arguments):
    out = StringIO()
    call_command("grant_plan", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["alice", "alice@alice.example"])
def test_grant_plan_takes_a_slug_or_an_owner(organization, name):
    assert grant(name, "professional", "--note", "pilot") == "alice: Professional\n"
    row = Subscription.objects.get()
    assert (row.plan, row.ends_at, row.note) == ("professional", None, "pilot")


def test_grant_plan_until_a_day_holds_through_that_day(organization):
    assert grant("alice", "watcher", "--until", "2099-12-31") == "alice: Watcher until the end of 2099-12-31\n"
    assert Subscription.objects.get().ends_at == datetime(2100, 1, 1, tzinfo=UTC)


def test_grant_plan_free_takes_the_plan_back(organization):
    grant("alice", "watcher")
    grant("alice", "free")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("alcie", "watcher"), "nearest: alice"),
        (("alice", "wacher"), "did you mean watcher"),
        (("alice", "unlocked"), "cannot be granted"),
        (("alice", "watcher", "--until", "31.12.2099"), "write a date as 2027-12-31"),
        (("alice", "watcher", "--until", "2020-01-01"), "that day is past"),
    ],
)
def test_grant_plan_names_what_is_wrong_and_changes_nothing(organization, arguments, message):
    with pytest.raises(CommandError, match=message):
        grant(*arguments)
    assert not Subscription.objects.exists()


def test_grant_plan_says_when_it_has_no_effect(organization, settings):
    settings.BILLING = "none"
    assert "BILLING=none" in grant("alice", "watcher")
