"""The second wall: the isolation proofs, each with the first wall left out on purpose."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path

from accounts import api_keys, audit, organizations, rls
from accounts.models import ApiKey, AuditEvent, Membership, Organization, Scope
from accounts.organizations import personal_organization
from accounts.tenancy import TenantModel
from billing.models import Subscription

OUTSIDE = {Membership}  # looked up before it is known which organization acts; a person's own, by user
TENANTS = [model for model in apps.get_models() if issubclass(model, TenantModel) or model is Subscription]


def forgetful(request):
    """A page that forgets to ask whose rows these are."""
    return HttpResponse(",".join(sorted(ApiKey.objects.values_list("name", flat=True))))


def streaming(request):
    return StreamingHttpResponse(name for name in ApiKey.objects.values_list("name", flat=True))


def failing(request):
    ApiKey.objects.update(name="half done")
    raise RuntimeError("after the first half")


urlpatterns = [
    path("forgetful/", forgetful),
    path("streaming/", streaming),
    path("failing/", failing),
    path("", include("conductatlas.urls")),
]


@pytest.fixture
def keys(alice, charlie, now):
    """One key of Alice's organization and one of Charlie's, by person."""
    return {
        user.name or user.email: api_keys.create(
            organization=personal_organization(user=user, now=now),
            name=f"key of {user.email}", scope=Scope.READ, now=now, actor=audit.Actor(user_id=user.pk),
        )[0]
        for user in (alice, charlie)
    }  # fmt: skip


@pytest.fixture
def mine(alice, keys, now):
    return personal_organization(user=alice, now=now)


def query(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model._meta.label)
def test_every_tenant_table_has_the_wall(model, db):
    table = model._meta.db_table
    assert query("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", table) == (True, True)
    using, check, command = query("SELECT qual, with_check, cmd FROM pg_policies WHERE tablename = %s", table)
    assert using == check
    assert "app.current_organization" in using
    assert command == "ALL"


def test_every_table_with_an_organization_is_a_tenant_table_or_named_here():
    def is_owned(model):
        fields = {field.name: field for field in model._meta.concrete_fields}
        field = fields.get("organization")
        return isinstance(field, models.ForeignKey) and field.related_model is Organization and not field.null

    assert {model for model in apps.get_models() if is_owned(model)} - set(TENANTS) == OUTSIDE


def test_no_view_of_the_database_runs_with_the_rights_of_its_owner(db):
    sql = """SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('v', 'm') AND n.nspname = 'public'
             AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)"""
    assert query(sql) == (0,)


def test_no_role_is_a_superuser_and_only_the_worker_passes_the_wall(db):
    sql = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'conductatlas%%' ORDER BY rolname"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == [
            ("conductatlas", False, False),
            ("conductatlas_app", False, False),
            ("conductatlas_owner", False, False),
            ("conductatlas_worker", False, True),
        ]


def test_the_tests_run_as_the_worker_and_requests_as_the_app(db, client, settings):
    assert query("SELECT current_user::text, session_user::text") == ("conductatlas_worker", "conductatlas")
    with rls.acting_for(None):
        assert query("SELECT current_user::text") == ("conductatlas_app",)


def test_a_forgotten_filter_finds_only_own_rows(mine):
    with rls.acting_for(mine):
        assert [key.organization_id for key in ApiKey.objects.all()] == [mine.pk]


def test_nobody_sees_nothing_and_changes_nothing(keys):
    with rls.acting_for(None):
        for model in TENANTS:
            assert not model._default_manager.exists()
        assert ApiKey.objects.update(name="x") == 0


def test_a_row_of_another_organization_cannot_be_written(mine, charlie, keys, now):
    other = keys[charlie.email].organization
    with pytest.raises(DatabaseError, match="row-level security"), rls.acting_for(mine):
        Subscription.objects.create(organization=other, plan="watcher", source="manual", created_at=now)
    with pytest.raises(DatabaseError, match="row-level security"), rls.acting_for(mine):
        ApiKey.objects.update(organization=other)
    with rls.acting_for(mine):
        assert ApiKey.objects.filter(pk=keys[charlie.email].pk).update(name="x") == 0
        assert ApiKey.objects.filter(pk=keys[charlie.email].pk).delete() == (0, {})


def test_a_row_cannot_point_at_a_row_of_another_organization(mine, charlie, keys, now):
    with rls.acting_for(mine):
        AuditEvent.objects.create(organization=mine, at=now, verb="x.done", api_key_id=keys[charlie.email].pk)
        with pytest.raises(IntegrityError, match="same_organization"), transaction.atomic():
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_acting_ends_with_its_block_however_it_ends(mine):
    before = rls.acting()
    with rls.acting_for(mine):
        with rls.as_worker():
            assert ApiKey.objects.count() == 2
        assert ApiKey.objects.count() == 1
        with pytest.raises(ZeroDivisionError), rls.as_worker():
            _ = 1 / 0
        assert ApiKey.objects.count() == 1
        with pytest.raises(DatabaseError), rls.as_worker():
            query("SELECT 1 / 0")
        assert ApiKey.objects.count() == 1
    assert rls.acting() == before
    assert query("SELECT current_user::text, current_setting('app.current_organization')") == (rls.WORKER, "")


def test_a_rolled_back_block_is_forgotten(mine):
    with rls.acting_for(mine):
        transaction.set_rollback(True)
    assert query("SELECT current_user::text") == (rls.WORKER,)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_used_again_remembers_nobody(now):
    organization = Organization.objects.create(name="A", slug="a", created_at=now)
    with rls.acting_for(organization):
        assert query("SELECT current_user::text, current_setting('app.current_organization')") == (
            rls.APP,
            str(organization.pk),
        )
    assert query("SELECT current_user::text, current_setting('app.current_organization')") == (rls.WORKER, "")
    with pytest.raises(ZeroDivisionError), rls.acting_for(organization):
        _ = 1 / 0
    assert query("SELECT current_user::text, current_setting('app.current_organization')") == (rls.WORKER, "")


@pytest.mark.django_db(transaction=True)
def test_enter_refuses_where_it_would_not_last():
    with pytest.raises(transaction.TransactionManagementError, match="acting_for"):
        rls.enter(Organization(pk=1))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/forgetful/", "/streaming/"])
def test_a_page_that_forgets_to_ask_shows_only_own_rows(address, alice, charlie, mine, client):
    client.force_login(alice)
    assert client.get(address).getvalue().decode() == f"key of {alice.email}"
    client.force_login(charlie)
    assert client.get(address).getvalue().decode() == f"key of {charlie.email}"
    assert Client().get(address).getvalue() == b""


@pytest.mark.urls(__name__)
def test_a_page_that_fails_halfway_keeps_nothing(alice, mine, client):
    client.force_login(alice)
    client.raise_request_exception = False
    assert client.get("/failing/").status_code == 500
    assert not ApiKey.objects.filter(name="half done").exists()


def test_the_first_sign_in_writes_behind_the_wall(db, client, now):
    """A visitor acts for nobody; the new organization acts for itself while it is made."""
    from accounts.models import User

    user = User.objects.create_user(email="new@new.example", name="New", created_at=now)
    with rls.acting_for(None):
        made = organizations.personal_organization(user=user, now=now)
        assert not AuditEvent.objects.exists()
    assert AuditEvent.objects.filter(organization=made, verb="organization.created").exists()


def test_operators_see_all_organizations_and_members_do_not(alice, charlie, mine, client):
    charlie.is_staff = charlie.is_superuser = True
    charlie.save()
    client.force_login(charlie)
    page = client.get("/operators/accounts/apikey/").content.decode()
    assert f"key of {alice.email}" in page
    client.force_login(alice)
    assert client.get("/operators/accounts/apikey/").status_code == 302


def test_migrate_says_what_to_run_where_the_roles_are_missing(db, monkeypatch):
    monkeypatch.setattr(rls, "OWNER", "conductatlas_nobody")
    with pytest.raises(CommandError, match=r"roles\.sql"), transaction.atomic():
        call_command("migrate", verbosity=0)


def test_rights_reach_the_tables_of_later_migrations(db):
    with rls.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_later (id bigint GENERATED BY DEFAULT AS IDENTITY, word text)")
    with rls.acting_for(None), connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_later (word) VALUES ('x')")
        with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic():
            cursor.execute("DROP TABLE made_later")


def test_the_wall_can_be_taken_down_and_put_up_again(db):
    operation = rls.EnableRowLevelSecurity("ApiKey")
    state = type("State", (), {"apps": apps})
    wall = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'accounts_apikey'"
    with rls.as_owner(), connection.schema_editor() as editor:
        operation.database_backwards("accounts", editor, state, state)
        assert query(wall) == (False, False)
        operation.database_forwards("accounts", editor, state, state)
        assert query(wall) == (True, True)
    assert "ApiKey" in operation.describe()
