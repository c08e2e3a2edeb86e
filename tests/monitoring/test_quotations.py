"""No claim without its words: every quotation of the whole demo world is found verbatim, in the records and on the pages."""

import re
from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitoring import provisions, redline, seeding
from monitoring.models import Provision, Revision, Version

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def demo(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    seeding.seed(tmp_path, base_url="http://127.0.0.1:9", now=datetime.now(UTC))


def test_every_quotation_of_the_demo_world_is_found_at_its_offsets(demo):
    rows = list(Revision.objects.with_version())
    cut = provisions.excerpts(rows)
    assert len(rows) > 200
    for row in rows:
        text = row.version.text
        found = [*provisions.quotes(row), *(words for _, words in provisions.exceptions(row))]
        found += [provisions.sentence(row, start, end) for _, start, end in provisions.parameters(row)]
        found += [cut[row.pk]] if row.pk in cut else []
        assert found or row.fate == Revision.Fate.WITHDRAWN
        for quote in found:
            assert text[quote.start : quote.end] == quote.text
            assert quote.text.strip()
            for start, end in quote.marked:
                assert quote.start <= start < end <= quote.end


def test_every_quotation_on_a_page_of_the_demo_world_stands_in_a_text(demo, client):
    texts = [_plain(text) for text in Version.objects.values_list("text", flat=True)]
    shown = 0
    for provision in Provision.objects.select_related("document__platform"):
        answer = client.get(provision.get_absolute_url())
        assert answer.status_code == 200
        for node in LexborHTMLParser(answer.content).css("blockquote.verbatim > p, .stated dd"):
            words = _plain(node.text()).strip("“”… ")
            assert any(words in text for text in texts), f"{provision}: {words}"
            shown += 1
    assert shown > 300


def _plain(text):
    """Return a text as a page shows it: without Markdown's own signs, white space made even."""
    pieces = redline.readable([redline.Piece("same", text)])
    return re.sub(r"\s+", " ", "".join(piece.text for piece in pieces))
