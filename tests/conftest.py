"""What every test may use: the embedded servers, a fixed clock, the data pack, and three people."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from conductatlas import local

DATA = Path(os.environ.get("CONDUCTATLAS_DATA", Path(__file__).resolve().parent.parent / "../shared/data"))


def pytest_configure(config):
    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)


@pytest.fixture
def now():
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def data_pack():
    """The folder of real archived pages; tests that read it skip, saying so, where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"no data pack at {DATA}: set CONDUCTATLAS_DATA to its folder")
    return DATA
