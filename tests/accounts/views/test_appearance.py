import re

import pytest


def choose(client, theme, **headers):
    headers = headers or {"Sec-Fetch-Site": "same-origin"}
    return client.post(
        "/theme/", {"theme": theme}, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def test_the_choice_is_right_on_the_next_first_paint(client, db):
    assert 'data-theme="' not in client.get("/pricing/").content.decode()
    choose(client, "dark")
    assert '<html lang="en" data-theme="dark">' in client.get("/pricing/").content.decode()
    choose(client, "system")
    assert 'data-theme="' not in client.get("/pricing/").content.decode()


@pytest.mark.parametrize("theme", ["", "pink", 'dark" onload="x', "\x00"])
def test_an_unknown_theme_follows_the_system(client, db, theme):
    choose(client, theme)
    client.cookies["theme"] = theme or "x"
    assert 'data-theme="' not in client.get("/pricing/").content.decode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"X_Nothing": "1"}, 403),
        ({"Origin": "http://testserver"}, 302),
        ({"Sec_Fetch_Site": "same-origin", "Referer": "https://evil.example/"}, 302),
    ],
)
def test_only_a_form_of_ours_may_choose_and_the_way_leads_back_to_us(client, db, headers, status):
    answer = choose(client, "dark", **headers)
    assert answer.status_code == status
    assert "evil" not in answer.headers.get("Location", "")


def test_looking_changes_nothing(client, db):
    assert client.get("/theme/").status_code == 405


def test_a_public_page_is_the_same_for_every_visitor_and_sets_no_cookie(client, db):
    first, second = client.get("/pricing/"), client.get("/pricing/")
    same, again = (re.sub("as it read on [^<]+", "", page.content.decode()) for page in (first, second))
    assert same == again
    assert not first.cookies
