import pytest

from accounts import api_keys, audit
from accounts.models import Scope, User

MODELS = ["accounts/user", "accounts/organization", "accounts/apikey", "accounts/auditevent", "billing/subscription"]


@pytest.fixture
def operator(client, db):
    User.objects.create_superuser(email="root@root.example", password="correct horse battery")
    answer = client.post(
        "/operators/login/?next=/operators/", {"username": "Root@root.example", "password": "correct horse battery"}
    )
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize("model", MODELS)
def test_an_operator_may_look_at_every_table(operator, organization, model):
    assert operator.get(f"/operators/{model}/?q=a").status_code == 200


def test_the_digest_of_a_key_and_the_audit_trail_are_out_of_reach(operator, organization, alice, now):
    key, _plain = api_keys.create(
        organization=organization, name="k", scope=Scope.READ, now=now, actor=audit.Actor(user_id=alice.pk)
    )
    assert key.digest not in operator.get(f"/operators/accounts/apikey/{key.pk}/change/").content.decode()
    assert operator.get("/operators/accounts/auditevent/add/").status_code == 403


def test_a_member_is_no_operator(alice, sign_in):
    assert sign_in(alice).get("/operators/").status_code == 302
