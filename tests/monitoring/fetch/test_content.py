import pytest

from monitoring.fetch import FetchError, Reason
from monitoring.fetch.content import charset_of, effective_type

HTML = b"<!DOCTYPE html><html><body><p>Terms</p></body></html>"
XHTML = b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
ZIP = b"PK\x03\x04\x14\0\0\0"
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><lolz>&lol2;</lolz>'
)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><title>&x;</title></rss>'


@pytest.mark.parametrize(
    ("declared", "body", "found"),
    [
        ("text/html; charset=UTF-8", HTML, "text/html; charset=UTF-8"),
        ("TEXT/HTML", HTML, "text/html"),
        ("application/xhtml+xml", XHTML, "application/xhtml+xml"),
        ("text/plain; charset=latin1", b"Terms of Service", "text/plain; charset=latin1"),
        ("text/markdown", b"# Terms", "text/markdown"),
        ("text/x-markdown", b"# Terms", "text/markdown"),
        ("application/pdf", PDF, "application/pdf"),
        ("", HTML, "text/html"),
        ("", b"<div>fragment</div>", "text/html"),
        ("", b"Terms of Service", "text/plain"),
        ("application/octet-stream", b"\n\n  " + HTML, "text/html"),
        ("application/octet-stream", PDF, "application/pdf"),
        ("text/xml", XHTML, "text/html"),
        ("text/html", b"no tags at all", "text/html"),
    ],
)
def test_an_accepted_type_is_told(declared, body, found):
    assert effective_type(declared, body) == found


@pytest.mark.parametrize(
    ("declared", "body", "found"),
    [
        ("text/html; charset=utf-8", PDF, "application/pdf"),
        ("application/pdf", HTML, "text/html"),
        ("text/plain; charset=utf-8", HTML, "text/html; charset=utf-8"),
        ("application/pdf", b"\0\0junk before\n" + PDF, "application/pdf"),
    ],
)
def test_row_36_a_lie_about_the_type_is_corrected_by_the_bytes(declared, body, found):
    assert effective_type(declared, body) == found


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ("text/html", PNG),
        ("text/html", ZIP),
        ("text/html", b"\x7fELF\x02\x01\x01"),
        ("text/html", b"\x1f\x8b\x08\0"),
        ("text/plain", b"abc\0\x01\x02\x03def" * 10),
        ("application/pdf", b"no pdf"),
        ("application/json", b'{"error": "not found"}'),
        ("", b'{"error": "not found"}'),
        ("image/png", PNG),
        ("application/zip", ZIP),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
        ("application/javascript", b"alert(1)"),
        ("text/css", b"p {}"),
    ],
)
def test_row_36_what_is_no_document_is_refused(declared, body):
    with pytest.raises(FetchError) as caught:
        effective_type(declared, body)
    assert caught.value.reason is Reason.WRONG_TYPE


@pytest.mark.parametrize("declared", ["text/xml", "application/xml", "application/rss+xml", "application/atom+xml"])
@pytest.mark.parametrize("body", [BILLION_LAUGHS, XXE])
def test_row_38_xml_that_is_no_page_is_refused_unparsed(declared, body):
    with pytest.raises(FetchError) as caught:
        effective_type(declared, body)
    assert caught.value.reason is Reason.WRONG_TYPE


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_row_36_wide_characters_are_text_and_no_binary(encoding):
    assert effective_type("text/html", HTML.decode().encode(encoding)) == "text/html"


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html", ""),
        ("text/html; charset=UTF-8", "utf-8"),
        ('text/html; boundary=x; Charset="ISO-8859-1"', "iso-8859-1"),
        ("text/html; charset", ""),
        ("", ""),
    ],
)
def test_the_named_charset_is_read(content_type, charset):
    assert charset_of(content_type) == charset
