"""Mounts and disks, from mountinfo and df."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.trees import recorded, tree
from unshim.facts import mounts, storage
from unshim.model.values import Missing

NONE = Missing("not looked at")
INFO = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 22 0:5 / /var/lib/a\040b rw master:7 - xfs /dev/my\040disk rw,attr2
31 22 0:6 /sub /var/lib/containerd rw,nosuid shared:2 - ext4 /dev/vdb rw
32 31 0:7 / /var/lib/containerd/x rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d
33 22 0:8 / /var/lib/containerd rw - tmpfs tmpfs rw,size=4k
nonsense
"""


def test_mounts_are_read_with_their_octal_blanks(tmp_path: Path) -> None:
    found = mounts.read(tree(tmp_path, {"/proc/1/mountinfo": INFO}))
    assert not isinstance(found, Missing)
    assert [m.point for m in found] == [
        "/",
        "/var/lib/a b",
        "/var/lib/containerd",
        "/var/lib/containerd/x",
        "/var/lib/containerd",
    ]
    odd = found[1]
    assert (odd.device, odd.type, odd.shared) == ("/dev/my disk", "xfs", False)
    assert (found[2].root, found[2].shared) == ("/sub", True)
    assert found[3].options == ("rw",)


def test_a_path_lies_on_the_last_of_the_longest_mounts(tmp_path: Path) -> None:
    found = mounts.read(tree(tmp_path, {"/proc/1/mountinfo": INFO}))
    assert not isinstance(found, Missing)

    def kind(path: str) -> str:
        mount = mounts.of_path(found, path)
        return mount.type if mount else ""

    assert kind("/") == "ext4"
    assert kind("/var/lib/containerdx") == "ext4"
    assert kind("/var/lib/containerd") == "tmpfs"
    assert kind("/var/lib/containerd/io") == "tmpfs"
    assert kind("/var/lib/containerd/x/y") == "overlay"


def _df(rows: str) -> dict[str, object]:
    return {"base64": base64.b64encode(("Filesystem x\n" + rows).encode()).decode()}


def test_room_is_that_of_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    paths = ["/", "/run", "/var/lib/containerd", "/var/log"]
    sizes = (
        "/dev/vda 1000 600 300 67% /\ntmpfs 10 1 9 10% /run\n"
        "/dev/my disk 50 20 30 40% /var/lib/a b\n/dev/vda 1000 600 300 67% /\n"
    )
    inodes = "/dev/vda 99 9 90 9% /\ntmpfs 8 1 7 1% /run\nbtrfs 0 0 0 - /v\n/dev/vda 99 9 90 9% /\n"
    host = recorded(
        tmp_path,
        paths={
            "/run/there": {"kind": "directory"},
            "/var/lib/containerd": {"kind": "directory"},
            "/var/log/x": {"kind": "file", "text": ""},
            "/proc/1/mountinfo": {"kind": "file", "text": INFO},
        },
        commands=[
            {"argv": ["df", "-Pk", "--", "/", *paths[1:3], "/var/lib", "/var/log"], "code": 1},
            {"argv": ["df", "-Pk", "--", *_there()], "code": 0, "stdout": _df(_of(sizes))},
            {"argv": ["df", "-Pi", "--", *_there()], "code": 0, "stdout": _df(_of(inodes))},
        ],
    )
    seen = storage.read(host, NONE, NONE, NONE)
    image = seen.disk("containerd-root")
    assert image.real == "/var/lib/containerd"
    assert image.space
    assert (image.space.size, image.space.used, image.space.available) == (51200, 20480, 30720)
    assert (image.space.inodes, image.space.inodes_free) == (0, 0)
    assert image.mount
    assert image.mount.type == "tmpfs"
    docker = seen.disk("docker-root")
    assert docker.real is None
    assert docker.space
    assert docker.space.inodes_free == 90


def _there() -> list[str]:
    return ["/", "/run", "/var/lib", "/var/lib/containerd", "/var/log"]


def _of(rows: str) -> str:
    """The rows with one for /var/lib put in its place."""
    lines = rows.splitlines()
    return "\n".join([*lines[:2], lines[0], *lines[2:]]) + "\n"


def test_without_df_the_room_is_not_known(tmp_path: Path) -> None:
    seen = storage.read(tree(tmp_path, {"/var/lib/docker/x": ""}), NONE, NONE, NONE)
    disk = seen.disk("docker-root")
    assert disk.real == "/var/lib/docker"
    assert isinstance(disk.space, Missing)
    assert isinstance(disk.mount, Missing)
