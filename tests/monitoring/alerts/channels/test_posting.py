"""The way to an endpoint: vetted, bounded, never redirected, and silent about secret addresses."""

import time
from dataclasses import replace

import pytest

from monitoring import fetch
from monitoring.alerts.channels import ChannelError, Post, Poster, posting
from tests.servers import scripted

SETTINGS = fetch.FetchSettings(user_agent="Test/1.0")


def posted(url, *, allow=(), lookup=None):
    options = {"lookup": lookup} if lookup else {}
    with Poster(replace(SETTINGS, allow_private=frozenset(allow)), **options) as poster:
        return poster.submit(Post(url, b"{}", {"Content-Type": "application/json"})).result(30)


def refused(url, **options):
    with pytest.raises(ChannelError) as caught:
        posted(url, **options)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_2xx_is_a_good_answer(status):
    with scripted.serve({"/": scripted.page("", status=status)}) as server:
        assert posted(server.url(), allow=[server.pair]) == status
        assert server.asked[0].method == "POST"
        assert server.asked[0].body == b"{}"


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(status):
    with scripted.serve({"/": scripted.redirect("/elsewhere", status=status)}) as server:
        error = refused(server.url(), allow=[server.pair])
        assert error.status == status
        assert not server.asked_for("/elsewhere")


def test_a_redirect_to_a_private_address_is_not_followed():
    with scripted.serve({"/": scripted.redirect("http://169.254.169.254/latest/meta-data/")}) as server:
        assert "redirects are not followed" in str(refused(server.url(), allow=[server.pair]))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "ftp://example.com/hook",
        "https://user:password@example.com/hook",
        "https://example.com:8443/hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest/",
        "https:///hook",
        "hook",
    ],
)
def test_only_public_addresses_on_https_are_posted_to(url):
    assert refused(url, lookup=lambda host, port: ["93.184.216.34"]).is_permanent


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "64:ff9b::7f00:1", "::1"])
def test_a_name_that_leads_to_a_private_address_is_refused(address):
    error = refused("https://hooks.example/T000/secret", lookup=lambda host, port: ["93.184.216.34", address])
    assert "is not fetched from" in str(error)
    assert "secret" not in str(error)


def test_an_answer_that_does_not_end_is_a_failure_after_the_time_allowed(monkeypatch):
    monkeypatch.setattr(posting, "SECONDS", 0.5)
    with scripted.serve({"/": scripted.silent()}) as server:
        began = time.monotonic()
        assert "not complete within" in str(refused(server.url("/?token=s3cret"), allow=[server.pair]))
        assert time.monotonic() - began < 3


def test_the_answer_is_read_no_further_than_it_is_looked_at():
    with scripted.serve({"/": scripted.endless()}) as server:
        assert posted(server.url(), allow=[server.pair]) == 200


@pytest.mark.parametrize(("status", "seconds"), [(429, 120.0), (503, 120.0), (500, None)])
def test_retry_after_is_heard_from_those_who_may_say_it(status, seconds):
    with scripted.serve({"/": scripted.page("no", status=status, headers={"Retry-After": "120"})}) as server:
        error = refused(server.url(), allow=[server.pair])
        assert error.retry_after_seconds == seconds
        assert str(error) == f"HTTP {status}: no"


def test_gone_is_said_apart():
    with scripted.serve({"/": scripted.page("", status=410)}) as server:
        assert refused(server.url(), allow=[server.pair]).is_gone


def test_no_error_names_an_address_that_may_be_a_secret():
    with scripted.serve({}) as server:
        pass  # nobody listens there any more
    error = refused(server.url("/services/T000/B000/s3cret"), allow=[server.pair])
    assert "s3cret" not in str(error)
    assert "refused" in str(error)
