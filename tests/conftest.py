"""What every test may use: the embedded servers, a fixed clock, the data pack, and three people."""

import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import rls
from conductatlas import local

DATA = Path(os.environ.get("CONDUCTATLAS_DATA", Path(__file__).resolve().parent.parent / "../shared/data"))
# One commit gets one verdict, on a busy machine too; `pytest --hypothesis-profile=search` looks for new counterexamples.
STEADY = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("steady", derandomize=True, **STEADY)
hypothesis.settings.register_profile("search", max_examples=2_000, **STEADY)
hypothesis.settings.load_profile("steady")
WALL = re.compile(r"SAVEPOINT|RELEASE SAVEPOINT|SELECT set_config")


def pytest_configure(config):
    if settings.EMBEDDED:
        local.ensure_running(settings.VAR)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Go on as the worker once the owner has made the test database; the owner removes it at the end."""
    options = connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        connection.close()
    options["assume_role"] = rls.WORKER
    yield
    options["assume_role"] = rls.OWNER


@contextmanager
def _asks(*, least, most):
    """Count what is asked of the database; the statements of the second wall are not the page's (tests/test_costs.py)."""
    with CaptureQueriesContext(connection) as captured:
        yield captured
    asked = [query["sql"] for query in captured if not WALL.match(query["sql"])]
    assert least <= len(asked) <= most, f"{len(asked)} queries instead of {most}:\n" + "\n".join(asked)


@pytest.fixture
def django_assert_num_queries():
    return lambda number: _asks(least=number, most=number)


@pytest.fixture
def django_assert_max_num_queries():
    return lambda number: _asks(least=0, most=number)


@pytest.fixture
def now():
    return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def data_pack():
    """The folder of real archived pages; tests that read it skip, saying so, where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"no data pack at {DATA}: set CONDUCTATLAS_DATA to its folder")
    return DATA
