"""The second wall between organizations: PostgreSQL shows and takes only rows of the one that is acting.

`for_organization` is the first wall. Where it is forgotten, a query finds the rows of the acting organization and no
others, because every connection acts in one of three roles (made by conductatlas/roles.sql):

    conductatlas_app     a page, an API call or a task of one organization: `acting_for(organization)`
    conductatlas_worker  what is about all organizations: matching, claiming, sweeping, commands: `as_worker()`
    conductatlas_owner   owns the tables: migrations and partitions: `as_owner()`

A process starts in the role of DATABASE_ROLE. Role and organization change for one transaction only, so a connection that
is used again never remembers them. The wall stands against forgotten filters; who can run SQL of their own can also
change the role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, migrations, models, transaction

OWNER, APP, WORKER = "conductatlas_owner", "conductatlas_app", "conductatlas_worker"
SETTING = "app.current_organization"

# An ended transaction leaves the setting as '', which is no number.
POLICY = f"organization_id = nullif(current_setting('{SETTING}', true), '')::bigint"

# Rights on what is there and on what later migrations make.
GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APP}, {WORKER};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP}, {WORKER};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}, {WORKER};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}, {WORKER};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP}, {WORKER};
"""


@dataclass(frozen=True, slots=True)
class Acting:
    """As which role the connection acts, and for which organization ("" for none)."""

    role: str
    organization: str = ""


def acting() -> Acting:
    """Return as whom this thread's connection acts. Asks nothing of the database."""
    return getattr(connection, "acting", None) or Acting(connection.settings_dict["OPTIONS"].get("assume_role") or "")


def is_closed() -> bool:
    """Whether no organization's rows are seen: how a process that serves pages starts and ends each request."""
    return acting() == Acting(APP)


@contextmanager
def acting_for(organization: models.Model | int | None) -> Iterator[None]:
    """In one transaction, see and write rows of `organization` (or of this number) only; of nobody when it is None."""
    pk = organization.pk if isinstance(organization, models.Model) else organization
    with _acting(Acting(APP, "" if pk is None else str(pk))):
        yield


@contextmanager
def as_worker() -> Iterator[None]:
    """In one transaction, see the rows of all organizations: for look-ups before it is known which one acts."""
    with _acting(Acting(WORKER)):
        yield


@contextmanager
def as_owner() -> Iterator[None]:
    """In one transaction, own the tables: for the partitions that are made while the program runs."""
    with _acting(Acting(OWNER)):
        yield


def enter(organization: models.Model | None) -> None:
    """Go on for `organization` (for nobody when None) until the enclosing `acting_for` ends: who acts became known.

    Raises TransactionManagementError outside a transaction, where it would hold for one statement only.
    """
    _go_on(Acting(APP, "" if organization is None else str(organization.pk)))


def look_around() -> None:
    """Go on as the worker until `enter`: for the one look-up that tells who acts. Raises as `enter` does."""
    _go_on(Acting(WORKER))


def _go_on(wanted: Acting) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("rls: enter `acting_for(None)` first")
    _become(wanted)


@contextmanager
def _acting(wanted: Acting) -> Iterator[None]:
    before = acting()
    if wanted == before and connection.in_atomic_block:
        yield
        return
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        if wanted != before:
            _become(wanted)
        try:
            yield
        except BaseException:
            _remember(before if is_nested else None)  # the rollback takes role and organization back
            raise
        if is_nested and not connection.needs_rollback:
            _become(before)
        _remember(before if is_nested else None)


def _become(wanted: Acting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config(%s, %s, true)",
            [wanted.role or "none", SETTING, wanted.organization],
        )
    _remember(wanted)


def _remember(now: Acting | None) -> None:
    connection.acting = now  # type: ignore[attr-defined]


class RolesMissing(Exception):
    """Raised by `session_as_owner`: the login of DATABASE_URL cannot take the three roles."""


@contextmanager
def session_as_owner() -> Iterator[None]:
    """Own the tables over many transactions, with the rights of the other roles in order: for migrations.

    Raises RolesMissing, saying what to run.
    """
    before = acting()
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {OWNER}")
            cursor.execute(GRANTS)
    except Exception as error:
        if getattr(error.__cause__, "sqlstate", None) not in ("22023", "42501"):
            raise
        raise RolesMissing(
            f"DATABASE_URL: {str(error).strip()}: run conductatlas/roles.sql once as a superuser (docs/operations.md)"
        ) from error
    _remember(Acting(OWNER))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {before.role or 'NONE'}")
        _remember(None)


class EnableRowLevelSecurity(migrations.operations.base.Operation):
    """Put the wall around the table of `model`, which has an organization_id. It binds the table's owner too.

    A later data migration of such rows runs inside `as_worker()`, or it finds none.
    """

    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing: Django's models do not know of the wall."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._table(app_label, schema_editor, to_state)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY own_organization ON {table} USING ({POLICY}) WITH CHECK ({POLICY})")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = self._table(app_label, schema_editor, from_state)
        schema_editor.execute(f"DROP POLICY own_organization ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Row-level security on {self.model}"

    def _table(self, app_label: str, schema_editor: Any, state: Any) -> str:
        return schema_editor.quote_name(state.apps.get_model(app_label, self.model)._meta.db_table)
