"""Operators see what is due, failing, held and parked, and change no archive row."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from monitoring import acceptances, fetch, reviews
from monitoring import admin as ours
from monitoring.alerts import delivery, matching
from monitoring.models import Decision, Delivery, Request, Review, Rule, Schedule, Version, Vote
from tests import world

SLUGS = ("bolt", "coil", "dyne")
OURS = [model for model, page in admin.site._registry.items() if type(page).__module__ == ours.__name__]


@pytest.fixture
def operator(client, alice):
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client.force_login(alice)
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens(model, operator, change, alice, source, now):
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    assert operator.get(reverse(f"admin:monitoring_{model._meta.model_name}_changelist")).status_code == 200


def test_a_version_is_shown_and_not_edited(operator, change):
    address = reverse("admin:monitoring_version_change", args=[change.after_id])
    assert operator.get(address).status_code == 200
    assert operator.post(address, {"text": "forged"}).status_code == 403
    assert "forged" not in Version.objects.get(pk=change.after_id).text
    assert operator.get(reverse("admin:monitoring_version_add")).status_code == 403


def test_a_second_factor_is_taken_away_and_its_secret_is_read_by_nobody(operator, alice):
    factor = Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DP"})
    address = reverse("admin:mfa_authenticator_change", args=[factor.pk])
    assert "JBSWY3DP" not in operator.get(address).content.decode()
    assert operator.post(address, {"type": "totp"}).status_code == 403
    operator.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists()


def test_people_and_organizations_are_not_deleted_beside_their_own_operations(operator, alice):
    organization = alice.memberships.get().organization
    for address in (
        reverse("admin:accounts_user_delete", args=[alice.pk]),
        reverse("admin:accounts_organization_delete", args=[organization.pk]),
    ):
        assert operator.post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("state", "number"),
    [("due", 0), ("failing", 1), ("blocked", 1), ("stale", 1), ("held", 0), ("unread", 0), ("parked", 0)],
)
def test_schedules_are_found_by_their_state(state, number, operator, source, change, now):
    world.capture(source, fetch.FetchError(fetch.Reason.FORBIDDEN, "403", status=403), at=now - timedelta(minutes=1))
    answer = operator.get(reverse("admin:monitoring_schedule_changelist"), {"state": state})
    assert answer.context["cl"].queryset.count() == number


def test_a_schedule_is_made_due(operator, source, change):
    row = Schedule.objects.get()
    operator.post(reverse("admin:monitoring_schedule_changelist"), {"action": "make_due", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.due_at <= timezone.now()


def test_a_parked_delivery_is_sent_again(operator, change, alice, source, now, mailoutbox):
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    Delivery.objects.update(parked_at=now, attempts=7)
    address = reverse("admin:monitoring_delivery_changelist")
    assert operator.get(address, {"state": "parked"}).context["cl"].queryset.count() == 1
    operator.post(
        address, {"action": "send_again", "_selected_action": list(Delivery.objects.values_list("pk", flat=True))}
    )
    assert delivery.deliver_due(now=timezone.now()) == 1
    assert len(mailoutbox) == 1


def _fill(slug, now):
    """Add one platform with a change, a person who was told of it, and a row of what operators and organizations write."""
    source = world.declare("acme", *SLUGS, now=now)[slug]
    world.serve(source, world.terms(), at=now - 2 * world.DAY)
    _reading, change = world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now - world.DAY)
    person = world.person(slug, plan="professional", now=now)
    organization = world.organization_of(person)
    world.watch(person, source, now=now)
    matching.match(change, now=now)
    actor = audit.Actor(user_id=person.pk)
    reviews.update(organization=organization, change=change, wanted={"state": "accepted"}, now=now, actor=actor)
    acceptances.mark(
        organization=organization, version=change.before, accepted_date=now.date(), note="", now=now, actor=actor
    )
    wish = Request.objects.create(kind="platform", key=f"{slug}.example", name=slug, address="x", created_at=now)
    Vote.objects.create(organization=organization, request=wish, user=person, created_at=now)
    Rule.objects.create(
        document=source.document, change=change, scope="words", patterns=[slug], quote="x", reason="x",
        created_by=person, created_at=now,
    )  # fmt: skip
    Decision.objects.create(
        document=source.document, screening=change.after.screening, outcome="hold", decided_by=person, decided_at=now
    )


def test_no_list_asks_more_for_more_rows(operator, source, now):
    asked = {}
    for slug in SLUGS:
        _fill(slug, now)
        for model in OURS:
            with CaptureQueriesContext(connection) as queries:
                operator.get(reverse(f"admin:monitoring_{model._meta.model_name}_changelist"))
            asked.setdefault(model.__name__, []).append(len(queries))
    assert {name: counts for name, counts in asked.items() if counts[-1] > counts[-2]} == {}


def test_a_request_is_found_and_shown_with_its_votes(operator, alice, source, now):
    _fill("bolt", now)
    page = operator.get(reverse("admin:monitoring_request_changelist"), {"q": "bolt", "state": "asked"})
    assert [row.wanted for row in page.context["cl"].queryset] == [1]
    shown = operator.get(reverse("admin:monitoring_request_change", args=[Request.objects.get().pk]))
    assert "Bolt" in shown.content.decode()


def test_what_an_organization_decided_is_not_shown_to_operators(operator, alice, source, now):
    _fill("bolt", now)
    Review.objects.update(decision="We leave in June.", decided_at=now)
    shown = operator.get(reverse("admin:monitoring_review_change", args=[Review.objects.get().pk]))
    assert shown.status_code == 200
    assert "We leave in June." not in shown.content.decode()
