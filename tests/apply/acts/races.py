"""A foreign writer against a file that is replaced, one edit to a race: whatever the order, the
edit stands in the end, or lies beside and is told of.

The writer is a process of its own. In each race it edits after a delay that is drawn anew, while
the file is replaced, put back, or its former one let go of.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from unshim.apply.acts import writes
from unshim.apply.failures import FAILURES
from unshim.apply.turn import Turn
from unshim.model.steps import WriteFile

OLD, NEW = b"old line\n", b"new line\n"
TURN = Turn("run-0", {})

Edit = Callable[[Path, bytes, random.Random], None]


def _by_rename(path: Path, mark: bytes, dice: random.Random) -> None:
    """As editors and configuration management write: a new file, renamed."""
    new = path.with_name(f"theirs-{dice.random()}")
    new.write_bytes(mark)
    new.replace(path)


def _by_several_renames(path: Path, mark: bytes, dice: random.Random) -> None:
    for number in range(dice.randrange(2, 6)):
        _by_rename(path, b"%d " % number, dice)
    _by_rename(path, mark, dice)


def _with_backup(path: Path, mark: bytes, dice: random.Random) -> None:
    """As editors write that keep the file that they read: renamed, and a new one in its place."""
    path.rename(path.with_name("theirs~"))
    path.write_bytes(mark)


def _in_place(path: Path, mark: bytes, dice: random.Random) -> None:
    """As `echo >` writes: cut to nothing, then written."""
    with path.open("wb", buffering=0) as stream:
        stream.write(mark)


def _appended(path: Path, mark: bytes, dice: random.Random) -> None:
    with path.open("ab", buffering=0) as stream:
        stream.write(mark)


def _paced(path: Path, mark: bytes, dice: random.Random) -> None:
    """Opened, and written a while later."""
    with path.open("ab", buffering=0) as stream:
        time.sleep(dice.random() / 1000)
        stream.write(mark)


def _mode(path: Path, mark: bytes, dice: random.Random) -> None:
    path.chmod(0o604)


def _owner(path: Path, mark: bytes, dice: random.Random) -> None:
    os.chown(path, 4242, 4242)


def _xattr(path: Path, mark: bytes, dice: random.Random) -> None:
    os.setxattr(path, "user.mark", mark)


EDITS: dict[str, Edit] = {
    "by rename": _by_rename,
    "by several renames": _by_several_renames,
    "with a backup": _with_backup,
    "in place": _in_place,
    "appended": _appended,
    "paced": _paced,
    "mode": _mode,
    "owner": _owner,
    "xattr": _xattr,
}


def _has(place: Path, kind: str, mark: bytes) -> bool:
    """Whether a file has somebody's edit."""
    status = place.lstat()
    if kind == "mode":
        return status.st_mode & 0o777 == 0o604
    if kind == "owner":
        return status.st_uid == status.st_gid == 4242
    if kind == "xattr":
        return "user.mark" in os.listxattr(place)
    return mark in place.read_bytes()


class _Writer:
    """A process that makes one edit whenever it is told to, and tells when it is done."""

    def __init__(self, path: Path, edit: Edit, seed: int) -> None:
        (theirs, self._begin), (self._ended, tell) = os.pipe(), os.pipe()
        self._child = os.fork()
        if not self._child:
            os.close(self._begin)
            with suppress(KeyboardInterrupt):
                self._obey(theirs, tell, path, edit, random.Random(seed))
            os._exit(0)
        os.close(theirs)
        os.close(tell)

    @staticmethod
    def _obey(orders: int, tell: int, path: Path, edit: Edit, dice: random.Random) -> None:
        while order := os.read(orders, 64):
            wait, mark = order.split(b" ", 1)
            end = time.perf_counter() + float(wait)
            while time.perf_counter() < end:
                pass
            try:
                edit(path, mark, dice)
                os.write(tell, b"+")
            except FileNotFoundError:
                os.write(tell, b"-")

    def begin(self, wait: float, mark: bytes) -> None:
        os.write(self._begin, b"%f %s" % (wait, mark))

    def edited(self) -> bool:
        """Whether the edit was made; waits for its end."""
        return os.read(self._ended, 1) == b"+"

    def close(self) -> None:
        os.close(self._begin)
        os.close(self._ended)
        os.waitpid(self._child, 0)


class File:
    """One file in one race: what is done to it in turn, and what was said of it."""

    def __init__(self, path: Path, before: bytes | None, after: bytes | None, undo: bool) -> None:
        for left in path.parent.iterdir():
            left.unlink()
        if before is not None:
            path.write_bytes(before)
        self.acts = [writes.write, *[writes.put_back] * undo, writes.settle]
        self.step, self.said = WriteFile(str(path), before, after), ""
        self.former = writes.note(self.step)

    def use(self, link: Path) -> None:
        """Do it by a symlink that leads to the file."""
        self.step = self.step._replace(path=str(link))
        self.former = writes.note(self.step)

    def do(self, before_act: int = 0, begin: Callable[[], None] = lambda: None) -> None:
        """All acts, unless one is refused; the writer begins before one of them."""
        for number, act in enumerate(self.acts):
            if number == before_act:
                begin()
            try:
                act(self.step, self.former, TURN)
            except FAILURES as error:
                assert number >= before_act, f"nobody wrote yet: {error}"
                self.said += f"{error}; "
                if act is writes.write:
                    return

    def kept(self, kind: str, mark: bytes) -> str:
        """Where somebody's edit is now: "in place", "beside", where that was said, or "lost"."""
        path = Path(self.step.path)
        beside = list(path.parent.glob(".unshim*"))
        assert not beside or "kept" in self.said, f"{beside}, and of that only: {self.said}"
        if path.exists() and _has(path, kind, mark):
            return "in place"
        if any(_has(place, kind, mark) for place in beside):
            return "beside"
        made = self.step.before is None and writes.put_back in self.acts and kind in METADATA
        return "gone with our file" if made and not path.exists() else "lost"


CHANGES = ((OLD, NEW), (OLD, None), (None, NEW))
METADATA = ("mode", "owner", "xattr")


def run(folder: Path, kind: str, races: int, seed: int) -> Counter[str]:
    """So many races of one kind of edit, and where the edits were in the end. Fails where one is
    lost, or ours is left without a word."""
    ends: Counter[str] = Counter()
    dice, path = random.Random(seed), folder / "config"
    writer, took = _Writer(path, EDITS[kind], seed), 0.001
    try:
        for race in range(races):
            before, after = dice.choice(CHANGES)
            file = File(path, before, after, undo=dice.random() < 0.5)
            mark = b"edit %d;" % race
            first = dice.randrange(len(file.acts))
            wait = dice.random() * took * (len(file.acts) - first)
            start = time.perf_counter()
            file.do(first, partial(writer.begin, wait, mark))
            took += ((time.perf_counter() - start) / len(file.acts) - took) / 100
            where = file.kept(kind, mark) if writer.edited() else "nothing to edit"
            assert where != "lost", f"race {race}, before act {first} of {file.step}: {file.said}"
            ends[f"{where}, {'refused' if file.said else 'done'}"] += 1
    finally:
        writer.close()
    return ends
