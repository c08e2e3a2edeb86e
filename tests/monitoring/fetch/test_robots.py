import asyncio
import time

import pytest

from monitoring import fetch
from monitoring.fetch import Reason, Request, Response
from monitoring.fetch.memory import Memory
from monitoring.fetch.robots import Rules
from tests.servers import scripted

PAGE = scripted.page("<!doctype html><p>Terms</p>")


def robots(text, **options):
    return scripted.page(text, content_type="text/plain", **options)


def served(handler, **others):
    return scripted.serve({"/robots.txt": handler, "*": PAGE, **others})


def test_a_page_the_site_asks_to_leave_alone_is_left_alone(get):
    with served(robots("User-agent: *\nDisallow: /private/\n")) as server:
        refused = get(server, "/private/terms")
        allowed = get(server, "/terms")
    assert refused.reason is Reason.ROBOTS
    assert not refused.is_transient
    assert isinstance(allowed, Response)
    assert server.asked_for("/private/terms") == []


def test_a_group_of_our_own_is_obeyed_before_the_one_for_all(get):
    text = "User-agent: *\nDisallow: /\n\nUser-agent: ConductAtlas\nAllow: /\n\nUser-agent: conduct\nDisallow: /\n"
    with served(robots(text)) as server:
        assert isinstance(get(server, "/terms"), Response)


def test_the_longest_matching_rule_decides(get):
    text = "User-agent: *\nDisallow: /legal\nAllow: /legal/terms$\n"
    with served(robots(text)) as server:
        assert isinstance(get(server, "/legal/terms"), Response)
        assert get(server, "/legal/terms/old").reason is Reason.ROBOTS


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429])
def test_row_43_a_missing_robots_txt_allows_everything(get, status):
    with served(robots("User-agent: *\nDisallow: /", status=status)) as server:
        assert isinstance(get(server, "/terms"), Response)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_row_43_a_robots_txt_that_fails_means_no_fetch_for_now(get, status):
    with served(robots("", status=status)) as server:
        outcome = get(server, "/terms")
    assert outcome.reason is Reason.ROBOTS_UNREACHABLE
    assert outcome.is_transient
    assert server.asked_for("/terms") == []


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (scripted.hanging_up(), Reason.CONNECTION_BROKEN),
        (scripted.silent(), Reason.TIMEOUT),
        (scripted.redirect("http://169.254.169.254/robots.txt"), Reason.FORBIDDEN_ADDRESS),
    ],
)
def test_row_43_a_robots_txt_out_of_reach_means_no_fetch_and_says_why(get, handler, reason):
    with served(handler) as server:
        outcome = get(server, "/terms", request_seconds=0.3, retries=0)
    assert outcome.reason is reason
    assert server.asked_for("/terms") == []


def test_a_robots_txt_that_redirects_for_ever_allows_everything(get):
    with served(scripted.redirect("/robots.txt")) as server:
        assert isinstance(get(server, "/terms"), Response)


def test_row_43_a_huge_robots_txt_is_read_up_to_its_limit(get):
    filler = "# nothing to see\n" * 60_000  # a megabyte
    with served(robots("User-agent: *\nDisallow: /early\n" + filler + "Disallow: /late\n")) as server:
        began = time.process_time()
        assert get(server, "/early").reason is Reason.ROBOTS
        assert isinstance(get(server, "/late"), Response)
        assert time.process_time() - began < 1


def test_row_43_an_endless_robots_txt_does_not_hold_us_up(get):
    with served(scripted.endless()) as server:
        assert isinstance(get(server, "/terms"), Response)


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /" + "*a" * 2000 + "\n",
        "User-agent: *\nDisallow: /" + "*" * 5000 + "b$\n",
        "User-agent: *\n" + "Disallow: /*a*b*c*d*e*f*g\n" * 2000,
    ],
)
def test_row_43_a_star_bomb_costs_little(text):
    began = time.process_time()
    Rules(text, product="ConductAtlas").allows("https://example.com/" + "a" * 1000)
    assert time.process_time() - began < 2


