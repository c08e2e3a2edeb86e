"""An endpoint on the loopback that may be posted to, and Alice's organization with a webhook there."""

import pytest

from monitoring.alerts import delivery, endpoints
from tests import world
from tests.servers import scripted


@pytest.fixture
def alice(db, now):
    return world.person("alice", plan="professional", now=now)


@pytest.fixture
def organization(alice):
    return world.organization_of(alice)


@pytest.fixture
def serve(settings):
    """Serve scripted answers by path at an address that may be posted to; the server remembers what it was asked."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def served(**handlers):
            server = stack.enter_context(scripted.serve({f"/{path}": handler for path, handler in handlers.items()}))
            settings.FETCH_ALLOW_PRIVATE = [*settings.FETCH_ALLOW_PRIVATE, f"127.0.0.1:{server.port}"]
            return server

        yield served


@pytest.fixture
def hook(organization, now):
    """Add a webhook of Alice's organization at an address; return its row and its secret."""

    def made(url, *, kind="webhook", name="Register", verified=True):
        added = endpoints.add(organization=organization, kind=kind, name=name, url=url, now=now)
        if verified:
            assert delivery.post_all(now=now) == 1
            added.channel.refresh_from_db()
        return added.channel, added.secret

    return made


OK = scripted.page("", status=204, content_type=None)
