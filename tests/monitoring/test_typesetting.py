"""Documents come from the web: their text is set, and nothing in it runs (check 37)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import segment, typesetting


def outline(text):
    return [
        [each.digest.hex(), each.path, each.number, each.heading, each.kind.value, each.start, each.end]
        for each in segment.clauses(text)
    ]


def html(text):
    return typesetting.html(text, outline(text))


ALLOWED = re.compile(
    r"</?(?:h[2-6]|p|ul|li|span|table|tbody|thead|tr|th|td|div|blockquote|a|em|strong|code|br)"
    r'(?: (?:id|class|href|title|rel|scope|tabindex|role|aria-label)="[^"<>]*")*>'
)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "[x](//evil.example 'onmouseover=alert(1)')",
        '[x](https://a.example/"onmouseover="alert(1))',
        "![x](https://a.example/x.png)",
        "<a href='javascript:alert(1)'>x</a>",
        "`<script>`",
        "| <script> | [x](javascript:1) |\n| --- | --- |\n| <img src=x> | y |",
        "> <iframe src=https://evil.example></iframe>",
        "- <b onclick=alert(1)>x</b>",
        "# <script>alert(1)</script>",
    ],
)
def test_nothing_in_a_document_runs(attack):
    out = html(f"# Terms\n\n{attack}\n\nend")
    assert "<" not in ALLOWED.sub("", out)
    assert not re.search(r'href="(?!https?:|mailto:|tel:|//|#clause-)', out)
    assert "<img" not in out


@given(st.text(alphabet=st.sampled_from("<>\"'&#[]()!*_`|\\- \n.:/ajvscriptonx1"), max_size=200))
def test_any_text_comes_out_as_allowed_elements_only(text):
    assert "<" not in ALLOWED.sub("", html(text))


def test_each_clause_has_its_address():
    text = "# Terms\n\n## 4. Data\n\n4.2 We keep it for 30 days.\n\n- (a) one\n- (b) two\n"
    out = html(text)
    for clause in segment.clauses(text):
        assert f'id="{typesetting.anchor(clause.path)}"' in out


def test_headings_markers_links_and_tables_are_set():
    table = "| A | B |\n| --- | --- |\n| 1 | 2 |"
    out = html(f"# Terms\n\n**Note.** See [the policy](https://a.example/p?x=1&y=2).\n\n(a) first\n\n{table}")
    assert "<h2" in out
    assert "<strong>Note.</strong>" in out
    assert 'href="https://a.example/p?x=1&amp;y=2" rel="nofollow noopener"' in out
    assert '<span class="marker">(a)</span>' in out
    assert '<th scope="col">A</th>' in out
    assert "<td>2</td>" in out


def test_contents_lists_the_headings_that_divide_the_text():
    text = "# Terms\n\n## One\n\na\n\n## Two\n\nb\n\n### Deep\n\n## Three\n\nc"
    assert [title for _path, title in typesetting.contents(text, outline(text))] == ["One", "Two", "Three"]


def test_a_document_that_skips_a_level_makes_a_page_that_does_not():
    text = "# Terms\n\n### Part\n\nWords.\n\n# Annex\n\n## Second"
    out = html(text)
    assert re.findall(r"<(/?h[2-6])", out) == ["h2", "/h2", "h3", "/h3", "h2", "/h2", "h3", "/h3"]


@given(st.text(alphabet=st.sampled_from("<>\"'&#[]()!*_`|\\- \t\r\n\0.:/~^aé\u00a0"), max_size=60))
def test_a_block_without_marks_is_set_as_the_rules_would_set_it(source):
    assert typesetting.inline(source) == typesetting._INLINE.renderInline(source)
