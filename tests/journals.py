"""Journals as a kill or a power cut leaves them."""

from __future__ import annotations

from pathlib import Path

from unshim.apply.records import START, mark, scan


def cut_after(run: Path, records: int) -> None:
    """Nothing was written after so many records."""
    written = (run / "journal").read_bytes()
    kept = b"".join(written[START:].splitlines(keepends=True)[:records])
    _write(run, records, kept.ljust(len(written) - START, b"\0"))


def tear(run: Path, count: int) -> None:
    """The last `count` bytes of what was written did not reach the disk."""
    whole = (run / "journal").read_bytes()
    kept = whole[START:].rstrip(b"\0")[:-count].ljust(len(whole) - START, b"\0")
    _write(run, len(scan(whole).records) - 1, kept)


def _write(run: Path, records: int, lines: bytes) -> None:
    front = bytearray((run / "journal").read_bytes()[:START])
    for number in (records - 1, records) if records else (0, 1):
        at, said = mark(number, min(number, records))
        front[at : at + len(said)] = said
    (run / "journal").write_bytes(bytes(front) + lines)
