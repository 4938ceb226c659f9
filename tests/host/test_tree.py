"""A plain tree: nothing outside it is ever read, by the kernel's help or without."""

from __future__ import annotations

import errno
import os
import random
import threading
import time
from pathlib import Path

import pytest

from tests.trees import tree
from unshim.host import opening
from unshim.host.beneath import Beneath
from unshim.host.host import RpcError
from unshim.host.tree import TreeHost
from unshim.model.machine import SocketState
from unshim.model.values import FileText, Missing, Why

OUTSIDE = b"outside: must never be read"


@pytest.fixture(params=[True, False], ids=["openat2", "walk"])
def beneath(request: pytest.FixtureRequest, tmp_path: Path) -> Beneath:
    (tmp_path / "secret").write_bytes(OUTSIDE)
    (tmp_path / "root" / "etc").mkdir(parents=True)
    return Beneath(str(tmp_path / "root"), kernel=request.param)


def _read(beneath: Beneath, path: str) -> object:
    found = opening.read(beneath.open, path)
    return found.data if isinstance(found, FileText) else found


def test_symlinks_mean_paths_inside(beneath: Beneath, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "usr" / "lib").mkdir(parents=True)
    (root / "usr" / "lib" / "os-release").write_text("inside")
    (root / "lib").symlink_to("usr/lib")
    (root / "etc" / "os-release").symlink_to("/lib/os-release")
    (root / "etc" / "up").symlink_to("../../../../../usr/lib/os-release")
    (root / "etc" / "out").symlink_to(str(tmp_path / "secret"))
    (root / "etc" / "dots").symlink_to("../../secret")
    assert _read(beneath, "/etc/os-release") == b"inside"
    assert _read(beneath, "etc/../../../etc/up") == b"inside"
    assert _read(beneath, "/etc/out") is None
    assert _read(beneath, "/etc/dots") is None
    assert _read(beneath, "/../secret") is None
    assert opening.real(beneath.open, "/etc/os-release", beneath.root) == "/usr/lib/os-release"
    assert opening.real(beneath.open, "/", beneath.root) == "/"


def test_magic_links_lead_nowhere(beneath: Beneath, tmp_path: Path) -> None:
    (tmp_path / "root" / "etc" / "magic").symlink_to("/proc/self/root/etc/passwd")
    assert _read(beneath, "/etc/magic") is None


@pytest.mark.parametrize("links", [1, 39, 40, 41])
def test_long_chains_end_as_in_the_kernel(beneath: Beneath, tmp_path: Path, links: int) -> None:
    folder = tmp_path / "root" / "etc"
    (folder / "0").write_text("end")
    for number in range(links):
        (folder / str(number + 1)).symlink_to(str(number))
    found = _read(beneath, f"/etc/{links}")
    assert isinstance(found, Missing) if links > 40 else found == b"end"


def test_special_files_and_loops(beneath: Beneath, tmp_path: Path) -> None:
    folder = tmp_path / "root" / "etc"
    os.mkfifo(folder / "os-release")
    (folder / "loop").symlink_to("loop")
    for name in ("os-release", "loop", "a" * 300):
        assert isinstance(_read(beneath, f"/etc/{name}"), Missing)
    assert isinstance(_read(beneath, "/a" * 3000), Missing)


def test_both_ways_agree_on_random_trees(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(60):
        root = tmp_path / str(number)
        folders = [root / "a", root / "a" / "b", root / "c"]
        for folder in folders:
            folder.mkdir(parents=True)
        (root / "c" / "file").write_text("x")
        names = ["a", "b", "c", "file", "l1", "l2", "..", ".", "", "none"]
        for link in ("l1", "l2"):
            for folder in (root, *folders):
                parts = [chance.choice(names) for _ in range(chance.randint(1, 4))]
                target = chance.choice(["", "/"]) + "/".join(parts)
                if target.strip():
                    (folder / link).symlink_to(target)
        one, other = Beneath(str(root)), Beneath(str(root), kernel=False)
        for _ in range(40):
            path = "/" + "/".join(chance.choice(names) for _ in range(chance.randint(1, 5)))
            assert _identity(one, path) == _identity(other, path), (number, path)


def _identity(beneath: Beneath, path: str) -> object:
    try:
        descriptor = beneath.open(path)
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    try:
        return os.fstat(descriptor).st_ino
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("kernel", [True, False])
def test_nobody_who_swaps_symlinks_gets_us_out(tmp_path: Path, kernel: bool) -> None:
    root = tmp_path / "root"
    (root / "inside").mkdir(parents=True)
    (root / "inside" / "passwd").write_bytes(b"inside")
    (tmp_path / "passwd").write_bytes(OUTSIDE)
    (root / "real").mkdir()
    (root / "link").symlink_to("../..")
    (root / "way").symlink_to("inside")
    ended = threading.Event()

    def attack() -> None:
        targets = ("inside", "..", "../..", str(tmp_path), "/", "inside/../..")
        while not ended.is_set():
            new = root / "new"
            new.symlink_to(random.choice(targets))
            new.rename(root / "way")

    attacker = threading.Thread(target=attack)
    attacker.start()
    try:
        beneath = Beneath(str(root), kernel=kernel)
        until = time.monotonic() + 0.7
        seen: set[object] = set()
        # On a busy machine the two threads may keep step: until both ways have been seen.
        while time.monotonic() < until or not {b"inside", None} <= seen:
            seen.add(_read(beneath, "/way/passwd"))
            assert time.monotonic() < until + 60, seen
    finally:
        ended.set()
        attacker.join()
    assert OUTSIDE not in seen
    assert not [m for m in seen if isinstance(m, Missing) and "without waiting" in m.reason]
    assert b"inside" in seen


def test_descriptors_do_not_leak(beneath: Beneath) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for path in ("/etc", "/none", "/etc/../x", "/etc/none/x"):
        for _ in range(20):
            _read(beneath, path)
            opening.names(beneath.open, path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_tree_only_reads(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/hostname": "worker-1\n", "/usr/bin/crictl": "#!/bin/sh\n"})
    (tmp_path / "usr/bin/crictl").chmod(0o4755)
    run = host.run(["/usr/bin/crictl", "--version"])
    processes = host.processes()
    assert isinstance(run, Missing)
    assert isinstance(processes, Missing)
    assert processes.why is Why.AT_REST
    assert host.socket("/run/containerd/containerd.sock").state is SocketState.UNKNOWN
    assert host.uname() == ("worker-1", "", "")
    assert not host.live
    with pytest.raises(RpcError) as caught:
        host.call("/s", "/m", b"")
    assert caught.value.code == "NOT_RECORDED"
    with pytest.raises(RpcError):
        host.http("/s", "/m")


def test_no_tree(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        TreeHost(str(tmp_path / "none"))
