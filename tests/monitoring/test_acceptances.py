"""The version we accepted: one a document, with its drift, and told beside the change that leads away from it."""

import pytest
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import AuditEvent
from billing import entitlements, plans, subscriptions
from monitoring import acceptances
from monitoring.models import Acceptance, Change, Version
from tests import world
from tests.monitoring import faces

alice, charlie, source = faces.alice, faces.charlie, faces.source
NINETY = "We keep your conversations for 90 days and delete them afterwards."
PARIS = "Disputes go to arbitration in Paris."


@pytest.fixture
def organization(alice, now):
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    return organization


@pytest.fixture
def first(source, now):
    world.serve(source, world.terms(), at=now)
    return Version.objects.select_related("document__platform").get()


@pytest.fixture
def mark(organization, alice, now):
    def marked(version, *, note=""):
        return acceptances.mark(
            organization=organization, version=version, accepted_date=now.date(), note=note, now=now,
            actor=audit.Actor(user_id=alice.pk),
        )  # fmt: skip

    return marked


def test_a_version_is_the_same_until_the_text_drifts(mark, first, organization, source, now):
    mark(first)
    [row] = acceptances.standings(organization)
    assert (row.is_same, row.has_drifted, row.substantive) == (True, False, 0)
    _reading, change = world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    [row] = acceptances.standings(organization)
    assert (row.is_same, row.has_drifted, row.substantive) == (False, True, 1)
    assert row.latest == change.after


def test_only_changes_after_the_accepted_version_count(mark, first, organization, source, now):
    _reading, change = world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    mark(change.after)
    assert acceptances.standings(organization)[0].substantive == 0
    world.serve(source, world.terms(c3=NINETY, c7=PARIS), at=now + 2 * world.DAY)
    assert acceptances.standings(organization)[0].substantive == 1


def test_a_text_that_came_back_is_the_same_again(mark, first, organization, source, now):
    mark(first)
    world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    world.serve_again(source, world.terms(), at=now + 90 * world.DAY)
    [row] = acceptances.standings(organization)
    assert (row.is_same, row.has_drifted, row.substantive) == (True, False, 2)


def test_another_version_takes_the_place_and_the_trail_keeps_both(mark, first, organization, source, now):
    mark(first, note="Contract 7")
    _reading, change = world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    mark(change.after)
    assert Acceptance.objects.get().version == change.after
    event = AuditEvent.objects.filter(verb="acceptance.marked").latest("id")
    assert (event.before["version"], event.before["note"]) == (first.pk, "Contract 7")
    assert event.after["version"] == change.after_id
    acceptances.unmark(acceptance=Acceptance.objects.get(), now=now, actor=audit.SYSTEM)
    assert not Acceptance.objects.exists()
    assert AuditEvent.objects.latest("id").verb == "acceptance.removed"


def test_the_database_keeps_one_a_document(mark, first, organization, now):
    mark(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.create(
            organization=organization, document=first.document, version=first, accepted_date=now.date(), marked_at=now
        )


def test_a_plan_without_it_refuses(organization, mark, first):
    organization.subscription.delete()
    organization.refresh_from_db()
    with pytest.raises(entitlements.NotInPlan, match="accepted versions"):
        mark(first)


def test_a_change_that_leads_away_from_it_is_told_and_one_that_leads_back_is_not(
    mark, first, organization, charlie, source, now
):
    row = mark(first)
    _reading, away = world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    back = world.serve_again(source, world.terms(), at=now + 90 * world.DAY)
    assert acceptances.drifted(organization, away) == row
    assert acceptances.drifted(organization, back) is None
    assert acceptances.drifted(world.organization_of(charlie), away) is None


def test_a_change_before_the_accepted_version_is_no_drift(mark, first, organization, source, now):
    _reading, change = world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    mark(change.after)
    assert acceptances.drifted(organization, change) is None


def test_telling_asks_once_and_reads_no_text(mark, first, organization, source, now, django_assert_num_queries):
    mark(first)
    world.serve(source, world.terms(c3=NINETY), at=now + world.DAY)
    change = Change.objects.without_texts().get()
    with django_assert_num_queries(1):
        assert acceptances.drifted(organization, change)
    with django_assert_num_queries(3):
        assert acceptances.standings(organization)
