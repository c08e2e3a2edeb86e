"""Operators teach a document what is noise: previewed, reviewed, followed, revoked."""

import pytest
from django.db import IntegrityError, transaction

from monitoring import teaching
from monitoring.models import Change, Rule, Screening, Version
from tests import world

pytestmark = pytest.mark.django_db
WORDS, SHAPE, SECTION = Rule.Scope.WORDS, Rule.Scope.SHAPE, Rule.Scope.SECTION


def counter(number):
    return f"You must not use the service to break the law. This page was read by at least {number} members today."


def operator(name, now):
    user = world.person(name, now=now)
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def source(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(c4=counter(100)), at=now)
    return source


@pytest.fixture
def change(source, now):
    """The counter went from 100 to 200: told as a change."""
    _, change = world.serve(source, world.terms(c4=counter(200)), at=now + world.DAY)
    assert change is not None
    return change


@pytest.fixture
def alice(now):
    return operator("alice", now)


def taught(change, alice, now, scope=SHAPE):
    return teaching.teach(change=change, scope=scope, position=0, reason="a counter", operator=alice, now=now)


def test_a_rule_quiets_nothing_before_it_is_reviewed_and_everything_like_it_after(source, change, alice, now):
    rule = taught(change, alice, now)
    _, told = world.serve(source, world.terms(c4=counter(300)), at=now + 2 * world.DAY)
    assert told is not None
    teaching.approve(rule=rule, operator=alice, now=now)
    reading, told = world.serve(source, world.terms(c4=counter(400)), at=now + 3 * world.DAY)
    assert told is None
    assert (reading.verdict.outcome, reading.verdict.difference) == ("unchanged", "noise")
    assert Version.objects.count() == 3


def test_a_real_edit_in_the_same_capture_is_still_told(source, change, alice, now):
    teaching.approve(rule=taught(change, alice, now), operator=alice, now=now)
    retention = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."
    _, told = world.serve(source, world.terms(c4=counter(500), c3=retention), at=now + 2 * world.DAY)
    assert told.significance == "substantive"
    assert sorted(told.edits.values_list("significance", flat=True)) == ["noise", "substantive"]


def test_these_very_words_are_narrower_than_their_shape(source, change, alice, now):
    teaching.approve(rule=taught(change, alice, now, scope=WORDS), operator=alice, now=now)
    _, told = world.serve(source, world.terms(c4=counter(300)), at=now + 2 * world.DAY)
    assert told is not None


def test_a_revoked_rule_is_no_longer_followed_and_stays_on_record(source, change, alice, now):
    rule = taught(change, alice, now)
    teaching.approve(rule=rule, operator=alice, now=now)
    teaching.revoke(rule=rule, operator=alice, reason="it was a limit after all", now=now)
    _, told = world.serve(source, world.terms(c4=counter(300)), at=now + 2 * world.DAY)
    assert told is not None
    assert Rule.objects.get().revoked_reason == "it was a limit after all"
    with pytest.raises(teaching.TeachingError, match="in the meantime"):
        teaching.revoke(rule=rule, operator=alice, reason="again", now=now)


def test_the_second_pair_of_eyes_is_somebody_else_s_where_there_is_somebody_else(change, alice, now):
    rule = taught(change, alice, now)
    bob = operator("bob", now)
    with pytest.raises(teaching.TeachingError, match="another operator"):
        teaching.approve(rule=rule, operator=alice, now=now)
    teaching.approve(rule=rule, operator=bob, now=now)
    rule.refresh_from_db()
    assert (rule.is_active, rule.reviewed_by) == (True, bob)
    with pytest.raises(teaching.TeachingError):
        teaching.approve(rule=rule, operator=bob, now=now)


def test_the_effects_are_the_past_changes_it_would_have_hidden(source, change, now):
    retention = "We keep your conversations for 90 days and delete them afterwards, unless the law requires otherwise."
    _, mixed = world.serve(source, world.terms(c4=counter(300), c3=retention), at=now + 2 * world.DAY)
    _, other = world.serve(source, world.terms(c4=counter(300)), at=now + 60 * world.DAY)
    lesson = teaching.lesson(change, scope=SHAPE, position=0)
    effects = {effect.change.pk: effect for effect in teaching.effects(source.document, lesson.patterns)}
    assert effects[change.pk].is_hidden
    assert effects[mixed.pk].after == "substantive"
    assert not effects[mixed.pk].is_hidden
    assert other is None or other.pk not in effects


def test_past_changes_stay_as_they_were_told(source, change, alice, now):
    teaching.approve(rule=taught(change, alice, now), operator=alice, now=now)
    assert Change.objects.get() == change
    assert Screening.objects.filter(outcome="news").count() == 1


def test_the_whole_change_can_be_marked(source, change, alice, now):
    rule = teaching.teach(change=change, scope=SHAPE, position=None, reason="a counter", operator=alice, now=now)
    assert "100 members" in rule.quote
    assert "200 members" in rule.quote


def test_the_same_rule_is_not_made_twice(change, alice, now):
    taught(change, alice, now)
    with pytest.raises(teaching.TeachingError) as caught:
        taught(change, alice, now)
    assert caught.value.fault is teaching.Fault.ALREADY_TAUGHT


def test_an_edit_that_is_not_there_teaches_nothing(change):
    with pytest.raises(teaching.TeachingError) as caught:
        teaching.lesson(change, scope=SHAPE, position=99)
    assert caught.value.fault is teaching.Fault.NO_SUCH_EDIT


def test_an_empty_rule_is_refused_by_the_database(change, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.create(
            document=change.document, change=change, scope=WORDS, patterns=[], quote="", reason="", created_at=now
        )


def test_a_rule_is_of_its_own_document_only(change, alice, now):
    other = world.declare("acme", "zenith", now=now)["zenith"]
    world.serve(other, world.terms(c4=counter(100)), at=now)
    teaching.approve(rule=taught(change, alice, now), operator=alice, now=now)
    _, told = world.serve(other, world.terms(c4=counter(200)), at=now + world.DAY)
    assert told is not None
