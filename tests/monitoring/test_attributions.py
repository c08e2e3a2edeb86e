"""Whose data a page shows."""

import pytest

from accounts import api_keys, audit
from accounts.models import Scope
from monitoring import attributions
from monitoring.models import Document, Screening, Snapshot
from tests import world

pytestmark = pytest.mark.django_db

SAYS = {
    "collection": "genai",
    "licence": "ODC-BY 1.0",
    "attribution": "Contains data from Open Terms Archive contributors, ODC-BY 1.0",
}


@pytest.fixture
def sources(now):
    found = world.declare("acme", "zenith", "quanta", now=now)
    for source in found.values():
        world.serve(source, world.terms(), at=now)
    return found


def ids(*sources):
    return [source.document_id for source in sources]


def test_documents_of_our_own_need_no_attribution(sources):
    assert attributions.of_documents(ids(*sources.values())) == ()


def test_imported_captures_and_texts_name_their_collection_once(sources, django_assert_num_queries):
    Snapshot.objects.filter(source=sources["acme"]).update(origin="imported", provenance=SAYS)
    Screening.objects.filter(document=sources["zenith"].document).update(provenance=SAYS | {"commit": "c"})
    everything = list(Document.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        [found] = attributions.of_documents(everything)
    assert (found.text, found.collection, found.licence) == (SAYS["attribution"], "genai", "ODC-BY 1.0")
    assert found.licence_url.startswith("https://opendatacommons.org/")
    assert attributions.of_documents(ids(sources["zenith"])) == (found,)
    assert attributions.of_documents(ids(sources["quanta"])) == ()


def test_a_look_again_without_an_attribution_of_its_own_says_nothing(sources):
    Screening.objects.update(provenance={"collection": "genai", "look": 1})
    assert attributions.of_documents(ids(*sources.values())) == ()


def test_every_page_and_answer_that_uses_imported_history_says_so(client, now):
    source = world.declare("acme", now=now)["acme"]
    world.serve(source, world.terms(), at=now)
    _, change = world.serve(source, world.terms(c3="We keep your conversations for 90 days."), at=now + world.DAY)
    pages = (
        source.document.get_absolute_url(), change.after.get_absolute_url(), change.get_absolute_url(),
        source.document.platform.get_absolute_url(), "/changes/", "/timeline/",
    )  # fmt: skip
    for page in pages:
        assert "Open Terms Archive contributors" not in client.get(page).content.decode(), page
    Snapshot.objects.update(origin=Snapshot.Origin.IMPORTED, provenance=SAYS)
    for page in pages:
        assert "Open Terms Archive contributors" in client.get(page).content.decode(), page
    alice = world.person("alice", plan="professional", now=now)
    _, key = api_keys.create(
        organization=world.organization_of(alice), name="reader", scope=Scope.READ, now=now, actor=audit.SYSTEM
    )
    for address in (f"/api/v1/changes/{change.pk}/", "/api/v1/changes/", "/api/v1/timeline/"):
        answer = client.get(address, headers={"Authorization": f"Bearer {key}"}).json()
        assert answer["attributions"][0]["collection"] == "genai", address
