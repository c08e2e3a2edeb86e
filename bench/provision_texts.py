"""The texts that training and scoring of provisions read: paragraphs of the data pack, our labels on them, our own sentences."""

import gzip
import hashlib
import json
import lzma
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from monitoring import extract, segment

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "bench" / "provision_labels"
PACK = Path(os.environ.get("CONDUCTATLAS_DATA", ROOT / "../shared/data"))
# What CLAUDETTE's tags say about types of ours; "ltd" and "ch" cover two types each, so they only excuse a finding.
CLAUDETTE = {
    "a": "mandatory_arbitration",
    "cr": "content_moderation_appeals",
    "j": "governing_law_venue",
    "law": "governing_law_venue",
    "ter": "suspension_termination",
    "ch": "unilateral_terms_change",
    "ltd": "liability_cap",
}
UNSURE_TAGS = frozenset({"ch", "ltd"})
# Held back: no step trains on them when the figure to believe is made. The signs were written before their paragraphs were read;
# their misses were read once, after the first figure (docs/methodology-provisions.md).
HELD_BACK = frozenset({"cursor", "deepseek", "perplexity", "replit", "midjourney"})
OURS = "ours"
STATES = ("first", "half_year_later")
# Products of one publisher stay together when platforms are held back.
PUBLISHERS = {"chatgpt": "openai", "le": "mistral", "xai": "grok", "copilot": "microsoft"}


@dataclass(slots=True)
class Paragraph:
    """One paragraph with its labels. may: types a careful reader might add. fresh: no sign was written from it."""

    text: str
    publisher: str
    types: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    stance: dict[str, str] = field(default_factory=dict)
    fresh: bool = False


def digest(text: str) -> str:
    """Return the digest of a paragraph's letters and figures."""
    bare = re.sub(r"[^a-z0-9]+", "", re.sub(r"\]\([^)]*\)", "]", text).lower())
    return hashlib.blake2b(bare.encode(), digest_size=12).hexdigest()


def publisher(name: str) -> str:
    """Return who publishes a platform or a document's slug."""
    first = re.split(r"[ -]", name.lower())[0].removesuffix(".ai")
    return PUBLISHERS.get(first, first)


def pack_labels() -> list[Paragraph]:
    """Return the hand-labelled paragraphs of the pack."""
    rows = [json.loads(line) for line in (PACK / "provisions/paragraphs.jsonl").open(encoding="utf8")]
    return [
        Paragraph(
            r["text"], publisher(r["platform"]), set(r["provision_types"]), set(r["also_acceptable"]), r["stance"]
        )
        for r in rows
    ]


def unlabelled() -> dict[str, Paragraph]:
    """Return paragraphs of archived documents and of CLAUDETTE's terms by digest; CLAUDETTE's tags are carried over."""
    found: dict[str, Paragraph] = {}
    for slug, texts in _documents():
        for text in texts:
            for paragraph in paragraphs(text):
                found.setdefault(digest(paragraph), Paragraph(paragraph, publisher(slug)))
    for line in (PACK / "clauses/claudette_multilingual_en/sentences.jsonl").open(encoding="utf8"):
        row = json.loads(line)
        text = " ".join(row["text"].split())
        if 40 <= len(text) <= 900:
            found.setdefault(digest(text), _tagged(text, row["company"].lower(), row["tags"]))
    return found


def _tagged(text: str, company: str, tags: list[str]) -> Paragraph:
    names = {tag[:-1] for tag in tags} & CLAUDETTE.keys()
    sure = {CLAUDETTE[name] for name in names - UNSURE_TAGS}
    return Paragraph(text, company, sure, {CLAUDETTE[name] for name in names & UNSURE_TAGS} - sure)


def _documents() -> Iterator[tuple[str, list[str]]]:
    """Yield the oldest and the newest text of every document of the pack, and the pages of the poll."""
    for path in sorted((PACK / "histories").glob("*.gz")):
        rows = lines(gzip.decompress(path.read_bytes()))
        yield path.name, [rows[-1]["markdown"], rows[0]["markdown"]]
    for path in sorted((PACK / "replay").glob("*.xz")):
        if not path.name.startswith("labelled"):
            rows = lines(lzma.decompress(path.read_bytes()))
            yield path.name, [rows[-1]["version_markdown"] or "", rows[0]["version_markdown"] or ""]
    for name, text in pages():
        yield name, [text]


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name of the platform and the text of every page that the poll serves, in its first and its last state."""
    rows = json.loads((PACK / "poll/manifest.json").read_text(encoding="utf8"))
    names = {f"{state}/{row['file']}": row["name"].partition("/")[0] for row in rows for state in STATES}
    with tarfile.open(PACK / "poll/pages.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name in names else None
            if file is not None:
                page = extract.Page(file.read(), "text/html", "https://example.org/")
                yield names[member.name], extract.extract([page]).text


def lines(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a file of JSON lines."""
    return [json.loads(line) for line in content.decode("utf8").split("\n") if line.strip()]


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text without markup, headings left out."""
    for clause in segment.clauses(text):
        raw = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text[clause.start : clause.end])
        bare = " ".join(re.sub(r"^[\s>*+-]+", "", raw).replace("**", "").split())
        if clause.kind is not segment.Kind.HEADING and 40 <= len(bare) <= 1100:
            yield bare


def read_labels(texts: dict[str, Paragraph]) -> list[Paragraph]:
    """Return the paragraphs we labelled by reading, out of `texts`; one that the pack lacks is left out."""
    rows = [json.loads(line) for line in (LABELS / "read.jsonl").open(encoding="utf8")]
    return [
        Paragraph(
            texts[row["digest"]].text,
            texts[row["digest"]].publisher,
            set(row["types"]),
            set(row["may"]),
            row["stance"],
            row.get("fresh", False),
        )
        for row in rows
        if row["digest"] in texts
    ]


def written() -> list[Paragraph]:
    """Return the paragraphs we wrote ourselves."""
    files = (yaml.safe_load((LABELS / name).read_text(encoding="utf8")) for name in ("written.yaml", "phrasings.yaml"))
    by_types = [(key, text) for rows in files for key, texts in rows.items() for text in texts]
    by_stance = [row for name in ("stances.yaml", "everyday.yaml") for row in stances(name)]
    return [Paragraph(text, OURS, set(key.split(" | ")) - {"nothing"}) for key, text in by_types] + by_stance


def stances(name: str) -> list[Paragraph]:
    """Return the paragraphs we wrote for each stance, out of one file."""
    rows = yaml.safe_load((LABELS / name).read_text(encoding="utf8"))
    return [
        Paragraph(text, OURS, {key}, stance={key: stance})
        for key, by_stance in rows.items()
        for stance, texts in by_stance.items()
        for text in texts
    ]
