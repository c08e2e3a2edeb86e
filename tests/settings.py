"""The settings of the tests: the real ones, with a world of their own under var/test and a cheap password hash."""

import os
from pathlib import Path

os.environ.setdefault("CONDUCTATLAS_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("BILLING", "manual")

from conductatlas.settings import *  # noqa: F403

# The owner makes the test database; then the tests act as worker and their requests as app (tests/conftest.py).
DATABASES["default"]["OPTIONS"]["assume_role"] = "conductatlas_owner"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FETCH_HOST_INTERVAL_SECONDS = 0
CELERY_TASK_ALWAYS_EAGER = False
