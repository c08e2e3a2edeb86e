"""The publisher over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiohttp.test_utils import TestClient, TestServer

from monitoring.demo import script, server
from tests.monitoring.demo.world import BEGAN_AT, DOCUMENTS, page, words

Client = TestClient  # type: ignore[type-arg]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = BEGAN_AT

    def __call__(self) -> datetime:
        return self.now


def _with_publisher(visit: Callable[[Client, Clock], Awaitable[None]], *, is_live: bool = False) -> None:
    async def run() -> None:
        clock = Clock()
        app = server.application(began_at=BEGAN_AT, is_live=is_live, clock=clock)
        async with TestClient(TestServer(app)) as client:
            await visit(client, clock)

    asyncio.run(run())


def test_every_document_is_served_as_the_script_has_it() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        for document in DOCUMENTS:
            answer = await client.get(document.url_path)
            expected = page(document, clock.now)
            assert answer.status == expected.status
            assert await answer.read() == expected.body

    _with_publisher(visit)


def test_the_index_says_that_the_world_is_invented_and_links_the_platforms() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        index = await (await client.get("/")).text()
        assert "None of these platforms exists" in index
        for slug in {document.platform for document in DOCUMENTS}:
            assert f'href="/{slug}/"' in index
            assert (await client.get(f"/{slug}/")).status == 200

    _with_publisher(visit)


def test_an_unchanged_document_is_answered_with_304_until_it_changes() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        first = await client.get("/gridmarrow/legal/developer-terms")
        known = {"If-None-Match": first.headers["ETag"]}
        clock.now += timedelta(hours=1)
        assert (await client.get("/gridmarrow/legal/developer-terms", headers=known)).status == 304
        await client.get("/control?fire=gridmarrow/terms/abuse-monitoring")
        changed = await client.get("/gridmarrow/legal/developer-terms", headers=known)
        assert changed.status == 200
        assert "retains Customer Content for 60 days" in words(await changed.text())

    _with_publisher(visit)


def test_control_fires_a_change_that_stays() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        answer = await client.get("/control?fire=thistlequay/privacy/retention")
        assert (await answer.json())["fired"] == "thistlequay/privacy/retention"
        clock.now += timedelta(days=1)
        assert "within 120 days" in words(await (await client.get("/thistlequay/legal/privacy")).text())

    _with_publisher(visit)


def test_control_fires_a_disturbance_that_passes() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        await client.get("/control?fire=voxenby/terms/server-error&seconds=90")
        clock.now += timedelta(seconds=80)
        disturbed = await client.get("/voxenby/legal/terms")
        assert (disturbed.status, disturbed.headers["Retry-After"]) == (503, "60")
        clock.now += timedelta(seconds=20)
        assert (await client.get("/voxenby/legal/terms")).status == 200

    _with_publisher(visit)


def test_control_lists_the_names_and_refuses_others() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        names = (await (await client.get("/control")).json())["fire"]
        assert "thistlequay/privacy/retention" in names
        assert "lumquarry/terms/bot-wall" in names
        refused = await client.get("/control?fire=thistlequay/privacy/applause")
        assert refused.status == 404
        assert "/control lists all" in (await refused.json())["error"]

    _with_publisher(visit)


def test_rotating_links_lead_to_the_page() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        body = await (await client.get("/thistlequay/legal/terms")).text()
        link = next(part.split('"')[0] for part in body.split('href="') if "/r/" in part and "/legal/usage" in part)
        assert link != "/thistlequay/legal/usage"
        answer = await client.get(link)
        assert (answer.status, answer.url.path) == (200, "/thistlequay/legal/usage")

    _with_publisher(visit)


def test_robots_keeps_crawlers_from_the_control_page_only() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        assert await (await client.get("/robots.txt")).text() == "User-agent: *\nDisallow: /control\n"

    _with_publisher(visit)


def test_unknown_pages_and_platforms_are_404() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        nothing = await client.get("/thistlequay/pricing")
        assert nothing.status == 404
        assert "Page not found" in words(await nothing.text())
        assert (await client.get("/nowhere/legal/terms")).status == 404
        assert (await client.get("/lumquarry/rules/preview")).status == 404

    _with_publisher(visit)


def test_the_world_changes_by_itself_when_it_is_live() -> None:
    async def visit(client: Client, clock: Clock) -> None:
        clock.now += timedelta(seconds=41)
        assert "within 120 days" in words(await (await client.get("/thistlequay/legal/privacy")).text())

    _with_publisher(visit, is_live=True)


def test_a_platform_publishes_a_document_while_it_is_watched_and_lists_it() -> None:
    newcomer = script.world().platform("hearthwink").newcomers[0]

    async def visit(client: Client, clock: Clock) -> None:
        assert (await client.get(newcomer.url_path)).status == 404
        assert newcomer.path not in await (await client.get("/hearthwink/")).text()
        assert newcomer.appears_after is not None
        clock.now += newcomer.appears_after
        assert "Companions remember" in await (await client.get(newcomer.url_path)).text()
        assert newcomer.path in await (await client.get("/hearthwink/")).text()

    _with_publisher(visit)
