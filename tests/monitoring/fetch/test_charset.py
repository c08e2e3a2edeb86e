import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import fetch
from monitoring.fetch import charset

WESTERN = "The “terms” – naïve café’s of Zürich; größere Änderung. " * 20
FRENCH = "Nous avons modifié nos conditions générales d’utilisation; ça s’applique dès à présent. " * 10
POLISH = "Zaktualizowaliśmy naszą politykę prywatności; użytkownicy mogą zgłaszać zażalenia. " * 10
RUSSIAN = "Условия использования сервиса изменены, и мы сообщаем вам об этом. " * 20
JAPANESE = "利用規約の変更について、お知らせします。" * 30
CHINESE = "我们更新了隐私政策，请仔细阅读以下内容。" * 30
KOREAN = "개인정보 처리방침을 업데이트했습니다. 아래 내용을 읽어 주세요." * 30


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])).filter(lambda text: not text.startswith("\ufeff")))
def test_utf_8_comes_back_as_it_was(text):
    assert fetch.decode(text.encode(), "text/html; charset=utf-8") == (text, "utf-8")


@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html", "text/html; charset=gbk", "text/html; charset=x-nope"])
)
def test_any_bytes_give_some_text(body, content_type):
    text, encoding = fetch.decode(body, content_type)
    assert isinstance(text, str)
    assert codecs.lookup(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (WESTERN, "cp1252", "iso-8859-1"),
        (WESTERN, "cp1252", "us-ascii"),
        (POLISH, "iso8859-2", "ISO-8859-2"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "cp932", "x-sjis"),
        (CHINESE, "gb18030", "gb2312"),
        (KOREAN, "cp949", "euc-kr"),
        (WESTERN, "utf-16-le", "utf-16"),
    ],
)
def test_row_36_the_charset_of_the_header_is_believed(text, encoding, label):
    assert fetch.decode(text.encode(encoding), f"text/html; charset={label}")[0] == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_row_36_a_byte_order_mark_is_stronger_than_the_header(encoding):
    assert fetch.decode(WESTERN.encode(encoding), "text/html; charset=iso-8859-1")[0] == WESTERN


@pytest.mark.parametrize(
    "start",
    [
        '<meta charset="koi8-r">',
        '<META http-equiv="Content-Type" content="text/html; charset=koi8-r">',
        '<?xml version="1.0" encoding="koi8-r"?><html>',
    ],
)
def test_row_36_without_a_header_the_page_itself_tells(start):
    text = start + RUSSIAN
    assert fetch.decode(text.encode("koi8-r"), "text/html") == (text, "koi8-r")


def test_the_header_is_stronger_than_the_page():
    text = '<meta charset="koi8-r">' + RUSSIAN
    assert fetch.decode(text.encode("cp1251"), "text/html; charset=windows-1251") == (text, "cp1251")


@pytest.mark.parametrize(
    "label", ["x-unknown", "utf-7", "zlib", "punycode", "unicode_escape", "idna", "\u00fcml\u00e4ut", ""]
)
def test_row_36_a_charset_that_is_unknown_or_no_charset_is_passed_over(label):
    assert fetch.decode(WESTERN.encode(), f"text/html; charset={label}") == (WESTERN, "utf-8")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WESTERN, "cp1252"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gbk"),
        (KOREAN, "euc_kr"),
    ],
)
def test_row_36_without_any_label_the_text_is_still_right(text, encoding):
    assert fetch.decode(text.encode(encoding), "text/html")[0] == text


def test_row_36_a_header_that_the_bytes_disprove_is_passed_over():
    assert fetch.decode(WESTERN.encode("cp1252"), "text/html; charset=utf-8")[0] == WESTERN


def test_one_broken_character_does_not_make_utf_8_something_else():
    body = WESTERN.encode() + b"\xff" + WESTERN.encode()
    assert fetch.decode(body, "text/html; charset=utf-8") == (f"{WESTERN}\ufffd{WESTERN}", "utf-8")


def test_row_36_mojibake_of_the_publisher_is_flagged():
    mojibake = WESTERN.encode().decode("cp1252", "replace")
    assert fetch.damage(fetch.decode(mojibake.encode(), "text/html; charset=utf-8")[0]) > 0.05


@pytest.mark.parametrize("text", [WESTERN, FRENCH, POLISH, RUSSIAN, JAPANESE, CHINESE, KOREAN, "", "Terms"])
def test_right_text_is_not_flagged(text):
    assert fetch.damage(text) == 0


def test_guessing_looks_at_a_bounded_sample(monkeypatch):
    seen = []
    real = charset.charset_normalizer.from_bytes
    monkeypatch.setattr(charset.charset_normalizer, "from_bytes", lambda body: seen.append(len(body)) or real(body))
    fetch.decode(WESTERN.encode("cp1252") * 200, "text/html")
    assert seen == [64 * 1024]
