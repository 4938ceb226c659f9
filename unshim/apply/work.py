"""Carry out the steps of a run, or take them back. Runs as a process of its own, so that neither
a hang-up nor the end of the screens stops it half-way."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from unshim.apply import files, units
from unshim.apply.codec import decode
from unshim.apply.files import Before, Stale, Unsafe
from unshim.apply.journal import Journal, plan_of, records
from unshim.apply.units import StepFailed
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile

PROBE_DEADLINE = 30.0
"""Seconds that a restarted containerd has to be as well as it was before."""

APPLIED, UNDONE, BROKEN, REFUSED = 0, 4, 5, 6


def apply(folder: Path) -> int:
    """Carry out a run's steps in order. A step that fails takes back those before it.

    Returns 0 applied, 4 failed and undone, 5 failed and not fully undone, 6 refused before
    anything was changed.
    """
    plan = plan_of(folder)
    steps = [decode(item) for item in plan["steps"]]
    journal = Journal(folder)
    try:
        before = [files.look(s.path) if isinstance(s, WriteFile) else None for s in steps]
        _unchanged(steps, before)
        was = _probe(plan) if any(isinstance(s, RestartUnit) for s in steps) else None
        states = {s.unit: units.state(s.unit) for s in steps if isinstance(s, RestartUnit)}
    except (Stale, Unsafe, StepFailed, OSError) as error:
        journal.add("failed", reason=words(error), refused=True)
        return REFUSED
    stood = [b.as_json() if b else None for b in before]
    journal.add("prepared", before=stood, probe=was, units=states)
    done: list[int] = []
    try:
        for number, step in enumerate(steps):
            journal.add("intent", step=number)
            _do(step, before[number], plan, f"{folder.name}-{number}")
            done.append(number)
            if isinstance(step, RestartUnit) and "containerd" in step.unit:
                _not_worse(plan, was)
            journal.add("done", step=number)
    except Exception as error:  # whatever it is, the node must not stay half-way
        journal.note("failed", reason=words(error), step=len(done))
        return take_back(folder, journal, upto=max(done, default=-1))
    journal.add("applied")
    return APPLIED


def words(error: Exception) -> str:
    """An error as a person reads it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    known = isinstance(error, Stale | Unsafe | StepFailed | OSError)
    return str(error) if known else f"{type(error).__name__} in unshim itself"


def _unchanged(steps: list[Step], before: list[Before | None]) -> None:
    for step, found in zip(steps, before, strict=True):
        if isinstance(step, WriteFile) and found is not None:
            stands = found.data if found.existed else None
            if stands != step.before:
                raise Stale(f"{step.path} is not as it was when the plan was made")


def _do(step: Step, before: Before | None, plan: dict[str, Any], tag: str) -> None:
    match step:
        case WriteFile(path=path, after=after, mode=mode):
            assert before is not None
            files.write(path, before, _after(before, after, mode), tag)
        case ReloadSystemd():
            units.reload()
        case RestartUnit(unit=unit):
            units.restart(unit)
        case ShareImage():
            units.run(_command(plan, "share", step))


def _after(before: Before, data: bytes | None, mode: int) -> Before:
    """The new file: an existing one's owner, mode and xattrs stay."""
    if data is None:
        return Before(False)
    if before.existed:
        return Before(True, data, before.mode, before.uid, before.gid, before.xattrs)
    return Before(True, data, mode, made=before.made)


def _command(plan: dict[str, Any], verb: str, step: ShareImage) -> list[str]:
    """The recorded child that shares an image or takes that back."""
    words = [step.socket, step.source, step.target, step.name, step.digest]
    return [*plan["commands"]["images"], verb, *words, *(step.blobs if verb == "share" else ())]


