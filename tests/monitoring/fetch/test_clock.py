import asyncio
import itertools
import logging
import multiprocessing
import signal
import time

import pytest

from monitoring import fetch
from monitoring.fetch import FetchError, Reason, Request, Response
from monitoring.fetch.clock import Clock
from monitoring.fetch.memory import Memory
from monitoring.fetch.shared import Shared
from tests.servers import scripted

FEW = {"interval_seconds": 100.0, "most_seconds": 1000.0}


def turns(url, count, memory=None, **options):
    async def run():
        memory_ = memory or Memory()
        shared = Shared(url, memory=memory_)
        clock = Clock(shared, memory=memory_)
        try:
            return [await clock.turn("example.com", **{**FEW, **options}) for _ in range(count)]
        finally:
            await shared.close()

    return asyncio.run(run())


@pytest.mark.parametrize("is_shared", [True, False])
def test_turns_of_a_host_are_an_interval_apart(valkey, is_shared):
    waits = turns(valkey.url if is_shared else "", 4)
    assert waits == pytest.approx([0, 100, 200, 300], abs=20)


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_turn_too_far_away_is_refused_and_takes_nobodys_place(valkey, is_shared):
    url, memory = valkey.url if is_shared else "", Memory()
    turns(url, 3, memory)
    with pytest.raises(FetchError) as caught:
        turns(url, 1, memory, most_seconds=100)
    assert caught.value.reason is Reason.POSTPONED
    assert caught.value.retry_after_seconds == pytest.approx(300, abs=20)
    assert turns(url, 1, memory)[0] == pytest.approx(300, abs=20)


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_host_that_asks_to_wait_is_not_reached_by_anybody(valkey, is_shared):
    url, memory = valkey.url if is_shared else "", Memory()

    async def hold():
        shared = Shared(url, memory=memory)
        await Clock(shared, memory=memory).hold("example.com", seconds=900)
        await shared.close()

    asyncio.run(hold())
    assert turns(url, 1, memory, interval_seconds=1)[0] == pytest.approx(900, abs=20)
    assert turns(url, 1, memory, interval_seconds=0)[0] == pytest.approx(900, abs=20)
    assert turns(url, 1, Memory())[0] == pytest.approx(900 if is_shared else 0, abs=20)


def test_without_an_interval_there_is_no_wait_and_no_question(tmp_path):
    assert turns(f"unix://{tmp_path}/nobody.sock", 3, interval_seconds=0) == [0, 0, 0]


def test_a_clock_leaves_nothing_behind_when_a_host_is_no_longer_asked(valkey):
    import redis

    turns(valkey.url, 1)
    remaining = redis.Redis.from_url(valkey.url).pttl("conductatlas:fetch:clock:example.com")
    assert 0 < remaining <= 102_000


def _fetch_some(url, valkey_url, count, barrier):
    settings = fetch.FetchSettings(
        user_agent=fetch.user_agent("https://conductatlas.example/crawler/"),
        valkey_url=valkey_url,
        host_interval_seconds=0.25,
        allow_private=fetch.private_pairs([url.split("/")[2]]),
    )

    async def run():
        async with fetch.Fetcher(settings, remembered=Memory()) as fetcher:
            barrier.wait(30)
            return [outcome async for _, outcome in fetcher.get_many(Request(n, f"{url}{n}") for n in range(count))]

    assert all(isinstance(outcome, Response) for outcome in asyncio.run(run()))


@pytest.mark.fault
def test_row_44_eight_workers_together_keep_the_gap_to_a_host(valkey):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(8)
    with scripted.serve({"*": scripted.page("<!doctype html><p>Terms</p>")}) as server:
        workers = [
            context.Process(target=_fetch_some, args=(server.url("/"), valkey.url, 2, barrier)) for _ in range(8)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 8
    times = [asked.at for asked in server.asked]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) >= 17  # sixteen pages and robots.txt
    assert times[-1] - times[0] > 0.25 * 15
    assert sum(gap < 0.2 for gap in gaps) <= 2  # a stalled machine delivers one late, close to the next


def test_the_gap_to_a_host_holds_when_valkey_goes_away(valkey):
    memory = Memory()
    waits = turns(valkey.url, 2, memory)
    valkey.kill()
    assert [*waits, *turns(valkey.url, 2, memory)] == pytest.approx([0, 100, 200, 300], abs=20)


def test_valkey_being_away_is_logged_once_and_polling_goes_on(valkey, outcomes_of, settings_for, caplog):
    caplog.set_level(logging.INFO, logger="monitoring.fetch")
    remembered = Memory()
    with scripted.serve({"*": scripted.page("<!doctype html><p>Terms</p>")}) as server:
        settings = settings_for(server, valkey_url=valkey.url, host_interval_seconds=0.05)
        requests = [Request(number, server.url(f"/{number}")) for number in range(4)]
        assert len(outcomes_of(requests, settings, remembered=remembered)) == 4
        valkey.kill()
        outcomes = outcomes_of(requests, settings, remembered=remembered)
        outcomes_of(requests, settings, remembered=remembered)
    assert all(isinstance(outcome, Response) for outcome in outcomes.values())
    warnings = [record for record in caplog.records if "Valkey" in record.message]
    assert len(warnings) == 1
    assert "own clocks" in warnings[0].message


@pytest.mark.fault
def test_a_valkey_that_hangs_costs_seconds_and_no_pages(valkey, outcomes_of, settings_for):
    with scripted.serve({"*": scripted.page("<!doctype html><p>Terms</p>")}) as server:
        settings = settings_for(server, valkey_url=valkey.url, host_interval_seconds=0.01)
        requests = [Request(number, server.url(f"/{number}")) for number in range(20)]
        valkey.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        outcomes = outcomes_of(requests, settings)
        valkey.process.send_signal(signal.SIGCONT)
    assert all(isinstance(outcome, Response) for outcome in outcomes.values())
    assert time.monotonic() - began < 10


def test_valkey_coming_back_is_noticed(valkey, caplog):
    caplog.set_level(logging.INFO, logger="monitoring.fetch")
    memory = Memory()
    memory.is_valkey_away, memory.valkey_away_until = True, time.monotonic() - 1
    turns(valkey.url, 1, memory)
    assert not memory.is_valkey_away
    assert "is back" in caplog.text
