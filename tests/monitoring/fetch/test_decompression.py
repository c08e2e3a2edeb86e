import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.fetch import FetchError, Reason
from monitoring.fetch.decompression import Body

MEGABYTE = 1_000_000


def decoded(raw, encoding, *, cuts=(), max_decoded_bytes=MEGABYTE, cut=False):
    body = Body(encoding, max_decoded_bytes=max_decoded_bytes, cut=cut)
    edges = [0, *sorted(min(edge, len(raw)) for edge in cuts), len(raw)]
    for start, end in itertools.pairwise(edges):
        body.add(raw[start:end])
    return body.whole()


def reason_of(raw, encoding, **options):
    with pytest.raises(FetchError) as caught:
        decoded(raw, encoding, **options)
    return caught.value.reason


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
@given(data=st.binary(max_size=3000), cuts=st.lists(st.integers(0, 3200), max_size=6))
def test_any_body_comes_back_however_it_was_cut_into_pieces(encoding, data, cuts):
    if not data.startswith(b"\x1f\x8b"):
        assert decoded(PACKERS[encoding](data), encoding, cuts=cuts) == data


def test_deflate_without_its_wrapper_is_understood_as_browsers_do():
    assert decoded(raw_deflate(b"terms" * 100), "deflate") == b"terms" * 100


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_comes_byte_by_byte_is_the_same_body(encoding):
    packed = PACKERS[encoding](b"You agree to these terms.")
    assert decoded(packed, encoding, cuts=range(len(packed))) == b"You agree to these terms."


@given(cuts=st.lists(st.integers(0, 50), max_size=4))
def test_gzip_in_several_members_is_one_body(cuts):
    assert decoded(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", cuts=cuts) == b"one two"


def test_padding_after_the_last_member_is_ignored():
    assert decoded(gzip.compress(b"terms") + b"\0" * 20, "gzip", cuts=(30, 31)) == b"terms"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_row_33_every_stump_of_a_compressed_body_is_refused(encoding):
    whole = PACKERS[encoding](b"You agree to these terms. " * 20)
    for length in range(1, len(whole)):
        assert reason_of(whole[:length], encoding) is Reason.BAD_ENCODING


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate, gzip", "br", "zstd", "compress", "gzip;q=1"])
def test_row_33_encodings_not_asked_for_are_refused(encoding):
    assert reason_of(gzip.compress(b"x"), encoding) is Reason.BAD_ENCODING


def test_row_33_hidden_nesting_is_refused():
    assert reason_of(gzip.compress(gzip.compress(b"x")), "gzip") is Reason.BAD_ENCODING


def test_what_calls_itself_gzip_and_is_not_is_refused():
    assert reason_of(b"<html>plain after all</html>", "gzip") is Reason.BAD_ENCODING


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_row_33_the_ceiling_is_exact(encoding):
    raw = PACKERS[encoding](b"a" * 1000)
    assert len(decoded(raw, encoding, max_decoded_bytes=1000)) == 1000
    assert reason_of(raw, encoding, max_decoded_bytes=999) is Reason.TOO_LARGE


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_a_body_may_be_cut_at_the_ceiling_instead(encoding):
    raw = PACKERS[encoding](bytes(range(256)) * 40)
    assert decoded(raw, encoding, cuts=(10, 100), max_decoded_bytes=300, cut=True) == (bytes(range(256)) * 40)[:300]


def test_nothing_compressed_is_nothing():
    assert decoded(b"", "gzip") == b""
