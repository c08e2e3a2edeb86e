"""Blocks of Markdown: what the walker makes and how they are set together."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNSEEN = re.compile(
    "[\x00\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]"
)


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
    return _UNSEEN.sub("", "".join(pieces))
