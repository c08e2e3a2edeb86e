"""What the tests of fetching share: settings that may reach a scripted server, and short ways to ask."""

import asyncio
import contextlib
import subprocess
import time

import pytest
import redis

from conductatlas.local import binaries
from monitoring import fetch
from monitoring.fetch.memory import Memory

USER_AGENT = fetch.user_agent("https://conductatlas.example/crawler/")


@pytest.fixture
def settings_for():
    """Settings for scripted servers: no polite gap, no pauses worth waiting for, exactly these servers exempt."""

    def made(*servers, **changes):
        pairs = frozenset(server.pair for server in servers)
        defaults = {"host_interval_seconds": 0, "retry_base_seconds": 0.01, "allow_private": pairs}
        return fetch.FetchSettings(user_agent=USER_AGENT, **{**defaults, **changes})

    return made


@pytest.fixture
def outcome_of():
    """Get one Request in a world that remembers nothing; return the Response or the FetchError."""

    def asked(request, settings, **parts):
        async def got():
            async with fetch.Fetcher(settings, **{"remembered": Memory(), **parts}) as fetcher:
                try:
                    return await fetcher.get(request)
                except fetch.FetchError as error:
                    return error

        return asyncio.run(got())

    return asked


@pytest.fixture
def get(settings_for, outcome_of):
    """Get a path of a scripted server; settings may be changed by keyword."""

    def got(server, path="/", *, etag="", last_modified="", render=False, language="", **changes):
        request = fetch.Request(path, server.url(path), etag, last_modified, render, language)
        return outcome_of(request, settings_for(server, **changes))

    return got


@pytest.fixture
def outcomes_of():
    """Get many Requests; return {key: outcome} in the order they finished."""

    def asked(requests, settings, **parts):
        async def got():
            async with fetch.Fetcher(settings, **{"remembered": Memory(), **parts}) as fetcher:
                return {request.key: outcome async for request, outcome in fetcher.get_many(requests)}

        return asyncio.run(got())

    return asked


@pytest.fixture
def valkey(tmp_path):
    """A Valkey of the test's own; `url` reaches it, and `kill` takes it away."""
    with started_valkey(tmp_path) as server:
        yield server


class OwnValkey:
    def __init__(self, process, url):
        self.process = process
        self.url = url

    def kill(self):
        self.process.kill()
        self.process.wait(10)


@contextlib.contextmanager
def started_valkey(folder):
    socket = folder / "valkey.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([binaries.valkey_binary(), *options], stdout=subprocess.DEVNULL)
    server = OwnValkey(process, f"unix://{socket}")
    try:
        _wait_until_it_answers(server.url)
        yield server
    finally:
        server.kill()


def _wait_until_it_answers(url):
    client = redis.Redis.from_url(url)
    for _ in range(200):
        try:
            client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.02)
    pytest.fail("Valkey did not start within 4 s")
