"""Sign-in through an OpenID Connect issuer: a real issuer of ours on the loopback, reached over HTTP."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as django_settings

from accounts.models import AuditEvent, Membership, User

CLIENT = "conductatlas"
SECRET = "the secret of the client"


class Issuer:
    """A small OpenID Connect issuer. `claims` is what it says of the person; `codes` what it gave away."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims = {"sub": "u-1", "email": "dora@dora.example", "email_verified": True, "name": "Dora"}
        self.audience = CLIENT
        self.asked = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = urlsplit(self.path).path
                self.answer(
                    {"/.well-known/openid-configuration": issuer.configuration, "/userinfo": issuer.userinfo}[path]()
                )

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                issuer.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                self.answer(issuer.token())

            def answer(self, value):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def configuration(self):
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.url, "jwks_uri": f"{self.url}/jwks",
            **{f"{name}_endpoint": f"{self.url}/{path}" for name, path in ends.items()},
        }  # fmt: skip

    def userinfo(self):
        return self.claims

    def token(self):
        now = int(time.time())
        claims = {**self.claims, "iss": self.url, "aud": self.audience, "iat": now, "exp": now + 60}
        return {
            "access_token": "a", "token_type": "Bearer", "expires_in": 60,
            "id_token": jwt.encode(claims, self.key, algorithm="RS256"),
        }  # fmt: skip


@pytest.fixture
def issuer(settings, db):
    issuer = Issuer()
    app = {
        "provider_id": "sso", "name": "Example SSO", "client_id": CLIENT, "secret": SECRET,
        "settings": {"server_url": issuer.url, "oauth_pkce_enabled": True},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield issuer
    issuer.server.shutdown()


def go(client, *, process="login", state=None):
    """Walk to the issuer and back, as a browser would; return the answer to the callback."""
    answer = client.post(f"/accounts/oidc/sso/login/?process={process}")
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/accounts/oidc/sso/login/callback/", {"code": "c", "state": state or asked["state"][0]})


def test_the_sign_in_page_offers_what_the_settings_switch_on(client, issuer):
    assert "Go on with Example SSO" in client.get("/accounts/login/").content.decode()


def test_without_settings_nothing_is_offered_and_the_way_is_a_404(client, db):
    assert "Go on with" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/oidc/sso/login/").status_code == 404


def test_a_new_person_arrives_with_a_personal_organization(client, issuer):
    assert go(client).headers["Location"] == django_settings.LOGIN_REDIRECT_URL
    user = User.objects.get(email="dora@dora.example")
    organization = Membership.objects.get(user=user).organization
    assert organization.is_personal
    assert not user.has_usable_password()
    assert AuditEvent.objects.for_organization(organization).latest("id").verb == "user.signed_in"
    assert issuer.asked[0]["code_verifier"]
    client.logout()
    go(client)
    assert client.get("/settings/organization/").status_code == 200
    assert User.objects.filter(email="dora@dora.example").count() == 1


def test_an_address_that_the_issuer_has_not_verified_is_verified_by_mail(client, issuer, mailoutbox):
    issuer.claims["email_verified"] = False
    assert go(client).headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert mailoutbox[0].to == ["dora@dora.example"]


def test_an_issuer_cannot_take_over_an_account_that_is_there(client, issuer, alice):
    issuer.claims["email"] = alice.email
    go(client)
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.filter(user=alice).exists()


def test_the_person_themself_connects_and_then_signs_in(client, issuer, alice, sign_in):
    client = sign_in(alice)
    go(client, process="connect")
    assert SocialAccount.objects.get(user=alice).uid == "u-1"
    client.logout()
    go(client)
    assert client.get("/settings/organization/").context["user"] == alice


def test_an_answer_that_nobody_asked_for_is_refused(client, issuer):
    assert go(client, state="forged").status_code in (401, 403)
    assert "_auth_user_id" not in client.session


def test_a_token_meant_for_somebody_else_is_refused(client, issuer):
    issuer.audience = "another client"
    go(client)
    assert "_auth_user_id" not in client.session


def run_with(program, **environment):
    """Run a program under the real settings with these variables."""
    settings_module = {"DJANGO_SETTINGS_MODULE": "conductatlas.settings"}
    return subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **settings_module, **environment},
        capture_output=True, text=True, cwd=django_settings.BASE_DIR,
    )  # fmt: skip


@pytest.mark.parametrize("provider", ["google", "github", "microsoft"])
def test_a_provider_is_on_when_its_client_id_is_given_and_only_then(provider):
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.urls import resolve\n"
        "print(list(settings.SOCIALACCOUNT_PROVIDERS))\n"
        f"print(resolve('/accounts/{provider}/login/').url_name)"
    )

    with_id = run_with(program, **{f"{provider.upper()}_CLIENT_ID": "id", f"{provider.upper()}_CLIENT_SECRET": "s"})
    assert with_id.returncode == 0, with_id.stderr
    assert with_id.stdout.splitlines() == [f"[{provider!r}]", f"{provider}_login"]
    without = run_with(program)
    assert without.stdout.startswith("[]")
    assert "Resolver404" in without.stderr


def test_an_issuer_without_a_client_is_an_error_that_says_so():
    program = "from django.conf import settings; settings.DEBUG"
    answer = run_with(program, OIDC_ISSUER="https://id.example")
    assert "OIDC_ISSUER needs OIDC_CLIENT_ID" in answer.stderr
