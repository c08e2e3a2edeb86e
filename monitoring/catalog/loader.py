"""From a folder of declarations to platforms, with every mistake of the folder in one CatalogError."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitoring.catalog import terms_types, validation
from monitoring.catalog.declaration import (
    Catalog,
    CatalogError,
    DocumentDeclaration,
    PlatformDeclaration,
    Remark,
    Selector,
    SourceDeclaration,
)

DECLARATIONS = Path(__file__).parent / "declarations"

_OURS = "x-conductatlas"
_SHARED = ("fetch", "select", "remove", "filter", "executeClientScripts")
_FILTERS_WITHOUT_NEED = {"removeQueryParams": "link targets never make a change here"}


def load(folder: Path) -> tuple[PlatformDeclaration, ...]:
    """Return the platforms declared in a folder, by slug. Raises CatalogError with every mistake found."""
    return read(folder).platforms


def read(folder: Path) -> Catalog:
    """Return the platforms of a folder and remarks on what was left out. Raises CatalogError with every mistake."""
    if not folder.is_dir():
        raise CatalogError((f"{folder}: there is no such folder: give a folder of declarations (*.json)",))
    platforms: list[PlatformDeclaration] = []
    remarks: list[Remark] = [
        Remark(path, _reason_left_out(path)) for path in sorted(folder.iterdir()) if _is_left_out(path)
    ]
    errors: list[str] = []
    for path in sorted(path for path in folder.glob("*.json") if not _is_left_out(path)):
        found, wrong = _read_file(path)
        errors += [f"{path.name}: {each}" for each in wrong]
        if found:
            platforms.append(_platform(path, found))
            remarks += [Remark(path, message) for message in _remarks(found)]
    errors += [*_doubles(platforms), *_empty(folder, platforms, errors)]
    if errors:
        raise CatalogError(tuple(errors))
    return Catalog(tuple(sorted(platforms, key=lambda each: each.slug)), tuple(remarks))


def slug(name: str) -> str:
    """Return a name as it stands in URLs: `Le Chat` → `le-chat`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _is_left_out(path: Path) -> bool:
    return path.name.endswith((".history.json", ".history.js", ".filters.js"))


def _reason_left_out(path: Path) -> str:
    if path.name.endswith(".filters.js"):
        return "filters in JavaScript are not run; what they remove has to be named under remove"
    return "the history of a declaration is not read; only the present one is"


def _read_file(path: Path) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return a declaration and what is wrong with it; None when it cannot be used."""
    try:
        declaration = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        return None, (f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg}): correct it there",)
    except UnicodeDecodeError as error:
        return None, (f"byte {error.start} is not UTF-8: save the file as UTF-8",)
    if isinstance(declaration, dict):
        declaration = _with_terms(declaration)
    wrong = (*validation.mistakes(declaration), *_deeper_mistakes(_sound_terms(declaration)))
    return (None if wrong else declaration), wrong


def _with_terms(declaration: dict[str, Any]) -> dict[str, Any]:
    """Return the declaration with `documents`, the older name of `terms`, under its present name."""
    if "documents" not in declaration or "terms" in declaration:
        return declaration
    return {("terms" if key == "documents" else key): value for key, value in declaration.items()}


def _sound_terms(declaration: object) -> dict[str, Any]:
    """Return those terms of a declaration that keep to the schema, whatever else is wrong with it."""
    terms = declaration.get("terms") if isinstance(declaration, dict) else None
    if not isinstance(terms, dict):
        return {}
    return {
        name: each for name, each in terms.items() if not validation.mistakes({"name": name, "terms": {name: each}})
    }


def _deeper_mistakes(all_terms: dict[str, Any]) -> Iterator[str]:
    """What a schema cannot say: unknown terms types, a URL that no part has, two documents that are the same."""
    seen: dict[tuple[str, str, str, str], str] = {}
    for name, terms in all_terms.items():
        where = validation.place("terms", name)
        if terms_types.named(name) is None:
            nearest = terms_types.nearest(name).name
            yield f'{where}this terms type is not known: the nearest is "{nearest}" (see terms_types.py)'
            continue
        for variant in _variants(terms):
            yield from (f"{where}{each}" for each in _missing_addresses(variant))
            document = _document(name, variant)
            if document.variant in seen:
                yield f"{where}{_same(document, seen[document.variant])}"
            seen[document.variant] = name


def _missing_addresses(terms: dict[str, Any]) -> Iterator[str]:
    for index, part in enumerate(_parts(terms)):
        if "fetch" not in part:
            where = f"combine[{index}]: " if "combine" in terms else ""
            yield f'{where}"fetch" is missing: add the URL of the document'


def _same(document: DocumentDeclaration, name: str) -> str:
    variant = ", ".join(each for each in (document.region, document.language, document.audience) if each)
    return f'the same document as "{name}" ({variant}): give it another region, language or audience, or remove one'


def _platform(path: Path, declaration: dict[str, Any]) -> PlatformDeclaration:
    ours = declaration.get(_OURS, {})
    documents = (_document(name, each) for name, terms in declaration["terms"].items() for each in _variants(terms))
    return PlatformDeclaration(
        slug=slug(path.stem),
        name=declaration["name"],
        vendor=ours.get("vendor", ""),
        home_page=ours.get("homePage", ""),
        legal_hub=ours.get("legalHub", ""),
        category=ours.get("category", ""),
        documents=tuple(documents),
        path=path,
    )


def _variants(terms: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the terms and then each of its variants, what they share filled in and our own keys beside the others."""
    ours = terms.get(_OURS, {})
    shared = {key: value for key, value in terms.items() if key in _SHARED and key != "fetch"}
    yield {**terms, **ours}
    for variant in ours.get("variants", ()):
        yield {**shared, **variant}


