"""What all platforms say today: kept for some minutes, and made anew while the cache is away."""

import pytest

from monitoring import compare, today
from tests.caches import AWAY


@pytest.fixture
def made(monkeypatch):
    """How often the provisions were looked at."""
    asked = []
    monkeypatch.setattr(compare, "positions", lambda key: asked.append(key) or {1: "opt_out"})
    return asked


def test_the_provisions_are_looked_at_once_for_many_pages(made, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "today"}}
    assert [today.positions("model_training_use") for _ in range(3)] == [{1: "opt_out"}] * 3
    assert made == ["model_training_use"]


def test_they_are_looked_at_each_time_while_the_cache_is_away(made, settings, caplog):
    settings.CACHES = AWAY
    assert [today.positions("model_training_use") for _ in range(2)] == [{1: "opt_out"}] * 2
    assert len(made) == 2
    assert "the cache does not answer" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/compare/", "/provision-types/", "/provision-types/data_retention/", "/regulations/gdpr_5/"]
)
def test_pages_are_served_while_the_cache_is_away(client, settings, path):
    settings.CACHES = AWAY
    assert client.get(path).status_code == 200
