from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models, transaction
from django.test import Client

from accounts import api_keys, audit, invitations, leaving, organizations, transfers
from accounts.models import AuditEvent, Membership, Organization, Role, Scope, User
from billing import plans, subscriptions
from monitoring import acceptances, reviews
from monitoring.models import Applicability, Channel, Comparison, Feed, Recipient, Request, Vote, Watch
from tests import world

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def full(organization, alice, bob, now):
    """Alice's organization with a row in every table that accounts and monitoring have for one."""
    from monitoring import watchlists
    from monitoring.alerts import delivery, matching

    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    watchlist = watchlists.default_watchlist(organization=organization, now=now)
    watchlists.watch(watchlist=watchlist, platform=source.document.platform, user=alice, now=now)
    _reading, change = world.serve(
        source, world.terms(c3="We keep your conversations for 90 days and then sell them."), at=now + world.DAY
    )
    matching.match(change, now=now + world.DAY)
    delivery.deliver_due(now=now + 2 * world.DAY)
    actor = audit.Actor(user_id=alice.pk)
    key, _plain = api_keys.create(organization=organization, name="k", scope=Scope.READ, now=now, actor=actor)
    api_keys.rotate(key, overlap=timedelta(), now=now, actor=audit.Actor(api_key_id=key.pk))
    invitations.invite(
        organization=organization, email="d@d.example", role=Role.VIEWER, seats=None, now=now, actor=actor
    )
    giver, receiver = (Membership.objects.get(organization=organization, user=user) for user in (alice, bob))
    transfers.offer(giver=giver, receiver=receiver, now=now, actor=actor)
    _fill_the_workspace(organization, change, key, alice, now)
    return organization


def _fill_the_workspace(organization, change, key, alice, now):
    """Make a row in every further table of monitoring: what was reviewed, accepted, asked for, compared and stated."""
    watch = Watch.objects.get(organization=organization)
    by_key = audit.Actor(api_key_id=key.pk)
    reviews.update(organization=organization, change=change, wanted={}, note="By key.", now=now, actor=by_key)
    acceptances.mark(
        organization=organization, version=change.before, accepted_date=now.date(), note="", now=now, actor=by_key
    )
    wish = Request.objects.create(kind="platform", key="bolt.example", name="Bolt", address="x", created_at=now)
    Vote.objects.create(organization=organization, request=wish, user=alice, created_at=now)
    Applicability.objects.create(organization=organization, places=["EU"], stated_by=alice, stated_at=now)
    Comparison.objects.create(
        organization=organization, name="Ours", platforms=[1], provision_types=["x"], created_by=alice, created_at=now
    )
    Feed.objects.create(organization=organization, watchlist=watch.watchlist, digest="0" * 64, created_at=now)
    channel = Channel.objects.filter(organization=organization).first()
    Recipient.objects.create(organization=organization, watch=watch, channel=channel)


def rows_of(organization):
    """Return how many rows of each table name the organization."""
    return {
        f"{model._meta.label_lower}.{field.name}": model._base_manager.filter(
            **{field.attname: organization.pk}
        ).count()
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Organization
    }


def rows_naming(user_id):
    return {
        f"{model._meta.label_lower}.{field.name}": model._base_manager.filter(**{field.attname: user_id}).count()
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User
    }


def test_no_row_of_an_erased_organization_is_left_and_the_archive_stays(full, now):
    from monitoring.models import Change, Version

    before = rows_of(full)
    told = {"monitoring.document.organization"} | {
        name for name, count in before.items() if name.startswith("billing.") and not count
    }
    assert {name for name, count in before.items() if count == 0} == told, (
        "fill every table, or the proof proves nothing"
    )
    archive = (Change.objects.count(), Version.objects.count())
    paid = []
    leaving.close(full, now=now, actor=audit.SYSTEM)
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=lambda row, *, now: paid.append(row.pk)) == (1, 0)
    assert paid == [full.pk]
    assert set(rows_of(full).values()) == {0}
    assert not Organization.objects.filter(pk=full.pk).exists()
    assert (Change.objects.count(), Version.objects.count()) == archive


def test_nothing_is_erased_before_the_fortnight_is_over_or_when_it_was_taken_back(full, now):
    leaving.close(full, now=now, actor=audit.SYSTEM)
    assert leaving.erase_due(now=now + FORTNIGHT - timedelta(seconds=1), end_payment=lambda row, *, now: None) == (0, 0)
    leaving.keep(full, now=now + timedelta(days=13), actor=audit.SYSTEM)
    assert leaving.erase_due(now=now + 2 * FORTNIGHT, end_payment=lambda row, *, now: None) == (0, 0)
    verbs = AuditEvent.objects.for_organization(full).order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["organization.closed", "organization.kept"]


