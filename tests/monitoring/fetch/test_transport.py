"""The vetted way out against servers with every kind of manners, good and bad."""

import asyncio
import datetime
import ipaddress
import resource
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitoring.fetch import FetchError, Reason, Request, Response
from tests.servers import scripted

PAGE = "<!doctype html><h1>Terms of Service</h1><p>You agree to these terms.</p>"


def seconds_of(action):
    began = time.monotonic()
    result = action()
    return result, time.monotonic() - began


def test_a_page_comes_back_with_its_evidence(get):
    with scripted.serve({"/terms": scripted.page(PAGE, headers={"ETag": '"v1"', "X-Served-By": "here"})}) as server:
        response = get(server, "/terms")
    assert (response.status, response.body, response.url) == (200, PAGE.encode(), server.url("/terms"))
    assert (response.content_type, response.charset, response.etag) == ("text/html; charset=utf-8", "utf-8", '"v1"')
    assert ("X-Served-By", "here") in response.evidence.headers
    assert response.evidence.server_address == f"127.0.0.1:{server.port}"
    assert response.evidence.tls_certificate == b""
    assert response.evidence.redirects == ()
    assert not response.is_not_modified
    assert 0 < response.duration_seconds < 5


def test_a_header_that_is_not_utf_8_is_read_as_latin_1(get):
    headers = {"X-Powered-By": "Caf\udce9", "X-Names": "Zo\udcc3\udcab", "ETag": '"\udcff"'}
    with scripted.serve({"/terms": scripted.page(PAGE, headers=headers)}) as server:
        response = get(server, "/terms")
    assert {("X-Powered-By", "Café"), ("X-Names", "Zoë")} <= set(response.evidence.headers)
    assert response.etag == '"ÿ"'


def test_an_error_that_names_such_a_header_is_text_too(get):
    with scripted.serve({"/terms": scripted.page(PAGE, content_type="image/caf\udce9")}) as server:
        error = get(server, "/terms")
    assert error.reason is Reason.WRONG_TYPE
    assert "image/café" in error.message


def test_a_request_says_who_asks_and_what_is_understood(get):
    with scripted.serve({"/": scripted.page(PAGE)}) as server:
        get(server, "/", language="de")
    headers = server.asked_for("/")[0].headers
    assert headers["user-agent"] == "ConductAtlas/1.0 (+https://conductatlas.example/crawler/)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["accept-language"] == "de, en;q=0.5"
    assert "if-none-match" not in headers
    assert "cookie" not in headers


