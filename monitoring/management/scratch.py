"""A throw-away world: an empty database and archive store that vanish afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import override_settings

from accounts import rls


@contextmanager
def world() -> Iterator[None]:
    """Within it, the default database and the archive store are new and empty; the real ones are not touched."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"scratch_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="conductatlas-") as folder:
        archive = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
        with override_settings(STORAGES=settings.STORAGES | {"archive": archive}):
            storages.__dict__.pop("backends", None)
            with _connecting_as(rls.OWNER):
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                with _connecting_as(rls.WORKER):
                    yield
            finally:
                with _connecting_as(rls.OWNER):
                    connection.creation.destroy_test_db(name, verbosity=0)


@contextmanager
def _connecting_as(role: str) -> Iterator[None]:
    """Within it, new connections take this role: only the owner may make and drop databases."""
    options = connection.settings_dict["OPTIONS"]
    before = options["assume_role"]
    connection.close()
    options["assume_role"] = role
    try:
        yield
    finally:
        connection.close()
        options["assume_role"] = before
