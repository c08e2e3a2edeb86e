"""Standard Webhooks: what we sign, the public library accepts; what we accept is fresh and whole."""

from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks

from monitoring.alerts.channels import signing

BODY = '{"type":"change.detected","said":"Żółć"}'.encode()


def signed(*keys, at, body=BODY):
    return signing.headers(keys, message_id="msg_1", at=at, body=body)


def test_the_public_library_accepts_what_was_signed():
    secret = signing.new_secret()
    given = signed(secret, at=datetime.now(UTC))
    assert standardwebhooks.Webhook(secret).verify(BODY, given)["type"] == "change.detected"


def test_during_a_rotation_both_secrets_fit():
    new, old = signing.new_secret(), signing.new_secret()
    given = signed(new, old, at=datetime.now(UTC))
    for secret in (new, old):
        standardwebhooks.Webhook(secret).verify(BODY, given)
        assert signing.verify([secret], given=given, body=BODY, now=datetime.now(UTC)) == "msg_1"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_message_that_is_not_of_now_is_refused(seconds, now):
    secret = signing.new_secret()
    given = signed(secret, at=now + timedelta(seconds=seconds))
    with pytest.raises(signing.BadSignature, match="five minutes"):
        signing.verify([secret], given=given, body=BODY, now=now)
    near = signed(secret, at=now + timedelta(seconds=seconds // 301 * 299))
    assert signing.verify([secret], given=near, body=BODY, now=now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("webhook-id", "msg_2"),
        ("webhook-id", ""),
        ("webhook-timestamp", ""),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "٣٣٣"),
        ("webhook-timestamp", "9" * 40),
        ("webhook-signature", ""),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v1,é"),
        ("webhook-signature", "v2," + "A" * 44),
    ],
)
def test_what_was_changed_or_is_malformed_is_refused_and_never_a_crash(field, value, now):
    secret = signing.new_secret()
    with pytest.raises(signing.BadSignature):
        signing.verify([secret], given=signed(secret, at=now) | {field: value}, body=BODY, now=now)


def test_another_body_or_another_secret_does_not_fit(now):
    secret = signing.new_secret()
    for keys, body in (([secret], BODY + b" "), ([signing.new_secret()], BODY), ([], BODY)):
        with pytest.raises(signing.BadSignature, match="fits"):
            signing.verify(keys, given=signed(secret, at=now), body=body, now=now)
