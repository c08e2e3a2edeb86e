"""Pages drawn by a real Chromium, which must reach nothing but what the vetted transport hands it."""

import asyncio
import socket
import threading
import time

import pytest

from monitoring import fetch
from monitoring.fetch import Reason, Request, Response, render
from monitoring.fetch.memory import Memory
from tests.servers import scripted

APPLICATION = """<!doctype html><html><head><title>App</title></head><body><div id="root">Loading…</div>
<script src="/app.js"></script></body></html>"""
SCRIPT = """
const question = {headers: {"Content-Type": "application/json"}, method: "POST", body: JSON.stringify({page: "terms"})};
fetch("/api/terms", question)
  .then(answer => answer.json())
  .then(found => { document.getElementById("root").innerHTML = "<h1>Terms</h1><p>" + found.text + "</p>"; });
"""

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not render.executable(), reason="no Chromium on this machine: apt-get install chromium"),
]


def application(**others):
    handlers = {
        "/": scripted.page(APPLICATION, headers={"ETag": '"shell"'}),
        "/app.js": scripted.page(SCRIPT, content_type="text/javascript"),
        "/api/terms": scripted.page('{"text": "You agree to arbitration."}', content_type="application/json"),
    }
    return scripted.serve({**handlers, **others})


def test_a_missing_browser_is_said_before_anything_is_fetched(get):
    with application() as server:
        outcome = get(server, render=True, browser_path="/nonexistent/chromium")
    assert outcome.reason is Reason.BROWSER_MISSING
    assert not outcome.is_transient
    assert "apt-get install chromium" in outcome.message
    assert server.asked == []


def test_what_is_no_html_is_not_drawn(get):
    """A PDF behind a Source that asks to be rendered needs no browser; any program stands for one here."""
    with scripted.serve({"/": scripted.page(b"%PDF-1.7\n1 0 obj", content_type="application/pdf")}) as server:
        response = get(server, render=True, browser_path="/bin/true")
    assert (response.body, response.content_type) == (b"%PDF-1.7\n1 0 obj", "application/pdf")


