"""What stands at a path, and which paths are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unshim.apply.acts import files
from unshim.apply.acts.files import Before
from unshim.apply.failures import Unsafe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    for parent in tmp_path.parents:
        if parent.stat().st_mode & 0o022 and not parent.stat().st_mode & 0o1000:
            pytest.skip(f"{parent} can be written to by others")
    return tmp_path


def test_all_of_a_file_is_told(folder: Path) -> None:
    path = folder / "config.toml"
    path.write_bytes(b"\xff\x00")
    path.chmod(0o640)
    os.setxattr(path, "user.note", b"kept")
    found = files.look(str(path))
    assert found == Before(
        True, b"\xff\x00", 0o640, os.getuid(), os.getgid(), {"user.note": b"kept"}, (), str(path)
    )


def test_a_symlink_is_followed_and_where_it_led_is_told(folder: Path) -> None:
    (folder / "real").write_bytes(b"x")
    (folder / "link").symlink_to("real")
    assert files.look(str(folder / "link")).real == str(folder / "real")
    (folder / "dangling").symlink_to("a/b")
    found = files.look(str(folder / "dangling"))
    assert not found.existed
    assert (found.real, found.made) == (str(folder / "a/b"), (str(folder / "a"),))


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


def test_what_stood_there_survives_json() -> None:
    before = Before(True, b"\xff\x00", 0o640, 1, 2, {"user.a": b"\x00"}, ("/etc/x",), "/etc/y", 2)
    assert Before.from_json(before.as_json()) == before


def test_what_older_releases_noted_is_read(folder: Path) -> None:
    item = Before(True, b"x", 0o600).as_json()
    del item["real"], item["links"]
    assert Before.from_json(item) == Before(True, b"x", 0o600)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.write_bytes(b"new"),
        lambda p: p.write_bytes(b"older"),
        lambda p: p.chmod(0o600),
        lambda p: os.chown(p, 5, -1),
        lambda p: os.chown(p, -1, 5),
        lambda p: os.setxattr(p, "user.note", b"other"),
        lambda p: os.setxattr(p, "user.more", b""),
        lambda p: os.removexattr(p, "user.note"),
        lambda p: p.with_name("second").hardlink_to(p),
    ],
)
def test_each_change_of_a_file_is_seen(folder: Path, change: object) -> None:
    path = folder / "x"
    path.write_bytes(b"old")
    os.setxattr(path, "user.note", b"kept")
    seen = files.look(str(path))
    handle = os.open(path, os.O_RDONLY)
    assert files.is_as(handle, seen)
    assert callable(change)
    change(path)
    assert not files.is_as(handle, seen)
    os.close(handle)


def test_folders_are_made_for_everybody_to_look_into_whatever_the_umask(folder: Path) -> None:
    missing = (str(folder / "a"), str(folder / "a/b"))
    old = os.umask(0o077)
    try:
        files.make_folders(missing)
    finally:
        os.umask(old)
    assert {(folder / name).stat().st_mode & 0o777 for name in ("a", "a/b")} == {0o755}


@pytest.mark.parametrize("there", [(), ("a",), ("a", "a/b")])
def test_folders_go_again_however_many_were_made(folder: Path, there: tuple[str, ...]) -> None:
    for name in there:
        (folder / name).mkdir()
    files.remove_folders((str(folder / "a"), str(folder / "a/b")))
    assert list(folder.iterdir()) == []


def test_a_folder_that_holds_something_stays_and_those_above(folder: Path) -> None:
    (folder / "a/b").mkdir(parents=True)
    (folder / "a/theirs").write_text("mine")
    files.remove_folders((str(folder / "a"), str(folder / "a/b")))
    assert [p.name for p in (folder / "a").iterdir()] == ["theirs"]
