"""Whoever starts the demo sees every state a document, a text or a provision can be in, on a page."""

from datetime import UTC, datetime

import pytest

from monitoring import coverage, seeding
from monitoring.models import Change, Document, Provision, Revision, Version

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def demo(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    seeding.seed(tmp_path, base_url="http://127.0.0.1:9", now=datetime.now(UTC))


def test_every_state_is_seen_on_a_page_and_every_document_in_one_of_them(demo, client):
    def page(row):
        return client.get(row if isinstance(row, str) else row.get_absolute_url()).content.decode()

    versions = Version.objects.select_related("document__platform")
    assert "first record" in page(versions.filter(kind=Version.Kind.FIRST).first())
    assert "technical upgrade" in page(versions.filter(kind=Version.Kind.TECHNICAL).first())
    for significance in ("substantive", "minor", "housekeeping"):
        assert significance in page(Change.objects.filter(significance=significance).first()).lower()
    states = {row.state for row in coverage.of(Document.objects.with_platform())}
    assert states == {coverage.State.CURRENT, coverage.State.HELD, coverage.State.FAILING}
    fares = page("/coverage/")
    assert "Held back" in fares
    assert "an earlier text is back" in fares
    assert "There is no page at this address (HTTP 404)" in fares
    assert "No longer stated" in page(_withdrawn())
    unclear = Revision.objects.standing().filter(stance="unclear").with_provision().first()
    assert "The wording does not settle the position" in page(unclear.provision)
    assert "No such clause found" in page("/compare/?type=minor_safeguards")


def _withdrawn():
    rows = Provision.objects.with_document().prefetch_related("revisions")
    return next(
        row
        for row in rows
        if max(row.revisions.all(), key=lambda each: (each.observed_at, each.pk)).fate == Revision.Fate.WITHDRAWN
    )
