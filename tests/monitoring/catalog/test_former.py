"""Addresses that were."""

import pytest

from monitoring.catalog import former
from monitoring.catalog.former import Former

FORMER = Former(platforms={"bard": "gemini"}, documents={"gemini/terms": "gemini/terms-of-service"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/platforms/bard/", "/platforms/gemini/"),
        ("/platforms/bard/terms/versions/3/", "/platforms/gemini/terms-of-service/versions/3/"),
        ("/platforms/gemini/terms/", "/platforms/gemini/terms-of-service/"),
        ("/platforms/gemini/privacy/", None),
        ("/platforms/", None),
        ("/changes/bard/", None),
        ("/", None),
    ],
)
def test_a_path_is_written_with_the_slugs_of_today(old, new):
    assert FORMER.path(old) == new


def test_the_declared_renames_are_whole():
    found = former.former()
    assert not set(found.platforms) & set(found.platforms.values()), "no way leads in a circle"
    assert all("/" in each for pair in found.documents.items() for each in pair)
