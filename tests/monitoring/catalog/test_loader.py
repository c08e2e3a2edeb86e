"""From a folder of declarations to platforms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitoring import catalog


def _write(folder: Path, name: str, declaration: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(declaration), encoding="utf-8")
    return path


def _errors(folder: Path) -> tuple[str, ...]:
    with pytest.raises(catalog.CatalogError) as raised:
        catalog.load(folder)
    return raised.value.errors


def _one(terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Example", "terms": terms, **more}


def test_load_reads_a_declaration_of_open_terms_archive_as_it_is(tmp_path: Path) -> None:
    selectors = [".rules", {"startBefore": "#privacy", "endBefore": "footer"}]
    terms = {"fetch": "https://example.com/privacy", "select": selectors, "remove": "nav", "executeClientScripts": True}
    _write(tmp_path, "Le Chat.json", _one({"Privacy Policy": terms}))

    (platform,) = catalog.load(tmp_path)

    assert (platform.slug, platform.name, platform.vendor, platform.category) == ("le-chat", "Example", "", "")
    (document,) = platform.documents
    assert document.variant == ("privacy-policy", "", "en", "")
    assert document.name == "Privacy Policy"
    (source,) = document.sources
    assert source == catalog.SourceDeclaration(
        url="https://example.com/privacy", select=tuple(selectors), remove=("nav",), render=True
    )


def test_load_reads_documents_as_the_older_name_of_terms(tmp_path: Path) -> None:
    older = {"name": "Example", "documents": {"Terms of Service": {"fetch": "https://example.com/terms"}}}
    _write(tmp_path, "example.json", older)

    assert catalog.load(tmp_path)[0].documents[0].terms_type == "terms-of-service"


def test_load_gives_each_part_of_combine_the_keys_they_share(tmp_path: Path) -> None:
    parts = [{"fetch": "https://example.com/1"}, {"fetch": "https://example.com/2", "select": "article"}]
    terms = {"select": "main", "remove": "nav", "filter": ["tidy", {"cut": 3}], "combine": parts}
    _write(tmp_path, "example.json", _one({"Acceptable Use Policy": terms}))

    first, second = catalog.load(tmp_path)[0].documents[0].sources

    assert (first.select, second.select) == (("main",), ("article",))
    assert first.remove == second.remove == ("nav",)
    assert first.filters == ("tidy", "cut")


def test_load_makes_a_document_of_each_variant(tmp_path: Path) -> None:
    variants = [
        {"region": "EEA", "fetch": "https://example.com/eea"},
        {"language": "de", "fetch": "https://example.com/de"},
    ]
    terms = {
        "fetch": "https://example.com/terms",
        "select": "main",
        "x-conductatlas": {"name": "Terms of Use", "audience": "consumer", "variants": variants},
    }
    _write(tmp_path, "example.json", _one({"Terms of Service": terms}))

    first, eea, german = catalog.load(tmp_path)[0].documents

    assert first.variant == ("terms-of-service", "", "en", "consumer")
    assert eea.variant == ("terms-of-service", "EEA", "en", "")
    assert german.variant == ("terms-of-service", "", "de", "")
    assert (first.name, german.name) == ("Terms of Use", "Terms of Service")
    assert {document.sources[0].select for document in (first, eea, german)} == {("main",)}


def test_read_reports_what_it_leaves_out(tmp_path: Path) -> None:
    terms = {"fetch": "https://example.com/api", "filter": ["removeQueryParams", "tidy"]}
    _write(tmp_path, "example.json", _one({"API Terms": terms}))
    _write(tmp_path, "example.history.json", {"anything": []})
    (tmp_path / "example.filters.js").write_text("export const tidy = () => {}")

    read = catalog.read(tmp_path)

    assert [platform.slug for platform in read.platforms] == ["example"]
    remarks = "\n".join(str(remark) for remark in read.remarks)
    assert "example.history.json: the history of a declaration is not read" in remarks
    assert "example.filters.js: filters in JavaScript are not run" in remarks
    assert 'example.json: terms "API Terms": filter "tidy" is JavaScript and is not run' in remarks
    assert 'filter "removeQueryParams" is not needed' in remarks
    assert 'terms "API Terms": read as "Developer Terms"' in remarks


@pytest.mark.parametrize(
    ("declaration", "error"),
    [
        (
            _one({"Usage Policy": {"select": "main"}}),
            'terms "Usage Policy": "fetch" is missing: add the URL of the document',
        ),
        (
            _one({"Usage Policy": {"combine": [{"fetch": "https://a.example/"}, {"select": "main"}]}}),
            'terms "Usage Policy": combine[1]: "fetch" is missing: add the URL of the document',
        ),
        (
            _one({"Privcy Policy": {"fetch": "https://a.example/"}}),
            'terms "Privcy Policy": this terms type is not known: the nearest is "Privacy Policy" (see terms_types.py)',
        ),
        (
            _one({"Privacy Policy": {"fetch": "https://a.example/", "selct": "main"}}),
            'terms "Privacy Policy": "selct" is not a key of a declaration here: did you mean "select"?',
        ),
        (
            _one({"Privacy Policy": {"fetch": "ftp://a.example/"}}),
            'terms "Privacy Policy": fetch: "ftp://a.example/" cannot be used here: '
            "give the URL of the document, starting with https:// or http://",
        ),
        (
            _one({"Privacy Policy": {"fetch": "https://a.example/"}}, **{"x-conductatlas": {"category": "toaster"}}),
            'x-conductatlas: category: "toaster" cannot be used here: give one of "assistant"',
        ),
        (
            _one(
                {
                    "Terms of Use": {"fetch": "https://a.example/1"},
                    "Terms of Service": {"fetch": "https://a.example/2"},
                }
            ),
            'terms "Terms of Service": the same document as "Terms of Use" (en): '
            "give it another region, language or audience, or remove one",
        ),
        (
            {"terms": {"Privacy Policy": {"fetch": "https://a.example/"}}},
            '"name" is missing: add the name of the platform',
        ),
        ({"name": "Example", "terms": {}}, "terms: {} cannot be used here: give an object of terms types"),
        ([], "[] cannot be used here: give a JSON object with name and terms"),
    ],
)
def test_errors_name_the_file_the_key_and_the_fix(tmp_path: Path, declaration: object, error: str) -> None:
    _write(tmp_path, "example.json", declaration)

    (found,) = _errors(tmp_path)

    assert found.startswith(f"example.json: {error}")


@pytest.mark.parametrize(
    "selector", [3, "", {"startBefore": "h1"}, {"startBefore": "a", "startAfter": "b", "endBefore": "c"}]
)
def test_a_malformed_selector_is_an_error_that_says_what_selectors_look_like(tmp_path: Path, selector: object) -> None:
    _write(tmp_path, "example.json", _one({"Privacy Policy": {"fetch": "https://a.example/", "remove": selector}}))

    (found,) = _errors(tmp_path)

    assert 'terms "Privacy Policy": remove:' in found
    assert "give a CSS selector, a range" in found


def test_malformed_json_is_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"name": "Example",\n"terms"}')

    assert _errors(tmp_path) == (
        "broken.json: line 2, column 8: this is not JSON (Expecting ':' delimiter): correct it there",
    )


def test_bytes_that_are_not_utf8_are_an_error_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes('{"name": "Café"}'.encode("latin-1"))

    assert _errors(tmp_path) == ("latin.json: byte 13 is not UTF-8: save the file as UTF-8",)


def test_all_mistakes_of_a_folder_are_collected(tmp_path: Path) -> None:
    both = {"Privacy Policy": {"fetch": 3}, "Usage Policy": {"select": "main"}}
    _write(tmp_path, "a.json", _one(both))
    _write(tmp_path, "b.json", {"name": "", "terms": {"Imprint": {"fetch": "https://a.example/"}}})

    errors = _errors(tmp_path)

    assert [error.split(":")[0] for error in errors] == ["a.json", "a.json", "b.json"]


def test_two_files_with_one_slug_are_an_error(tmp_path: Path) -> None:
    for name in ("Le Chat.json", "le-chat.json"):
        _write(tmp_path, name, _one({"Imprint": {"fetch": "https://a.example/"}}))

    assert _errors(tmp_path) == ('le-chat.json: the slug "le-chat" is also that of Le Chat.json: rename one',)


def test_a_folder_without_declarations_is_an_error(tmp_path: Path) -> None:
    assert "no declarations here" in _errors(tmp_path)[0]
    assert "there is no such folder" in _errors(tmp_path / "nowhere")[0]
