"""Journals as a kill or a power cut leaves them."""

from __future__ import annotations

from pathlib import Path


def cut_after(run: Path, records: int) -> None:
    """Nothing was written after so many records."""
    written = (run / "journal").read_bytes()
    kept = b"".join(written.splitlines(keepends=True)[: records + 1])
    (run / "journal").write_bytes(kept.ljust(len(written), b"\0"))


def tear(run: Path, count: int) -> None:
    """The last `count` bytes of what was written did not reach the disk."""
    whole = (run / "journal").read_bytes()
    written = whole.rstrip(b"\0")
    (run / "journal").write_bytes(written[:-count].ljust(len(whole), b"\0"))
