"""Bytes in the archive store."""

import os

import pytest
from django.core.files.storage import storages

from monitoring.archive import blobs
from monitoring.models import Blob

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "archive": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    blobs.forget_recent()
    return tmp_path


def payload(body, like=None):
    return blobs.Payload(body, blobs.digest_of(body), like)


PAGE = b"".join(b"<p>Clause %d: %s</p>" % (n, os.urandom(40).hex().encode()) for n in range(200))


def test_bytes_come_back_as_they_were(now):
    blobs.store([payload(PAGE)], now=now)
    blobs.forget_recent()
    assert blobs.load(blobs.digest_of(PAGE)) == PAGE


def test_the_same_bytes_are_kept_once(now):
    first = blobs.store([payload(PAGE)], now=now)
    assert first > 0
    assert blobs.store([payload(PAGE)], now=now) == 0
    assert Blob.objects.count() == 1


def test_a_page_like_the_one_before_costs_a_fraction(now):
    blobs.store([payload(PAGE)], now=now)
    later = PAGE.replace(b"Clause 7:", b"Clause seven:")
    written = blobs.store([payload(later, blobs.digest_of(PAGE))], now=now)
    assert written < Blob.objects.get(digest=blobs.digest_of(PAGE)).stored_bytes / 10
    blobs.forget_recent()
    assert blobs.load(blobs.digest_of(later)) == later


def test_dictionaries_are_never_chained(now):
    """A third page is packed with the first one, though its predecessor is the second."""
    second, third = PAGE + b"<p>two</p>", PAGE + b"<p>three</p>"
    blobs.store([payload(PAGE)], now=now)
    blobs.store([payload(second, blobs.digest_of(PAGE))], now=now)
    blobs.store([payload(third, blobs.digest_of(second))], now=now)
    assert bytes(Blob.objects.get(digest=blobs.digest_of(third)).base_id) == blobs.digest_of(PAGE)


def test_a_new_page_is_stored_in_full(now):
    other = os.urandom(5000)
    blobs.store([payload(PAGE)], now=now)
    blobs.store([payload(other, blobs.digest_of(PAGE))], now=now)
    assert Blob.objects.get(digest=blobs.digest_of(other)).base_id is None


def test_a_missing_file_is_named(now):
    blobs.store([payload(PAGE)], now=now)
    blobs.forget_recent()
    storages["archive"].delete(blobs.path_of(blobs.digest_of(PAGE)))
    with pytest.raises(blobs.BlobError, match=blobs.digest_of(PAGE).hex()):
        blobs.load(blobs.digest_of(PAGE))


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_noticed(store, now, damage):
    blobs.store([payload(PAGE), payload(PAGE + b"x")], now=now)
    blobs.forget_recent()
    path = store / blobs.path_of(blobs.digest_of(PAGE))
    path.write_bytes((store / blobs.path_of(blobs.digest_of(PAGE + b"x"))).read_bytes() if damage is None else damage)
    with pytest.raises(blobs.BlobError):
        blobs.load(blobs.digest_of(PAGE))


def test_a_store_that_cannot_be_written_makes_no_row(store, now):
    """A full disk or a folder that is a file: the error goes up and nothing claims to be archived."""
    (store / "blobs").write_text("in the way")
    with pytest.raises(OSError):
        blobs.store([payload(PAGE)], now=now)
    assert not Blob.objects.exists()
