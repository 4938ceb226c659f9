"""Small files of the kernel, read once a second: a third of the price of open()."""

from __future__ import annotations

import os

_READ_SIZE = 16 * 1024
_PAGE = 4096


def text_of(path: str, size: int = 1024 * 1024) -> str:
    """A file of many records as text, whole; empty where it is not there."""
    return data_of(path, size, whole=True).decode("utf-8", "surrogateescape")


def data_of(path: str, size: int = _READ_SIZE, whole: bool = False) -> bytes:
    """A kernel file's bytes; empty where it is not there.

    One of many records, such as mountinfo, gives as many as fit into a page: its `whole` must be
    read to the end.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        parts = []
        while size > 0 and (part := os.read(handle, size)):
            parts.append(part)
            size -= len(part)
            if len(part) < _PAGE and not whole:
                break  # what is one record comes a page at a time: less than one is the end
        return b"".join(parts)
    except OSError:
        return b""
    finally:
        os.close(handle)
