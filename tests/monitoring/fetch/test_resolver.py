import asyncio
import socket
import threading

import pytest

from monitoring.fetch import FetchError, Reason, Request
from monitoring.fetch.resolver import VettingResolver
from tests.servers import scripted


def resolve(lookup, host="example.com", *, allow_private=frozenset(), port=443, dns_seconds=1.0):
    async def run():
        resolver = VettingResolver(allow_private=allow_private, dns_seconds=dns_seconds, lookup=lookup)
        try:
            return await resolver.resolve(host, port)
        finally:
            await resolver.close()

    return asyncio.run(run())


def reason_of(lookup, **options):
    with pytest.raises(FetchError) as caught:
        resolve(lookup, **options)
    return caught.value.reason


def raising(error):
    def lookup(host, port):
        raise error

    return lookup


def test_public_addresses_come_back_in_the_order_given():
    found = resolve(lambda host, port: ["2606:4700:4700::1111", "1.1.1.1"])
    assert [(entry["host"], entry["port"], entry["family"]) for entry in found] == [
        ("2606:4700:4700::1111", 443, socket.AF_INET6),
        ("1.1.1.1", 443, socket.AF_INET),
    ]


def test_row_30_one_private_address_among_public_ones_refuses_the_host():
    assert reason_of(lambda host, port: ["1.1.1.1", "10.0.0.7"]) is Reason.FORBIDDEN_ADDRESS


def test_a_host_that_is_not_there_is_told_from_a_resolver_in_trouble():
    missing = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    trouble = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert reason_of(raising(missing)) is Reason.DNS_NOT_FOUND
    assert reason_of(raising(trouble)) is Reason.DNS_FAILED
    assert reason_of(lambda host, port: []) is Reason.DNS_NOT_FOUND


def test_a_name_that_cannot_be_asked_for_is_a_failed_look_up():
    assert reason_of(raising(UnicodeError("label too long"))) is Reason.DNS_FAILED


def test_a_resolver_that_hangs_is_left_alone_in_time():
    let_go = threading.Event()

    def hang(host, port):
        let_go.wait(30)
        return ["1.1.1.1"]

    assert reason_of(hang, dns_seconds=0.1) is Reason.DNS_FAILED
    assert not let_go.is_set()  # nobody waited for it
    let_go.set()


def test_an_exempt_pair_may_resolve_to_a_private_address():
    allowed = frozenset({("publisher.test", 8001)})
    found = resolve(lambda host, port: ["127.0.0.1"], host="publisher.test", port=8001, allow_private=allowed)
    assert found[0]["host"] == "127.0.0.1"
    assert reason_of(lambda host, port: ["127.0.0.1"], host="publisher.test", port=8002, allow_private=allowed) is (
        Reason.FORBIDDEN_ADDRESS
    )


def test_row_31_a_socket_is_opened_to_vetted_addresses_only():
    async def run():
        resolver = VettingResolver(allow_private=frozenset(), dns_seconds=1, lookup=lambda host, port: ["1.1.1.1"])
        await resolver.resolve("example.com", 443)
        resolver.socket_for((socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("1.1.1.1", 443))).close()
        with pytest.raises(FetchError) as caught:
            resolver.socket_for((socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 443)))
        await resolver.close()
        return caught.value.reason

    assert asyncio.run(run()) is Reason.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("host", ["0177.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost.", "LOCALHOST"])
def test_row_30_other_spellings_of_the_loopback_are_refused(host, outcome_of, settings_for):
    outcome = outcome_of(Request(1, f"http://{host}/"), settings_for())
    assert isinstance(outcome, FetchError)
    assert outcome.reason in (Reason.FORBIDDEN_ADDRESS, Reason.INVALID_URL, Reason.DNS_NOT_FOUND)


def test_row_31_a_name_is_looked_up_once_and_its_vetted_address_kept(outcomes_of, settings_for):
    looked_up = []

    def rebinding(host, port):
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["127.0.0.2"]

    with scripted.serve({"*": scripted.page("<p>Terms</p>", headers={"Connection": "close"})}) as server:
        settings = settings_for(allow_private=frozenset({("pinned.test", server.port)}))
        urls = [f"http://pinned.test:{server.port}/{number}" for number in range(3)]
        outcomes = outcomes_of([Request(url, url) for url in urls], settings, lookup=rebinding)
    assert looked_up == ["pinned.test"]
    assert {outcome.evidence.server_address for outcome in outcomes.values()} == {f"127.0.0.1:{server.port}"}


def test_row_31_a_redirect_to_a_name_with_a_private_address_is_refused(outcome_of, settings_for):
    with scripted.serve({"/": scripted.redirect("http://inside.test/")}) as server:
        outcome = outcome_of(
            Request(1, server.url("/")), settings_for(server), lookup=lambda host, port: ["192.168.1.1"]
        )
    assert outcome.reason is Reason.FORBIDDEN_ADDRESS
    assert outcome.evidence.redirects == ((302, server.url("/")),)


def test_row_31_a_second_look_up_that_turns_private_is_refused():
    answers = iter([["1.1.1.1"], ["127.0.0.1"]])

    async def run():
        resolver = VettingResolver(allow_private=frozenset(), dns_seconds=1, lookup=lambda host, port: next(answers))
        first = await resolver.resolve("rebinding.test", 80)
        with pytest.raises(FetchError) as caught:
            await resolver.resolve("rebinding.test", 80)
        await resolver.close()
        return first[0]["host"], caught.value.reason

    assert asyncio.run(run()) == ("1.1.1.1", Reason.FORBIDDEN_ADDRESS)
