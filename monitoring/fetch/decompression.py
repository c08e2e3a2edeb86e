"""Content decoding under a ceiling: gzip and deflate are undone piece by piece, and never past the bytes allowed."""

from __future__ import annotations

import zlib

from monitoring.fetch.reasons import FetchError, Reason

ACCEPTED = "gzip, deflate"
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS


class Body:
    """Collects the pieces of one answer's body and undoes its content encoding on the way.

    encoding: the Content-Encoding header as served. Raises FetchError: BAD_ENCODING for one we did not ask for or that
    is nested, broken or cut short, TOO_LARGE past `max_decoded_bytes`. With `cut`, the rest is dropped instead.
    """

    def __init__(self, encoding: str, *, max_decoded_bytes: int, cut: bool = False) -> None:
        self._names = [name.strip() for name in encoding.lower().split(",") if name.strip() not in ("", "identity")]
        self._pieces: list[bytes] = []
        self._room = max_decoded_bytes
        self._cut = cut
        self._decoder: zlib._Decompress | None = None
        self._beginning = b""
        self._fail_on_foreign_encoding(encoding)

    @property
    def is_full(self) -> bool:
        """Whether further pieces would be dropped."""
        return self._cut and self._room <= 0

    def add(self, piece: bytes) -> None:
        """Take the next piece of the body as it came over the wire."""
        if not self._names:
            self._keep(piece)
            return
        piece, self._beginning = self._beginning + piece, b""
        while piece and not self.is_full:
            if self._is_between_members and len(piece) < len(_GZIP_MAGIC):
                self._beginning = piece  # too little to tell what begins here
                return
            piece = self._decoded(piece)

    def whole(self) -> bytes:
        """Return the decoded body, once the last piece is in."""
        is_stump = bool(self._beginning) if self._decoder is None else not self._decoder.eof
        if self._names and is_stump and not self.is_full:
            raise FetchError(Reason.BAD_ENCODING, f"the {self._names[0]} body ends in the middle")
        body = b"".join(self._pieces) if len(self._pieces) != 1 else self._pieces[0]
        if self._names and body.startswith(_GZIP_MAGIC):
            raise FetchError(Reason.BAD_ENCODING, "the body is compressed twice")
        return body

    @property
    def _is_between_members(self) -> bool:
        return self._decoder is None or self._decoder.eof

    def _decoded(self, piece: bytes) -> bytes:
        """Undo one piece and return what belongs to a next gzip member, or nothing."""
        if self._decoder is None:
            self._decoder = zlib.decompressobj(self._window(piece))
        elif self._decoder.eof:
            if not piece.startswith(_GZIP_MAGIC):
                return b""  # padding after the last member, which browsers ignore too
            self._decoder = zlib.decompressobj(_GZIP)
        try:
            self._keep(self._decoder.decompress(piece, self._room + 1))
        except zlib.error as error:
            raise FetchError(Reason.BAD_ENCODING, f"the {self._names[0]} body is broken: {error}") from error
        return self._decoder.unused_data

    def _keep(self, decoded: bytes) -> None:
        if len(decoded) > self._room:
            if not self._cut:
                raise FetchError(Reason.TOO_LARGE, "the body is larger than allowed once decompressed")
            decoded = decoded[: self._room]
        self._room -= len(decoded)
        self._pieces.append(decoded)

    def _window(self, first_piece: bytes) -> int:
        if self._names[0] != "deflate":
            return _GZIP
        is_zlib = first_piece[0] & 0x0F == 8 and int.from_bytes(first_piece[:2], "big") % 31 == 0
        return _ZLIB if is_zlib else _RAW_DEFLATE  # RFC 9110 says zlib; some servers send the bare stream

    def _fail_on_foreign_encoding(self, encoding: str) -> None:
        if len(self._names) > 1:
            raise FetchError(Reason.BAD_ENCODING, f'the body is encoded more than once ("{encoding[:80]}")')
        if self._names and self._names[0] not in ("gzip", "x-gzip", "deflate"):
            raise FetchError(
                Reason.BAD_ENCODING, f'the body has the encoding "{encoding[:80]}", which was not asked for'
            )
