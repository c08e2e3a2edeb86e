"""Django's flush, as the role that owns the tables."""

from typing import Any

from django.core.management.commands import flush

from accounts import rls


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with rls.session_as_owner():
            super().handle(**options)
