import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts import api_keys, audit, rls
from accounts.models import ApiKey, AuditEvent, Scope
from accounts.organizations import personal_organization
from accounts.tenancy import SameOrganization


@pytest.fixture
def strangers_key(charlie, now):
    key, _plain = api_keys.create(
        organization=personal_organization(user=charlie, now=now),
        name="k", scope=Scope.READ, now=now, actor=audit.Actor(user_id=charlie.pk),
    )  # fmt: skip
    return key


def test_for_organization_leaves_out_every_row_of_others(organization, strangers_key):
    assert not ApiKey.objects.for_organization(organization).exists()
    assert ApiKey.objects.for_organization(strangers_key.organization).get() == strangers_key


def test_the_database_refuses_a_pointer_to_a_row_of_another_organization(organization, strangers_key, now):
    AuditEvent.objects.create(organization=organization, at=now, verb="x.done", api_key=strangers_key)
    with pytest.raises(IntegrityError, match="audit_event_api_key_same_organization"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True)


def test_validation_says_so_before_the_database_does(organization, strangers_key, now):
    row = AuditEvent(organization=organization, at=now, verb="x.done", api_key=strangers_key)
    with pytest.raises(ValidationError, match="belongs to another organization"):
        row.validate_constraints()
    row.api_key = None
    row.validate_constraints()


def test_the_constraint_survives_a_round_through_a_migration_file():
    constraint = SameOrganization("api_key", name="a_name")
    _path, args, kwargs = constraint.deconstruct()
    assert SameOrganization(*args, **kwargs) == constraint
    assert constraint.clone() == constraint
    assert constraint != SameOrganization("api_key", name="another")


def test_the_constraint_can_be_removed_and_added_again(db):
    constraint = next(item for item in AuditEvent._meta.constraints if isinstance(item, SameOrganization))
    names = "SELECT conname FROM pg_constraint WHERE conname = %s"
    with rls.as_owner(), connection.cursor() as cursor:
        with connection.schema_editor() as editor:
            editor.remove_constraint(AuditEvent, constraint)
        assert not _rows(cursor, names, constraint.name)
        with connection.schema_editor() as editor:
            editor.add_constraint(AuditEvent, constraint)
        assert _rows(cursor, names, constraint.name)


def _rows(cursor, sql, *values):
    cursor.execute(sql, values)
    return cursor.fetchall()