def test_closing_twice_does_not_move_the_day_and_tells_the_owner_once(
    full, now, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = leaving.close(full, now=now, actor=audit.SYSTEM)
        again = leaving.close(full, now=now + timedelta(days=3), actor=audit.SYSTEM)
    assert first == again == now + FORTNIGHT
    assert [(message.to, message.subject) for message in mailoutbox if "erased" in message.subject] == [
        (["alice@alice.example"], "Alice will be erased")
    ]


def test_an_organization_whose_payment_cannot_be_ended_stays_and_is_tried_again(full, now):
    def refuses(row, *, now):
        raise ConnectionError("no answer")

    leaving.close(full, now=now, actor=audit.SYSTEM)
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=refuses) == (0, 0)
    assert Organization.objects.filter(pk=full.pk).exists()
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=lambda row, *, now: None) == (1, 0)


def test_an_organization_that_cannot_be_erased_keeps_no_other_from_going(full, bob, now, monkeypatch):
    erase = leaving.erase

    def breaks(row):
        if row.pk == full.pk:
            raise IntegrityError("a row that nobody thought of")
        erase(row)

    other = organizations.create(name="Bolt", owner=bob, now=now)
    leaving.close(full, now=now, actor=audit.SYSTEM)
    leaving.close(other, now=now + timedelta(hours=1), actor=audit.SYSTEM)
    monkeypatch.setattr(leaving, "erase", breaks)
    assert leaving.erase_due(now=now + 2 * FORTNIGHT, end_payment=lambda row, *, now: None) == (1, 0)
    assert Organization.objects.filter(pk=full.pk).exists()
    assert not Organization.objects.filter(pk=other.pk).exists()


def test_what_is_taken_back_at_the_last_moment_goes_on_being_paid_for(full, bob, now):
    other = organizations.create(name="Bolt", owner=bob, now=now)
    for row in (full, other):
        leaving.close(row, now=now, actor=audit.SYSTEM)
    ended = []

    def end(row, *, now):
        ended.append(row.pk)
        leaving.keep(other if row.pk == full.pk else full, now=now, actor=audit.SYSTEM)

    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=end) == (1, 0)
    assert len(ended) == 1


def test_a_person_goes_with_an_organization_whose_own_fortnight_is_not_over(bob, now):
    own = organizations.personal_organization(user=bob, now=now)
    leaving.close_person(bob, now=now, actor=audit.SYSTEM)
    leaving.close(own, now=now + timedelta(days=10), actor=audit.SYSTEM)
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=lambda row, *, now: None) == (0, 1)
    assert not Organization.objects.filter(pk=own.pk).exists()


def test_the_database_erases_the_trail_of_no_organization_that_was_not_closed(full, now):
    with pytest.raises(IntegrityError, match="append-only"):
        leaving.erase(full)
    leaving.close(full, now=now, actor=audit.SYSTEM)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.for_organization(full).delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        _change_the_trail_of(full)


def _change_the_trail_of(organization):
    connection.cursor().execute("SELECT set_config('conductatlas.erasing', %s, true)", [str(organization.pk)])
    AuditEvent.objects.for_organization(organization).update(verb="user.erased")


def test_a_person_who_alone_owns_what_others_use_cannot_close_the_account(organization, alice, bob, now):
    with pytest.raises(leaving.StillNeeded, match="Alice"):
        leaving.close_person(alice, now=now, actor=audit.SYSTEM)
    leaving.close(organization, now=now, actor=audit.SYSTEM)
    assert leaving.close_person(alice, now=now, actor=audit.SYSTEM) == now + FORTNIGHT


def test_no_row_names_an_erased_person_but_the_trails_of_others(organization, bob, now):
    client = Client()
    client.post("/accounts/login/", {"login": bob.email, "password": "correct horse battery"})
    Authenticator.objects.create(user=bob, type="totp", data={})
    own = organizations.personal_organization(user=bob, now=now)
    leaving.close_person(bob, now=now, actor=audit.Actor(user_id=bob.pk))
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=lambda row, *, now: None) == (0, 1)
    left = {name for name, count in rows_naming(bob.pk).items() if count}
    assert left == {"accounts.auditevent.actor"}
    assert not AuditEvent.objects.filter(organization=own.pk).exists()
    assert set(rows_of(own).values()) == {0}
    assert not Session.objects.filter(session_key=client.cookies["sessionid"].value).exists()
    assert client.get("/settings/organization/").status_code == 302


def test_a_person_who_became_the_only_owner_meanwhile_stays(organization, alice, bob, now):
    leaving.close_person(bob, now=now, actor=audit.SYSTEM)
    organization.memberships.filter(user=bob).update(role=Role.OWNER)
    organization.memberships.filter(user=alice).update(role=Role.ADMIN)
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=lambda row, *, now: None) == (0, 0)
    assert User.objects.filter(pk=bob.pk).exists()


def test_a_person_can_take_it_back(bob, now):
    leaving.close_person(bob, now=now, actor=audit.SYSTEM)
    leaving.keep_person(bob, now=now, actor=audit.SYSTEM)
    assert leaving.erase_due(now=now + FORTNIGHT, end_payment=lambda row, *, now: None) == (0, 0)
    assert User.objects.get(pk=bob.pk).closes_at is None


def test_every_pointer_to_an_organization_goes_with_it_or_is_the_trails():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Organization and model not in (AuditEvent,):
                policy = field.remote_field.on_delete
                assert policy is models.CASCADE or field.null, f"{model._meta.label}.{field.name}"