def test_an_environment_with_a_proxy_changes_nothing(get, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with scripted.serve({"/": scripted.page(PAGE)}) as server:
        assert isinstance(get(server), Response)


# Conditional requests


def test_an_unchanged_page_costs_no_body_and_is_seen(get):
    date = "Sat, 21 Nov 2026 06:12:00 GMT"
    with scripted.serve({"/": scripted.revalidating(PAGE, etag='W/"v1"', last_modified=date)}) as server:
        first = get(server)
        again = get(server, etag=first.etag, last_modified=first.last_modified)
    assert (again.status, again.is_not_modified, again.body) == (304, True, b"")
    assert (again.etag, again.last_modified) == ('W/"v1"', date)
    assert server.asked_for("/")[1].headers["if-modified-since"] == date


def test_a_304_that_repeats_nothing_keeps_what_was_known(get):
    with scripted.serve({"/": scripted.page("", status=304, content_type=None)}) as server:
        again = get(server, etag='"v1"', last_modified="Sat, 21 Nov 2026 06:12:00 GMT")
    assert (again.etag, again.last_modified) == ('"v1"', "Sat, 21 Nov 2026 06:12:00 GMT")


def test_a_304_to_an_unconditional_request_is_an_error(get):
    with scripted.serve({"/": scripted.page("", status=304, content_type=None)}) as server:
        outcome = get(server)
    assert (outcome.reason, outcome.status) == (Reason.UNEXPECTED_STATUS, 304)


# Redirects


def test_redirects_are_followed_and_told(get):
    handlers = {
        "/a": scripted.redirect("/b", status=301),
        "/b": scripted.redirect("c", status=308),
        "/c": scripted.page(PAGE),
    }
    with scripted.serve(handlers) as server:
        response = get(server, "/a")
    assert response.url == server.url("/c")
    assert response.evidence.redirects == ((301, server.url("/a")), (308, server.url("/b")))


def test_row_31_a_redirect_to_a_private_address_is_refused(get):
    with scripted.serve({"*": scripted.page("secret")}) as inside:
        handlers = {
            "/metadata": scripted.redirect("http://169.254.169.254/latest/meta-data/"),
            "/loopback": scripted.redirect("http://127.0.0.1/"),
            "/port": scripted.redirect(inside.url("/")),
            "/file": scripted.redirect("file:///etc/passwd"),
            "/user": scripted.redirect("http://me:secret@example.com/"),
        }
        with scripted.serve(handlers) as server:
            reasons = {path: get(server, path).reason for path in handlers}
        assert inside.asked == []
    assert reasons == {
        "/metadata": Reason.FORBIDDEN_ADDRESS,
        "/loopback": Reason.FORBIDDEN_ADDRESS,
        "/port": Reason.BAD_REDIRECT,
        "/file": Reason.BAD_REDIRECT,
        "/user": Reason.BAD_REDIRECT,
    }


def test_row_34_a_redirect_loop_ends_after_five(get):
    with scripted.serve({"/loop": scripted.redirect("/loop")}) as server:
        outcome = get(server, "/loop")
    assert outcome.reason is Reason.TOO_MANY_REDIRECTS
    assert len(outcome.evidence.redirects) == 6
    assert len(server.asked_for("/loop")) == 6


def test_row_34_a_chain_of_ten_thousand_redirects_is_left_early(get):
    async def next_one(asked, writer):
        number = int(asked.path.removeprefix("/hop/"))
        await scripted.redirect(f"/hop/{number + 1}")(asked, writer)

    with scripted.serve({f"/hop/{number}": next_one for number in range(20)}) as server:
        assert get(server, "/hop/0").reason is Reason.TOO_MANY_REDIRECTS
    assert len(server.asked) < 10


def test_a_redirect_without_a_target_is_an_unexpected_status(get):
    with scripted.serve({"/": scripted.page("moved", status=302)}) as server:
        assert get(server).reason is Reason.UNEXPECTED_STATUS


def test_cookies_serve_a_redirect_to_the_same_host_and_no_later_request(outcomes_of, settings_for):
    async def wants_cookie(asked, writer):
        if "seen=1" in asked.headers.get("cookie", ""):
            await scripted.page(PAGE)(asked, writer)
        else:
            await scripted.redirect("/", headers={"Set-Cookie": "seen=1; Path=/"})(asked, writer)

    with scripted.serve({"/": wants_cookie}) as server:
        settings = settings_for(server, in_flight_per_host=1)
        outcomes = outcomes_of([Request(number, server.url("/")) for number in range(2)], settings)
    assert all(isinstance(outcome, Response) for outcome in outcomes.values())
    assert ["cookie" in asked.headers for asked in server.asked_for("/")] == [False, True, False, True]


# Time


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(scripted.silent(), id="no answer"),
        pytest.param(scripted.dripping(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"), id="slow headers"),
        pytest.param(
            scripted.dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n", b"x"),
            id="slow body",
        ),
        pytest.param(scripted.dripping(b"HTTP/1.1 404 No\r\n\r\n", b"x"), id="slow error page"),
        pytest.param(scripted.dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="endless interim answers"),
    ],
)
def test_row_32_a_slow_answer_ends_at_the_deadline(get, handler):
    with scripted.serve({"/": handler}) as server:
        outcome, spent = seconds_of(lambda: get(server, request_seconds=0.5, retries=0))
    assert outcome.reason is Reason.TIMEOUT
    assert 0.4 < spent < 10


def test_row_32_the_deadline_covers_all_redirects_together(get):
    async def slowly(asked, writer):
        await asyncio.sleep(0.2)
        await scripted.redirect(f"{asked.path}x")(asked, writer)

    with scripted.serve({"/" + "x" * number: slowly for number in range(6)}) as server:
        outcome, spent = seconds_of(lambda: get(server, request_seconds=0.5, retries=0))
    assert outcome.reason is Reason.TIMEOUT
    assert 0.4 < spent < 10
    assert 1 <= len(outcome.evidence.redirects) <= 2


# Size


def test_row_34_a_body_announced_too_large_is_not_read(get):
    with scripted.serve({"/": scripted.endless(announced=True)}) as server:
        outcome, spent = seconds_of(lambda: get(server))
    assert outcome.reason is Reason.TOO_LARGE
    assert spent < 5


def test_row_34_an_endless_body_ends_at_the_limit(get):
    with scripted.serve({"/": scripted.endless()}) as server:
        outcome = get(server, max_body_bytes=1_000_000)
    assert outcome.reason is Reason.TOO_LARGE
    assert outcome.status == 200


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 20_000_000 + b"\r\n\r\n", id="one header of 20 MB"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 20_000 + b"\r\n", id="twenty thousand headers"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 20_000) for n in range(20)) + b"\r\n",
            id="400 kB in twenty headers",
        ),
    ],
)
def test_row_34_huge_headers_are_refused(get, raw):
    with scripted.serve({"/": scripted.raw_answer(raw)}) as server:
        outcome = get(server)
    assert outcome.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_row_33_a_bomb_of_300_mb_is_refused_at_once_and_in_little_memory(get, encoding):
    with scripted.serve({"/": scripted.gzip_bomb(300, encoding=encoding)}) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        outcome, spent = seconds_of(lambda: get(server, max_decoded_bytes=10_000_000))
        grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert outcome.reason is Reason.TOO_LARGE
    assert spent < 5  # the server, which packs the bomb while sending, shares the clock
    assert grown_kilobytes < 60_000


