"""Blocks of Markdown: what the walker makes and how they are set together."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNSEEN = re.compile(
    "[\x00\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]"
)

_GAP = re.compile(r"\n[ \t]*\n[ \t\n]*\n")
_WILD_LINK = re.compile(r"\]\((?!https?://|mailto:|tel:|#)", re.IGNORECASE)
_WILD_REFERENCE = re.compile(r"^[ \t]{0,3}\[(?=[^\]\n]{1,200}\]:\s*(?!https?://)\S*(?:[:&]))", re.MULTILINE)


@dataclass(slots=True)
class Block:
    """One block of Markdown: kind decides how it is set apart; link_chars counts letters inside links."""

    kind: str
    text: str
    link_chars: int = 0


def join(blocks: list[Block]) -> str:
    """Return the blocks as one Markdown text: items, rows and definitions close together, all else set apart."""
    pieces: list[str] = []
    last = ""
    for block in blocks:
        if pieces:
            pieces.append("\n" if block.kind == last and block.kind in ("item", "row", "definition") else "\n\n")
        pieces.append(block.text)
        last = block.kind
    text = "".join(pieces)
    seen = _UNSEEN.sub("", text)
    if len(seen) != len(text):  # a block of nothing but unseen characters leaves no gap behind
        seen = _GAP.sub("\n\n", seen).strip("\n")
    return tame(seen)


def tame(text: str) -> str:
    """Return the text without Markdown links that lead anywhere but to a page, a mailbox or a phone.

    A page may write "[x](javascript:...)" as plain words; a reader of the Markdown must not get a link from them.
    """
    if "](" in text:
        text = _WILD_LINK.sub("] (", text)
    return _WILD_REFERENCE.sub(r"\\[", text) if "]:" in text else text
