from django.test import Client

PASSWORD = "correct horse battery"


def other_session(user):
    client = Client(headers={"User-Agent": "Another browser"})
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def test_the_list_shows_every_session_and_one_can_be_ended(alice, sign_in):
    other = other_session(alice)
    page = sign_in(alice).get("/accounts/sessions/")
    assert "Another browser" in page.content.decode()
    theirs = next(row for row in page.context["sessions"] if row.user_agent == "Another browser")
    sign_in_again = page.client
    assert sign_in_again.post(f"/settings/sessions/{theirs.pk}/end/").status_code == 302
    assert other.get("/settings/organization/").status_code == 302
    assert sign_in_again.get("/settings/organization/").status_code == 200


def test_a_session_of_somebody_else_is_a_404(alice, charlie, sign_in):
    other = other_session(alice)
    row = other.get("/accounts/sessions/").context["sessions"][0]
    client = sign_in(charlie)
    assert client.post(f"/settings/sessions/{row.pk}/end/").status_code == 404
    assert client.post("/settings/sessions/999999/end/").status_code == 404
    assert other.get("/settings/organization/").status_code == 200


def test_all_others_end_at_once(alice, sign_in):
    others = [other_session(alice) for _ in range(2)]
    client = sign_in(alice)
    client.post("/accounts/sessions/")
    assert [other.get("/settings/organization/").status_code for other in others] == [302, 302]
    assert client.get("/settings/organization/").status_code == 200
