"""Mounts and disks, from mountinfo and df."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.trees import recorded, texts, tree
from unshim.facts.docker import docker
from unshim.facts.machine import machine, mounts, storage
from unshim.facts.systemd import units as systemd
from unshim.host.host import Host
from unshim.model.parts.docker import Docker, DockerRunning
from unshim.model.parts.storage import Space
from unshim.model.values import Missing, Origin, Setting, Source

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


HIDDEN = """22 1 254:0 / / rw - ext4 /dev/vda rw
23 22 254:1 / /var rw - ext4 /dev/vdb rw
24 23 254:2 / /var/lib/docker rw - xfs /dev/vdc rw
25 23 0:30 / /var/lib rw - tmpfs tmpfs rw
26 25 0:31 / /var/lib/kubelet rw - tmpfs pods rw
27 24 0:32 / /var/lib/docker/x rw - tmpfs x rw
28 22 0:33 / /mnt rw - autofs systemd-1 rw
29 28 0:34 / /mnt rw - nfs4 server:/ rw
30 22 0:35 / /srv rw - ext4 /dev/vdd rw
31 30 0:36 / /srv/a rw - ext4 /dev/vde rw
32 30 0:37 / /srv rw - ext4 /dev/vdf rw
"""


def test_mounts_below_another_are_out_of_reach(tmp_path: Path) -> None:
    found = mounts.read(tree(tmp_path, {"/proc/1/mountinfo": HIDDEN}))
    assert not isinstance(found, Missing)
    assert [(m.point, m.device) for m in found] == [
        ("/", "/dev/vda"),
        ("/var", "/dev/vdb"),
        ("/var/lib", "tmpfs"),
        ("/var/lib/kubelet", "pods"),
        ("/mnt", "server:/"),
        ("/srv", "/dev/vdf"),
    ]


def test_the_first_mount_is_made_on_itself(tmp_path: Path) -> None:
    text = "1 1 0:2 / / rw - rootfs rootfs rw\n22 1 254:1 / /var rw - ext4 /dev/vdb rw\n"
    found = mounts.read(tree(tmp_path, {"/proc/1/mountinfo": text}))
    assert not isinstance(found, Missing)
    assert [m.point for m in found] == ["/", "/var"]


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


ROOTS = {"/proc/1/mountinfo": INFO, "/etc/docker/daemon.json": '{"data-root": "data"}'}


def _docker(host: Host) -> Docker:
    return docker.read(host, (), systemd.read(host), machine.read(host))


def test_a_relative_root_lies_nowhere_that_is_known(tmp_path: Path) -> None:
    host = recorded(
        tmp_path,
        paths=texts(ROOTS),
        commands=[
            {"argv": ["df", option, "--", "/"], "code": 0, "stdout": _df("/dev/vda 9 6 3 67% /\n")}
            for option in ("-Pk", "-Pi")
        ],
    )
    seen = storage.read(host, NONE, NONE, _docker(host))
    disk = seen.disk("docker-root")
    assert (disk.path.value, str(disk.path.source)) == ("data", "/etc/docker/daemon.json:1")
    assert isinstance(disk.real, Missing)
    assert isinstance(disk.mount, Missing)
    assert isinstance(disk.space, Missing)
    assert isinstance(seen.disk("root").space, Space)


def test_what_cannot_be_looked_at_is_not_told_by_the_folder_above(tmp_path: Path) -> None:
    paths = {
        **texts({"/proc/1/mountinfo": INFO}),
        "/": {"kind": "directory"},
        "/var/lib": {"kind": "directory"},
    }
    rows = "/dev/vda 9 6 3 67% /\n/dev/vda 9 6 3 67% /\n"
    host = recorded(
        tmp_path,
        nothing_else_below=["/run", "/etc"],
        paths=paths,
        commands=[
            {"argv": ["df", option, "--", "/", "/var/lib"], "code": 0, "stdout": _df(rows)}
            for option in ("-Pk", "-Pi")
        ],
    )
    disk = storage.read(host, NONE, NONE, NONE).disk("docker-root")
    assert isinstance(disk.real, Missing)
    assert isinstance(disk.mount, Missing)
    assert isinstance(disk.space, Missing)


def test_the_running_dockers_root_goes_before_the_configured_one(tmp_path: Path) -> None:
    host = tree(tmp_path, {**ROOTS, "/data/1.1/x": ""})
    told = Setting("/data/1.1", Source(Origin.DAEMON, "/var/run/docker.sock"))
    stopped = _docker(host)
    none = Missing("not asked")
    running = DockerRunning("20.10.24", none, none, none, told, none, none, none)
    seen = storage.read(host, NONE, NONE, stopped._replace(running=running))
    assert (seen.disk("docker-root").path, seen.disk("docker-root").real) == (told, "/data/1.1")
    silent = running._replace(root=none)
    seen = storage.read(host, NONE, NONE, stopped._replace(running=silent))
    assert seen.disk("docker-root").path.value == "data"