class TestDrawn:
    pytestmark = needs_browser

    def test_a_page_is_as_its_scripts_leave_it(self, get):
        with application() as server:
            response = get(server, render=True, etag='"shell"')
        assert isinstance(response, Response), response
        assert b"You agree to arbitration." in response.body
        assert b"Loading" not in response.body
        assert (response.content_type, response.charset, response.etag) == ("text/html; charset=utf-8", "utf-8", "")
        assert response.url == server.url("/")
        assert response.evidence.server_address == f"127.0.0.1:{server.port}"
        asked = server.asked_for("/api/terms")[0]
        assert (asked.method, asked.body) == ("POST", b'{"page":"terms"}')
        assert asked.headers["user-agent"].startswith("ConductAtlas/")
        assert "if-none-match" not in server.asked_for("/")[0].headers
        assert len(server.asked_for("/")) == 1

    def test_redirects_before_the_page_are_followed_and_told(self, get):
        with application(**{"/start": scripted.redirect("/")}) as server:
            response = get(server, "/start", render=True)
        assert response.url == server.url("/")
        assert response.evidence.redirects == ((302, server.url("/start")),)
        assert b"You agree to arbitration." in response.body

    def test_pictures_and_films_are_not_loaded(self, get):
        html = "<!doctype html><p>Terms</p><img src='/a.png'><video src='/b.mp4'></video>"
        with scripted.serve({"/": scripted.page(html)}) as server:
            assert isinstance(get(server, render=True), Response)
        assert {asked.path for asked in server.asked} == {"/robots.txt", "/"}

    def test_row_31_a_page_reaches_no_private_network(self, get):
        with listener() as inside, scripted.serve({"*": scripted.page("secret")}) as neighbour:
            html = f"""<!doctype html><p id=out>Terms</p>
            <script src="{neighbour.url("/script.js")}"></script>
            <link rel="stylesheet" href="http://localhost:{inside.port}/style.css">
            <link rel="prefetch" href="http://127.0.0.1:{inside.port}/prefetch">
            <iframe src="http://127.0.0.1:{inside.port}/frame"></iframe>
            <script>
              for (const url of ["http://127.0.0.1:{inside.port}/", "http://[::1]:{inside.port}/",
                                 "http://169.254.169.254/latest/", "/to-private", "file:///etc/passwd"])
                fetch(url, {{mode: "no-cors"}}).then(r => r.text()).then(t => out.append(t), () => 0);
              new WebSocket("ws://127.0.0.1:{inside.port}/socket");
              new EventSource("http://127.0.0.1:{inside.port}/events");
              navigator.sendBeacon("http://127.0.0.1:{inside.port}/beacon", "x");
              new Worker(URL.createObjectURL(new Blob(['fetch("http://127.0.0.1:{inside.port}/worker")'])));
              const peer = new RTCPeerConnection({{iceServers: [{{urls: "turn:127.0.0.1:{inside.port}?transport=tcp",
                                                                  username: "a", credential: "b"}}]}});
              peer.createDataChannel("x"); peer.createOffer().then(offer => peer.setLocalDescription(offer));
              open("http://127.0.0.1:{inside.port}/popup");
            </script>"""
            handlers = {
                "/": scripted.page(html),
                "/to-private": scripted.redirect(neighbour.url("/")),
            }
            with scripted.serve(handlers) as server:
                response = get(server, render=True, render_settle_seconds=2)
            assert isinstance(response, Response), response
            assert b"secret" not in response.body
            assert b"root:" not in response.body
            assert neighbour.asked == []
            assert inside.connections == 0

    def test_a_page_that_moves_on_to_a_private_address_does_not_get_there(self, get):
        with scripted.serve({"*": scripted.page("secret")}) as neighbour:
            html = f"<!doctype html><p>Terms</p><script>location.href = '{neighbour.url('/')}'</script>"
            with scripted.serve({"/": scripted.page(html)}) as server:
                outcome = get(server, render=True, retries=0)
            assert neighbour.asked == []
        assert not (isinstance(outcome, Response) and b"secret" in outcome.body)

    @pytest.mark.parametrize("script", ["while (true) {}", "let s = 'x'; while (true) { document.body.append(s); }"])
    def test_row_32_a_script_that_never_ends_is_ended_at_the_deadline(self, get, script):
        with scripted.serve({"/": scripted.page(f"<!doctype html><body><script>{script}</script>")}) as server:
            began = time.monotonic()
            outcome = get(server, render=True, render_seconds=3, retries=0)
            assert time.monotonic() - began < 20
        assert outcome.reason is Reason.BROWSER_FAILED

    def test_row_34_a_page_that_asks_without_end_is_stopped(self, get):
        script = "let n = 0; const ask = () => fetch('/x' + n++).finally(ask); ask()"
        html = f"<!doctype html><p>Terms</p><script>{script}</script>"
        with scripted.serve({"/": scripted.page(html), "*": scripted.page("more")}) as server:
            response = get(server, render=True, max_render_requests=20, render_settle_seconds=1)
        assert isinstance(response, Response), response
        assert len(server.asked) <= 22

    def test_row_34_a_page_that_needs_too_many_bytes_is_refused(self, get):
        html = "<!doctype html><p>Terms</p><script src='/big.js'></script>"
        big = scripted.page("//" + "x" * 2_000_000, content_type="text/javascript")
        with scripted.serve({"/": scripted.page(html), "/big.js": big}) as server:
            outcome = get(server, render=True, max_render_bytes=1_000_000)
        assert outcome.reason is Reason.TOO_LARGE

    def test_a_check_against_robots_that_only_shows_once_drawn_is_known(self, get):
        html = "<!doctype html><body><script>document.body.innerHTML = '<div id=\"px-cap' + 'tcha\"></div>'</script>"
        with scripted.serve({"/": scripted.page(html)}) as server:
            assert get(server, render=True).reason is Reason.BOT_WALL

    def test_a_browser_that_does_not_start_is_a_reason_on_the_row(self, get):
        with application() as server:
            outcome = get(server, render=True, browser_path="/bin/false", retries=0)
        assert outcome.reason is Reason.BROWSER_FAILED

    def test_several_pages_share_one_browser_and_leave_no_process_behind(self, settings_for):
        import psutil

        async def run(server):
            async with fetch.Fetcher(settings_for(server), remembered=Memory()) as getting:
                requests = [Request(number, server.url(f"/?{number}"), render=True) for number in range(3)]
                return [outcome async for _, outcome in getting.get_many(requests)]

        with application() as server:
            outcomes = asyncio.run(run(server))
        assert all(isinstance(outcome, Response) for outcome in outcomes), outcomes
        left = [child.name() for child in psutil.Process().children(recursive=True)]
        assert not [name for name in left if "chrom" in name or name == "node"]


class Listener:
    """A port that only counts who connects to it."""

    def __init__(self):
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


def listener():
    return Listener()
