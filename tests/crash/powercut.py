"""The power cut on real file systems: images of a disk that lost any of what it had not flushed."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests import TOP
from tests.crash import fusefile, spaces, world
from tests.crash.drills import Chosen, Scene, Tally, recovered
from tests.crash.orders import told
from tests.lab import packages

_MIB = 1 << 20
_BLOCK, _CHUNK = 4096, 65536


class Kind(NamedTuple):
    """A file system, how large, and how it is mounted."""

    name: str
    type: str
    size: int
    options: str = ""


KINDS = (
    Kind("ext4", "ext4", 16 * _MIB),
    Kind("ext4, no ordering of its own", "ext4", 16 * _MIB, "noauto_da_alloc,data=writeback"),
    Kind("xfs", "xfs", 20 * _MIB),
)
Writes = Sequence[tuple[bytes, int, bytes]]
"""What a disk was asked, block by block: a letter, an offset, the bytes."""


def _made(kind: Kind, device: str) -> None:
    """A fresh file system, by programs that nobody has to install."""
    small = {"TEST_DIR": "1", "TEST_DEV": "1", "QA_CHECK_FS": "1"}  # else 300 MB at least
    if kind.type == "xfs":
        names = ("xfsprogs", "libinih1", "liburcu8")
        tree = packages.unpacked(packages.HOME_SUITE, *names).path
        argv = [str(tree / "sbin/mkfs.xfs"), "-q", "-f", "-K", device]
        small["LD_LIBRARY_PATH"] = packages.libraries(tree)
    else:
        found = shutil.which("mkfs.ext4")
        if found is None:
            of_ext = ("e2fsprogs", "libext2fs2", "libcom-err2", "libss2")
            tree = packages.unpacked(packages.HOME_SUITE, *of_ext).path
            found = str(tree / "sbin/mkfs.ext4")
            small["LD_LIBRARY_PATH"] = packages.libraries(tree)
        argv = [found, "-q", "-F", "-E", "nodiscard", device]
    subprocess.run(argv, env={**os.environ, **small}, check=True, stdin=subprocess.DEVNULL)


@contextmanager
def _loop(file: Path) -> Iterator[str]:
    argv = ["losetup", "--find", "--show", str(file)]
    device = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


@contextmanager
def mounted(device: str, kind: Kind, place: Path) -> Iterator[Path]:
    """The file system at a place, with a /run in memory."""
    place.mkdir(exist_ok=True)
    spaces.mount(device, place, kind.type, kind.options)
    (place / "run").mkdir(exist_ok=True)
    spaces.mount("run", place / "run", "tmpfs", "mode=755")
    try:
        yield place
    finally:
        spaces.unmount(place / "run")
        spaces.unmount(place)


@contextmanager
def _watched_disk(kind: Kind, top: Path) -> Iterator[tuple[str, Path]]:
    """A loop device on a file that tells of its writes, and the log."""
    where, log = top / "fuse", top / "log"
    where.mkdir(exist_ok=True)
    program = (
        f"import sys; sys.path.append({str(TOP)!r}); from tests.crash.fusefile import main; "
        f"main({str(where)!r}, {kind.size}, {str(log)!r})"
    )
    argv = [sys.executable, "-I", "-B", "-c", program]
    server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.read(5) == b"ready", "no file system of ours"
    try:
        with _loop(where / "disk") as device:
            yield device, log
    finally:
        spaces.unmount(where)
        server.wait(60)
        server.stdout.close()


Act = Callable[[Path], None]
Blocks = dict[int, bytes]


def recorded(kind: Kind, scene: Scene, source: Path, act: Act) -> tuple[Blocks, Writes]:
    """The blocks of a disk that has the files of `source`, and what the disk was asked while
    something acted on them."""
    top = scene.place.parent
    with _watched_disk(kind, top) as (device, log):
        _made(kind, device)
        with mounted(device, kind, top / "disk") as node:
            for name in ("etc", "var"):
                world.copy(source / name, node / name)
        with mounted(device, kind, top / "disk") as node:
            _fill_run(scene, node)
            start = log.stat().st_size
            act(node)
            end = log.stat().st_size
        data = log.read_bytes()
    disk = bytearray(kind.size)
    for _, offset, block in _in_blocks(data[:start]):
        disk[offset : offset + len(block)] = block
    every = {start: bytes(disk[start : start + _CHUNK]) for start in range(0, kind.size, _CHUNK)}
    base = {start: chunk for start, chunk in every.items() if any(chunk)}
    return base, tuple(_in_blocks(data[start:end]))


def _fill_run(scene: Scene, node: Path) -> None:
    for inside in (scene.base / "run").iterdir():
        world.copy(inside, node / "run" / inside.name)


def _in_blocks(log: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    for letter, offset, data in fusefile.told(log):
        if letter == b"f":
            yield letter, 0, b""
        for start in range(0, len(data), _BLOCK):
            yield letter, offset + start, data[start : start + _BLOCK]


def images(writes: Writes, chance: random.Random, subsets: int) -> Iterator[tuple[int, Writes]]:
    """What a disk may have kept, by how many requests had come: all of them; and all that it was
    told to flush, with any of the others."""
    flushed = 0
    for count, (letter, _, _) in enumerate(writes, 1):
        if letter == b"f":
            pending = writes[flushed : count - 1]
            for _ in range(min(subsets, 2 ** len(pending) - 1)):
                kept = [write for write in pending if chance.random() < 0.5]
                yield count, [*writes[:flushed], *kept]
            flushed = count
        else:
            yield count, writes[:count]


def cut(
    kind: Kind, scene: Scene, tally: Tally, chosen: Chosen, subsets: int = 6, control: bool = False
) -> None:
    """Cut the power at every request of the disk, in an apply and in an undo; or (`control`) while
    a program replaces the same files by renaming, without a flush."""
    top = scene.place.parent
    applied = top / "applied"
    world.copy(scene.base, applied)
    scene.stage.play(applied, "apply", scene.run)

    def runs(verb: str) -> Act:
        return lambda node: _ran(scene, node, verb)

    acts = [("apply", scene.base, runs("apply")), ("undo", applied, runs("undo"))]
    if control:
        acts = [("no flush", scene.base, lambda node: _naive(scene, node))]
    for name, source, act in acts:
        base, writes = recorded(kind, scene, source, act)
        chance = random.Random(f"{scene.case.name} {name} {kind.name}")
        with _image(kind, top) as (file, device):
            for number, (count, kept) in enumerate(images(writes, chance, subsets)):
                if not chosen(number):
                    continue
                _write(file, kind.size, base, kept)
                with mounted(device, kind, top / "image") as node:
                    _fill_run(scene, node)
                    found = scene.half(node)
                    found += [] if control else told(scene, node)
                    found += [] if control else recovered(scene, node, files=True)
                where = f"{scene.case.name}, {name}, after request {count}"
                tally.add(f"{'control' if control else 'images'} on {kind.name}", where, found)


def _ran(scene: Scene, node: Path, verb: str) -> None:
    ended = scene.stage.play(node, verb, scene.run)
    assert ended.code in (0, 4), ended.said


def _naive(scene: Scene, node: Path) -> None:
    """What most programs do: a new file, renamed over the old one. Another program flushes a file
    of its own, by which many a file system writes down the names, and not the bytes."""
    for name, thing in scene.new.things.items():
        if thing.kind == "file" and scene.old.things.get(name) != thing:
            temporary = node / f"{name}.tmp"
            temporary.write_bytes(thing.data)
            os.chown(temporary, thing.uid, thing.gid)
            for xattr in thing.xattrs:
                os.setxattr(temporary, *xattr)
            temporary.chmod(thing.mode)
            temporary.rename(node / name)
    with open(node / "var/lib/somebody-elses", "wb") as stream:
        stream.write(b"x")
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _image(kind: Kind, top: Path) -> Iterator[tuple[Path, str]]:
    file = top / "image.raw"
    file.write_bytes(b"")
    os.truncate(file, kind.size)
    with _loop(file) as device:
        yield file, device


def _write(file: Path, size: int, base: Blocks, kept: Writes) -> None:
    with open(file, "r+b", buffering=0) as stream:
        stream.truncate(0)
        stream.truncate(size)
        for offset, data in base.items():
            stream.seek(offset)
            stream.write(data)
        for letter, offset, data in kept:
            if letter == b"w":
                stream.seek(offset)
                stream.write(data)
