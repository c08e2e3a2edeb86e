import pytest
from multidict import CIMultiDict

from monitoring.fetch import botwalls

CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
)
# What the same products add to ordinary pages.
WATCHED_PAGE = (
    b"<html><body>" + b"<p>You agree.</p>" * 2000 + b"<script src='https://ct.captcha-delivery.com/c.js'></script>"
)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (403, {"CF-Mitigated": "challenge"}, b""),
        (200, {"cf-mitigated": "challenge"}, b"<html>"),
        (202, {"x-amzn-waf-action": "challenge"}, b""),
        (429, {"x-vercel-mitigated": "challenge"}, b""),
        (403, {}, CHALLENGE),
        (503, {}, CHALLENGE),
        (200, {}, CHALLENGE),
        (403, {}, b'<script src="https://ct.captcha-delivery.com/c.js">'),
        (
            200,
            {},
            b'<iframe src="/_Incapsula_Resource?SWUDNSAI=31">Request unsuccessful. Incapsula incident ID: 1</iframe>',
        ),
        (403, {}, b"Access Denied ... Reference #18 https://errors.edgesuite.net/18"),
    ],
)
def test_a_check_against_robots_is_known(status, headers, body):
    assert botwalls.mark(status, CIMultiDict(headers), body)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b"<p>Our terms</p>"),
        (200, {"server": "cloudflare", "cf-ray": "1"}, WATCHED_PAGE),
        (403, {}, b"<h1>403 Forbidden</h1>"),
        (404, {}, b"<h1>Not found</h1> verify you are human by completing"),
        (500, {}, CHALLENGE.replace(b"Just a moment...", b"Error")),
        (200, {"x-datadome": "protected"}, b"<p>Our terms</p>"),
        (200, {}, b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><p>Our terms</p>"),
    ],
)
def test_a_page_or_a_plain_refusal_is_no_bot_wall(status, headers, body):
    assert botwalls.mark(status, CIMultiDict(headers), body) == ""


def test_real_terms_pages_are_no_bot_walls(data_pack):
    import io
    import tarfile

    pages = tarfile.open(data_pack / "poll" / "pages.tar.xz")  # noqa: SIM115 - read to the end below
    marked = [
        member.name
        for member in pages
        if member.isfile()
        and botwalls.mark(200, CIMultiDict(), io.BytesIO(pages.extractfile(member).read()).getvalue())
    ]
    assert marked == []
