"""One document from its pages: each page by its type, the parts in order, and nothing published in part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from monitoring.fetch import charset

from . import language, main_content, pdf, selection
from .blocks import Block, join, tame
from .dates import stated_dates
from .page import Extract, ExtractError, Method, Page, Reason, Sign
from .walker import Walker

MAX_HTML_CHARS = 20_000_000
_DROPPED = ["script", "style", "noscript", "svg", "template", "iframe", "object", "canvas", "video", "audio"]
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"[ \t\xa0]+")
_LOOKS_LIKE_HTML = re.compile(
    r"^\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,2000}?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_BOT_WALL_CODE = (
    "cf-chl",
    "challenge-platform",
    "_Incapsula_",
    "px-captcha",
    "captcha-delivery",
    "awswaf",
    "hcaptcha.com",
    "g-recaptcha",
)
_BOT_WALL = re.compile(
    r"verify(ing)? (that )?you are (a )?human|checking your browser|enable javascript and cookies to continue|are you "
    r"a robot|"
    r"unusual traffic|complete the security check|are not a robot",
    re.IGNORECASE,
)
_CONSENT_WALL = re.compile(
    r"consent\.(google|yahoo|youtube)\.|before you continue to|accept (all )?cookies to continue", re.IGNORECASE
)
_FEW_WORDS = 300


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    title: str
    claimed_language: str
    method: Method
    confidence: float
    signs: tuple[Sign, ...] = ()
    page_words: int = 0


def extract(pages: Sequence[Page]) -> Extract:
    """Return the text of a document whose Sources answered with `pages`, in the order of its declaration.

    Raises ExtractError for the first page that yields no text, naming its index: a document is
    read whole or not at all.
    """
    if not pages:
        raise ExtractError(Reason.EMPTY_BODY, "a document needs at least one page")
    parts = [_read(page, index) for index, page in enumerate(pages)]
    text = "\n\n".join(part.text for part in parts)
    effective, updated = stated_dates(text)
    return Extract(
        text=text,
        title=parts[0].title,
        language=language.guess(text, parts[0].claimed_language),
        effective_date=effective,
        updated_date=updated,
        method=parts[0].method,
        confidence=min(part.confidence for part in parts),
        signs=tuple(dict.fromkeys(sign for part in parts for sign in part.signs)),
        page_words=sum(part.page_words for part in parts),
    )


def _read(page: Page, index: int) -> _Part:
    try:
        return _part(page)
    except ExtractError as error:
        raise ExtractError(error.reason, f"{page.url}: {error.message}", page=index) from error


def _part(page: Page) -> _Part:
    if not page.body.strip():
        raise ExtractError(Reason.EMPTY_BODY, "the body is empty")
    kind = page.content_type.partition(";")[0].strip().lower()
    if page.body[:1024].lstrip().startswith(b"%PDF-") or kind == "application/pdf":
        text, title = pdf.text_of(page.body)
        return _Part(text, title, "", Method.PDF, 0.9)
    if _is_binary(page.body, kind):
        raise ExtractError(Reason.UNKNOWN_TYPE, f'content type "{kind}" is neither HTML nor PDF nor text')
    content, _ = charset.decode(page.body, page.content_type)
    if len(content) > MAX_HTML_CHARS:
        raise ExtractError(Reason.TOO_LARGE, f"the page has {len(content)} characters, the limit is {MAX_HTML_CHARS}")
    if kind in ("text/plain", "text/markdown", "text/x-markdown") and not _LOOKS_LIKE_HTML.match(content[:4000]):
        return _plain(content)
    return _html(content, page)


def _is_binary(body: bytes, kind: str) -> bool:
    if kind.startswith(("image/", "video/", "audio/", "font/")) or kind in ("application/zip", "application/gzip"):
        return True
    return b"\x00\x00\x00" in body[:2048] and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))


def _plain(content: str) -> _Part:
    lines = [_SPACES.sub(" ", line).rstrip() for line in _UNWANTED.sub("", content).splitlines()]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not text:
        raise ExtractError(Reason.NO_CONTENT, "the page is white space only")
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    text = tame(text)
    return _Part(text, text.lstrip("# ").split("\n", 1)[0][:200], "", Method.PLAIN_TEXT, 0.9)


def _html(content: str, page: Page) -> _Part:
    tree = LexborHTMLParser(content)
    title, claimed, base = _about(tree, page.url)
    tree.strip_tags(_DROPPED)
    if page.remove:
        tree = selection.remove(tree, page.remove)
    if page.select:
        _take_out_consent(tree, page)
        pieces = selection.select(tree, page.select)
        text = "\n\n".join(filter(None, (join(Walker(base).walk(_clean(piece))) for piece in pieces)))
        if not text:
            raise ExtractError(Reason.EMPTY_MATCH, "the selectors match elements without any text")
        return _Part(text, title, claimed, Method.SELECTORS, 1.0, _signs(text, content, title))
    return _main(tree, content, title=title, claimed=claimed, base=base)


def _take_out_consent(tree: LexborHTMLParser, page: Page) -> None:
    """Take consent boxes out, unless the declaration asks for something that may be one."""
    if not any(word in str(selector).lower() for selector in page.select for word in ("cookie", "consent", "dialog")):
        for node in tree.css(main_content.CONSENT_MANAGERS):
            node.decompose()


def _main(tree: LexborHTMLParser, content: str, *, title: str, claimed: str, base: str) -> _Part:
    main_content.carry_out_furniture(tree)
    found = main_content.container(tree)
    if found is None:
        raise ExtractError(Reason.NO_CONTENT, "the page has no text of its own: it may need rendering")
    node, share = found
    blocks = main_content.trim(Walker(base).walk(_clean(node.html or "")))
    text = join(blocks)
    if not text:
        raise ExtractError(Reason.NO_CONTENT, "the page has no main content")
    confidence = _confidence(blocks, share)
    return _Part(text, title, claimed, Method.MAIN_CONTENT, confidence, _signs(text, content, title), text.count(" "))


def _confidence(blocks: list[Block], share: float) -> float:
    """Return how sure the detection is: much prose, most of the page, few links."""
    chars = sum(len(block.text) for block in blocks) or 1
    links = sum(block.link_chars for block in blocks) / chars
    return round(min(1.0, chars / 1500) * min(1.0, share + 0.2) * (1 - min(1.0, links)), 3)


def _about(tree: LexborHTMLParser, url: str) -> tuple[str, str, str]:
    """Return the page's title, the language it claims and the base of its links."""
    title = tree.css_first("head title")
    html = tree.css_first("html")
    base = tree.css_first("base[href]")
    claimed = (html.attributes.get("lang") or "") if html is not None else ""
    href = (base.attributes.get("href") or "") if base is not None else ""
    return " ".join(title.text().split()) if title is not None else "", claimed, href if "://" in href else url


def _clean(html: str) -> str:
    """Return the HTML without the characters that the walker uses as marks."""
    return html.replace("\x01", "").replace("\x02", "").replace("\x03", "")


def _signs(text: str, content: str, title: str) -> tuple[Sign, ...]:
    """Return what a short page betrays about itself; a page with much text is never suspected here."""
    if text.count(" ") > _FEW_WORDS:
        return ()
    signs = []
    if (
        any(code in content for code in _BOT_WALL_CODE)
        or _BOT_WALL.search(text)
        or title.lower().startswith(("just a moment", "attention required", "access denied"))
    ):
        signs.append(Sign.BOT_WALL)
    if _CONSENT_WALL.search(text):
        signs.append(Sign.CONSENT_WALL)
    if 'type="password"' in content:
        signs.append(Sign.LOGIN_FORM)
    return tuple(signs)
