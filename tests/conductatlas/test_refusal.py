"""What is closed while a part of the service is away, and what is told."""

import pytest
from django.contrib.auth import get_user_model

from tests.caches import AWAY

PASSWORD = "some long words 55"
FORMS = {
    "/accounts/login/": {"login": "ada@example.org", "password": PASSWORD},
    "/accounts/signup/": {"email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD},
    "/accounts/password/reset/": {"email": "ada@example.org"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_nobody_is_let_in_uncounted_while_the_cache_is_away(client, settings, caplog, path):
    settings.CACHES = AWAY
    assert client.get(path).status_code == 200
    answer = client.post(path, FORMS[path])
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "try again in a minute" in answer.text
    assert f"{path} is closed while the cache does not answer" in caplog.text
    assert not get_user_model().objects.exists()
