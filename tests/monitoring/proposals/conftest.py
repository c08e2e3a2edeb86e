"""A platform whose legal hub is a scripted server on the loopback."""

import pytest

from monitoring.models import Platform
from tests import world
from tests.servers import scripted


@pytest.fixture
def serve_hub(settings, now):
    """Return a function that declares Acme with the hub that the given handlers serve, and yields its source."""
    opened = []

    def serve(handlers):
        context = scripted.serve(handlers)
        server = context.__enter__()
        opened.append(context)
        settings.FETCH_ALLOW_PRIVATE = [f"{server.host}:{server.port}"]
        source = world.declare("acme", url=server.url("/legal/terms"), now=now)["acme"]
        Platform.objects.filter(pk=source.document.platform_id).update(legal_hub=server.url("/legal/"))
        return server, source

    yield serve
    for context in opened:
        context.__exit__(None, None, None)


def hub(*links):
    listed = "".join(
        f'<li><a href="/legal/{end}">{text}</a></li>' for end, text in (("terms", "Terms of Service"), *links)
    )
    return scripted.page(f"<html><body><h1>Legal</h1><ul>{listed}</ul></body></html>")
