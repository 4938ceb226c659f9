"""A hostile tree under --root, read as root while its owner swaps what stands in it.

100,000 opens for each way of opening, by the kernel's help and without, each one looked at: the
descriptor must lie inside the tree, whatever the path had become meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unshim.facts.gather import gather
from unshim.host import opening
from unshim.host.beneath import Beneath
from unshim.host.tree import TreeHost
from unshim.model.values import FileText, Missing
from unshim.report import facts

OPENS = 100_000
CANARY = "canary-of-the-outside"
# Swaps names as fast as it can; a process of its own, so that it really runs beside.
ATTACK = """
import os, sys
root, out = sys.argv[1:]
os.chdir(root)
targets = ["inside", "..", "../..", out, "/", "inside/../..", "loop", "way", "/proc/self/root",
           "/proc/self/fd", out + "/etc", "../out", "etc/../../out", "/../out"]
print("on", flush=True)
number = 0
while True:
    number += 1
    target = targets[number % len(targets)]
    os.symlink(target, "new")
    os.rename("new", "way")
    kind = number % 5
    os.makedirs("spare", exist_ok=True)
    if kind == 0:
        os.symlink(out, "spare2"); os.rename("spare2", "etc/moving")
    elif kind == 1:
        os.mkfifo("spare2"); os.rename("spare2", "etc/moving")
    elif kind == 2:
        os.mknod("spare2", 0o20666, os.makedev(1, 5)); os.rename("spare2", "etc/moving")
    elif kind == 3:
        open("spare2", "w").write("inside"); os.rename("spare2", "etc/moving")
    else:
        os.rename("inside", "inside2"); os.rename("inside2", "inside")
"""
PATHS = (
    "/way/etc/passwd",
    "/way/passwd",
    "/way/../way/etc/passwd",
    "/way/../../etc/passwd",
    "/etc/moving",
    "/etc/moving/etc/passwd",
    "/inside/../way/out/etc/passwd",
    "/way",
    "/inside/way/etc/passwd",
    "/loop/x",
)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """The tree, beside what must not be seen, under attack."""
    out, root = tmp_path / "out", tmp_path / "root"
    for folder in (out / "etc", root / "etc", root / "inside" / "etc"):
        folder.mkdir(parents=True)
    for path in (out / "passwd", out / "etc" / "passwd", tmp_path / "passwd"):
        path.write_text(CANARY)
    (root / "inside" / "passwd").write_text("inside")
    (root / "inside" / "etc" / "passwd").write_text("inside")
    (root / "inside" / "way").symlink_to("../way")
    (root / "loop").symlink_to("loop")
    (root / "etc" / "moving").write_text("inside")
    with _attacked(root, out):
        yield root


@contextmanager
def _attacked(root: Path, out: Path) -> Iterator[None]:
    argv = [sys.executable, "-c", ATTACK, str(root), str(out)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as attacker:
        assert attacker.stdout is not None
        assert attacker.stdout.readline() == b"on\n"
        try:
            yield
            assert attacker.poll() is None, "the attack had ended"
        finally:
            attacker.kill()


@pytest.mark.parametrize("kernel", [True, False], ids=["openat2", "walk"])
def test_no_open_under_attack_leaves_the_tree(root: Path, kernel: bool) -> None:
    beneath = Beneath(str(root), kernel=kernel)
    inside = f"{root}/"
    seen: Counter[str] = Counter()
    for number in range(OPENS):
        try:
            descriptor = beneath.open(PATHS[number % len(PATHS)])
        except OSError as error:
            seen[os.strerror(error.errno or 0)] += 1
            continue
        try:
            place = os.readlink(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
        assert f"{place}/".startswith(inside), place
        seen["opened"] += 1
    # The attack was felt, and did not keep everything shut.
    assert seen["opened"] > OPENS / 20, seen
    assert len(seen) >= 3, seen


def test_no_special_file_is_opened_and_nothing_outside_is_read(root: Path) -> None:
    beneath = Beneath(str(root))
    reasons: Counter[str] = Counter()
    for number in range(20_000):
        found = opening.read(beneath.open, PATHS[number % len(PATHS)])
        if isinstance(found, FileText):
            assert found.data in (b"inside", b""), found.data
            reasons["read"] += 1
        elif isinstance(found, Missing):
            reasons[found.reason.rpartition(" is ")[2]] += 1
    assert reasons["read"] > 100, reasons
    assert any("FIFO" in reason or "device" in reason for reason in reasons), reasons


def test_a_whole_look_at_a_hostile_tree_ends_and_tells_nothing_of_the_outside(
    tmp_path: Path,
) -> None:
    """Every place that facts read is a link out, a loop, a FIFO or a device, and changes."""
    out, root = tmp_path / "out", tmp_path / "root"
    asked = _places()
    assert len(asked) > 100
    for number, path in enumerate(sorted(asked)):
        place = root / path.lstrip("/")
        outside = out / path.lstrip("/")
        try:
            outside.parent.mkdir(parents=True, exist_ok=True)
            outside.write_text(f"{CANARY}\n")
            place.parent.mkdir(parents=True, exist_ok=True)
            match number % 4:
                case 0:
                    place.symlink_to(os.path.relpath(outside, place.parent))
                case 1:
                    place.symlink_to(outside)
                case 2:
                    os.mkfifo(place)
                case _:
                    os.mknod(place, 0o20666, os.makedev(1, 5))
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
    (root / "inside" / "etc").mkdir(parents=True)
    (root / "etc").mkdir(exist_ok=True)
    with _attacked(root, out):
        for _ in range(3):
            told: list[str] = []
            looking = threading.Thread(target=_tell, args=(str(root), told), daemon=True)
            looking.start()
            looking.join(30)
            assert told, "the look did not end"
            assert CANARY not in told[0]


def _tell(root: str, told: list[str]) -> None:
    told.append(facts.as_json(gather(TreeHost(root)), "", {}))


def _places() -> set[str]:
    """Every path that a look asks for, seen on an empty tree and on this machine."""
    from unshim.host.once import RecordingHost

    recording = RecordingHost(TreeHost("/"))
    gather(recording)
    asked = {key[0] for kind in ("read", "list", "stat") for key in recording.answers(kind)}
    return {path for path in asked if path not in ("/", "") and len(path) < 200}
