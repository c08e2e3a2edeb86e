"""Everything an Organization or a person has, as one ZIP: a JSON file for each table and a manifest that lists them.

The tables are found by walking the models, so that a new one cannot be forgotten; what is a secret is named here.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import AuditEvent, Membership, Organization, User

BATCH = 2000
# What lets somebody in, as <app>.<model>.<field>: listed in the manifest as left out, and never written.
SECRETS = frozenset(
    {
        "accounts.user.password",
        "accounts.apikey.digest",
        "accounts.invitation.digest",
        "monitoring.channel.sealed_url",
        "monitoring.channel.sealed_secret",
        "monitoring.channel.sealed_old_secret",
        "monitoring.feed.digest",
        "mfa.authenticator.data",
        "usersessions.usersession.session_key",
        "socialaccount.socialtoken.token",
        "socialaccount.socialtoken.token_secret",
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table that belong to whoever leaves, and its columns but for the secret ones."""

    model: type[models.Model]
    rows: models.QuerySet

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @property
    def columns(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields if not self._is_secret(field)]

    @property
    def left_out(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields if self._is_secret(field)]

    def _is_secret(self, field: models.Field) -> bool:
        return f"{self.name}.{field.name}" in SECRETS


def organization_tables(organization: Organization) -> tuple[Table, ...]:
    """Return the organization itself, its people, and every table with a column for the organization."""
    own = Table(Organization, Organization.objects.filter(pk=organization.pk))
    people = Table(User, User.objects.filter(memberships__organization=organization))
    rest = [Table(model, _rows(model).filter(organization=organization)) for model in models_of_organizations()]
    return (own, _named_only(people), *rest)


def person_tables(user: User) -> tuple[Table, ...]:
    """Return the person, every table whose rows end with the person, and what the audit trails say they did."""
    own = Table(User, User.objects.filter(pk=user.pk))
    rest = [Table(model, _rows(model).filter(**{field.name: user})) for model, field in models_of_people()]
    mine = Membership.objects.filter(user=user).values("organization")
    acts = Table(AuditEvent, AuditEvent.objects.filter(actor=user, organization__in=mine))
    return (own, *rest, acts)


def models_of_organizations() -> tuple[type[models.Model], ...]:
    """Return the models with a foreign key `organization`, by name."""
    found = [model for model in apps.get_models() if _key(model, "organization", Organization) is not None]
    return tuple(sorted(found, key=lambda model: model._meta.label_lower))


def models_of_people() -> tuple[tuple[type[models.Model], models.Field], ...]:
    """Return the models whose rows go when the person goes, with the field that names the person."""
    found = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is User
        and field.remote_field.on_delete is models.CASCADE
    ]
    return tuple(sorted(found, key=lambda pair: pair[0]._meta.label_lower))


def write(file: IO[bytes], tables: Iterable[Table], *, subject: str, now: datetime) -> None:
    """Write the ZIP into `file`: <app>.<model>.json for each table, and manifest.json."""
    listed = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            with archive.open(f"{table.name}.json", "w", force_zip64=True) as entry:
                count = _write_rows(entry, table)
            listed.append(
                {
                    "file": f"{table.name}.json",
                    "table": table.model._meta.db_table,
                    "rows": count,
                    "columns": table.columns,
                    "left_out_as_secret": table.left_out,
                }
            )
        manifest = {"format": 1, "of": subject, "made_at": now.isoformat(), "tables": listed}
        archive.writestr("manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False))


def _write_rows(entry: IO[bytes], table: Table) -> int:
    count = 0
    entry.write(b"[")
    for row in _values(table):
        text = json.dumps(row, cls=_Encoder, ensure_ascii=False)
        entry.write(((",\n" if count else "\n") + text).encode())
        count += 1
    entry.write(b"\n]\n")
    return count


def _values(table: Table) -> Iterator[dict[str, Any]]:
    return table.rows.order_by("pk").values(*table.columns).iterator(chunk_size=BATCH)


class _Encoder(DjangoJSONEncoder):
    """Bytes as hexadecimal; the rest as Django writes it."""

    def default(self, o: Any) -> Any:
        return bytes(o).hex() if isinstance(o, bytes | memoryview) else super().default(o)


@dataclass(frozen=True, slots=True)
class _Colleagues(Table):
    """People as their organization knows them: their number, address and name."""

    @property
    def columns(self) -> list[str]:
        return ["id", "email", "name"]

    @property
    def left_out(self) -> list[str]:
        return []


def _named_only(table: Table) -> Table:
    return _Colleagues(table.model, table.rows)


def _rows(model: type[models.Model]) -> models.QuerySet:
    return model._default_manager.all()


def _key(model: type[models.Model], name: str, to: type[models.Model]) -> models.Field | None:
    """Return the foreign key `name` of `model` if it leads to `to`; None otherwise."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    field = fields.get(name)
    return field if field is not None and field.related_model is to else None
