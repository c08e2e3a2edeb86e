import pytest
from django.template.loader import get_template


def test_a_missing_page_is_told_in_our_design(client, db):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_every_error_page_can_be_written_without_a_request(name):
    page = get_template(f"{name}.html").render()
    assert "<h1>" in page
    assert "Traceback" not in page


def test_too_many_sign_ups_are_told_to_wait(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    for expected in (200, 429):
        answer = client.post("/accounts/signup/", {"email": "not an address", "password1": "x"})
        assert answer.status_code == expected
    assert "Too many tries" in answer.content.decode()


def test_a_spoofed_address_does_not_pass_the_limit(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    for number, expected in ((1, 200), (2, 429)):
        answer = client.post("/accounts/signup/", {"email": "no"}, headers={"X-Forwarded-For": f"198.51.100.{number}"})
        assert answer.status_code == expected


def test_a_form_without_its_token_is_refused(db):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()
