"""Django's migrate, as the role that owns the tables."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from accounts import rls


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with rls.session_as_owner():
                super().handle(*args, **options)
        except rls.RolesMissing as error:
            raise CommandError(str(error)) from error
