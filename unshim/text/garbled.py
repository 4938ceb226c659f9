"""Files of lines that are no text: a broken disk, a copy cut off, another encoding."""

from __future__ import annotations

_COMMENT = (b"#", b";")


def garbled_line(data: bytes, free: tuple[bytes, ...] = ()) -> int | None:
    """The first line that is not UTF-8 or holds a NUL; comments may be anything, and so may the
    values of the keys in `free`, which steer nothing."""
    if data.isascii() and b"\0" not in data:
        return None
    for number, line in enumerate(data.split(b"\n"), 1):
        bare = line.strip()
        if bare.startswith(_COMMENT) or bare.partition(b"=")[0].strip() in free:
            continue
        if not _is_text(bare):
            return number
    return None


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in line
