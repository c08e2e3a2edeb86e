"""The text of a Version as HTML: clause by clause, each with its address, and nothing in it that could run.

Documents come from the web, so their Markdown is taken as text: raw HTML is escaped, links keep http, https, mailto and
tel targets only, images are left out, and `nh3` cleans the whole once more before it is shown.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

_INLINE = MarkdownIt("zero", {"breaks": True, "html": False, "linkify": False}).enable(
    ["emphasis", "link", "escape", "entity", "backticks", "newline"]
)
_PLAIN = re.compile(r"[^\r\n\0*_\[\]`\\&]*")  # has nothing that the rules above could find
_TAGS = {"h2", "h3", "h4", "h5", "h6", "p", "ul", "li", "span", "table", "tbody", "thead", "tr", "th", "td", "div",
         "blockquote", "a", "em", "strong", "code", "br"}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "aria-label"},
    "*": {"id", "class"},
    "th": {"scope"},
    "div": {"tabindex", "role", "aria-label"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_HEADING = re.compile(r"^[ \t>]*(#{1,6})[ \t]+")
_HEADING_TAG = re.compile(r"<(?P<end>/?)h(?P<level>[2-6])\b")
_BULLET = re.compile(r"^[-*+•][ \t]+")
_MARKER = re.compile(r"^(\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)])[ \t]+")
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^[ \t]*\|?[ \t:|-]*-[ \t:|-]*$")
_DEEPEST = 4


class _Block(NamedTuple):
    """One clause as it is set: what of the outline matters, and its Markdown."""

    anchor: str
    kind: str
    depth: int
    source: str
    is_head: bool


def anchor(path: str) -> str:
    """Return the id of the clause with this path on the pages of its versions."""
    return f"clause-{path}"


def html(text: str, outline: Sequence[Sequence[Any]]) -> str:
    """Return safe HTML of `text`, whose clauses `outline` lists as Version keeps them; headings begin at h2.

    About 1 ms for each 10 kB of text.
    """
    blocks = list(_blocks(text, outline))
    parts = [_GROUPS.get(kind, _each)(list(run)) for kind, run in groupby(blocks, key=lambda block: block.kind)]
    return nh3.clean(
        _stepwise("\n".join(parts)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
    )


def _stepwise(html: str) -> str:
    """Return `html` with no heading more than one level below the one before it: documents skip levels, pages must not."""
    level = 1

    def stepped(found: re.Match[str]) -> str:
        nonlocal level
        if not found["end"]:
            level = min(int(found["level"]), level + 1)
        return f"<{found['end']}h{level}"

    return _HEADING_TAG.sub(stepped, html)


def inline(source: str) -> str:
    """Return emphasis, links and line breaks of one block as HTML; everything else is text."""
    if _PLAIN.fullmatch(source):
        return escapeHtml(source)
    return _INLINE.renderInline(source)


def _blocks(text: str, outline: Sequence[Sequence[Any]]) -> Iterator[_Block]:
    for index, (_digest, path, _number, _heading, kind, start, end) in enumerate(outline):
        follows = outline[index + 1][5] if index + 1 < len(outline) else end
        between = text[end:follows].strip("\n")
        indent = start - (text.rfind("\n", 0, start) + 1)
        yield _Block(anchor(path), kind, min(indent // 2, _DEEPEST), text[start:end], bool(_RULE.match(between)))


def _each(blocks: list[_Block]) -> str:
    return "\n".join(_SET.get(block.kind, _paragraph)(block) for block in blocks)


def _id(block: _Block) -> str:
    return f'id="{escape(block.anchor)}"'


def _paragraph(block: _Block) -> str:
    return f'<p {_id(block)} class="depth-{block.depth}">{inline(block.source)}</p>'


def _heading(block: _Block) -> str:
    found = _HEADING.match(block.source)
    level = min(len(found[1]) + 1, 6) if found else 5
    words = block.source[found.end() :] if found else block.source.strip("*_: \t")
    link = f'<a class="anchor" href="#{escape(quote(block.anchor))}" aria-label="{escape(_("Link to this heading"))}">¶</a>'
    return f"<h{level} {_id(block)}>{inline(words.strip().strip('*'))}{link}</h{level}>"


def _quote(block: _Block) -> str:
    lines = [re.sub(r"^[ \t]*(?:>[ \t]?)+", "", line) for line in block.source.split("\n")]
    return f"<blockquote {_id(block)}><p>{inline(chr(10).join(lines))}</p></blockquote>"


def _definition(block: _Block) -> str:
    return f'<p {_id(block)} class="depth-1">{inline(block.source.lstrip(": "))}</p>'


def _items(blocks: list[_Block]) -> str:
    return '<ul class="items">\n' + "\n".join(_item(block) for block in blocks) + "\n</ul>"


def _item(block: _Block) -> str:
    """Keep the marker as it is printed: "(a)" is what people cite."""
    source = block.source
    if bullet := _BULLET.match(source):
        source = source[bullet.end() :]
    marker = _MARKER.match(source)
    printed = f'<span class="marker">{escape(marker[1])}</span> ' if marker else ""
    words = inline(source[marker.end() :] if marker else source)
    kind = "numbered" if marker else "bullet"
    return f'<li {_id(block)} class="depth-{block.depth} {kind}">{printed}{words}</li>'


def _table(blocks: list[_Block]) -> str:
    head = _row(blocks[0], "th") if blocks[0].is_head else ""
    rows = blocks[1:] if head else blocks
    body = "\n".join(_row(block, "td") for block in rows)
    top = f"<thead>{head}</thead>" if head else ""
    table = f"<table>{top}<tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(_("Table"))}">{table}</div>'


def _row(block: _Block, tag: str) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    cells = _CELL.split(block.source.strip().strip("|"))
    return f"<tr {_id(block)}>" + "".join(f"<{tag}{scope}>{inline(cell.strip())}</{tag}>" for cell in cells) + "</tr>"


_SET = {"heading": _heading, "quote": _quote, "definition": _definition}
_GROUPS = {"item": _items, "row": _table}


def contents(text: str, outline: Sequence[Sequence[Any]]) -> tuple[tuple[str, str], ...]:
    """Return (path, title) of the headings that divide the text: those of the highest level that has three or more."""
    found = [
        (_HEADING.match(text[start:end]), path, text[start:end])
        for _digest, path, _number, _heading, kind, start, end in outline
        if kind == "heading"
    ]
    levels = [len(match[1]) for match, *_ in found if match]
    level = next((each for each in sorted(set(levels)) if levels.count(each) > 2), 0)
    return tuple(
        (path, re.sub(r"\]\([^)]*\)|[#*_\[\]`]", "", source).strip())
        for match, path, source in found
        if match and len(match[1]) == level
    )
