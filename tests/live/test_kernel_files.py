"""Small files of the kernel: read at once, or whole, or not there."""

from __future__ import annotations

from pathlib import Path

from unshim.live.kernel_files import data_of, text_of


def test_what_is_not_there_or_is_a_folder_is_empty(tmp_path: Path) -> None:
    assert data_of(str(tmp_path / "gone")) == b""
    assert data_of(str(tmp_path)) == b""
    assert text_of(str(tmp_path / "gone")) == ""


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"0123456789" * 2000)
    assert data_of(str(file), 10) == b"0123456789"
    assert len(data_of(str(file))) == 16 * 1024
    assert len(text_of(str(file))) == 20_000


def test_bytes_that_are_not_text_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\xffb")
    assert text_of(str(tmp_path / "a")).encode("utf-8", "surrogateescape") == b"a\xffb"
