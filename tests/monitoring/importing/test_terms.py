"""What was declared when, and whose capture a file is."""

from pathlib import Path

import pytest

from monitoring import catalog
from monitoring.importing import records, terms
from tests.monitoring.importing import collections
from tests.monitoring.importing.collections import BEGAN, DAY, PAGE, SERVICE


def record(path=f"{SERVICE}/{PAGE}", *, at=BEGAN, location=""):
    said = (("x-source-document-location", location),) if location else ()
    return records.Record(at, "c" * 40, path, records.name(path), "b" * 40, False, False, said)


def only(folder):
    [found] = terms.of(catalog.load(folder))
    return found


def parts(*paths):
    return {
        "Terms of Service": {"combine": [{"fetch": f"https://x.example/{path}"} for path in paths], "select": "main"}
    }


def test_the_declaration_valid_at_the_time_is_found_by_its_end(tmp_path):
    history = {"Terms of Service": [
        {"fetch": "https://x.example/b", "select": ".b", "validUntil": (BEGAN + DAY).isoformat()},
        {"fetch": "https://x.example/a", "select": ".a", "validUntil": BEGAN.isoformat()},
    ]}  # fmt: skip
    found = only(collections.declare(tmp_path / "d", history=history))
    eras = [found.era_at(BEGAN + hours * DAY) for hours in (-1, 0, 0.5, 1, 2)]
    assert eras == [0, 0, 1, 1, 2]
    assert [era.sources[0].select for era in found.eras] == [(".a",), (".b",), ("main",)]
    assert BEGAN < found.begins_at(1) < BEGAN + DAY


def test_a_capture_belongs_to_the_source_of_its_address_or_of_its_name(tmp_path):
    found = only(collections.declare(tmp_path / "d", parts("legal/terms", "legal/service.html")))
    base = f"{SERVICE}/Terms of Service"
    assert found.position(0, record(f"{base} #legal-terms.html")) == 0
    assert found.position(0, record(f"{base} #legal-service.html")) == 1
    assert found.position(0, record(f"{base} #renamed.html", location="https://x.example/legal/service.html")) == 1
    assert found.position(0, record(f"{base} #unknown.html")) is None
    assert found.position(0, record(f"{base}.html")) is None


def test_a_file_without_a_source_belongs_to_the_only_one(tmp_path):
    found = only(collections.declare(tmp_path / "d"))
    assert found.position(0, record()) == 0
    assert found.position(0, record(location="https://moved.example/")) == 0


@pytest.mark.parametrize("name", ["Le Chat.ai", "le chat.AI", "le-chat-ai"])
def test_platforms_are_chosen_by_name_file_or_slug(tmp_path, name):
    folder = collections.declare(tmp_path / "d")
    collections.declare(folder, service="Other")
    assert [each.slug for each in terms.chosen(catalog.load(folder), [name])] == ["le-chat-ai"]
    assert len(terms.chosen(catalog.load(folder), [])) == 2


def test_an_unknown_platform_is_told_the_nearest(tmp_path):
    declared = catalog.load(collections.declare(tmp_path / "d"))
    with pytest.raises(terms.UnknownPlatform, match=r"no platform 'Le Shat'.*nearest: Le Chat\.ai"):
        terms.chosen(declared, ["Le Shat"])


def test_the_declarations_of_a_whole_collection_lie_one_folder_deeper(tmp_path):
    collections.declare(tmp_path / "declarations")
    assert terms.declarations_in(tmp_path) == tmp_path / "declarations"
    assert terms.declarations_in(tmp_path / "declarations") == tmp_path / "declarations"
    assert terms.declarations_in(Path("nowhere")) == Path("nowhere")


def test_files_are_matched_to_documents_by_service_and_terms_type(tmp_path):
    wanted = [only(collections.declare(tmp_path / "d"))]
    names = [f"{SERVICE}/Terms of Service.html", f"{SERVICE}/Terms of Service #a.pdf", f"{SERVICE}/Privacy Policy.html",
             "Other/Terms of Service.html", f"{SERVICE}/Terms of Service.docx", f"{SERVICE}/Terms of Use.md"]  # fmt: skip
    files = {number: (False, records.name(path)) for number, path in enumerate(names)}
    assert terms.matched(files, wanted) == {0: [0, 1, 5]}
