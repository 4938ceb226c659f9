"""Replacing files: atomic, compare-and-swap, owner, mode and xattrs kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unshim.apply.acts import files
from unshim.apply.acts.files import Before
from unshim.apply.failures import Stale, Unsafe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    for parent in tmp_path.parents:
        if parent.stat().st_mode & 0o022 and not parent.stat().st_mode & 0o1000:
            pytest.skip(f"{parent} can be written to by others")
    return tmp_path


def _replace(path: Path, data: bytes) -> None:
    before = files.look(str(path))
    after = Before(True, data, before.mode, before.uid, before.gid, before.xattrs)
    files.write(str(path), before, after, "t")


def test_a_replaced_file_keeps_mode_owner_and_xattrs(folder: Path) -> None:
    path = folder / "config.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    os.setxattr(path, "user.note", b"kept")
    if os.geteuid() == 0:
        os.chown(path, 12, 34)
    before = path.stat()
    _replace(path, b"new")
    after = path.stat()
    assert path.read_bytes() == b"new"
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert os.getxattr(path, "user.note") == b"kept"
    assert [p.name for p in folder.iterdir()] == ["config.toml"]


def test_a_file_that_changed_since_is_left_alone(folder: Path) -> None:
    path = folder / "config.toml"
    path.write_bytes(b"seen")
    before = files.look(str(path))
    path.write_bytes(b"somebody else's")
    with pytest.raises(Stale):
        files.write(str(path), before, Before(True, b"ours"), "t")
    assert path.read_bytes() == b"somebody else's"
    assert [p.name for p in folder.iterdir()] == ["config.toml"]


def test_a_file_that_appeared_since_is_left_alone(folder: Path) -> None:
    path = folder / "crictl.yaml"
    before = files.look(str(path))
    path.write_bytes(b"somebody else's")
    with pytest.raises(Stale):
        files.write(str(path), before, Before(True, b"ours"), "t")
    assert path.read_bytes() == b"somebody else's"


def test_a_created_file_and_its_folders_can_be_taken_back(folder: Path) -> None:
    path = folder / "containerd.service.d" / "50.conf"
    before = files.look(str(path))
    after = Before(True, b"x", 0o644, made=before.made)
    files.write(str(path), before, after, "t")
    assert path.read_bytes() == b"x" and path.stat().st_mode & 0o777 == 0o644
    files.write(str(path), files.look(str(path)), before, "u")
    files.remove_folders(before.made)
    assert list(folder.iterdir()) == []


def test_a_symlink_stays_and_its_target_changes(folder: Path) -> None:
    target = folder / "real.yaml"
    target.write_bytes(b"old")
    link = folder / "link.yaml"
    link.symlink_to("real.yaml")
    _replace(link, b"new")
    assert link.is_symlink() and target.read_bytes() == b"new"


def test_what_cannot_be_replaced_alone_is_refused(folder: Path) -> None:
    path = folder / "a"
    path.write_bytes(b"x")
    (folder / "b").hardlink_to(path)
    with pytest.raises(Unsafe, match="hard links"):
        files.look(str(path))
    os.mkfifo(folder / "fifo")
    with pytest.raises(Unsafe, match="not a regular file"):
        files.look(str(folder / "fifo"))
    loose = folder / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    with pytest.raises(Unsafe, match="written to by others"):
        files.look(str(loose / "file"))


def test_a_removed_file_comes_back_as_it_was(folder: Path) -> None:
    path = folder / "x.conf"
    path.write_bytes(b"old")
    path.chmod(0o600)
    before = files.look(str(path))
    files.write(str(path), before, Before(False), "t")
    assert not path.exists()
    files.write(str(path), files.look(str(path)), before, "u")
    assert path.read_bytes() == b"old" and path.stat().st_mode & 0o777 == 0o600


def test_what_stood_there_survives_json() -> None:
    before = Before(True, b"\xff\x00", 0o640, 1, 2, {"user.a": b"\x00"}, ("/etc/x",))
    assert Before.from_json(before.as_json()) == before


def test_what_a_killed_write_left_behind_goes_and_what_another_wrote_stays(folder: Path) -> None:
    target, left = folder / "x", folder / ".unshim-run-0~"
    for data, stays in ((b"old", False), (b"new", False), (b"ne", False), (b"another's", True)):
        left.write_bytes(data)
        files.sweep(str(target), "run-0", b"old", b"new")
        assert left.exists() is stays
