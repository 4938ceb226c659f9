"""A foreign edit at each moment of what is done to a file: before its first call of the system,
before its second, and so on to its last.

The interpreter tells of each call before it is made (see PEP 578). Such a hook cannot be taken
away again, so all of this runs in a child.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count, product
from pathlib import Path

from tests.apply.acts.races import CHANGES, EDITS, NEW, OLD, File
from tests.waiting import until

_CALLS = ("open", "os.", "fcntl.", "ctypes.dlsym")


class _Moments:
    """Begins edits at moments that are told beforehand, each in a thread of its own: one that must
    wait for us ends later."""

    def __init__(self) -> None:
        self._at: dict[int, Callable[[], None]] = {}
        self._seen, self._mine = 0, 0
        self._begun: list[threading.Thread] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: object) -> None:
        if threading.get_ident() != self._mine or not event.startswith(_CALLS):
            return
        edit = self._at.pop(self._seen, None)
        self._seen += 1
        if edit:
            self._mine, mine = 0, self._mine
            thread = threading.Thread(target=edit)
            thread.start()
            thread.join(0.005)
            until(lambda: not thread.is_alive() or _waits_for_us(), "an edit, or its waiting")
            self._begun.append(thread)
            self._mine = mine

    def during(self, act: Callable[[], None], at: Mapping[int, Callable[[], None]]) -> bool:
        """Whether all the edits had their moment during this act; they have ended then."""
        self._at, self._seen, self._mine = dict(at), 0, threading.get_ident()
        try:
            act()
        finally:
            self._mine = 0
        for thread in self._begun:
            thread.join()
        self._begun.clear()
        return not self._at


def _waits_for_us() -> bool:
    """Whether somebody waits to open a file until we let go of it, see proc_locks(5)."""
    held = (line.split() for line in Path("/proc/locks").read_text().splitlines())
    return ["LEASE", "BREAKING", str(os.getpid())] in ([*row[1:3], row[4]] for row in held)


class _Edit:
    """Somebody's edit, made when it is called; `made` tells whether there was something to edit."""

    def __init__(self, path: Path, kind: str, mark: bytes) -> None:
        self._path, self._kind, self.mark, self.made = path, kind, mark, False

    def __call__(self) -> None:
        with suppress(FileNotFoundError):
            EDITS[self._kind](self._path, self.mark, random.Random(0))
            self.made = True


def one_edit(folder: Path, kind: str) -> Counter[str]:
    """One edit at each moment of each change, undone or not, and where they were in the end."""
    moments, path, ends = _Moments(), folder / "config", Counter[str]()
    for (before, after), undo in product(CHANGES, (False, True)):
        for moment in count():
            file, edit = File(path, before, after, undo), _Edit(path, kind, b"an edit;")
            if not moments.during(file.do, {moment: edit}):
                break
            where = file.kept(kind, edit.mark) if edit.made else "nothing to edit"
            assert where != "lost", f"moment {moment} of {file.step}, {undo=}: {file.said}"
            ends[where] += 1
    return ends


def two_edits(folder: Path, kind: str, most: int) -> Counter[str]:
    """Two edits at two moments of a replacement, the second at most so many after the first; where
    the two were in the end."""
    moments, path, ends = _Moments(), folder / "config", Counter[str]()
    for first in count():
        for second in range(first + 1, first + 1 + most):
            file = File(path, OLD, NEW, undo=False)
            edits = {first: _Edit(path, kind, b"first;"), second: _Edit(path, kind, b"second;")}
            if not moments.during(file.do, edits):
                if second == first + 1:
                    return ends
                break
            ends[", ".join(file.kept(kind, edit.mark) for edit in edits.values())] += 1
    return ends


def retargets(folder: Path) -> Counter[str]:
    """A symlink that is made to lead elsewhere at each moment, and whether that was refused. Before
    what it led to is replaced, it must be."""
    moments, ends, link = _Moments(), Counter[str](), folder / "link"
    for moment in count():
        file = File(folder / "config", OLD, NEW, undo=False)
        (folder / "other").write_bytes(OLD)
        link.symlink_to("config")
        file.use(link)
        early: list[bool] = []

        def retarget(early: list[bool] = early) -> None:
            early.append((folder / "config").read_bytes() == OLD)
            link.unlink()
            link.symlink_to("other")

        if not moments.during(file.do, {moment: retarget}):
            return ends
        refused = "leads to" in file.said
        assert (folder / "config").read_bytes() == (OLD if refused else NEW), moment
        assert (folder / "other").read_bytes() == OLD
        assert refused or early == [False], moment
        ends["refused" if refused else "done"] += 1
    return ends


def in_child(act: Callable[[], Counter[str]]) -> Counter[str]:
    """What comes of this in a child of this process; what fails there is told and fails here."""
    answer, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(tell, json.dumps(act()).encode())
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(tell)
    with os.fdopen(answer, "rb") as stream:
        said = stream.read()
    assert os.waitpid(child, 0)[1] == 0
    return Counter(json.loads(said))
