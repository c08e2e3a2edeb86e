"""How a text of the demo world changes: small edits that name the words they touch and fail when these are missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


class EditError(Exception):
    """Raised when an edit does not find the one place it is about; the message names the words."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: what it does, the words or line it is about, and the text it brings."""

    kind: str
    target: str
    text: str = ""


def from_script(entry: dict[str, str | int]) -> Edit:
    """Return the edit that an entry of platform.yaml describes. Raises EditError for an entry that describes none."""
    written = {key: str(value) for key, value in entry.items()}
    match written:
        case {"replace": target, "with": text}:
            return Edit("replace", target, text)
        case {"after": target, "insert": text}:
            return Edit("insert", target, text)
        case {"after": target, "insert_line": text}:
            return Edit("insert line", target, text)
        case {"remove_line": target}:
            return Edit("remove line", target)
        case {"move": target, "after": text}:
            return Edit("move", target, text)
        case {"renumber": target, "by": text}:
            return Edit("renumber", target, text)
    raise EditError(f"{sorted(written)} is no edit: see README.md for the kinds")


def apply(text: str, edit: Edit) -> str:
    """Return the text after one edit. Raises EditError when the words are missing or stand there more than once."""
    return _WAYS[edit.kind](text, edit.target, edit.text)


def _replace(text: str, target: str, with_: str) -> str:
    if text.count(target) != 1:
        raise EditError(f"{target!r} stands {text.count(target)} times in the text, and must stand there once")
    return text.replace(target, with_)


def _insert(text: str, target: str, block: str) -> str:
    blocks = text.split("\n\n")
    blocks.insert(_block_at(blocks, target) + 1, block)
    return "\n\n".join(blocks)


def _insert_line(text: str, target: str, line: str) -> str:
    lines = text.split("\n")
    lines.insert(_line_at(lines, target) + 1, line)
    return "\n".join(lines)


def _remove_line(text: str, target: str, _: str) -> str:
    lines = text.split("\n")
    del lines[_line_at(lines, target)]
    return "\n".join(lines)


def _move(text: str, target: str, after: str) -> str:
    blocks = text.split("\n\n")
    block = blocks.pop(_block_at(blocks, target))
    blocks.insert(_block_at(blocks, after) + 1, block)
    return "\n\n".join(blocks)


def _renumber(text: str, first: str, by: str) -> str:
    def moved(match: re.Match[str]) -> str:
        number = int(match["number"])
        return f"{match['mark']}{number + int(by) if number >= int(first) else number}."

    return re.sub(r"^(?P<mark>(?:#+ )?)(?P<number>\d+)\.(?=[\d ])", moved, text, flags=re.MULTILINE)


def _block_at(blocks: list[str], target: str) -> int:
    return _only([index for index, block in enumerate(blocks) if f"\n{target}" in f"\n{block}"], target)


def _line_at(lines: list[str], target: str) -> int:
    return _only([index for index, line in enumerate(lines) if line.startswith(target)], target)


def _only(found: list[int], target: str) -> int:
    if len(found) != 1:
        raise EditError(f"{len(found)} lines begin with {target!r}, and exactly one must")
    return found[0]


_WAYS: dict[str, Callable[[str, str, str], str]] = {
    "replace": _replace,
    "insert": _insert,
    "insert line": _insert_line,
    "remove line": _remove_line,
    "move": _move,
    "renumber": _renumber,
}
