"""A gzip file unpacked as it is read: neither side of it is ever in memory as a whole."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unshim.host import opening
from unshim.model.values import Missing
from unshim.record.errors import RecordError

_PIECE = 1 << 16


@contextmanager
def inflating(path: str, limit: int) -> Iterator[Inflating]:
    """What the gzip file at `path` unpacks to, as a file to be read once from its beginning.

    Raises:
        RecordError: it is no regular file; while reading: it is no gzip file, is cut off, or
            unpacks to more than `limit` bytes.
    """
    descriptor = opening.descriptor_of(opening.open_here, path)
    if descriptor is None:
        raise RecordError(path, "is not there")
    if isinstance(descriptor, Missing):
        raise RecordError(path, descriptor.reason)
    try:
        yield Inflating(path, descriptor, limit)
    finally:
        os.close(descriptor)


class Inflating(io.RawIOBase):
    """The bytes of a gzip file, as tarfile reads them."""

    def __init__(self, path: str, descriptor: int, limit: int) -> None:
        import zlib  # folders need none

        super().__init__()
        self._path, self._descriptor = path, descriptor
        self._limit = self._left = limit
        self._inflate = zlib.decompressobj(31)
        self._broken = zlib.error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes, as many as there is room for or fewer; none at the end."""
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._more()
            try:
                data = self._inflate.decompress(packed, size)
            except self._broken as error:
                raise RecordError(self._path, "not a gzip file") from error
            self._left -= len(data)
            if self._left < 0:
                raise RecordError(self._path, f"unpacks to more than {self._limit} bytes")
            if data:
                return data
        return b""

    def _more(self) -> bytes:
        try:
            packed = os.read(self._descriptor, _PIECE)
        except OSError as error:
            raise RecordError(self._path, error.strerror or "cannot be read") from error
        if not packed:
            raise RecordError(self._path, "the archive is cut off")
        return packed
