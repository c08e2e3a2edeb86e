"""What to poll of the demo world."""

from __future__ import annotations

from pathlib import Path

from monitoring import catalog
from monitoring.demo import captures, declarations
from tests.monitoring.demo.world import BEGAN_AT, DOCUMENTS

BASE = "http://127.0.0.1:8001"


def test_written_declarations_load_as_a_catalog(tmp_path: Path) -> None:
    written = declarations.write_declarations(tmp_path / "demo", BASE)

    platforms = catalog.load(tmp_path / "demo")

    assert [path.stem for path in written] == [platform.slug for platform in platforms]
    addresses = {source.url for platform in platforms for each in platform.documents for source in each.sources}
    assert addresses == {f"{BASE}{document.url_path}" for document in DOCUMENTS}


def test_each_capture_belongs_to_a_declared_document(tmp_path: Path) -> None:
    declarations.write_declarations(tmp_path, BASE)
    declared = {
        (platform.slug, *each.variant): each.sources[0].url
        for platform in catalog.load(tmp_path)
        for each in platform.documents
    }

    for capture in captures.captures(began_at=BEGAN_AT):
        named = (capture.platform_slug, capture.terms_type, capture.region, capture.language, capture.audience)
        assert declared[named] == f"{BASE}{capture.url_path}"