def _probe(plan: dict[str, Any]) -> dict[str, Any] | None:
    """How containerd is, told by the recorded child; None where it does not answer."""
    command = plan["commands"].get("probe")
    if not command:
        return None
    try:
        found = json.loads(units.run(command, timeout=20))
    except (StepFailed, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _not_worse(plan: dict[str, Any], was: dict[str, Any] | None) -> None:
    """Wait until containerd is at least as well as before. Raises: StepFailed."""
    deadline = time.monotonic() + PROBE_DEADLINE
    reason = "containerd does not answer after its restart"
    while time.monotonic() < deadline:
        now = _probe(plan)
        if now is not None:
            reason = worse(was, now)
            if not reason:
                return
        if reason.startswith("tasks were lost"):
            break
        time.sleep(0.5)
    raise StepFailed(reason)


def worse(was: dict[str, Any] | None, now: dict[str, Any]) -> str:
    """What was well and is not any more, "" for nothing.

    A restart that ends tasks ends all of its unit's at once; a job that finishes or a container
    that crashes in the same seconds is not the restart's doing. So most of them must be gone.
    """
    if was is None:
        return ""
    lost = [tuple(t) for t in was["tasks"] if t not in now["tasks"]]
    if len(lost) * 2 > len(was["tasks"]):
        namespace, name, pid = lost[0]
        return f"tasks were lost by the restart, such as {namespace} {name} (process {pid})"
    down = sorted(set(was["plugins"]) - set(now["plugins"]))
    if down:
        return f"containerd came back without its plugin {down[0]}"
    if was["cri"] and not now["cri"]:
        return "containerd came back without its CRI service"
    return ""


def take_back(folder: Path, journal: Journal, upto: int | None = None) -> int:
    """Undo the steps that were done, the last first: files, then what must read them again.

    Returns 4 when everything is back, 5 when something is not; what a person must do stands in
    the journal's last record.
    """
    plan = plan_of(folder)
    steps = [decode(item) for item in plan["steps"]]
    found = records(folder)
    prepared = next((r for r in found if r["state"] == "prepared"), None)
    if prepared is None:
        journal.add("undone", nothing=True)
        return UNDONE
    before = [Before.from_json(b) if b else None for b in prepared["before"]]
    begun = max((r["step"] for r in found if r["state"] == "intent"), default=-1)
    last = begun if upto is None else max(begun, upto)
    now = _probe(plan) if upto is None else None
    journal.note("undoing")
    problems = _files_back(folder, journal, steps, before, last)
    if upto is None:
        prepared = {**prepared, "probe": _as_now(prepared.get("probe"), now)}
    problems += _rest_back(plan, steps[: last + 1], prepared)
    if problems:
        journal.note("broken", problems=problems)
        return BROKEN
    journal.note("undone")
    return UNDONE


def _as_now(was: dict[str, Any] | None, now: dict[str, Any] | None) -> dict[str, Any] | None:
    """What containerd must be after a later undo: as it was then, but with the tasks of now,
    since those of then may have ended in the meantime."""
    return {**was, "tasks": now["tasks"]} if was and now else was


def _files_back(
    folder: Path, journal: Journal, steps: list[Step], before: list[Before | None], last: int
) -> list[str]:
    problems = []
    for number in range(last, -1, -1):
        step, was = steps[number], before[number]
        if not isinstance(step, WriteFile) or was is None:
            continue
        journal.note("undo-intent", step=number)
        try:
            files.sweep(step.path, f"{folder.name}-{number}", was.data, step.after or b"")
            files.sweep(step.path, f"{folder.name}-{number}-undo", step.after or b"", was.data)
            _file_back(step, was, f"{folder.name}-{number}-undo")
        except (Stale, Unsafe, OSError) as error:
            problems.append(f"{words(error)}; put back {step.path} by hand")
        journal.note("undone-step", step=number)
    return problems


def _file_back(step: WriteFile, was: Before, tag: str) -> None:
    now = files.look(step.path)
    if now.existed == was.existed and now.data == was.data:
        return
    stands = now.data if now.existed else None
    if stands != step.after:
        raise Stale(f"{step.path} was changed since, and is left as it is")
    files.write(step.path, now, was, tag)
    if not was.existed:
        files.remove_folders(was.made)


def _rest_back(plan: dict[str, Any], steps: list[Step], prepared: dict[str, Any]) -> list[str]:
    """Reload and restart what had read the new files; take shared images away again."""
    problems = []
    for step in steps:
        try:
            match step:
                case ReloadSystemd():
                    units.reload()
                case RestartUnit(unit=unit):
                    was = prepared.get("units", {}).get(unit, "active")
                    units.restore(unit, was)
                    if "containerd" in unit and was == "active":
                        _not_worse(plan, prepared.get("probe"))
                case ShareImage():
                    units.run(_command(plan, "unshare", step))
                case WriteFile():
                    pass
        except StepFailed as error:
            problems.append(str(error))
    return problems
