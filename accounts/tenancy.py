"""What a tenant table is: rows that belong to exactly one Organization and never point at another one's rows.

`for_organization` is the first wall: every tenant query starts with it. `SameOrganization` is a wall in the database:
a plain foreign key would accept a row of a stranger.
"""

from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.translation import gettext_lazy as _

RowT = TypeVar("RowT", bound=models.Model)


class TenantQuerySet(models.QuerySet[RowT]):
    def for_organization(self, organization: models.Model) -> Self:
        """Return the rows of `organization` only."""
        return self.filter(organization=organization)


class TenantModel(models.Model):
    """A row of one Organization. UNIQUE (organization, id) is what `SameOrganization` of other tables points at."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[Any] = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="%(app_label)s_%(class)s_organization_id")
        ]


class SameOrganization(models.BaseConstraint):
    """A composite foreign key: the row that `field` points at has this row's organization.

    Both tables are tenant tables. A null `field` is not checked. Written at the end of the migration, when the other
    table and its unique key stand.
    """

    default_violation_error_message = _("This belongs to another organization.")

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def _add(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
        pointer: Any = model._meta.get_field(self.field)
        quote = editor.quote_name
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (organization_id, {quote(pointer.column)}) "
            f"REFERENCES {quote(pointer.related_model._meta.db_table)} (organization_id, id) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert model
        assert schema_editor
        schema_editor.deferred_sql.append(self._add(model, schema_editor))
        return None

    constraint_sql = create_sql

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert model
        assert schema_editor
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        other = getattr(instance, self.field)
        if other is not None and other.organization_id != instance.organization_id:
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        return "accounts.tenancy.SameOrganization", (self.field,), {"name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameOrganization) and (self.field, self.name) == (other.field, other.name)

    def __hash__(self) -> int:
        return hash((self.field, self.name))
