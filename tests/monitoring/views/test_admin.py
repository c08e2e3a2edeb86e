"""Operators see what is due, failing, held and parked, and change no archive row."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from monitoring import admin as ours
from monitoring import fetch
from monitoring.alerts import delivery, matching
from monitoring.models import Delivery, Schedule, Version
from tests import world

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


@pytest.mark.parametrize(("state", "number"), [("due", 0), ("failing", 1), ("held", 0), ("unread", 0), ("parked", 0)])
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
