"""The hash chain of a document."""

import pytest

from monitoring.archive import chain
from monitoring.models import Link, Screening, Snapshot, Version
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    world.serve(source, world.terms(c3="We keep your conversations for 90 days."), at=now + world.DAY)
    return source.document


def test_each_record_is_linked_in_order(document):
    kinds = [link.kind for link in Link.objects.filter(document=document).order_by("sequence")]
    assert kinds == ["snapshot", "screening", "version", "snapshot", "screening", "version", "change"]


def test_the_chain_of_an_untouched_archive_holds(document):
    assert chain.broken_at(Link.objects.filter(document=document).order_by("sequence")) is None
    for link in Link.objects.filter(document=document, kind="version"):
        assert chain.record_digest(Version.objects.get(pk=link.record_id)) == bytes(link.record_digest)


def test_a_removed_link_breaks_the_chain(document):
    Link.objects.filter(document=document, sequence=4).delete()
    assert chain.broken_at(Link.objects.filter(document=document).order_by("sequence")) == 5


def test_a_changed_link_breaks_the_chain(document):
    Link.objects.filter(document=document, sequence=3).update(record_digest=bytes(32))
    assert chain.broken_at(Link.objects.filter(document=document).order_by("sequence")) == 3


@pytest.mark.parametrize(
    ("model", "kind", "field", "value"),
    [
        (Snapshot, "snapshot", "url", "https://elsewhere.example/"),
        (Screening, "screening", "outcome", "held"),
        (Version, "version", "digest", bytes(32)),
    ],
)
def test_a_changed_record_no_longer_has_its_digest(document, model, kind, field, value):
    link = Link.objects.filter(document=document, kind=kind).first()
    model.objects.filter(pk=link.record_id).update(**{field: value})
    assert chain.record_digest(model.objects.get(pk=link.record_id)) != bytes(link.record_digest)
