"""Selectors of a declaration applied to a parsed page: CSS and ranges, removed first, then selected.

Source: the declaration format of Open Terms Archive (select, remove; startBefore|startAfter to endBefore|endAfter).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from .page import ExtractError, Reason, Selector

_START, _END = "\x02", "\x03"


def remove(tree: LexborHTMLParser, selectors: Sequence[Selector]) -> LexborHTMLParser:
    """Return the tree without what the selectors match; a selector that matches nothing removes nothing."""
    for selector in selectors:
        if isinstance(selector, str):
            for node in _css(tree, selector):
                node.decompose()
        else:
            marked = _marked(tree, selector)
            if marked is not None:
                start, end = marked.index(_START), marked.index(_END)
                tree = LexborHTMLParser(marked[:start] + marked[end + 1 :])
    return tree


def select(tree: LexborHTMLParser, selectors: Sequence[Selector]) -> tuple[str, ...]:
    """Return the HTML of what the selectors match: each one's matches in document order, in the order declared.

    A match inside an earlier match is not repeated. Raises ExtractError when one of the selectors matches nothing:
    a part that is missing must never look like a shorter document.
    """
    pieces: list[str] = []
    taken: set[int] = set()
    for selector in selectors:
        found = _range(tree, selector) if not isinstance(selector, str) else _matches(tree, selector, taken)
        if found is None:
            raise ExtractError(Reason.NO_MATCH, f"selector {_shown(selector)} matches nothing")
        pieces.extend(found)
    return tuple(pieces)


def _matches(tree: LexborHTMLParser, selector: str, taken: set[int]) -> list[str] | None:
    nodes = _css(tree, selector)
    if not nodes:
        return None
    fresh = []
    for node in nodes:
        if not _is_inside(node, taken):
            taken.add(node.mem_id)
            fresh.append(node.html or "")
    return fresh


def _is_inside(node: LexborNode, taken: set[int]) -> bool:
    current: LexborNode | None = node
    while taken and current is not None:
        if current.mem_id in taken:
            return True
        current = current.parent
    return False


def _range(tree: LexborHTMLParser, selector: Mapping[str, str]) -> list[str] | None:
    marked = _marked(LexborHTMLParser(tree.html or ""), selector)
    if marked is None:
        return None
    start, end = marked.index(_START), marked.index(_END)
    return [marked[start + 1 : end]]


def _marked(tree: LexborHTMLParser, selector: Mapping[str, str]) -> str | None:
    """Return the page's HTML with both boundaries of a range marked, None when a boundary is missing."""
    start_key = "startBefore" if "startBefore" in selector else "startAfter"
    end_key = "endBefore" if "endBefore" in selector else "endAfter"
    if start_key not in selector or end_key not in selector:
        raise ExtractError(Reason.BAD_SELECTOR, f"range {_shown(selector)} needs a start and an end")
    starts, ends = _css(tree, selector[start_key]), _css(tree, selector[end_key])
    if not starts or not ends:
        return None
    _insert(starts[0], _START, before=start_key == "startBefore")
    _insert(ends[0], _END, before=end_key == "endBefore")
    html = (tree.html or "").replace("&#2;", _START).replace("&#3;", _END)
    return html if 0 <= html.find(_START) < html.find(_END) else None


def _insert(node: LexborNode, mark: str, *, before: bool) -> None:
    if before:
        node.insert_before(mark)
    else:
        node.insert_after(mark)


def _css(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise ExtractError(Reason.BAD_SELECTOR, f"selector {_shown(selector)} is not valid CSS") from error


def _shown(selector: Selector) -> str:
    return f'"{selector}"' if isinstance(selector, str) else str(dict(selector))
