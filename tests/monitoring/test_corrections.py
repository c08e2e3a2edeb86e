"""A reading is contested by anybody, decided once by an operator, and the log says how it went."""

import pytest
from django.core import mail

from monitoring import corrections
from monitoring.models import Correction, Revision
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def correction(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    revision = Revision.objects.standing().get(provision__provision_type="model_training_use")
    return corrections.contest(
        revision=revision, fault=Correction.Fault.STANCE, reason="The clause speaks of something else entirely.",
        email="reader@example.org", now=now,
    )  # fmt: skip


def decide(correction, now, outcome=Correction.Outcome.UPHELD):
    operator = world.person("olga", now=now)
    return corrections.decide(
        correction=correction, outcome=outcome, answer="It speaks of logs.", operator=operator, now=now
    )


def test_a_decision_stands_in_the_log_and_on_the_page_of_the_reading(correction, now):
    assert list(Correction.objects.waiting()) == [correction]
    decide(correction, now)
    assert not Correction.objects.waiting().exists()
    assert list(corrections.upheld(correction.revision)) == [correction]
    assert Correction.objects.decided().get().answer == "It speaks of logs."


def test_a_declined_one_leaves_the_page_as_it_is(correction, now):
    decide(correction, now, Correction.Outcome.DECLINED)
    assert not corrections.upheld(correction.revision).exists()


def test_nobody_decides_twice(correction, now):
    decide(correction, now)
    with pytest.raises(corrections.CorrectionDecided):
        decide(correction, now, Correction.Outcome.DECLINED)
    assert Correction.objects.get().outcome == "upheld"


def test_the_reader_who_left_an_address_is_told_once(correction, now, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        decide(correction, now)
    (sent,) = mail.outbox
    assert sent.to == ["reader@example.org"]
    assert "It speaks of logs." in sent.body
    assert "Acme" in sent.subject
    assert "you left this address" in sent.body


def test_the_reading_itself_stays_as_it_was_read(correction, now):
    before = Revision.objects.filter(pk=correction.revision_id).values().get()
    decide(correction, now)
    assert Revision.objects.filter(pk=correction.revision_id).values().get() == before
