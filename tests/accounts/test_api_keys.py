import hashlib
from datetime import timedelta

import pytest

from accounts import api_keys, audit
from accounts.models import ApiKey, AuditEvent, Scope


@pytest.fixture
def make(organization, alice, now):
    def make_(**options):
        details = {
            "name": "Register",
            "scope": Scope.READ,
            "now": now,
            "actor": audit.Actor(user_id=alice.pk),
        } | options
        return api_keys.create(organization=organization, **details)

    return make_


def test_create_keeps_only_the_digest(make, db):
    key, plain = make()
    assert len(plain) == 76
    assert key.digest == hashlib.sha256(plain.encode()).hexdigest()
    stored = " ".join(str(value) for value in ApiKey.objects.filter(pk=key.pk).values_list().get())
    assert plain not in stored
    assert plain.split("_")[2] not in stored


def test_authenticate_finds_the_key_and_its_organization_in_one_query(
    make, organization, now, django_assert_num_queries
):
    key, plain = make()
    api_keys.authenticate(plain, now=now)
    with django_assert_num_queries(1):
        found = api_keys.authenticate(plain, now=now + timedelta(seconds=59))
        assert found.organization == organization
    assert found == key


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda plain: "", "malformed"),
        (lambda plain: "null", "malformed"),
        (lambda plain: plain[:-1], "malformed"),
        (lambda plain: plain + "0", "malformed"),
        (lambda plain: plain.upper(), "malformed"),
        (lambda plain: plain[:-1] + ("0" if plain[-1] != "0" else "1"), "unknown"),
        (lambda plain: "ca_zzzzzzzz_" + plain.split("_")[2], "unknown"),
    ],
)
def test_authenticate_refuses_what_is_not_the_whole_key(make, now, change, reason):
    _key, plain = make()
    with pytest.raises(api_keys.KeyRefused) as refused:
        api_keys.authenticate(change(plain), now=now)
    assert refused.value.reason == reason


def test_authenticate_refuses_a_key_from_the_moment_it_expires(make, now):
    _key, plain = make(expires_at=now + timedelta(days=1))
    api_keys.authenticate(plain, now=now + timedelta(hours=23))
    with pytest.raises(api_keys.KeyRefused, match="expired on 2026-11-23"):
        api_keys.authenticate(plain, now=now + timedelta(days=1))


def test_revoke_ends_a_key_at_once_and_is_written_once(make, organization, alice, now):
    key, plain = make()
    actor = audit.Actor(user_id=alice.pk)
    assert api_keys.revoke(key, now=now, actor=actor)
    assert not api_keys.revoke(key, now=now, actor=actor)
    with pytest.raises(api_keys.KeyRefused, match="revoked"):
        api_keys.authenticate(plain, now=now)
    verbs = (
        AuditEvent.objects.for_organization(organization).filter(target_kind="apikey").values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["api_key.created", "api_key.revoked"]


def test_last_use_is_written_at_most_once_a_minute(make, now):
    key, plain = make()
    seen = []
    for seconds in (0, 30, 59, 60, 90, 121):
        api_keys.authenticate(plain, now=now + timedelta(seconds=seconds))
        seen.append((ApiKey.objects.get(pk=key.pk).last_used_at - now).total_seconds())
    assert seen == [0, 0, 0, 60, 60, 121]
