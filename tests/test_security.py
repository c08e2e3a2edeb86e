"""Rows 25 to 29 of the check table: forms need their token, headers stand on every page, no way out by redirect or host."""

import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from accounts.middleware import OPERATORS
from tests import world
from tests.routes import routes

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
# Forms without a token, and why: the theme asks the browser instead (accounts/views/appearance.py); Stripe signs;
# and the address of a mail's one click is signed itself.
OTHERWISE_GUARDED = {
    "accounts:theme": 403,
    "billing:stripe_webhook": 404,
    "billing:webhook": 404,
    "monitoring:mail_events": 404,
    "monitoring:unsubscribe": 404,
}
PRODUCTION = {
    "PRODUCTION": "true",
    "SECRET_KEY": "m7q2w9e4r1t6y3u8i5o0pAsDfGhJkLzXcVbN-b_n+v=c%x&z!lKjH",
    "DATABASE_URL": "postgresql://ca:word@db.internal:5432/conductatlas",
    "REDIS_URL": "redis://valkey.internal:6379/0",
    "SITE_URL": "https://conductatlas.example",
    "ALLOWED_HOSTS": "conductatlas.example",
}


@pytest.fixture(autouse=True)
def own_cache(settings):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture
def alice(db, now):
    return world.person("alice", now=now)


def in_production(*argv):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "conductatlas.settings",
    }
    done = subprocess.run(
        [sys.executable, *argv], env=environment | PRODUCTION, capture_output=True, text=True, cwd=ROOT, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_every_form_needs_its_token(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for route in routes():
        if route.is_api:
            continue
        status = client.post(route.address(), headers={"sec-fetch-site": "cross-site"}).status_code
        refusals = {OTHERWISE_GUARDED.get(route.name, 403), 405}
        assert status in refusals | ({404} if route.words or route.numbers else set()), f"{route.address()}: {status}"


def test_looking_changes_nothing(alice, django_assert_max_num_queries):
    """No GET writes a row but the session's and the visitor's own: seen in what is sent to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(alice)
    for route in routes():
        if route.is_api or route.pattern.startswith("accounts/"):
            continue
        with CaptureQueriesContext(connection) as asked:
            client.get(route.address())
        writes = [
            q["sql"] for q in asked if re.match(r"(INSERT|UPDATE|DELETE)", q["sql"]) and "session" not in q["sql"]
        ]
        made = [sql for sql in writes if "monitoring_watchlist" not in sql]  # the first look makes the first watchlist
        assert not made, f"{route.address()}: {made}"


@pytest.mark.parametrize(
    "address", ["/", "/accounts/login/", "/pricing/", "/watchlist/", "/nowhere/", "/api/v1/platforms/"]
)
def test_the_headers_stand_on_every_answer(address, alice, client):
    client.force_login(alice)
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_no_template_of_a_page_has_a_script_or_style_inline():
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        if path.relative_to(ROOT / "templates").parts[0] in ("email", "exports"):  # not shown here
            continue
        if re.search(r"<style|\sstyle=\"|\son[a-z]+=\"|javascript:|<script(?![^>]*(\ssrc=|application/json))", text):
            found.append(str(path.relative_to(ROOT)))
    assert not found


def test_cookies_are_closed(client, alice):
    client.get("/accounts/login/")
    answer = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    for name in ("sessionid", "csrftoken"):
        cookie = answer.cookies.get(name) or client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_production_binds_cookies_to_the_host_and_asks_for_https():
    code = """if True:
        from django.conf import settings as s
        print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,
              s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)"""
    assert in_production("-c", code) == (0, "__Host-session __Host-csrftoken True True / None 31536000 True\n")


def test_the_deployment_check_is_clean():
    code, output = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert code == 0, output


EVIL = ["//evil.example", "/\\evil.example", "///evil.example", "\x08//evil.example", "https:evil.example", "javascript:alert(1)",
        "https://evil.example/", "http:\\\\evil.example"]  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
def test_signing_in_leads_nowhere_else(target, alice, client):
    answer = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert re.match(r"/(?![/\\])", answer.headers["Location"])


@pytest.mark.parametrize("target", EVIL)
def test_signing_out_and_the_theme_lead_nowhere_else(target, alice, client):
    headers = {"sec-fetch-site": "same-origin", "referer": target.replace("\x08", "")}
    assert client.post("/theme/", {"theme": "dark", "next": target}, headers=headers).headers["Location"] == "/"
    client.force_login(alice)
    answer = client.post("/accounts/logout/", {"next": target})
    assert re.match(r"/(?![/\\])", answer.headers["Location"])


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80", ""]
)
def test_another_host_is_refused(host, client, db):
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:99999", "localhost."])
def test_links_in_mails_stand_on_our_own_address_whatever_the_host_header(host, alice, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post("/accounts/password/reset/", {"email": alice.email}, headers={"host": host})
    links = re.findall(r"https?://\S+", mail.outbox[0].body)
    assert links
    assert all(link.startswith(settings.SITE_URL) for link in links)


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 200)])
def test_a_forged_forwarding_header_does_not_lift_the_limit(proxies, last, alice, client, settings):
    """Without a proxy of ours the header counts for nothing; with one, it is the proxy's own entry that counts."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(21):
        form = {"login": f"nobody{number}@x.example", "password": "wrong"}
        answer = client.post("/accounts/login/", form, headers={"x-forwarded-for": f"203.0.113.{number}"})
    assert answer.status_code == last


def test_a_forged_entry_before_the_proxys_own_counts_for_nothing(alice, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(21):
        form = {"login": f"nobody{number}@x.example", "password": "wrong"}
        forwarded = f"203.0.113.{number}, 198.51.100.7"
        answer = client.post("/accounts/login/", form, headers={"x-forwarded-for": forwarded})
    assert answer.status_code == 429


def test_the_middleware_knows_where_the_operators_pages_are():
    from django.urls import reverse

    assert reverse("admin:index") == OPERATORS
