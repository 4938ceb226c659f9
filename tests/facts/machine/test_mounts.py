"""The mounts of PID 1: which a path can lead to, and what their lines say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.machine.mounts import PATH, of_path, read, scrub
from unshim.model.parts.storage import Mount
from unshim.model.values import Missing, Why, known

ROOT = "1 1 8:1 / / rw - ext4 /dev/sda1 rw"


def _read(folder: Path, *lines: str | bytes) -> tuple[Mount, ...]:
    data = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    return known(read(tree(folder, {PATH: data + b"\n"})))


def _points(folder: Path, *placed: tuple[int, int, str]) -> list[str]:
    """The points that are left of mounts given by their number, their parent's and their point."""
    found = _read(
        folder,
        *(f"{own} {parent} 0:{own} /{own} {point} rw - t d rw" for own, parent, point in placed),
    )
    return [f"{mount.point}{mount.root}" for mount in found]


def test_the_fields_of_a_line(tmp_path: Path) -> None:
    line = "36 1 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue"
    (mount,) = _read(tmp_path, line)
    options = ("rw", "noatime", "errors=continue")
    assert mount == Mount("/mnt2", "/mnt1", "ext3", "/dev/root", "98:0", options, True)


@pytest.mark.parametrize(
    ("fields", "shared"),
    [("", False), ("shared:1 ", True), ("master:1 ", False), ("unbindable xshared:1 ", False)],
)
def test_which_mounts_are_shared(tmp_path: Path, fields: str, shared: bool) -> None:
    (mount,) = _read(tmp_path, f"1 1 8:1 / / rw {fields}- ext4 d rw")
    assert mount.shared is shared


@pytest.mark.parametrize(
    ("written", "point"),
    [
        (rb"/a\040b", "/a b"),
        (rb"/a\011b", r"/a\x09b"),
        (rb"/a\134040", r"/a\040"),
        (rb"/\303\251", "/é"),
        (rb"/\777", r"/\xff"),
        (b"/\xff", r"/\xff"),
        (rb"/a\04", r"/a\04"),
    ],
)
def test_octal_numbers_of_a_point(tmp_path: Path, written: bytes, point: str) -> None:
    (mount,) = _read(tmp_path, b"1 1 8:1 / " + written + b" rw - ext4 d rw")
    assert mount.point == point


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\x00\x01",
        "1 1 8:1 / / rw",
        "1 1 8:1 / / - ext4 d rw",
        "1 1 8:1 / / rw - ext4 d",
        "1 1 8:1 / / rw -- ext4 d rw",
        "x" * 100_000,
    ],
)
def test_a_broken_line_costs_itself_alone(tmp_path: Path, line: str) -> None:
    assert [mount.point for mount in _read(tmp_path, line, ROOT)] == ["/"]


@pytest.mark.parametrize(
    ("placed", "left"),
    [
        ([(1, 1, "/"), (2, 1, "/a"), (3, 2, "/a/b")], ["//1", "/a/2", "/a/b/3"]),
        ([(1, 1, "/"), (2, 1, "/a"), (3, 2, "/a")], ["//1", "/a/3"]),
        ([(1, 1, "/"), (2, 1, "/a/b"), (3, 1, "/a")], ["//1", "/a/3"]),
        ([(1, 1, "/"), (2, 1, "/a/b/c"), (4, 2, "/a/b/c/d"), (3, 1, "/a")], ["//1", "/a/3"]),
        ([(1, 1, "/"), (2, 1, "/ab"), (3, 1, "/a")], ["//1", "/ab/2", "/a/3"]),
        ([(2, 3, "/a"), (3, 2, "/b")], ["/a/2", "/b/3"]),
    ],
)
def test_a_mount_that_a_later_one_covers_leads_nowhere(
    tmp_path: Path, placed: list[tuple[int, int, str]], left: list[str]
) -> None:
    assert _points(tmp_path, *placed) == left


def test_the_mount_of_a_path_is_the_longest_point_above_it(tmp_path: Path) -> None:
    placed = [(1, 1, "/"), (2, 1, "/var"), (3, 2, "/var/lib")]
    mounts = _read(tmp_path, *(f"{o} {p} 0:{o} / {at} rw - t d rw" for o, p, at in placed))
    wanted = {
        "/": "/",
        "/var": "/var",
        "/variable": "/",
        "/var/lib/x": "/var/lib",
        "/var/x": "/var",
    }
    found = {path: of_path(mounts, path) for path in wanted}
    assert {path: mount.point for path, mount in found.items() if mount} == wanted
    assert of_path((), "/") is None


def test_layers_of_overlays_and_secrets_are_taken_out(tmp_path: Path) -> None:
    layers = "rw,lowerdir=/CANARY7f3a/l:/m,upperdir=/CANARY7f3a/u,workdir=/w,index=off"
    line = f"1 1 0:5 / / rw - overlay overlay {layers}"
    assert scrub(line.encode()).endswith(b"overlay rw,index=off")
    (mount,) = _read(tmp_path, line)
    assert mount.options == ("rw", "index=off")
    (share,) = _read(tmp_path, "1 1 0:5 / / rw - cifs //nas/x rw,username=u,password=CANARY7f3a")
    assert "CANARY7f3a" not in repr(share)


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    assert read(tree(tmp_path, {})) == Missing(f"{PATH} is not there", Why.NOT_RUNNING)
    unread = {"kind": "file", "missing": "not root", "why": "not-permitted"}
    host = recorded(tmp_path / "unread", paths={PATH: unread})
    assert read(host) == Missing("not root", Why.NOT_PERMITTED)
    assert read(recorded(tmp_path / "empty", paths=texts({PATH: ""}))) == ()
