import pytest
from yarl import URL

from monitoring.fetch import FetchError, Reason, private_pairs, targets

NOBODY = frozenset()


def reason_for(url, allow_private=NOBODY):
    with pytest.raises(FetchError) as caught:
        targets.parsed(url, allow_private=allow_private)
    return caught.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://example.com/",
        "data:text/html,hello",
        "javascript:alert(1)",
        "example.com/terms",
        "//example.com/terms",
        "",
        "http://",
        "http:///path",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://example.com:8080/",
        "http://example.com:22/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com\r\nX-Injected: 1/",
        "http://example.com\\@127.0.0.1/",
        "http://exa\x00mple.com/",
        "http://example.com/" + "a" * 5000,
        "http://[::1",
    ],
)
def test_row_31_an_address_against_the_rules_is_refused(url):
    assert reason_for(url) is Reason.INVALID_URL


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[fe80::1%25eth0]", "①②⑦.⓪.⓪.①"]
)
def test_row_30_a_literal_private_address_is_refused_before_anything_is_looked_up(host):
    assert reason_for(f"http://{host}/") is Reason.FORBIDDEN_ADDRESS


def test_a_password_is_never_repeated_in_a_message():
    with pytest.raises(FetchError) as caught:
        targets.parsed("https://user:secret@example.com/terms", allow_private=NOBODY)
    assert "secret" not in str(caught.value)
    assert "example.com/terms" in str(caught.value)


def test_a_usual_address_is_kept_without_its_fragment():
    assert str(targets.parsed("https://example.com/terms?lang=en#privacy", allow_private=NOBODY)) == (
        "https://example.com/terms?lang=en"
    )


def test_an_exempt_pair_opens_exactly_that_host_and_port():
    allowed = private_pairs(["127.0.0.1:8900"])
    assert targets.parsed("http://127.0.0.1:8900/", allow_private=allowed).port == 8900
    assert reason_for("http://127.0.0.1:8901/", allowed) is Reason.INVALID_URL
    assert reason_for("http://127.0.0.1/", allowed) is Reason.FORBIDDEN_ADDRESS
    assert reason_for("http://localhost:8900/", allowed) is Reason.INVALID_URL


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:", ":80", "http://127.0.0.1:80", "127.0.0.1:http"])
def test_a_pair_that_is_none_is_named(text):
    with pytest.raises(ValueError, match="is not a host:port pair"):
        private_pairs([text])


def test_pairs_are_read_leniently_in_case_and_brackets():
    assert private_pairs([" LOCALHOST:8001 ", "[::1]:80", ""]) == {("localhost", 8001), ("::1", 80)}


@pytest.mark.parametrize(
    ("location", "reached"),
    [
        ("/legal/terms", "https://example.com/legal/terms"),
        ("terms two", "https://example.com/a/terms%20two"),
        ("https://other.example/", "https://other.example/"),
        ("//other.example/x", "https://other.example/x"),
        ("?page=2", "https://example.com/a/b?page=2"),
    ],
)
def test_a_redirect_is_followed_as_a_browser_would(location, reached):
    assert str(targets.joined(URL("https://example.com/a/b"), location, allow_private=NOBODY)) == reached


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://example.com/", Reason.BAD_REDIRECT),
        ("https://user:secret@example.com/", Reason.BAD_REDIRECT),
        ("https://example.com:8443/", Reason.BAD_REDIRECT),
        ("file:///etc/passwd", Reason.BAD_REDIRECT),
        ("http://[broken", Reason.BAD_REDIRECT),
        ("https://169.254.169.254/latest/meta-data/", Reason.FORBIDDEN_ADDRESS),
    ],
)
def test_row_31_a_redirect_against_the_rules_is_refused(location, reason):
    with pytest.raises(FetchError) as caught:
        targets.joined(URL("https://example.com/"), location, allow_private=NOBODY)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://example.com/", "example.com"), ("http://example.com/", "example.com"), ("http://h:8900/", "h:8900")],
)
def test_http_and_https_of_a_host_share_its_clock(url, host):
    assert targets.authority(URL(url)) == host
