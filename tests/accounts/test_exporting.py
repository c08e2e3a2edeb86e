import io
import json
import zipfile

import pytest
from django.apps import apps
from django.db import models

from accounts import api_keys, audit, exporting, invitations
from accounts.models import Organization, Role, Scope, User

# What neither an organization nor a person owns: the shared archive, what only lets the program run, and the sign-in
# of visitors. A new table must come into an export or be named here with its reason.
SHARED_ARCHIVE = "monitoring"  # but for its tables with an organization
TECHNICAL = {
    "account.emailconfirmation",  # a key sent by mail, gone with its address
    "auth.group", "auth.permission", "auth.group_permissions",
    "contenttypes.contenttype", "sessions.session",
    "accounts.user_groups", "accounts.user_user_permissions",  # rights of operators
    "socialaccount.socialapp", "socialaccount.socialtoken",  # settings; tokens are never stored
    "billing.stripeevent",  # which messages of Stripe were seen; what they said stands in the organization's rows
}  # fmt: skip


def read(file):
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def written(tables, now):
    file = io.BytesIO()
    exporting.write(file, tables, subject="x", now=now)
    return read(file)


def test_every_table_is_exported_or_named_as_nobodys(organization, alice):
    exported = {table.name for table in exporting.organization_tables(organization)}
    exported |= {table.name for table in exporting.person_tables(alice)}
    rest = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)} - exported - TECHNICAL
    assert {name for name in rest if not name.startswith(f"{SHARED_ARCHIVE}.")} == set()
    for name in rest:
        for field in apps.get_model(name)._meta.concrete_fields:
            assert field.related_model is not Organization, f"{name}.{field.name} is an organization's: name it so"


def test_every_column_that_sounds_like_a_secret_is_one():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label_lower}.{field.name}"
            sounds = any(word in field.name for word in ("password", "secret", "token", "session_key"))
            if sounds and not isinstance(field, models.ForeignKey) and model._meta.label_lower not in TECHNICAL:
                assert name in exporting.SECRETS, name


def test_an_organization_gets_its_own_rows_and_no_secret(organization, alice, charlie, now):
    key, plain = api_keys.create(
        organization=organization, name="k", scope=Scope.READ, now=now, actor=audit.Actor(user_id=alice.pk)
    )
    row = invitations.invite(
        organization=organization, email="d@d.example", role=Role.VIEWER, seats=None, now=now, actor=audit.SYSTEM
    )
    files = written(exporting.organization_tables(organization), now)
    text = json.dumps(files)
    assert [found["email"] for found in files["accounts.invitation.json"]] == ["d@d.example"]
    assert {found["email"] for found in files["accounts.user.json"]} == {"alice@alice.example", "bob@bob.example"}
    for secret in (plain, key.digest, row.digest, alice.password, "charlie"):
        assert secret not in text
    listed = {table["file"]: table for table in files["manifest.json"]["tables"]}
    assert set(listed) == set(files) - {"manifest.json"}
    assert listed["accounts.apikey.json"]["left_out_as_secret"] == ["digest"]
    assert all(table["rows"] == len(files[name]) for name, table in listed.items())


def test_a_person_gets_what_is_about_them_and_nobody_elses(organization, alice, bob, client, now):
    client.post("/accounts/login/", {"login": bob.email, "password": "correct horse battery"})
    files = written(exporting.person_tables(bob), now)
    text = json.dumps(files)
    assert [row["email"] for row in files["account.emailaddress.json"]] == ["bob@bob.example"]
    assert len(files["accounts.membership.json"]) == 2
    assert "user.signed_in" in {row["verb"] for row in files["accounts.auditevent.json"]}
    assert "alice@" not in text
    assert bob.password not in text
    assert client.session.session_key not in text


def test_rows_of_a_table_come_in_batches_and_all_of_them(organization, now, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 3)
    for number in range(10):
        audit.record(organization=organization, verb="user.looked", after={"number": number}, now=now)
    files = written(exporting.organization_tables(organization), now)
    assert [
        row["after"]["number"] for row in files["accounts.auditevent.json"] if row["verb"] == "user.looked"
    ] == list(range(10))


@pytest.mark.parametrize("value", [b"\x00\xff", memoryview(b"\x00\xff")])
def test_bytes_are_written_as_hexadecimal(value):
    assert json.dumps(value, cls=exporting._Encoder) == '"00ff"'


def test_a_person_without_anything_else_is_still_exported(db, now):
    user = User.objects.create_user(email="e@e.example")
    assert [row["email"] for row in written(exporting.person_tables(user), now)["accounts.user.json"]] == [
        "e@e.example"
    ]


@pytest.mark.parametrize("name", sorted(exporting.SECRETS))
def test_every_secret_that_is_named_is_a_column(name):
    model, _dot, column = name.rpartition(".")
    assert apps.get_model(model)._meta.get_field(column).concrete
