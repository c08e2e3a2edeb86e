"""The main content of a page without any selector: what is left when the page's furniture is carried out.

Three steps: furniture that says so itself (navigation, banners, dialogs, consent boxes) goes; then the smallest element
that still holds nearly all prose is found; then lone links and labels before the title and after the last sentence go.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .blocks import Block

_FURNITURE = (
    'nav, aside, form, dialog, footer, [role="navigation"], [role="banner"], [role="contentinfo"], [role="dialog"], '
    '[role="alertdialog"], [role="complementary"], [role="search"], [role="menu"], [role="menubar"], '
    '[aria-modal="true"], '
    '[id*="cookie" i], [class*="cookie-banner" i], [class*="cookie-consent" i], [class*="cookieconsent" i], '
    '[id*="onetrust" i], [class*="onetrust" i], [id^="CybotCookiebot"], [id*="usercentrics" i], '
    '[id*="consent-banner" i], '
    '[class*="breadcrumb" i], [class*="skip-link" i], [class*="skip-to" i], '
    '[class*="related-articles" i], [class*="related-posts" i], [class*="newsletter" i], [class*="site-footer" i], '
    '[class*="site-header" i], [id="footer"], [id="header"], [class*="language-switcher" i], [class*="social-share" i]'
)
CONSENT_MANAGERS = (
    "#onetrust-consent-sdk, #onetrust-banner-sdk, #CybotCookiebotDialog, #CybotCookiebotDialogBodyUnderlay, "
    "#usercentrics-root, "
    "#usercentrics-cmp-ui, #didomi-host, #qc-cmp2-container, #truste-consent-track, #iubenda-cs-banner, "
    "#axeptio_overlay, "
    "#cookie-law-info-bar, #cookiescript_injected, #hs-eu-cookie-confirmation, #transcend-consent-manager, #cmpbox, "
    "#cmpwrapper, "
    "#ketch-consent, #ketch-banner, #cookieconsent, #cc-main, #termly-code-snippet-support, #cookiefirst-root, "
    "#cookiehub-dialog, "
    '[id^="sp_message_container"], .osano-cm-window, .cky-consent-container, .cky-modal, .cky-overlay, .cc-window, '
    ".cmplz-cookiebanner, "
    '.iubenda-cs-container, .evidon-banner, [aria-label="cookieconsent"], [role="dialog"][aria-label*="cookie" i], '
    '[role="alertdialog"][aria-label*="cookie" i], [role="region"][aria-label*="cookie" i]'
)
"""The boxes of consent managers: never a part of the rules, though `body` takes them along."""
_LANDMARKS = 'main, [role="main"], article, [itemprop="articleBody"]'
_ENOUGH_OF_PAGE = 0.5
_NEARLY_ALL = 0.88
_DEEPEST = 60
_SENTENCE = re.compile(r"[^\W\d_]{2,}.*[.;:!?。！？；：।]")
_DATED = re.compile(r"\b(19|20)\d\d\b")
_AFTERMATH = re.compile(
    r"^(#+ )?\W*(related (articles|content|posts|topics|pages|links)|was this (article|page|content)? ?(helpful|"
    r"useful)|"
    r"did this answer your question|share this|still have questions|need more help|have more questions|"
    r"recommended( articles| reading)?|you might also like|more from|recently viewed|subscribe to our|"
    r"articles connexes|cet article vous a|verwandte artikel|war dieser (artikel|beitrag)|artículos relacionados|"
    r"¿fue útil|artigos relacionados|articoli correlati|関連記事|相关文章)",
    re.IGNORECASE,
)


def carry_out_furniture(tree: LexborHTMLParser) -> None:
    """Take navigation, banners, dialogs and the like out of the tree; never an element that holds most of the page."""
    body = tree.body
    if body is None:
        return
    for node in tree.css(CONSENT_MANAGERS):
        node.decompose()
    whole = _mass(body)
    for node in tree.css(_FURNITURE):
        if _mass(node) <= whole * 0.4 or (
            node.attributes.get("role") == "dialog" and "cookie" in node.text()[:300].lower()
        ):
            node.decompose()


def container(tree: LexborHTMLParser) -> tuple[LexborNode, float] | None:
    """Return the element that holds the main content and its share of the page's prose, None on an empty page."""
    body = tree.body
    if body is None:
        return None
    whole = _prose(body)
    if whole == 0:
        return None
    landmark = max(tree.css(_LANDMARKS), key=_prose, default=None)
    is_enough = landmark is not None and _prose(landmark) >= whole * _ENOUGH_OF_PAGE
    found = _descend(landmark if landmark is not None and is_enough else body)
    return found, _prose(found) / whole


def trim(blocks: list[Block]) -> list[Block]:
    """Return the blocks without lone links and labels around the text; dates before the title stay."""
    return _without_tail(_without_head(blocks))


def _descend(node: LexborNode) -> LexborNode:
    for _ in range(_DEEPEST):
        mass = _prose(node)
        heaviest = max(node.iter(), key=_mass, default=None)
        if heaviest is None or heaviest.tag in ("p", "table", "ul", "ol", "tbody", "dl", "span"):
            return node
        if _prose(heaviest) < mass * _NEARLY_ALL or _has_title_outside(node, heaviest):
            return node
        node = heaviest
    return node


def _has_title_outside(node: LexborNode, inner: LexborNode) -> bool:
    """Return whether the step from `node` to `inner` would lose the page's title."""
    return bool(node.css("h1")) and not inner.css("h1")


def _mass(node: LexborNode) -> int:
    return len(node.text())


def _prose(node: LexborNode) -> int:
    """Return the letters outside links."""
    return max(0, _mass(node) - sum(_mass(link) for link in node.css("a")))


def _without_head(blocks: list[Block]) -> list[Block]:
    title = next((i for i, block in enumerate(blocks) if block.kind == "heading"), None)
    if title is None or title > len(blocks) // 3 or any(_is_prose(block) for block in blocks[:title]):
        return blocks
    return [block for block in blocks[:title] if _DATED.search(block.text)] + blocks[title:]


def _without_tail(blocks: list[Block]) -> list[Block]:
    end = len(blocks)
    for position in range(max(0, int(end * 0.6)), end):
        if _AFTERMATH.match(blocks[position].text):
            end = position
            break
    while end > 1 and _is_label(blocks[end - 1]):
        end -= 1
    return blocks[:end] if end > 1 or len(blocks) <= 1 else blocks


def _is_prose(block: Block) -> bool:
    words = block.text.count(" ") + 1
    return block.kind != "heading" and words >= 12 and block.link_chars < len(block.text) * 0.4


def _is_label(block: Block) -> bool:
    """Return whether a block at the end says nothing by itself: a link, a button, a lone heading, a copyright line."""
    text = block.text
    if block.kind in ("row", "definition") or (_DATED.search(text) and not text.startswith(("©", "Copyright"))):
        return False
    if block.kind == "heading" or text.startswith(("©", "Copyright")):
        return True
    if block.link_chars > len(text) * 0.25 and not _SENTENCE.search(re.sub(r"\]\([^)]*\)", "]", text)):
        return True
    return len(text) < 40 and not _SENTENCE.search(text) and "@" not in text
