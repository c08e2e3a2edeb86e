"""Sign up, watch, and be told with the words that changed, as each plan promises."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys import product as products

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with products.running(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def visitor(product):
    return products.Visitor(product)


def test_the_demo_shows_histories_at_once(product, visitor):
    assert "Thistlequay" in visitor.get("/platforms/")
    assert visitor.get("/timeline/").count("/changes/") >= 20
    assert '"ok"' in visitor.get("/readyz")


def test_on_professional_the_words_arrive_within_a_minute(product, visitor):
    visitor.sign_up("petra@office.example")
    product.manage("grant_plan", "petra@office.example", "professional")
    visitor.post("/watchlist/", platform="norrskaft")
    product.fire("norrskaft/privacy/technical-data")
    mail = product.wait_for_mail("petra@office.example", "[-", seconds=60)
    assert "Norrskaft" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert re.search(r"\[-[^-]+-\] ?\{\+[^+]+\+\}", text)
    link = re.search(r"http://\S+(/changes/\d+/)", text)[1]
    assert "<ins" in visitor.get(link)
    assert link in visitor.get("/timeline/")


def test_on_watcher_it_arrives_the_same_day(product, visitor):
    visitor.sign_up("walter@desk.example")
    product.manage("grant_plan", "walter@desk.example", "watcher")
    visitor.post("/watchlist/", platform="voxenby")
    product.fire("voxenby/privacy/after-closing")
    wait_for_change(product, visitor, "Voxenby")
    assert not any("[-" in text_of(mail) for mail in product.mails("walter@desk.example"))
    product.manage("deliver", "--at", (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    product.wait_for_mail("walter@desk.example", "[-", seconds=5)


def test_on_free_it_arrives_with_the_weekly_digest_and_a_second_platform_is_refused(product, visitor):
    visitor.sign_up("frida@home.example")
    visitor.post("/watchlist/", platform="gridmarrow")
    page = visitor.post("/watchlist/", status=403, platform="norrskaft")
    assert "Free watches 1 platform" in page
    assert "/pricing/" in page
    assert "Gridmarrow" in visitor.get("/watchlist/")
    product.fire("gridmarrow/terms/abuse-monitoring")
    wait_for_change(product, visitor, "Gridmarrow")
    assert not any("[-" in text_of(mail) or "{+" in text_of(mail) for mail in product.mails("frida@home.example"))
    product.manage("deliver", "--at", (datetime.now(UTC) + timedelta(days=8)).isoformat())
    digest = product.wait_for_mail("frida@home.example", "{+", seconds=5)
    assert "Gridmarrow" in text_of(digest)
    assert any("in the last twelve months" in mail["Subject"] for mail in product.mails("frida@home.example"))


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def wait_for_change(product, visitor, platform):
    """Wait until today's change of `platform` is on its page."""
    today = f"{datetime.now(UTC):%-d %b %Y}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page = visitor.get(f"/timeline/?platform={platform.lower()}")
        if today in re.sub("as it read on [^<]+", "", page):  # what a printed page says of itself
            return
        time.sleep(0.5)
    raise AssertionError(f"no change of {platform} today:\n{product.log.read_text()[-3000:]}")