def test_row_33_a_body_compressed_twice_is_refused(get):
    import gzip

    twice = gzip.compress(gzip.compress(PAGE.encode()))
    handlers = {
        "/declared": scripted.page(twice, headers={"Content-Encoding": "gzip, gzip"}),
        "/hidden": scripted.page(twice, headers={"Content-Encoding": "gzip"}),
    }
    with scripted.serve(handlers) as server:
        assert {get(server, path).reason for path in handlers} == {Reason.BAD_ENCODING}


def test_row_33_a_compressed_body_cut_short_is_refused(get):
    with scripted.serve({"/": scripted.compressed(PAGE.encode() * 100, keep=0.7)}) as server:
        assert get(server).reason is Reason.BAD_ENCODING


def test_an_encoding_that_was_not_asked_for_is_refused(get):
    with scripted.serve({"/": scripted.page(PAGE, headers={"Content-Encoding": "br"})}) as server:
        assert get(server).reason is Reason.BAD_ENCODING


def test_a_compressed_page_comes_back_plain(get):
    with scripted.serve({"/": scripted.compressed(PAGE.encode())}) as server:
        assert get(server).body == PAGE.encode()


# Broken connections and broken HTTP


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        pytest.param(scripted.hanging_up(), Reason.CONNECTION_BROKEN, id="hangs up"),
        pytest.param(
            scripted.raw_answer(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<p>", hang_up=True
            ),
            Reason.CONNECTION_BROKEN,
            id="shorter than announced",
        ),
        pytest.param(
            scripted.raw_answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>ab\r\n", hang_up=True),
            Reason.CONNECTION_BROKEN,
            id="last chunk missing",
        ),
        pytest.param(scripted.raw_answer(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", hang_up=True), Reason.BAD_HTTP, id="not HTTP"),
        pytest.param(scripted.page(b""), Reason.EMPTY_BODY, id="nothing at all"),
        pytest.param(scripted.page(PAGE, status=206), Reason.UNEXPECTED_STATUS, id="a part nobody asked for"),
    ],
)
def test_a_broken_answer_has_its_reason(get, handler, reason):
    with scripted.serve({"/": handler}) as server:
        assert get(server, retries=0).reason is reason


