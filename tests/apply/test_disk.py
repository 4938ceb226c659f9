"""Files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from unshim.apply import disk


def test_a_new_file_is_its_owners_alone_and_takes_nobodys_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    disk.write_new(path, b"\xff new")
    assert path.read_bytes() == b"\xff new"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        disk.write_new(path, b"other")
    assert path.read_bytes() == b"\xff new"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(FileExistsError):
        disk.write_new(tmp_path / "link", b"x")
    assert not (tmp_path / "target").exists()


def test_a_replaced_file_is_the_new_one_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for data in (b"one", b"two, longer", b""):
        disk.replace(path, data)
        assert path.read_bytes() == data
        assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_folder_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    disk.make_folder(tmp_path / "x")
    (tmp_path / "x" / "kept").touch()
    disk.make_folder(tmp_path / "x")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "x" / "kept").exists()


def test_what_no_memory_can_hold_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="too large"):
        disk.read_regular(path)


def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "x" / "below").mkdir(parents=True)
    with pytest.raises(OSError):
        disk.replace(tmp_path / "x", b"data")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_disk_that_takes_no_more_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        disk.write_new(tmp_path / "x", b"data")
    assert list(tmp_path.iterdir()) == []
