"""The demo publisher: the demo world over real HTTP, with ETags, redirects, robots.txt and a control page for tests.

GET /                    what there is, and that none of it exists
GET /<platform>/<path>   a document as it is now
GET /control             the names of what can be fired
GET /control?fire=NAME   fires `platform/document/change`, or `platform/document/<disturbance>` for `seconds` (60)
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from string import Template

from aiohttp import web

from monitoring.demo import disturbances, pages, script, timeline

ROBOTS = "User-agent: *\nDisallow: /control\n"


@dataclass(slots=True)
class _Publisher:
    """What the publisher knows beside the script; `fired` grows by what the control page is asked to fire."""

    began_at: datetime
    is_live: bool
    clock: Callable[[], datetime]
    fired: list[timeline.Firing] = field(default_factory=list)


_PUBLISHER = web.AppKey("publisher", _Publisher)


def serve(host: str, port: int, *, began_at: datetime, is_live: bool = True) -> None:
    """Serve the demo world until interrupted; with `is_live` it changes by itself, else only on demand."""
    web.run_app(application(began_at=began_at, is_live=is_live), host=host, port=port, print=None, access_log=None)


def application(
    *,
    began_at: datetime,
    is_live: bool = True,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> web.Application:
    """Return the publisher as an aiohttp application; `clock` tells the time of each answer."""
    app = web.Application()
    app[_PUBLISHER] = _Publisher(began_at, is_live, clock)
    app.router.add_get("/", _index)
    app.router.add_get("/robots.txt", _robots)
    app.router.add_get("/control", _control)
    app.router.add_get("/{platform}/", _home)
    app.router.add_get("/{platform}/r/{token}/{path:.*}", _redirect)
    app.router.add_get("/{platform}/{path:.+}", _page)
    return app


async def _index(request: web.Request) -> web.Response:
    return web.Response(text=_index_html(), content_type="text/html")


async def _robots(request: web.Request) -> web.Response:
    return web.Response(text=ROBOTS)


async def _control(request: web.Request) -> web.Response:
    name = request.query.get("fire")
    if name is None:
        return web.json_response({"fire": list(_names())})
    if name not in _names():
        return web.json_response({"error": f"{name}: nothing of that name; /control lists all"}, status=404)
    step = timeline.step_named(name)
    if step.serve:
        step = replace(step, lasts=timedelta(seconds=float(request.query.get("seconds", "60"))))
    publisher = request.app[_PUBLISHER]
    at = publisher.clock()
    publisher.fired.append(timeline.Firing(step, at))
    return web.json_response({"fired": name, "at": at.isoformat()})


async def _home(request: web.Request) -> web.Response:
    platform = _platform(request)
    return _response(request, pages.home(platform, _published(request, platform)))


async def _redirect(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"/{request.match_info['platform']}/{request.match_info['path']}")


async def _page(request: web.Request) -> web.Response:
    platform = _platform(request)
    document = next((each for each in _published(request, platform) if each.url_path == request.path), None)
    if document is None:
        return _response(request, pages.not_found(platform))
    publisher = request.app[_PUBLISHER]
    page = pages.page(
        platform,
        document,
        at=publisher.clock(),
        began_at=publisher.began_at,
        fired=tuple(publisher.fired),
        is_live=publisher.is_live,
    )
    return _response(request, page)


def _published(request: web.Request, platform: script.Platform) -> tuple[script.Document, ...]:
    publisher = request.app[_PUBLISHER]
    return pages.published(platform, at=publisher.clock(), began_at=publisher.began_at)


def _platform(request: web.Request) -> script.Platform:
    try:
        return script.world().platform(request.match_info["platform"])
    except KeyError as error:
        raise web.HTTPNotFound(text="No such platform in the demo world") from error


def _response(request: web.Request, page: pages.Page) -> web.Response:
    etag = dict(page.headers).get("ETag")
    if page.status == 200 and etag and etag == request.headers.get("If-None-Match"):
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(status=page.status, headers=dict(page.headers), body=page.body)


def _names() -> tuple[str, ...]:
    """Return everything that can be fired."""
    return tuple(
        f"{document.name}/{what}"
        for platform in script.world().platforms
        for document in platform.documents
        for what in (*(change.name for change in document.live), *disturbances.kinds())
    )


def _index_html() -> str:
    platforms = "\n".join(
        f'<li><a href="/{each.slug}/">{html.escape(each.name)}</a>: {html.escape(each.tagline)}</li>'
        for each in script.world().platforms
    )
    return _INDEX.substitute(platforms=platforms)


_INDEX = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo world</title>
<style>body{font:17px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}</style>
</head>
<body>
<h1>Demo world</h1>
<p>None of these platforms exists. They were invented for ConductAtlas so that it can be seen at work without the
internet: their documents change by themselves every two minutes, and now and then something is served that is not the
document.</p>
<ul>
$platforms
</ul>
<p><a href="/control">What can be fired</a></p>
</body>
</html>
""")
