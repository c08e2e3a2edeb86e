"""HTML to Markdown in one walk over the serialised tree: the words, their order and structure, and nothing that runs.

The tree is serialised by the parser (balanced, attributes quoted, text escaped) and read as tokens, which costs a
fraction of touching each node from Python. Only http(s), mailto and tel targets survive; what is left is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import links, lists, tags
from .blocks import Block

_TOKEN = re.compile(r"([^<]+)|<(/?)([a-zA-Z][^\s/>]*+)([^\">]*+(?:\"[^\"]*+\"[^\">]*+)*+)>|<!--.*?-->|(<)", re.DOTALL)
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_BULLET = re.compile(r"^[•·▪◦‣●○■□–▸►]\s+")
_BREAK = "\x01"

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "video",
        "audio",
        "select",
        "option",
        "datalist",
        "textarea",
        "input",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "map",
        "area",
        "dialog",
        "picture",
        "img",
        "source",
        "track",
        "frameset",
        "frame",
        "noframes",
        "noembed",
    ]
)
_VOID = frozenset(["input", "meta", "link", "base", "area", "img", "source", "track", "embed", "frame"])
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "form",
        "fieldset",
        "address",
        "figure",
        "figcaption",
        "details",
        "summary",
        "body",
        "html",
        "center",
        "hgroup",
        "dl",
        "dt",
        "dd",
        "legend",
        "pre",
        "hr",
        "search",
        "menu",
    ]
)


@dataclass(slots=True)
class _Table:
    outer: list[Block]
    lists: list[lists.List]
    rows: list[list[list[Block]]] = field(default_factory=list)


class Walker:
    """Turns tokens into blocks; one instance per piece of HTML."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.blocks: list[Block] = []
        self._inline: list[str] = []
        self._lists: list[lists.List] = []
        self._tables: list[_Table] = []
        self._links: list[tuple[int, str]] = []
        self._link_chars = 0
        self._heading = 0
        self._quotes = 0
        self._definition = ""
        self._bold = 0
        self._has_plain = False
        self._targets: dict[str, str] = {}

    def walk(self, html: str) -> list[Block]:
        """Return the blocks of `html`, a serialised element."""
        skipping = ""
        depth = 0
        for text, closing, tag, attributes, stray in _TOKEN.findall(html):
            if skipping:
                if tag == skipping:
                    depth += -1 if closing else 1
                    if depth == 0:
                        skipping = ""
            elif text or stray:
                self._text(text or stray)
            elif tag in _SKIPPED:
                if not closing and tag not in _VOID:
                    skipping, depth = tag, 1
            elif tag:
                (self._close if closing else self._open)(tag, attributes)
        self._flush()
        while self._tables:
            self._end_table()
        return self.blocks

    def _text(self, text: str) -> None:
        if "&" in text:
            text = text.replace("&nbsp;", " ").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
        if not text.isspace():
            if not self._bold:
                self._has_plain = True
            if self._links:
                self._link_chars += len(text)
        self._inline.append(text)

    def _open(self, tag: str, attributes: str) -> None:
        if tag == "a":
            self._links.append((len(self._inline), tags.attribute(attributes, "href")))
        elif tag == "br":
            self._inline.append(_BREAK)
        elif tag == "b" or tag == "strong":
            self._bold += 1
        elif tag in _BLOCKS:
            self._open_block(tag, attributes)
        elif tag == "li":
            self._open_item(attributes)
        elif tag == "ul" or tag == "ol":
            self._flush()
            self._lists.append(lists.begun(tag, attributes))
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._flush()
            self._heading = int(tag[1])
        elif tag in ("table", "tr", "td", "th"):
            self._open_table(tag)
        elif tag == "blockquote":
            self._flush()
            self._quotes += 1

    def _open_block(self, tag: str, attributes: str) -> None:
        self._flush()
        if tag == "dt" or tag == "dd":
            self._definition = tag
        elif attributes and 'role="heading"' in attributes:
            self._heading = min(tags.number(attributes, "aria-level") or 2, 6)

    def _open_item(self, attributes: str) -> None:
        self._flush()
        if not self._lists:
            self._lists.append(lists.List("", 0))
        current = self._lists[-1]
        value = tags.number(attributes, "value")
        current.number = current.number + 1 if value is None else value
        current.marker = lists.marker(current)
        current.is_pending = True

    def _open_table(self, tag: str) -> None:
        self._flush()
        if tag == "table":
            self._tables.append(_Table(self.blocks, self._lists))
            self.blocks, self._lists = [], []
        elif self._tables and tag == "tr":
            self._tables[-1].rows.append([])
        elif self._tables:
            table = self._tables[-1]
            table.rows = table.rows or [[]]
            self.blocks = []
            table.rows[-1].append(self.blocks)

    def _close(self, tag: str, _attributes: str) -> None:
        if tag == "a":
            self._close_link()
        elif tag == "b" or tag == "strong":
            self._bold = max(0, self._bold - 1)
        elif tag in _BLOCKS:
            self._flush()
            self._heading = self._heading if tag not in ("div", "p") else 0
            self._definition = "" if tag in ("dt", "dd") else self._definition
        elif tag == "li":
            self._flush()
            if self._lists:
                self._lists[-1].is_pending = False
        elif tag == "ul" or tag == "ol":
            self._flush()
            if self._lists:
                self._lists.pop()
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._flush()
            self._heading = 0
        elif tag in ("td", "th"):
            self._flush()
        elif tag == "table" and self._tables:
            self._flush()
            self._end_table()
        elif tag == "blockquote":
            self._flush()
            self._quotes = max(0, self._quotes - 1)

    def _close_link(self) -> None:
        if not self._links:
            return
        start, href = self._links.pop()
        if not href:
            return
        label = "".join(self._inline[start:]).replace(_BREAK, " ")
        target = self._target(href)
        if target and label.strip():
            core = " ".join(label.split()).replace("]", "\\]").replace("[", "\\[")
            before = " " if label[0].isspace() else ""
            after = " " if label[-1].isspace() else ""
            self._inline[start:] = [f"{before}[{core}]({target}){after}"]

    def _target(self, href: str) -> str:
        known = self._targets.get(href)
        if known is None:
            known = self._targets[href] = links.target(href, self.base)
        return known

    def _flush(self) -> None:
        """Set the inline text gathered so far as one block and start afresh."""
        if self._inline:
            open_links = [href for _, href in self._links]
            while self._links:
                self._close_link()
            text = "".join(self._inline)
            self._inline = []
            if text and not text.isspace():
                self._emit(text)
            self._links = [(0, href) for href in open_links]
        self._has_plain = False
        self._link_chars = 0

    def _emit(self, raw: str) -> None:
        if _BREAK not in raw:
            self._emit_lines([" ".join(raw.split())])
            return
        lines = [" ".join(line.split()) for line in raw.split(_BREAK)]
        gathered: list[str] = []
        for line in [*lines, ""]:
            if line:
                gathered.append(line)
            elif gathered:
                self._emit_lines(gathered)
                gathered = []

    def _emit_lines(self, lines: list[str]) -> None:
        text = "  \n".join(line for line in lines if line) if len(lines) > 1 else lines[0]
        if not text:
            return
        if "<" in text:
            text = _TAG_LIKE.sub("&lt;", text)
        if self._heading:
            self._emit_heading(text.replace("  \n", " "))
        elif self._lists:
            self._emit_item(text)
        elif self._definition:
            self._add("definition", text if self._definition == "dt" else f": {text}")
        elif _BULLET.match(text):
            self._add("item", _BULLET.sub("- ", text, count=1))
        elif not self._has_plain and not self._tables and 1 < len(text) < 200:
            self._add("paragraph", f"**{text.replace('  ' + chr(10), ' ')}**")
        else:
            self._add("paragraph", text)

    def _emit_heading(self, text: str) -> None:
        marker = ""
        if self._lists and self._lists[-1].is_pending:
            self._lists[-1].is_pending = False
            marker = self._lists[-1].marker if self._lists[-1].ordered else ""
        self._add("heading", f"{'#' * self._heading} {marker + ' ' if marker else ''}{text}")

    def _emit_item(self, text: str) -> None:
        current = self._lists[-1]
        indent = "  " * (len(self._lists) - 1)
        if current.is_pending:
            current.is_pending = False
            if not current.ordered:
                text = _BULLET.sub("", text, count=1)
            self._add("item", f"{indent}{current.marker} {text}")
        elif current.marker:
            self._add("continuation", f"{indent}{' ' * (len(current.marker) + 1)}{text}")
        else:
            self._add("paragraph", text)

    def _add(self, kind: str, text: str) -> None:
        if self._quotes and not self._tables:
            text = "> " + text.replace("\n", "\n> ")
        self.blocks.append(Block(kind, text, self._link_chars))

    def _end_table(self) -> None:
        table = self._tables.pop()
        stray = self.blocks if not table.rows else []
        self.blocks, self._lists = table.outer, table.lists
        if _is_data(table.rows):
            self._emit_rows(table.rows)
        else:
            self.blocks.extend(block for row in table.rows for cell in row for block in cell)
        self.blocks.extend(stray)

    def _emit_rows(self, rows: list[list[list[Block]]]) -> None:
        filled = [row for row in rows if any(row)]
        for position, row in enumerate(filled):
            links = sum(block.link_chars for cell in row for block in cell)
            self.blocks.append(Block("row", "| " + " | ".join(_cell(cell) for cell in row) + " |", links))
            if position == 0:
                self.blocks.append(Block("row", "|" + " --- |" * len(row)))


def _is_data(rows: list[list[list[Block]]]) -> bool:
    """Return whether the rows hold data; tables for layout are read as plain blocks."""
    wide = sum(1 for row in rows if sum(1 for cell in row if cell) > 1)
    has_headings = any(b.kind == "heading" or len(b.text) > 4000 for row in rows for cell in row for b in cell)
    return wide > 0 and not has_headings


def _cell(blocks: list[Block]) -> str:
    return " ".join(b.text.strip().replace("  \n", " ").replace("\n", " ") for b in blocks).replace("|", "\\|")
