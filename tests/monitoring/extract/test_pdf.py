"""PDF: text in order, running heads dropped, every bomb a named error."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from monitoring.extract import ExtractError, Page, Reason, extract, pdf

DATA = Path(os.environ.get("CONDUCTATLAS_DATA", "../shared/data"))


def made(pages: list[list[str]]) -> bytes:
    """Return a PDF with these lines on its pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        drawn = b" ".join(
            b"(%s) Tj 0 -14 Td" % line.encode("latin-1").replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines
        )
        stream = b"BT /F1 11 Tf 60 760 Td " + drawn + b" ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % content
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return assembled(objects)


def assembled(objects: list[bytes], trailer: bytes = b"") -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(
        out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    )


def reason(body: bytes) -> Reason:
    with pytest.raises(ExtractError) as caught:
        pdf.text_of(body)
    return caught.value.reason


def test_text_of_reads_pages_in_order_without_running_heads():
    pages = [
        ["ACME Terms", f"Rule number {word} applies to all who use it.", f"Page {n} of 4"]
        for n, word in enumerate(("one", "two", "three", "four"), 1)
    ]
    text, _ = pdf.text_of(made(pages))
    assert "ACME Terms" not in text
    assert "of 4" not in text
    assert [text.index(word) for word in ("one", "two", "three", "four")] == sorted(
        text.index(word) for word in ("one", "two", "three", "four")
    )


def test_text_of_joins_lines_and_hyphens():
    lines = [
        "You agree that we may use the content for the impro-",
        "vement of our services and for no other purpose at all.",
        "1. Second clause.",
    ]
    text, _ = pdf.text_of(made([lines]))
    first = "You agree that we may use the content for the improvement of our services and for no other purpose at all."
    assert text == f"{first}\n\n1. Second clause."


def test_text_of_names_a_pdf_without_text():
    assert reason(made([[]])) is Reason.PDF_WITHOUT_TEXT


def test_text_of_names_a_broken_pdf():
    assert reason(b"%PDF-1.7\ngarbage") is Reason.PDF_BROKEN


def test_text_of_names_too_many_pages_at_once():
    started = time.process_time()
    assert reason(made([["x"]] * (pdf.MAX_PAGES + 1))) is Reason.PDF_TOO_MANY_PAGES
    assert time.process_time() - started < 2


def test_text_of_names_an_encrypted_pdf():
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"]
    objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"11" * 32, b"22" * 32))
    assert reason(assembled(objects, b"/Encrypt 3 0 R /ID [<00><00>]")) is Reason.PDF_ENCRYPTED


def test_text_of_stops_at_the_limit_of_bytes():
    assert reason(b"%PDF-1.4" + b" " * pdf.MAX_BYTES) is Reason.TOO_LARGE


def test_extract_takes_a_pdf_for_what_its_bytes_say():
    found = extract(
        [Page(made([["These terms apply to everyone who uses the services."]]), "text/html", "https://example.org/t")]
    )
    assert found.method == "pdf"
    assert "These terms apply" in found.text


def test_extract_leaves_actions_of_a_pdf_alone():
    body = made([["Nothing of this file is ever run or opened by us."]]).replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    )
    assert "alert" not in pdf.text_of(body)[0]


@pytest.mark.skipif(not (DATA / "replay" / "pdf").is_dir(), reason="needs the data pack (CONDUCTATLAS_DATA)")
def test_text_of_reads_a_real_pdf():
    for path in (DATA / "replay" / "pdf").glob("*.pdf"):
        text, _ = pdf.text_of(path.read_bytes())
        assert len(text.split()) > 300
