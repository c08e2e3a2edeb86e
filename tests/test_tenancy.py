"""Isolation as a stranger meets it, at every address; and every role, at every address, against the permission table."""

import re
import uuid

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from accounts import api_keys, audit, invitations, organizations, permissions, rls
from accounts.models import Membership, Role, Scope
from accounts.permissions import Permission
from accounts.tenancy import TenantModel
from billing import plans, subscriptions
from billing.models import Subscription
from monitoring import reviews
from monitoring.alerts import matching
from monitoring.models import Acceptance, Applicability, Change, Comparison, Delivery, DeliveryItem, Request, Vote
from tests import world
from tests.routes import METHODS, operators_routes, routes

PASSWORD = "correct horse battery"
TENANTS = [model for model in apps.get_models() if issubclass(model, TenantModel) or model is Subscription]

# What a role needs to read a page and to send its form. A write that stands here nowhere is refused to a viewer.
READS = {
    "monitoring:accepted_mark": Permission.REVIEW,
    "accounts:api_keys": Permission.KEYS,
    "accounts:trail": Permission.TRAIL,
    "accounts:trail_csv": Permission.TRAIL,
    "accounts:trail_json": Permission.TRAIL,
    "monitoring:watch": Permission.WATCH,
    "monitoring:watchlist_vendors": Permission.WATCH,
}
WRITES = {
    "accounts:api_keys": Permission.KEYS,
    "accounts:api_key_revoke": Permission.KEYS,
    "accounts:api_key_rotate": Permission.KEYS,
    "accounts:organization": Permission.ORGANIZATION,
    "accounts:people": Permission.PEOPLE,
    "accounts:member_role": Permission.PEOPLE,
    "accounts:member_remove": Permission.PEOPLE,
    "accounts:invitation_again": Permission.PEOPLE,
    "accounts:invitation_revoke": Permission.PEOPLE,
    "accounts:transfer": Permission.OWN,
    "accounts:organization_export": Permission.OWN,
    "accounts:organization_close": Permission.OWN,
    "accounts:organization_keep": Permission.OWN,
    "monitoring:feed_make": Permission.WATCH,
    "monitoring:feed_revoke": Permission.WATCH,
    "monitoring:channel_add": Permission.CHANNELS,
    "monitoring:channel_ask": Permission.CHANNELS,
    "monitoring:channel_test": Permission.CHANNELS,
    "monitoring:channel_rotate": Permission.CHANNELS,
    "monitoring:channel_off": Permission.CHANNELS,
    "monitoring:channel_release": Permission.CHANNELS,
    "monitoring:channel_remove": Permission.CHANNELS,
    "monitoring:delivery_again": Permission.CHANNELS,
    "monitoring:watchlist": Permission.WATCH,
    "monitoring:watch_move": Permission.WATCH,
    "monitoring:watch": Permission.WATCH,
    "monitoring:watchlist_act": Permission.WATCH,
    "monitoring:watchlist_vendors": Permission.WATCH,
    "monitoring:messages_hours": Permission.ORGANIZATION,
    "monitoring:watch_remove": Permission.WATCH,
    "monitoring:dashboard": Permission.WATCH,
    "monitoring:inbox": Permission.REVIEW,
    "monitoring:review": Permission.REVIEW,
    "monitoring:applicability": Permission.WATCH,
    "monitoring:comparison_new": Permission.WATCH,
    "monitoring:comparison_remove": Permission.WATCH,
    "monitoring:requests": Permission.WATCH,
    "monitoring:request_vote": Permission.WATCH,
    "monitoring:accepted_mark": Permission.REVIEW,
    "monitoring:accepted_remove": Permission.REVIEW,
}
# What a person does for themselves, whatever their role.
OWN = re.compile(
    r"accounts/|invitations/|organization/|settings/(leaving/(account|membership|transfer)|sessions|organization/new)|theme/|"
    r"preferences/|unsubscribe/|settings/messages/(own|test)/"
)