def _parts(terms: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what to fetch, one for each part of combine, with the shared keys filled in."""
    shared = {key: terms[key] for key in _SHARED if key in terms}
    for part in terms.get("combine", ({},)):
        yield {**shared, **part}


def _document(name: str, terms: dict[str, Any]) -> DocumentDeclaration:
    terms_type = terms_types.named(name)
    assert terms_type is not None, "unknown types are refused before"
    return DocumentDeclaration(
        terms_type=terms_type.key,
        name=terms.get("name", name),
        region=terms.get("region", ""),
        language=terms.get("language", "en"),
        audience=terms.get("audience", ""),
        sources=sources(terms),
    )


def sources(terms: dict[str, Any]) -> tuple[SourceDeclaration, ...]:
    """Return what to fetch, in order, from the JSON of one document's declaration."""
    return tuple(_source(part) for part in _parts(terms) if "fetch" in part)


def _source(part: dict[str, Any]) -> SourceDeclaration:
    return SourceDeclaration(
        url=part["fetch"],
        select=_selectors(part.get("select")),
        remove=_selectors(part.get("remove")),
        render=part.get("executeClientScripts", False),
        filters=tuple(_filter_name(each) for each in part.get("filter", ())),
    )


def _selectors(value: list[Selector] | Selector | None) -> tuple[Selector, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def _filter_name(declared: str | dict[str, Any]) -> str:
    return declared if isinstance(declared, str) else next(iter(declared))


def _remarks(declaration: dict[str, Any]) -> Iterator[str]:
    for name, terms in declaration["terms"].items():
        where = validation.place("terms", name)
        found = (source for each in _variants(terms) for source in _document(name, each).sources)
        filters = {each for source in found for each in source.filters}
        yield from (f"{where}{_remark_on_filter(each)}" for each in sorted(filters))
        known = terms_types.named(name)
        if known and known.name != name:
            yield f'{where}read as "{known.name}"'


def _remark_on_filter(name: str) -> str:
    if name in _FILTERS_WITHOUT_NEED:
        return f'filter "{name}" is not needed: {_FILTERS_WITHOUT_NEED[name]}'
    return f'filter "{name}" is JavaScript and is not run'


def _doubles(platforms: list[PlatformDeclaration]) -> Iterator[str]:
    seen: dict[str, PlatformDeclaration] = {}
    for platform in platforms:
        if platform.slug in seen:
            other = seen[platform.slug].path.name
            yield f'{platform.path.name}: the slug "{platform.slug}" is also that of {other}: rename one'
        seen[platform.slug] = platform


def _empty(folder: Path, platforms: list[PlatformDeclaration], errors: list[str]) -> Iterator[str]:
    if not platforms and not errors:
        yield f"{folder}: no declarations here: give a folder of *.json files"
