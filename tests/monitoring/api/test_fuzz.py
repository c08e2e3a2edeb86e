"""Every operation of the API under what nobody thought of: generated from its own schema, right and wrong alike."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import Scope
from billing import plans, subscriptions
from monitoring.alerts import matching
from tests import world
from tests.monitoring.faces import key

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
EXAMPLES = 25  # of each operation and mode
# Not conductatlas.wsgi: importing it gives this process, and all that it starts, the role of pages.
APPLICATION = get_wsgi_application()


@pytest.fixture
def operations(db):
    """The operations of the program itself, whose requests end as those of the test client do: on one connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi("/api/schema/", _from_loopback)
    yield [found.ok() for found in schema.get_all_operations()]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _from_loopback(environ, start_response):
    return APPLICATION({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


@pytest.fixture
def headers(alice, change, source, now):
    organization = world.organization_of(alice)
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=now)
    world.watch(alice, source, now=now)
    matching.match(change, now=now)
    return {"Accept-Encoding": "identity", "Authorization": key(alice, now=now, scope=Scope.WRITE)["authorization"]}


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_operation_breaks_or_answers_otherwise_than_its_schema_says(mode, operations, headers):
    for operation in operations:
        _try(operation, mode, headers)


def _try(operation, mode, headers):
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def answers(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    answers()
