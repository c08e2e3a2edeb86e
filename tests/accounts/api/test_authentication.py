from datetime import timedelta

import pytest
from django.urls import path
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import api_keys, audit
from accounts.api.authentication import ApiKeyAuthentication
from accounts.api.permissions import ScopeAllowsMethod
from accounts.models import ApiKey, Scope
from billing.api.permissions import PlanAllowsMethod


class WhoAmI(APIView):
    authentication_classes = (ApiKeyAuthentication,)
    permission_classes = (IsAuthenticated, ScopeAllowsMethod, PlanAllowsMethod)

    def get(self, request):
        return Response({"organization": request.organization.slug, "key": str(request.user)})

    post = get


urlpatterns = [path("who/", WhoAmI.as_view())]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def make(organization, alice):
    def make_(scope=Scope.READ, **options):
        return api_keys.create(
            organization=organization, name="k", scope=scope, now=timezone.now(),
            actor=audit.Actor(user_id=alice.pk), **options,
        )  # fmt: skip

    return make_


def ask(client, header=None, query="", method="get"):
    headers = {"Authorization": header} if header is not None else {}
    return getattr(client, method)(f"/who/{query}", headers=headers)


def test_a_key_speaks_for_its_organization(client, make, organization):
    key, plain = make()
    answer = ask(client, f"Bearer {plain}")
    assert answer.json() == {"organization": organization.slug, "key": f"k (ca_{key.prefix}_…)"}
    assert ask(client, f"bearer {plain}").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer 1",
        "Basic YTpi",
        "Token abc",
        "Bearer ca_x_y",
        "ca_x_y",
        "Bearer \x00",
    ],
)
def test_what_is_no_key_is_a_401_that_says_how_to_ask(client, organization, header):
    answer = ask(client, header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("query", ["?api_key={}", "?token={}", "?q={}", "?Access_Token=x", "?a=1&q=see%20{}"])
def test_a_key_in_the_address_is_refused_even_with_a_right_header(client, make, query):
    _key, plain = make()
    answer = ask(client, f"Bearer {plain}", query.format(plain))
    assert answer.status_code == 401
    assert "never goes into the address" in answer.content.decode()
    assert plain not in answer.content.decode()


def test_a_revoked_and_an_expired_key_are_told_so(client, make, alice):
    key, plain = make()
    api_keys.revoke(key, now=timezone.now(), actor=audit.Actor(user_id=alice.pk))
    assert "revoked" in ask(client, f"Bearer {plain}").content.decode()
    _key, plain = make(expires_at=timezone.now() - timedelta(seconds=1))
    answer = ask(client, f"Bearer {plain}")
    assert (answer.status_code, "expired" in answer.content.decode()) == (401, True)


def test_a_read_key_does_not_write_and_a_write_key_needs_the_plan(client, make, organization):
    from billing import plans, subscriptions

    _key, read = make()
    _key, write = make(Scope.WRITE)
    assert ask(client, f"Bearer {read}", method="post").status_code == 403
    assert ask(client, f"Bearer {write}", method="post").status_code == 403
    subscriptions.grant(organization=organization, plan=plans.PROFESSIONAL, now=timezone.now())
    assert ask(client, f"Bearer {read}", method="post").status_code == 403
    assert ask(client, f"Bearer {write}", method="post").status_code == 200


def test_a_key_goes_on_when_the_person_who_made_it_leaves(client, make, organization, alice):
    _key, plain = make()
    ApiKey.objects.update(created_by=None)
    assert ask(client, f"Bearer {plain}").status_code == 200


def test_a_session_alone_does_not_open_the_api(alice, client):
    client.force_login(alice)
    assert ask(client).status_code == 401
