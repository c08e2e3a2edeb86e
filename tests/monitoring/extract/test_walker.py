"""HTML to Markdown: structure kept, nothing that runs."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitoring.extract.blocks import join
from monitoring.extract.walker import Walker


def markdown(html: str, base: str = "https://example.org/a/b") -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return join(Walker(base).walk(body.html or ""))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>A</h1><h3>B  c</h3><p>d</p>", "# A\n\n### B c\n\nd"),
        ("<p>one<br>two</p>", "one  \ntwo"),
        ("<p>one<br><br>two</p>", "one\n\ntwo"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ('<ol start="3"><li>a</li><li value="7">b</li><li>c</li></ol>', "3. a\n7. b\n8. c"),
        ('<ol start="²"><li>a</li><li value="³">b</li></ol>', "1. a\n2. b"),
        (f'<div role="heading" aria-level="{"9" * 5000}">Fees</div>', "## Fees"),
        ('<ol type="a"><li>x</li><li>y</li></ol>', "a. x\nb. y"),
        (
            '<ol type="I"><li>x</li></ol><ol type="i"><li>x</li><li>y</li><li>z</li><li>w</li></ol>',
            "I. x\ni. x\nii. y\niii. z\niv. w",
        ),
        ("<ol><li><h3>Scope</h3><p>All of it.</p></li></ol>", "### 1. Scope\n\n   All of it."),
        (
            "<table><tr><th>Who</th><th>Why</th></tr><tr><td>Acme</td><td>a|b</td></tr></table>",
            "| Who | Why |\n| --- | --- |\n| Acme | a\\|b |",
        ),
        ("<table><tr><td><h2>T</h2><p>layout</p></td></tr></table>", "## T\n\nlayout"),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "Term\n: Meaning"),
        ("<blockquote><p>said</p></blockquote>", "> said"),
        ('<p>See <a href="/legal/x?a=1#b">the  terms</a>.</p>', "See [the terms](https://example.org/legal/x?a=1#b)."),
        (
            '<a href="/x"><h3>Card</h3><p>Text</p></a>',
            "### [Card](https://example.org/x)\n\n[Text](https://example.org/x)",
        ),
        ('<p><a href="mailto:a@b.org">write</a></p>', "[write](mailto:a@b.org)"),
        ("<p><strong>Heading like</strong></p><p>x <b>y</b></p>", "**Heading like**\n\nx y"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("<p>• point</p>", "- point"),
        ('<div role="heading" aria-level="2">Fees</div><p>None.</p>', "## Fees\n\nNone."),
        ("<p>a &amp; b &lt; c &nbsp; d</p>", "a & b < c d"),
        ("<p>soft\u00adhyphen zero\u200bwidth \ue000</p>", "softhyphen zerowidth "),
    ],
)
def test_walk_keeps_structure(html, expected):
    assert markdown(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<script>alert(1)</script><style>p{}</style><noscript>n</noscript><template>t</template><svg><text>s</text></svg>b</p>",
        '<p>a<img src=x onerror="alert(1)"><iframe srcdoc="<script>alert(1)</script>"></iframe>b</p>',
        "<p>a<math><mi><svg><style><img src=x onerror=alert(1)></style></svg></mi></math>b</p>",
        '<p>a<input value="x"><select><option>o</option></select><textarea>t</textarea>b</p>',
        "<p>a<dialog>cookies?</dialog>b</p>",
    ],
)
def test_walk_never_shows_what_is_not_text(html):
    assert markdown(html).replace("\n", "") in ("ab", "a b")


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "java&#x0A;script:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://example.org/1",
    ],
)
def test_walk_drops_targets_that_run(href):
    assert markdown(f'<p><a href="{href}">label</a></p>') == "label"


def test_walk_writes_markup_in_text_as_text():
    text = markdown("<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;img onerror=x&gt;</p>")
    assert "<script" not in text
    assert "<img" not in text
    assert text.startswith("&lt;script>")


@pytest.mark.parametrize(
    "text",
    ["[x](javascript:alert(1))", "[x](javascript&amp;#58;alert(1))", "[x](<b>data:y</b>)", "[x]: javascript:alert(1)"],
)
def test_walk_makes_no_link_of_words_that_look_like_one(text):
    found = markdown(f"<p>{text}</p>")
    assert "](" not in found
    assert not found.startswith("[x]:")


def test_walk_cannot_be_led_out_of_a_target():
    assert (
        markdown('<a href="https://x.org/)<img src=x onerror=y>">a</a>')
        == "[a](https://x.org/%29%3Cimgsrc=xonerror=y%3E)"
    )


def test_walk_survives_stray_and_deep_markup():
    assert markdown("</td></tr></li></ul></a>x") == "x"
    assert markdown("<td>a</td><li>b") == "a\n\n- b" or "b" in markdown("<td>a</td><li>b")
    assert markdown("<div>" * 400 + "deep" + "</div>" * 400) == "deep"