def test_a_closed_port_is_a_refused_connection(get):
    with scripted.serve({}) as server:
        pass
    assert get(server, retries=0).reason is Reason.CONNECTION_REFUSED


def test_header_text_from_a_server_cannot_break_a_log_line(get):
    with scripted.serve(
        {"/": scripted.raw_answer(b"HTTP/1.1 200 OK\r\nBad\x01Name: 1\r\n\r\n", hang_up=True)}
    ) as server:
        outcome = get(server, retries=0)
    assert isinstance(outcome, FetchError)
    assert "\n" not in outcome.message
    assert "\x01" not in outcome.message


# TLS


def certificate(folder, *names, days=(-1, 30), issuer=None):
    """Write a certificate and its key; signed by itself or by `issuer` (certificate, key). Return (path, both)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    signer, signing_key = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today + datetime.timedelta(days=days[0]))
        .not_valid_after(today + datetime.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signing_key, hashes.SHA256())
    )
    path = folder / f"{names[0]}-{days[1]}-{'signed' if issuer else 'self'}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path, (made, key)


def _general_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def tls_server(path):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return scripted.serve({"/": scripted.page(PAGE), "/down": scripted.redirect("http://example.com/")}, tls=context)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    path, signer = certificate(folder, "Test Authority")
    return folder, str(path), signer


def test_a_trusted_server_is_fetched_from_and_its_certificate_kept(get, authority):
    folder, ca_file, signer = authority
    path, (made, _) = certificate(folder, "127.0.0.1", issuer=signer)
    with tls_server(path) as server:
        response = get(server, ca_file=ca_file)
        assert get(server, "/down", ca_file=ca_file).reason is Reason.BAD_REDIRECT
    assert response.body == PAGE.encode()
    assert response.evidence.tls_certificate == made.public_bytes(serialization.Encoding.DER)


def test_row_35_the_certificate_is_checked_against_the_name_and_not_the_pinned_address(
    outcome_of, settings_for, authority
):
    folder, ca_file, signer = authority
    path, _ = certificate(folder, "right.test", issuer=signer)
    with tls_server(path) as server:
        allowed = frozenset({("right.test", server.port), ("wrong.test", server.port)})
        settings = settings_for(allow_private=allowed, ca_file=ca_file)
        outcomes = [
            outcome_of(Request(1, f"https://{host}:{server.port}/"), settings, lookup=lambda host, port: ["127.0.0.1"])
            for host in ("right.test", "wrong.test")
        ]
    assert isinstance(outcomes[0], Response)
    assert outcomes[1].reason is Reason.TLS
    assert "wrong.test" in outcomes[1].message


@pytest.mark.parametrize("fault", ["wrong host", "expired", "self-signed"])
def test_row_35_a_certificate_that_proves_nothing_is_an_error_without_a_way_around(get, authority, fault):
    folder, ca_file, signer = authority
    path, _ = {
        "wrong host": lambda: certificate(folder, "other.test", issuer=signer),
        "expired": lambda: certificate(folder, "127.0.0.1", days=(-30, -1), issuer=signer),
        "self-signed": lambda: certificate(folder, "127.0.0.1"),
    }[fault]()
    with tls_server(path) as server:
        outcome = get(server, ca_file=ca_file)
    assert outcome.reason is Reason.TLS
    assert not outcome.is_transient
    assert "certificate not accepted" in outcome.message
    assert server.asked == []


def test_row_35_a_plain_server_on_an_https_address_is_no_way_around_either(outcome_of, settings_for):
    with scripted.serve({"/": scripted.page(PAGE)}) as server:
        outcome = outcome_of(Request(1, server.url("/").replace("http:", "https:")), settings_for(server, retries=0))
    assert outcome.reason is Reason.TLS
