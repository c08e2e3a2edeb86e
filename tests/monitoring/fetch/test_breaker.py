import asyncio
import dataclasses

import pytest

from monitoring.fetch import FetchError, Reason, Request, Response
from monitoring.fetch.breaker import Breaker
from monitoring.fetch.memory import Memory
from monitoring.fetch.shared import Shared
from tests.servers import scripted

HOST = "example.com"
TROUBLE = FetchError(Reason.TIMEOUT, "slow")
MISSING = FetchError(Reason.NOT_FOUND, "404", status=404)
PAGE = scripted.page("<!doctype html><p>Terms</p>")


class Worker:
    """One Fetcher's breaker: reads afresh, as a next batch in the same or another process would."""

    def __init__(self, url, settings, memory=None):
        self.memory = memory or Memory()
        self.url, self.settings = url, settings

    def __call__(self, *steps):
        async def run():
            shared = Shared(self.url, memory=self.memory)
            breaker = Breaker(shared, memory=self.memory, settings=self.settings)
            try:
                return [await self._step(breaker, step) for step in steps]
            finally:
                await shared.close()

        return asyncio.run(run())

    async def _step(self, breaker, step):
        if step != "admit":
            return await breaker.record(HOST, step)
        try:
            return "probe" if await breaker.admit(HOST) else "go"
        except FetchError as error:
            return "open" if error.reason is Reason.BREAKER_OPEN and error.retry_after_seconds > 0 else error


@pytest.fixture(params=["shared", "alone"])
def worker(request, valkey, settings_for):
    """Makes workers; with Valkey each has a memory of its own, without they are batches of one process."""
    memory = None if request.param == "shared" else Memory()
    url = valkey.url if request.param == "shared" else ""

    def made(**changes):
        return Worker(url, settings_for(**{"breaker_seconds": 60, **changes}), memory)

    return made


def test_a_healthy_host_is_let_through(worker):
    assert worker()("admit") == ["go"]


def test_the_fifth_failure_in_a_row_opens_the_breaker_for_everybody(worker):
    assert worker()("admit", TROUBLE, TROUBLE, TROUBLE, TROUBLE, "admit")[-1] == "go"
    worker()("admit", TROUBLE)
    assert worker()("admit") == ["open"]


def test_a_success_in_between_starts_the_count_again(worker):
    worker()("admit", TROUBLE, TROUBLE, TROUBLE, TROUBLE)
    worker()("admit", None)
    worker()("admit", TROUBLE)
    assert worker()("admit") == ["go"]


def test_a_missing_page_speaks_for_its_host(worker):
    worker()("admit", TROUBLE, TROUBLE, TROUBLE, TROUBLE)
    worker()("admit", MISSING, TROUBLE)
    assert worker()("admit") == ["go"]


def test_our_own_decisions_say_nothing_about_a_host(worker):
    worker()("admit", TROUBLE, TROUBLE, TROUBLE, TROUBLE)
    worker()(
        "admit", *(FetchError(reason, "ours") for reason in (Reason.ROBOTS, Reason.POSTPONED, Reason.BREAKER_OPEN))
    )
    worker()("admit", TROUBLE)
    assert worker()("admit") == ["open"]


def test_after_its_rest_a_host_gets_one_probe(worker):
    worker(breaker_seconds=0)("admit", *[TROUBLE] * 5)
    assert worker()("admit") == ["probe"]
    assert worker()("admit") == ["open"]


def test_a_probe_that_succeeds_closes_the_breaker(worker):
    worker(breaker_seconds=0)("admit", *[TROUBLE] * 5)
    assert worker()("admit", None) == ["probe", None]
    assert worker()("admit") == ["go"]


def test_a_probe_that_fails_keeps_it_open(worker):
    worker(breaker_seconds=0)("admit", *[TROUBLE] * 5)
    assert worker()("admit", TROUBLE)[0] == "probe"
    assert worker()("admit") == ["open"]


def test_a_host_that_goes_down_is_no_longer_asked(outcomes_of, settings_for):
    handlers = {"/robots.txt": scripted.page("", status=404), "*": scripted.page("down", status=503)}
    with scripted.serve(handlers) as server:
        settings = settings_for(server, retries=0, in_flight_per_host=1)
        requests = [Request(number, server.url(f"/{number}")) for number in range(12)]
        outcomes = outcomes_of(requests, settings)
    reasons = [outcome.reason for outcome in outcomes.values()]
    assert reasons == [Reason.SERVER_ERROR] * 5 + [Reason.BREAKER_OPEN] * 7
    assert len(server.asked) == 6


def test_the_breaker_of_one_host_leaves_others_alone(outcomes_of, settings_for):
    with scripted.serve({"*": scripted.page("down", status=503)}) as sick, scripted.serve({"*": PAGE}) as sound:
        settings = settings_for(sick, sound, retries=0)
        requests = [
            Request((name, number), server.url(f"/{number}"))
            for name, server in (("sick", sick), ("sound", sound))
            for number in range(8)
        ]
        outcomes = outcomes_of(requests, settings)
    assert all(isinstance(outcome, Response) for (name, _), outcome in outcomes.items() if name == "sound")


def test_a_healthy_poll_writes_nothing_about_its_hosts(outcomes_of, settings_for, valkey):
    import redis

    with scripted.serve({"*": PAGE}) as server:
        settings = dataclasses.replace(settings_for(server), valkey_url=valkey.url)
        outcomes_of([Request(number, server.url(f"/{number}")) for number in range(5)], settings)
    assert redis.Redis.from_url(valkey.url).keys("*breaker*") == []
