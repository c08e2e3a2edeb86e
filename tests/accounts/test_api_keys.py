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


def test_rotate_lets_the_old_key_work_through_the_overlap_and_not_a_moment_longer(make, now):
    old, plain = make(expires_at=now + timedelta(days=90))
    new, new_plain = api_keys.rotate(old, overlap=timedelta(hours=24), now=now, actor=audit.SYSTEM)
    assert (new.name, new.scope, new.expires_at) == (old.name, old.scope, now + timedelta(days=90))
    assert ApiKey.objects.get(pk=new.pk).replaces == old
    just_before = now + timedelta(hours=24) - timedelta(microseconds=1)
    assert api_keys.authenticate(plain, now=just_before) == old
    assert api_keys.authenticate(new_plain, now=just_before) == new
    with pytest.raises(api_keys.KeyRefused, match="expired"):
        api_keys.authenticate(plain, now=now + timedelta(hours=24))
    assert api_keys.authenticate(new_plain, now=now + timedelta(hours=24)) == new


def test_rotate_without_overlap_ends_the_old_key_at_once_and_never_lengthens_it(make, now):
    old, plain = make()
    api_keys.rotate(old, overlap=timedelta(), now=now, actor=audit.SYSTEM)
    with pytest.raises(api_keys.KeyRefused, match="expired"):
        api_keys.authenticate(plain, now=now)
    short, _plain = make(expires_at=now + timedelta(hours=1))
    api_keys.rotate(short, overlap=timedelta(days=7), now=now, actor=audit.SYSTEM)
    assert ApiKey.objects.get(pk=short.pk).expires_at == now + timedelta(hours=1)


def test_rotate_refuses_a_key_that_has_ended_and_is_written(make, organization, now):
    key, _plain = make()
    api_keys.rotate(key, overlap=timedelta(), now=now, actor=audit.SYSTEM)
    assert AuditEvent.objects.for_organization(organization).latest("id").verb == "api_key.rotated"
    with pytest.raises(api_keys.KeyRefused, match="make a new one"):
        api_keys.rotate(key, overlap=timedelta(), now=now, actor=audit.SYSTEM)
