"""The journal of one run: append-only lines, each on disk before what it announces is done.

A line is `<crc32 of the JSON, 8 hex> <JSON>\\n`. States: prepared, intent, done, applied, verified;
undoing, undo-intent, undone-step, undone; failed (with the reason), broken. A person reads
`unfinished` for a run that is going on or was killed, and `refused` for one that changed nothing.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from unshim.apply.disk import flush_folder, read_regular, write_new
from unshim.model.plan import Disturbs
from unshim.model.session import Run

STATE = Path("/var/lib/unshim")


class Journal:
    """Appends to one run's journal. Every record is flushed to disk before `add` returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._handle = os.open(
            folder / "journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        flush_folder(folder)

    def add(self, state: str, **more: Any) -> None:
        """Raises: OSError when the record cannot reach the disk."""
        body = json.dumps({"state": state, "at": round(time.time(), 3), **more}, sort_keys=True)
        line = f"{zlib.crc32(body.encode()):08x} {body}\n".encode()
        written = os.write(self._handle, line)
        if written != len(line):
            raise OSError(28, "the journal could not be written whole")
        os.fsync(self._handle)

    def add_if_possible(self, state: str, **more: Any) -> None:
        """Append while taking back, which goes on even where the disk has no room for a line."""
        with suppress(OSError):
            self.add(state, **more)

    def close(self) -> None:
        os.close(self._handle)


def records(folder: Path) -> list[dict[str, Any]]:
    """The whole records of a run, up to the first that is not: a torn last line is not a record.
    Raises: OSError."""
    try:
        lines = read_regular(folder / "journal").split(b"\n")
    except FileNotFoundError:
        return []
    whole: list[dict[str, Any]] = []
    for line in lines[:-1]:
        crc, _, body = line.partition(b" ")
        try:
            if int(crc, 16) != zlib.crc32(body):
                break
            whole.append(json.loads(body))
        except ValueError:
            break
    return whole


def state_of(folder: Path) -> str:
    """The run's last state, in words a person reads; `unreadable` where its journal is no file."""
    try:
        lasting = [r for r in records(folder) if r["state"] not in _PASSING]
    except OSError:
        return UNREADABLE
    if not lasting:
        return "interrupted"
    if lasting[-1].get("refused"):
        return "refused"
    state = str(lasting[-1]["state"])
    return "unfinished" if state in ("prepared", "failed", "undoing") else state


HALF = ("unfinished", "broken")
"""States of a run of which a part stands, and may be undone."""

STANDING = ("applied", "verified", *HALF)
"""States of a run that can be undone."""

UNREADABLE = "unreadable"

_PASSING = ("intent", "done", "undo-intent", "undone-step")


def new_run(plan: dict[str, Any], state: Path = STATE) -> Path:
    """A fresh folder for a run, its plan on disk. Raises: OSError."""
    top = state / "tx"
    for folder in (state, top):
        folder.mkdir(mode=0o700, exist_ok=True)
    number = 1 + max((int(p.name[:6]) for p in top.iterdir() if p.name[:6].isdigit()), default=0)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    folder = top / f"{number:06d}-{stamp}"
    folder.mkdir(mode=0o700)
    write_new(folder / "plan.json", json.dumps(plan, indent=1).encode())
    flush_folder(folder)
    flush_folder(top)
    return folder


def plan_of(folder: Path) -> dict[str, Any]:
    """The plan that a run carries out. Raises: OSError, ValueError."""
    plan = json.loads(read_regular(folder / "plan.json").decode("utf-8"))
    if not isinstance(plan, dict) or plan.get("format") != 1:
        raise ValueError("made by a newer unshim")
    return plan


def folders(state: Path = STATE) -> list[Path]:
    """The folders of all runs, the newest first."""
    try:
        return sorted((p for p in (state / "tx").iterdir() if p.is_dir()), reverse=True)
    except (FileNotFoundError, PermissionError):
        return []


def runs(state: Path = STATE) -> tuple[Run, ...]:
    """Runs on this machine, the newest first."""
    entries = []
    for folder in folders(state):
        try:
            entries.append(run_of(folder))
        except (OSError, ValueError):
            continue
    return tuple(entries)


def run_of(folder: Path) -> Run:
    """A run as people are told of it. Raises: OSError, ValueError."""
    plan = plan_of(folder)
    steps = plan.get("steps", [])
    return Run(
        id=folder.name,
        began=float(plan.get("began", 0)),
        who=str(plan.get("who", "")),
        fixes=tuple(plan.get("checks", ())),
        files=tuple(s["path"] for s in steps if s.get("kind") == "write-file"),
        state=state_of(folder),
        disturbs=Disturbs(plan.get("disturbs", "nothing")),
    )
