"""The runs on a machine: each has a folder with its plan and its journal.

States that the worker notes: prepared, armed, intent, done, applied, verified, waiting, confirmed,
settled; chosen, undoing, undo-intent, undone-step, undone; failed (with the reason), broken; cut,
where a torn line was. What a person reads is `state_of`.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from unshim.apply.disk import flush_folder, make_folder, read_regular, write_new
from unshim.apply.records import FORMAT, Record, Scan, beginning, scan
from unshim.apply.records import Damaged as Damaged
from unshim.apply.writing import Journal as Journal
from unshim.apply.writing import read
from unshim.model import states
from unshim.model.disturbs import Disturbs
from unshim.model.runs import Run

STATE = Path("/var/lib/unshim")
ASIDE = "forgotten"
"""Where runs are that were set aside, in the state folder."""

PASSING = ("intent", "done", "undo-intent", "undone-step", "cut", "chosen")
"""Records that say nothing of the run as a whole."""

_ENDS = {
    "applied": states.APPLIED,
    "waiting": states.WAITING,
    "verified": states.VERIFIED,
    "confirmed": states.VERIFIED,
    "settled": states.VERIFIED,
    "undone": states.UNDONE,
    "broken": states.BROKEN,
}


def records(folder: Path) -> list[Record]:
    """The records of a run; a torn last one is none. Raises: OSError; Damaged."""
    return list(_whole(folder)[0].records)


def begun(lines: Sequence[Mapping[str, Any]]) -> int:
    """The last step that a run has begun, as far as its journal tells; -1 for none. Where a line
    was torn the next one counts too: it may have been announced by that."""
    last, prepared = -1, False
    for line in lines:
        if line["state"] in ("applied", "failed", "undoing"):
            break
        prepared = prepared or line["state"] == "prepared"
        if line["state"] == "intent":
            last = int(line["step"])
        last += line["state"] == "cut" and prepared
    return last


def state_of(folder: Path) -> str:
    """A run's state in the word that a person reads:

    running: its worker is at work; interrupted, refused: it changed nothing; unfinished: it was cut
    off half-way; applied: nobody verified it; waiting: for `unshim confirm`; verified; undone;
    broken: a part could not be undone; damaged, unreadable: its journal is.
    """
    try:
        found, at_work = _whole(folder)
        state = _state(found.records, at_work)
        if state not in states.ENDED:
            _plan(folder, found)
    except ValueError:
        return states.DAMAGED
    except OSError:
        return states.UNREADABLE
    return state


def _state(lines: Sequence[Record], at_work: bool) -> str:
    lasting = [line for line in lines if line["state"] not in PASSING]
    last = lasting[-1] if lasting else {}
    if last.get("refused"):
        return states.REFUSED
    end = _ENDS.get(last.get("state", ""), "")
    if at_work and end in ("", states.APPLIED):
        return states.RUNNING
    return end or (states.UNFINISHED if begun(lines) >= 0 else states.INTERRUPTED)


def trouble(folder: Path) -> str:
    """In words why a run cannot be told of, "" where it can."""
    try:
        _whole(folder)
        plan_of(folder)
    except ValueError as damaged:
        return str(damaged)
    except OSError as error:
        name = Path(error.filename or folder).name
        return f"its {name} cannot be read: {error.strerror}"
    return ""


def scanned(folder: Path) -> Scan:
    """A run's journal as far as it can be read. Raises: OSError."""
    return scan(*read(folder))


def _whole(folder: Path) -> tuple[Scan, bool]:
    data, at_work = read(folder)
    found = scan(data, at_work)
    if found.damage:
        raise Damaged(found.damage)
    return found, at_work


def new_run(plan: dict[str, Any], state: Path = STATE) -> Path:
    """A fresh folder for a run, its plan on disk. Raises: OSError."""
    top = state / "tx"
    for folder in (state, top):
        make_folder(folder)
    names = [p.name for p in (*top.glob("[0-9]*-*"), *(state / ASIDE).glob("[0-9]*-*"))]
    number = 1 + max((int(name[:6]) for name in names if _is_run(name)), default=0)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    folder = top / f"{number:06d}-{stamp}"
    for left in top.glob(".*~"):
        _discard(left)  # of one that was killed
    making = top / f".{folder.name}~"
    making.mkdir(mode=0o700)
    written = json.dumps(plan, indent=1).encode()
    try:
        write_new(making / "plan.json", written)
        write_new(making / "journal", beginning(written, len(plan["steps"])))
        flush_folder(making)
        making.rename(folder)
    except BaseException:
        _discard(making)
        raise
    flush_folder(top)
    return folder


def _discard(making: Path) -> None:
    with suppress(OSError):
        for name in ("plan.json", "journal"):
            (making / name).unlink(missing_ok=True)
        making.rmdir()


def plan_of(folder: Path) -> dict[str, Any]:
    """The plan that a run carries out. Raises: OSError; ValueError, Damaged among them."""
    plan = json.loads(_plan(folder, scanned(folder)))
    if not isinstance(plan, dict) or plan.get("format") != 1:
        raise ValueError("made by another release of unshim")
    return plan


def _plan(folder: Path, found: Scan) -> bytes:
    written = read_regular(folder / "plan.json")
    if found.head.get("format") != FORMAT:
        raise Damaged(found.damage)
    if zlib.crc32(written) != found.head.get("plan"):
        raise Damaged("its plan.json is not what it was begun with")
    return written


def _is_run(name: str) -> bool:
    """`000007-…`; a pattern would be compiled at every start."""
    return name[6:7] == "-" and name[:6].isascii() and name[:6].isdecimal()


def folders(state: Path = STATE) -> list[Path]:
    """The folders of all runs, the newest first."""
    try:
        named = [p for p in (state / "tx").iterdir() if _is_run(p.name)]
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return []
    return sorted(named, reverse=True)


def runs(state: Path = STATE) -> tuple[Run, ...]:
    """Runs on this machine, the newest first."""
    return tuple(run_of(folder) for folder in folders(state))


def run_of(folder: Path) -> Run:
    """A run as people are told of it; of one that cannot be read, what can be."""
    plan: Mapping[str, Any] = {}
    with suppress(OSError, ValueError):
        plan = plan_of(folder)
    steps = plan.get("steps", ())
    return Run(
        id=folder.name,
        began=float(plan.get("began", _stamped(folder))),
        who=str(plan.get("who", "?")),
        fixes=tuple(plan.get("checks", ())),
        files=tuple(s["path"] for s in steps if s.get("kind") == "write-file"),
        state=state_of(folder),
        disturbs=Disturbs(plan.get("disturbs", "nothing")),
    )


def _stamped(folder: Path) -> float:
    """When a run began, by its folder's name."""
    import calendar  # dear, and a worker tells no times

    with suppress(ValueError):
        return calendar.timegm(time.strptime(folder.name[7:], "%Y%m%d-%H%M%S"))
    return 0.0