def test_a_redirect_into_a_forbidden_part_is_not_followed(get):
    moved = {"/old": scripted.redirect("/private/new")}
    with served(robots("User-agent: *\nDisallow: /private/\n"), **moved) as server:
        outcome = get(server, "/old")
    assert outcome.reason is Reason.ROBOTS
    assert outcome.evidence.redirects == ((302, server.url("/old")),)
    assert server.asked_for("/private/new") == []


def test_a_redirect_to_another_site_asks_that_sites_robots_txt(outcome_of, settings_for):
    with served(robots("User-agent: *\nDisallow: /")) as strict, scripted.serve({}) as moved:
        handlers = {"/": scripted.redirect(strict.url("/terms"))}
        with scripted.serve(handlers) as server:
            outcome = outcome_of(Request(1, server.url("/")), settings_for(server, strict, moved))
    assert outcome.reason is Reason.ROBOTS
    assert [asked.path for asked in strict.asked] == ["/robots.txt"]


def test_many_pages_of_a_site_ask_for_its_robots_txt_once(outcomes_of, settings_for):
    with served(robots("User-agent: *\nAllow: /")) as server:
        requests = [Request(number, server.url(f"/{number}")) for number in range(20)]
        outcomes = outcomes_of(requests, settings_for(server))
    assert all(isinstance(outcome, Response) for outcome in outcomes.values())
    assert len(server.asked_for("/robots.txt")) == 1


def test_a_dead_site_is_asked_once_for_all_its_pages(outcomes_of, settings_for):
    with served(scripted.hanging_up()) as server:
        requests = [Request(number, server.url(f"/{number}")) for number in range(20)]
        outcomes = outcomes_of(requests, settings_for(server, retries=0))
    assert {outcome.reason for outcome in outcomes.values()} == {Reason.CONNECTION_BROKEN}
    assert len(server.asked) <= 2  # the library itself tries a dropped connection once more


def test_what_a_process_has_read_serves_its_next_batches_for_a_day(outcome_of, settings_for):
    remembered = Memory()
    with served(robots("User-agent: *\nDisallow: /private")) as server:
        for _ in range(3):
            outcome_of(Request(1, server.url("/terms")), settings_for(server), remembered=remembered)
        assert len(server.asked_for("/robots.txt")) == 1
        outcome_of(Request(1, server.url("/terms")), settings_for(server, robots_seconds=0), remembered=Memory())
        assert len(server.asked_for("/robots.txt")) == 2


def test_what_one_worker_has_read_serves_the_others(outcome_of, settings_for, valkey):
    with served(robots("User-agent: *\nDisallow: /private")) as server:
        settings = settings_for(server, valkey_url=valkey.url)
        outcomes = [outcome_of(Request(1, server.url("/private")), settings, remembered=Memory()) for _ in range(3)]
    assert {outcome.reason for outcome in outcomes} == {Reason.ROBOTS}
    assert len(server.asked_for("/robots.txt")) == 1


def test_a_crawl_delay_widens_the_gap_up_to_a_cap(settings_for):
    async def interval(text, **changes):
        with scripted.serve({}) as server:
            async with fetch.Fetcher(settings_for(server, **changes), remembered=Memory()) as fetcher:
                return fetcher._interval_seconds(Rules(text, product="ConductAtlas"))

    slow = "User-agent: *\nCrawl-delay: 10\n"
    assert asyncio.run(interval(slow, host_interval_seconds=2)) == 10
    assert asyncio.run(interval("User-agent: *\nCrawl-delay: 900\n", host_interval_seconds=2)) == 30
    assert asyncio.run(interval("User-agent: *\nCrawl-delay: 0.1\n", host_interval_seconds=2)) == 2
    assert asyncio.run(interval(slow, host_interval_seconds=0)) == 0