@pytest.fixture(autouse=True)
def own_cache(settings, tmp_path):
    """Rate limits of the test's own; mails into a folder of its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}
    settings.EMAIL_FILE_PATH = tmp_path


@pytest.fixture
def numbers_apart(db):
    """Let every table count from a number of its own, so that no row of one has the number of another's."""
    with rls.as_owner(), connection.cursor() as cursor:
        for place, model in enumerate(apps.get_models(), 1):
            if model._meta.auto_field is not None and model._meta.managed:
                column, table = model._meta.auto_field.column, model._meta.db_table
                cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" RESTART WITH {place * 1_000_000}')


@pytest.fixture
def alices(numbers_apart, now):
    """Alice's organization with a row in every tenant table; Bob belongs to it."""
    source = world.declare("acme", now=now)["acme"]
    alice, bob = (world.person(name, plan="professional", now=now) for name in ("alice", "bob"))
    world.team(alice, bob, now=now)
    organization = world.organization_of(alice)
    world.watch(alice, source, now=now)
    world.serve(source, world.terms(), at=now)
    world.serve(source, world.terms(c3="We keep your conversations for ever."), at=now + world.DAY)
    matching.match(Change.objects.get(), now=now + world.DAY)
    actor = audit.Actor(user_id=alice.pk)
    api_keys.create(organization=organization, name="hers", scope=Scope.WRITE, now=now, actor=actor)
    invitations.invite(
        organization=organization, email="dora@dora.example", role=Role.VIEWER, seats=None, now=now, actor=actor
    )
    _fill_the_rest(organization, alice, now)
    return organization


def _fill_the_rest(organization, alice, now):
    """Make the rows of tables that no journey above writes."""
    from accounts.models import Transfer
    from billing.models import Customer, Notice, Trial
    from monitoring.models import Attempt, Channel, Feed, Recipient, Watch, Watchlist

    members = {row.user_id: row for row in organization.memberships.all()}
    giver = members.pop(alice.pk)
    Transfer.objects.create(
        organization=organization, giver=giver, receiver=next(iter(members.values())), created_at=now,
        expires_at=now + 7 * world.DAY,
    )  # fmt: skip
    Customer.objects.create(organization=organization, stripe_id="cus_x", created_at=now)
    Trial.objects.create(organization=organization, user=alice, began_at=now)
    Notice.objects.create(organization=organization, kind="trial_ending", key="k", created_at=now)
    Attempt.objects.create(organization=organization, delivery=Delivery.objects.get(), number=1, at=now, milliseconds=4)
    Feed.objects.create(
        organization=organization,
        watchlist=Watchlist.objects.get(organization=organization),
        digest="0" * 64,
        created_at=now,
    )
    Recipient.objects.create(
        organization=organization,
        watch=Watch.objects.get(organization=organization),
        channel=Channel.objects.get(organization=organization),
    )
    change = Change.objects.get()
    reviews.update(
        organization=organization, change=change, wanted={}, note="Ours.", now=now, actor=audit.Actor(user_id=alice.pk)
    )
    Acceptance.objects.create(
        organization=organization, document=change.document, version=change.before, accepted_date=now.date(),
        marked_at=now,
    )  # fmt: skip
    wish = Request.objects.create(kind="platform", key="bolt.example", name="Bolt", address="x", created_at=now)
    Vote.objects.create(organization=organization, request=wish, user=alice, created_at=now)
    Applicability.objects.create(organization=organization, places=["EU"], stated_by=alice, stated_at=now)
    Comparison.objects.create(
        organization=organization, name="Ours", platforms=[change.document.platform_id],
        provision_types=["data_retention"], created_by=alice, created_at=now,
    )  # fmt: skip


@pytest.fixture
def charlie(numbers_apart, now):
    """A stranger whose own plan allows everything."""
    return world.person("charlie", plan="professional", now=now)


def signed_in(user, organization=None):
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    if organization:
        client.post(f"/organization/{organization.pk}/switch/")
    return client


def rows_of(organization):
    """Return the number of one row of each tenant table, by table, and the organization's and a membership's own."""
    found = {model._meta.label: model._default_manager.filter(organization=organization).first() for model in TENANTS}
    missing = [label for label, row in found.items() if row is None]
    assert not missing, f"give Alice a row of {missing} in _fill_the_rest"
    return {label: row.pk for label, row in found.items()} | {
        "organization": organization.pk,
        "membership": organization.memberships.first().pk,
    }


