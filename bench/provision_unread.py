"""Labelled paragraphs of publishers that are left out where reading is judged, drawn at random and labelled unread.

`bench/provision_labels/unread.jsonl` holds digests and labels; the texts are found again in the data pack: all versions of the
histories and replays, and the pages of the poll. About half of each sample were drawn even per document, the others by the cues
of another hand's taxonomy. The second sample (part "second") shares few words with anything labelled before it; at least two
readers labelled each of its paragraphs without seeing what the other or the classifier said. A type counts where all name it.
"""

import gzip
import json
import lzma
from collections.abc import Iterator

from bench import provision_texts
from bench.provision_texts import HELD_BACK, LABELS, PACK, Paragraph

PUBLISHERS = HELD_BACK | {"llama"}
PARTS = ("development", "final", "second")
UNSEEN = ("final", "second")


def paragraphs(*parts: str) -> list[Paragraph]:
    """Return the paragraphs of these parts, of all where none is named; one that the pack lacks is left out.

    The misses of the part for development were read and mended; nobody looks at those of the UNSEEN parts.
    """
    rows = [json.loads(line) for line in (LABELS / "unread.jsonl").open(encoding="utf8")]
    texts = {provision_texts.digest(text): text for text in _texts()}
    return [
        Paragraph(texts[row["digest"]], row["publisher"], set(row["types"]), set(row["may"]), row["stance"])
        for row in rows
        if row["digest"] in texts and (not parts or row["part"] in parts)
    ]


def _texts() -> Iterator[str]:
    for text in (*_versions(), *_pages()):
        yield from provision_texts.paragraphs(text)


def _versions() -> Iterator[str]:
    """Yield every version of the documents of these publishers."""
    for path in sorted((PACK / "histories").glob("*.gz")):
        if provision_texts.publisher(path.name) in PUBLISHERS:
            yield from (row["markdown"] for row in provision_texts.lines(gzip.decompress(path.read_bytes())))
    for path in sorted((PACK / "replay").glob("*.xz")):
        if provision_texts.publisher(path.name) in PUBLISHERS:
            rows = provision_texts.lines(lzma.decompress(path.read_bytes()))
            yield from (row["version_markdown"] or "" for row in rows)


def _pages() -> Iterator[str]:
    """Yield the texts of the pages of these publishers that the poll serves."""
    yield from (text for name, text in provision_texts.pages() if provision_texts.publisher(name) in PUBLISHERS)
