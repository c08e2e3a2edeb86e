"""What to poll of the demo world, as declarations in the format of monitoring/catalog."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from monitoring.catalog import terms_types
from monitoring.demo import script
from monitoring.demo.script import Document, Platform


def declarations(base_url: str) -> dict[str, dict[str, Any]]:
    """Return one declaration for each platform, by slug, with the publisher at `base_url` (no slash at its end)."""
    return {platform.slug: _declaration(platform, base_url) for platform in script.world().platforms}


def write_declarations(folder: Path, base_url: str) -> tuple[Path, ...]:
    """Write one file a platform into a folder, which catalog.load can read; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for slug, declaration in declarations(base_url).items():
        path = folder / f"{slug}.json"
        path.write_text(json.dumps(declaration, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return tuple(written)


def _declaration(platform: Platform, base_url: str) -> dict[str, Any]:
    by_type: dict[str, list[Document]] = defaultdict(list)
    for document in platform.documents:
        by_type[terms_types.BY_KEY[document.terms_type].name].append(document)
    return {
        "name": platform.name,
        "x-conductatlas": {
            "vendor": platform.vendor,
            "homePage": f"{base_url}/{platform.slug}/",
            "legalHub": f"{base_url}/{platform.slug}/",
            "category": platform.category,
        },
        "terms": {name: _terms(documents, base_url) for name, documents in by_type.items()},
    }


def _terms(documents: list[Document], base_url: str) -> dict[str, Any]:
    """Return the terms of one type: the first document, and the others of the same type as its variants."""
    first, *others = documents
    ours = _ours(first)
    if others:
        ours["variants"] = [{**_ours(each), **_source(each, base_url)} for each in others]
    return {**_source(first, base_url), "x-conductatlas": ours}


def _source(document: Document, base_url: str) -> dict[str, Any]:
    select = {"select": document.select} if document.select else {}
    return {"fetch": f"{base_url}{document.url_path}", **select}


def _ours(document: Document) -> dict[str, Any]:
    told_apart = {"region": document.region, "language": document.language, "audience": document.audience}
    return {"name": document.title, **{key: value for key, value in told_apart.items() if value}}