def send(client, method, address, **headers):
    """Send one request that leaves nothing behind."""
    with transaction.atomic():
        answer = getattr(client, method)(address, headers=headers)
        seen = answer.status_code, _comparable(answer, address)
        transaction.set_rollback(True)
    return seen


def _comparable(answer, address):
    """Return the body without what differs in every answer: the token of the forms and the address itself."""
    body = answer.getvalue().decode(errors="replace").replace(address, "ADDRESS")
    where = answer.headers.get("Location", "").replace(address, "ADDRESS")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", body) + where


WITH_NUMBERS = [route for route in routes() if route.numbers]


@pytest.mark.parametrize("route", [route for route in WITH_NUMBERS if not route.is_api], ids=lambda route: route.name)
def test_a_stranger_learns_at_no_page_that_a_row_is_there(route, alices, charlie):
    client = signed_in(charlie)
    _compare(route, rows_of(alices).values(), lambda method, address: send(client, method, address))


@pytest.mark.parametrize("route", [route for route in WITH_NUMBERS if route.is_api], ids=lambda route: route.name)
def test_a_strangers_key_learns_at_no_endpoint_that_a_row_is_there(route, alices, charlie, now):
    own = world.organization_of(charlie)
    _row, key = api_keys.create(organization=own, name="k", scope=Scope.WRITE, now=now, actor=audit.SYSTEM)
    client, header = Client(), f"Bearer {key}"
    _compare(
        route, rows_of(alices).values(), lambda method, address: send(client, method, address, authorization=header)
    )


def _compare(route, candidates, ask):
    """Ask by every method for every row; each answer is that for a number which nothing has, and never a page of it."""
    for method in METHODS:
        expected = ask(method, route.address())
        assert expected[0] in (302, 400, 401, 403, 404, 405), f"{method} {route.address()}: {expected[0]}"
        for address in route.addresses(candidates):
            assert ask(method, address) == expected, f"{method} {address}"


# The addresses of single rows of an organization: the one table their number is of, and a method that finds it.
SINGLE = {
    "monitoring:comparison": ("get", {"comparison_id": "monitoring.Comparison"}),
    "monitoring:comparison_csv": ("get", {"comparison_id": "monitoring.Comparison"}),
    "monitoring:comparison_remove": ("post", {"comparison_id": "monitoring.Comparison"}),
    "accounts:api_key_revoke": ("post", {"key_id": "accounts.ApiKey"}),
    "accounts:invitation_revoke": ("post", {"invitation_id": "accounts.Invitation"}),
    "accounts:member_remove": ("post", {"membership_id": "membership"}),
    "monitoring:accepted_remove": ("post", {"acceptance_id": "monitoring.Acceptance"}),
    "monitoring:watch_remove": ("post", {"watch_id": "monitoring.Watch"}),
    "monitoring:watch_move": ("post", {"watch_id": "monitoring.Watch"}),
    "monitoring:watch": ("get", {"watch_id": "monitoring.Watch"}),
    "monitoring:message": ("get", {"delivery_id": "monitoring.Delivery"}),
    "monitoring:message_html": ("get", {"delivery_id": "monitoring.Delivery"}),
}
SINGLE |= {
    f"monitoring:channel_{act}": ("post", {"channel_id": "monitoring.Channel"})
    for act in ("ask", "test", "off", "release", "remove")
} | {
    "monitoring:channel": ("get", {"channel_id": "monitoring.Channel"}),
    "monitoring:delivery_again": ("post", {"delivery_id": "monitoring.Delivery"}),
    "monitoring:feed_make": ("post", {"watchlist_id": "monitoring.Watchlist"}),
    "monitoring:feed_revoke": ("post", {"watchlist_id": "monitoring.Watchlist"}),
}
SINGLE_API = {
    "monitoring:v1:channel": ("get", {"pk": "monitoring.Channel"}),
    "monitoring:v1:channel_deliveries": ("get", {"pk": "monitoring.Channel"}),
    "monitoring:v1:watchlist": ("get", {"pk": "monitoring.Watchlist"}),
    "monitoring:v1:watchlist_timeline": ("get", {"pk": "monitoring.Watchlist"}),
    "monitoring:v1:acceptance": ("delete", {"pk": "monitoring.Acceptance"}),
    "monitoring:v1:watch": ("delete", {"pk": "monitoring.Watchlist", "watch_id": "monitoring.Watch"}),
}


