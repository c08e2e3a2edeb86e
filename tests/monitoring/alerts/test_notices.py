"""Watchers are told of documents that are new, moved or gone: once, by their plan."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from monitoring.alerts import delivery, matching, timing
from monitoring.models import Delivery, DeliveryItem, Proposal
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(now):
    return world.declare("acme", now=now)["acme"]


def propose(source, now, *, kind="new", is_news=True, **fields):
    about = {} if kind == "new" else {"source": source}
    end = fields.pop("end", "dpa")
    defaults = {
        "title": "Data Processing Addendum",
        "url": f"https://acme.example/{end}",
        "evidence": {"hub": "https://acme.example/legal"},
    }
    return Proposal.objects.create(
        platform=source.document.platform, kind=kind, is_news=is_news,
        began_at=now, last_seen_at=now, created_at=now, **(defaults | about | fields),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "kind", "wait"),
    [
        (None, "digest", timedelta(hours=20)),  # Monday at 08:00
        ("watcher", "notice", timing.SAME_DAY_AFTER),
        ("professional", "notice", timedelta(0)),
    ],
)
def test_the_plan_says_how_soon(source, now, plan, kind, wait):
    world.watch(world.person("alice", plan=plan, now=now), source, now=now)
    proposal = propose(source, now)
    assert matching.tell_all(now=now) == 1
    made = Delivery.objects.get()
    assert (made.kind, made.due_at) == (kind, now + wait)
    assert DeliveryItem.objects.get().proposal == proposal
    assert matching.tell_all(now=now) == 0


def test_what_is_no_news_or_closed_is_told_to_nobody(source, now):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    propose(source, now, is_news=False)
    propose(source, now, end="aup", closed_at=now, closed_as="dismissed")
    assert matching.tell_all(now=now) == 0


def test_what_came_together_is_one_message(source, now, mailoutbox):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    propose(source, now)
    propose(source, now, end="aup", title="Usage Policy")
    matching.tell_all(now=now)
    assert delivery.deliver_due(now=now) == 1
    assert mailoutbox[0].subject == "Acme: 2 documents are new, moved or gone"
    assert "Usage Policy" in mailoutbox[0].body
    assert "https://acme.example/dpa" in mailoutbox[0].body


def test_who_watches_one_document_hears_of_that_document_only(source, now):
    alice = world.person("alice", plan="professional", now=now)
    world.watch(alice, source, document=source.document, now=now)
    propose(source, now)
    assert matching.tell_all(now=now) == 0
    propose(source, now, kind="vanished", evidence={"status": 404, "looks": 4})
    assert matching.tell_all(now=now) == 1


@pytest.mark.parametrize(
    ("kind", "evidence", "subject", "words"),
    [
        (
            "new",
            {"hub": "https://acme.example/legal"},
            "Acme lists a document that is not read yet: Usage Policy",
            "It was not there at the visits before.",
        ),
        ("moved", {"from": "https://acme.example/terms"}, "Acme moved its Usage Policy", "redirects there for good"),
        ("vanished", {"status": 404, "looks": 4}, "Acme: Usage Policy is no longer at its address", "4 times"),
    ],
)  # fmt: skip
def test_the_notice_says_what_was_seen_in_both_forms(source, now, mailoutbox, kind, evidence, subject, words):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    propose(source, now, kind=kind, title="Usage Policy", evidence=evidence)
    matching.tell_all(now=now)
    delivery.deliver_due(now=now)
    [mail] = mailoutbox
    assert mail.subject == subject
    for form in (mail.body, mail.alternatives[0][0]):
        assert words in " ".join(form.split())
        assert "https://acme.example/dpa" in form
        assert "You are told because Alice watches Acme." in form
    assert "<" not in mail.body


def test_a_digest_carries_what_is_still_so(source, now, mailoutbox):
    world.watch(world.person("bob", now=now), source, now=now)
    propose(source, now, title="Usage Policy")
    propose(source, now, end="aup", title="Cookie Policy")
    matching.tell_all(now=now)
    Proposal.objects.filter(title="Cookie Policy").update(closed_at=now, closed_as="settled")
    assert delivery.deliver_due(now=now + 7 * world.DAY) == 1
    assert "Usage Policy" in mailoutbox[0].body
    assert "Cookie Policy" not in mailoutbox[0].body


def test_an_item_carries_exactly_one_thing(source, now):
    world.watch(world.person("alice", plan="professional", now=now), source, now=now)
    propose(source, now)
    matching.tell_all(now=now)
    with pytest.raises(IntegrityError):
        DeliveryItem.objects.update(proposal=None)
