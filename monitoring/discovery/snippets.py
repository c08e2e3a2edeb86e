"""What to write into a declaration file, ready to paste."""

from __future__ import annotations

import json

from monitoring.catalog import terms_types


def declaration(*, url: str, terms_type: str, title: str) -> str:
    """Return the entry of a platform's "terms" for a document at `url`, as indented JSON lines without outer braces."""
    known = terms_types.BY_KEY.get(terms_type)
    name = known.name if known else title
    entry: dict[str, object] = {"fetch": url}
    if known and title and title.casefold() != name.casefold():
        entry["x-conductatlas"] = {"name": title}
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(entry, ensure_ascii=False, indent=2)}"