@pytest.mark.parametrize("name", SINGLE)
def test_a_row_is_a_404_to_a_stranger_and_is_there_for_its_owner(name, alices, charlie):
    method, address = _single(name, SINGLE, alices)
    assert send(signed_in(charlie), method, address)[0] == 404
    alice = Membership.objects.get(organization=alices, role=Role.OWNER).user
    assert send(signed_in(alice, alices), method, address)[0] not in (403, 404, 405)


@pytest.mark.parametrize("name", SINGLE_API)
def test_a_row_is_a_404_to_a_strangers_key_and_is_there_for_its_owners(name, alices, charlie, now):
    method, address = _single(name, SINGLE_API, alices)
    for organization, statuses in ((world.organization_of(charlie), {404}), (alices, {200, 204})):
        _row, key = api_keys.create(organization=organization, name="k", scope=Scope.WRITE, now=now, actor=audit.SYSTEM)
        assert send(Client(), method, address, authorization=f"Bearer {key}")[0] in statuses


def _single(name, table, organization):
    method, wanted = table[name]
    rows = rows_of(organization)
    route = next(route for route in routes() if route.name == name)
    return method, route.address(**{parameter: rows[label] for parameter, label in wanted.items()})


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reads_and_writes_exactly_what_the_permission_table_says(role, alices, now):
    person = world.person("erin", now=now)
    organizations.add_member(organization=alices, user=person, role=role, seats=None, now=now, actor=audit.SYSTEM)
    client, rows = signed_in(person, alices), rows_of(alices)
    values = {parameter: rows[label] for _method, wanted in SINGLE.values() for parameter, label in wanted.items()}
    for route in routes():
        if route.is_api or route.name not in READS | WRITES:
            continue
        address = route.address(**values)
        for method, table in (("get", READS), ("post", WRITES)):
            if permission := table.get(route.name):
                status, _body = send(client, method, address)
                assert (status == 403) is not permissions.may(role, permission), f"{role} {method} {address}: {status}"


def test_a_viewer_is_refused_every_write_but_what_is_for_themselves(alices, now):
    person = world.person("erin", now=now)
    organizations.add_member(
        organization=alices, user=person, role=Role.VIEWER, seats=None, now=now, actor=audit.SYSTEM
    )
    client = signed_in(person, alices)
    rows = rows_of(alices)
    for route in routes():
        if route.is_api or OWN.match(route.pattern):
            continue
        for method in ("post", "put", "patch", "delete"):
            for address in route.addresses(rows.values()):
                status, _body = send(client, method, address)
                assert status in (400, 403, 404, 405), f"{method} {address}: {status}"


def test_every_permission_and_every_named_route_is_there():
    names = {route.name for route in routes()}
    assert names >= READS.keys() | WRITES.keys() | SINGLE.keys() | SINGLE_API.keys()


@pytest.mark.parametrize("method", METHODS)
def test_the_operators_pages_send_everybody_else_to_sign_in(method, alices, charlie):
    client = signed_in(charlie)
    for route in operators_routes():
        if "login" in route.pattern or "logout" in route.pattern:
            continue
        status, body = send(client, method, route.address())
        assert status in (302, 404, 405), f"{method} {route.address()}: {status}"
        assert status != 302 or "login/?next=" in body


def test_a_key_sees_no_row_of_another_organization_in_any_list(alices, charlie, now):
    own = world.organization_of(charlie)
    _row, key = api_keys.create(organization=own, name="k", scope=Scope.READ, now=now, actor=audit.SYSTEM)
    answer = Client().get("/api/v1/watchlists/", headers={"authorization": f"Bearer {key}"})
    assert answer.json()["results"] == []


def test_what_alice_was_told_is_there_and_charlie_has_none_of_it(alices, charlie):
    with rls.acting_for(alices):
        assert Delivery.objects.count() == DeliveryItem.objects.count() == 1
    with rls.acting_for(world.organization_of(charlie)):
        assert not Delivery.objects.exists()
        assert [row.plan for row in Subscription.objects.all()] == [plans.PROFESSIONAL.key]
        assert subscriptions.Subscription.objects.get().organization.created_by == charlie
