"""The front of applying: start the worker, follow its journal, look again, compare, take back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from unshim.apply import journal, lock
from unshim.apply.codec import encode
from unshim.model.checks import Outcome, Severity
from unshim.model.plan import Plan
from unshim.model.session import Applied, Ended, Look, Progress
from unshim.model.steps import RestartUnit, ShareImage, WriteFile
from unshim.model.values import Missing

if TYPE_CHECKING:
    from unshim.host.host import Host


class Engine(Protocol):
    """What drives the node, as far as applying needs it: unshim.engine's."""

    @property
    def host(self) -> Host: ...

    @property
    def only_reads(self) -> bool: ...

    def look(self) -> Look: ...

    def plan(self, check_ids: Sequence[str]) -> Plan: ...


Tell = Callable[[Progress], None]
VERIFY_DEADLINE = 15.0
"""Seconds after the last step by which the node must look as the forecast says."""

_ENDED = {0: Ended.DONE, 4: Ended.UNDONE, 5: Ended.INCOMPLETE, 6: Ended.REFUSED}


def _refused(*words: str) -> Applied:
    return Applied(Ended.REFUSED, "", words)


def why_not(engine: Engine) -> str:
    """Why nothing can be applied here at all, "" where it can."""
    if engine.only_reads or not engine.host.live:
        return "this is not the machine itself; changes are made on the node"
    if os.geteuid() != 0:
        return "not root: run it with sudo"
    return ""


def apply_plan(engine: Engine, plan: Plan, tell: Tell) -> Applied:
    """Carry out a plan that was shown. Whatever the end, the node is as the forecast says or as
    it was before, or the words say what is left to do by hand."""
    reason = why_not(engine)
    if reason:
        return _refused(reason)
    if not plan.steps:
        return Applied(Ended.NOTHING, "", ("nothing to do",))
    try:
        held = lock.take()
    except (lock.Locked, OSError) as error:
        return _refused(str(error))
    try:
        fresh = engine.plan([f.check_id for f in plan.fixes])
        stale = difference(plan, fresh)
        if stale:
            return _refused(f"the node changed since this plan was made: {stale}")
        half = [f.name for f in journal.folders() if journal.state_of(f) == "unfinished"]
        if half:
            return _refused(f"run {half[0]} was cut off half-way; first `unshim undo` it")
        before = engine.look()
        try:
            folder = journal.new_run(_as_json(plan))
        except OSError as error:
            return _refused(f"the journal cannot be written: {error.strerror}")
        return _applied(engine, plan, before, folder, tell, held)
    finally:
        os.close(held)


def difference(old: Plan, new: Plan) -> str:
    """What makes an old plan stale, "" where it still holds."""
    for path, digest in old.hashes.items():
        if new.hashes.get(path, digest if path not in new.hashes else "") != digest:
            return f"{path} is another file now"
    for name, word in old.facts.items():
        if new.facts.get(name, word) != word:
            return f"{name} was {word}, is {new.facts[name]}"
    if old.steps != new.steps:
        return "it would do other things now"
    return ""


def _as_json(plan: Plan) -> dict[str, Any]:
    """The plan as the worker reads it, with the children it may start."""
    python = [sys.executable, "-I", "-m"]
    images = [s for s in plan.steps if isinstance(s, ShareImage)]
    restarts = any(isinstance(s, RestartUnit) for s in plan.steps)
    socket = plan.facts.get("containerd socket", "")
    return {
        "format": 1,
        "began": int(time.time()),
        "who": lock.who(),
        "checks": [f.check_id for f in plan.fixes],
        "disturbs": plan.disturbs.value,
        "steps": [encode(s) for s in plan.steps],
        "commands": {
            "images": [*python, "unshim.rpc.share"] if images else [],
            "probe": [*python, "unshim.plan.probe", socket] if restarts and socket else [],
        },
    }


def _applied(
    engine: Engine, plan: Plan, before: Look, folder: Path, tell: Tell, held: int
) -> Applied:
    words = [_words(s) for s in plan.steps]
    code = _work("apply", folder, words, tell, held)
    if code not in _ENDED:
        journal.Journal(folder).note("failed", reason="the worker was killed")
        code = _work("undo", folder, words, tell, held)
    if code:
        return Applied(_ENDED.get(code, Ended.INCOMPLETE), folder.name, _last_words(folder))
    problem = _verify(engine, plan, before)
    if not problem:
        journal.Journal(folder).note("verified")
        return Applied(Ended.DONE, folder.name, _forecast_words(plan))
    journal.Journal(folder).note("failed", reason=problem)
    code = _work("undo", folder, words, tell, held)
    ended = Ended.UNDONE if code == 4 else Ended.INCOMPLETE
    return Applied(ended, folder.name, (problem, *_last_words(folder)[1:]))


def _work(verb: str, folder: Path, words: list[str], tell: Tell, held: int) -> int:
    """Run the worker to its end in a session of its own, which an interrupt of ours does not
    reach; tell each record of its journal."""
    worker = subprocess.Popen(
        [sys.executable, "-I", "-m", "unshim.apply", verb, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=(held,),
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    )
    seen = len(journal.records(folder))
    while True:
        ended = worker.poll()
        records = journal.records(folder)
        for record in records[seen:]:
            if record["state"] in ("intent", "done"):
                step = int(record["step"])
                tell(Progress(step + 1, len(words), words[step], record["state"] == "done"))
        seen = len(records)
        if ended is not None:
            return ended
        time.sleep(0.05)


def _words(step: object) -> str:
    from unshim.tell.plan import command_of

    if isinstance(step, WriteFile):
        return f"{'remove' if step.after is None else 'write'} {step.path}"
    return command_of(step)  # type: ignore[arg-type]


def _last_words(folder: Path) -> tuple[str, ...]:
    """Why a run ended as it did, and what is left to do by hand."""
    words: list[str] = []
    for record in journal.records(folder):
        if record["state"] == "failed":
            words.append(str(record["reason"]))
        elif record["state"] == "broken":
            words += [str(p) for p in record["problems"]]
    if words:
        return tuple(words)
    if journal.state_of(folder) == "unfinished":
        return (f"it was killed half-way; try `unshim undo {folder.name[:6]}`",)
    return ("the journal could not be written; is the disk full?",)


def _forecast_words(plan: Plan) -> tuple[str, ...]:
    cured = {f.check_id for f in plan.fixes}
    return tuple(f"{name} is cured, looked at again" for name in sorted(cured))


def _verify(engine: Engine, plan: Plan, before: Look) -> str:
    """What is not as the forecast says, "" for nothing. Daemons get a moment to come back."""
    deadline = time.monotonic() + VERIFY_DEADLINE
    while True:
        problem = compare(plan, before, engine.look())
        if not problem or time.monotonic() > deadline:
            return problem
        time.sleep(1.0)


def compare(plan: Plan, before: Look, after: Look) -> str:
    """Whether every cured check is silent, and no other one fails that did not before."""
    cured = {f.check_id for f in plan.fixes}
    forecast = {f.check_id: f.after for f in plan.forecast}
    was = {r.check.id: r for r in before.results}
    for result in after.results:
        check_id = result.check.id
        if check_id in cured and result.outcome is not forecast.get(check_id, Outcome.PASS):
            return f"{check_id} is {result.outcome} afterwards: {_why(result)}"
        old = was.get(check_id)
        worse = old is not None and _rank(result.severity) > _rank(old.severity)
        if worse and forecast.get(check_id) is not result.outcome:
            return f"{check_id} fails since: {_why(result)}"
    return ""


def _why(result: Any) -> str:
    if result.findings:
        first = result.findings[0]
        return f"{first.summary}: {first.evidence[0].value}" if first.evidence else first.summary
    return str(result.reason)


def _rank(severity: Severity | None) -> int:
    return severity.rank if severity is not None and severity is not Severity.INFO else 0


def undo_run(engine: Engine, run: str, tell: Tell) -> Applied:
    """Take a run back; "" for the newest that stands."""
    reason = why_not(engine)
    if reason:
        return _refused(reason)
    try:
        held = lock.take()
    except (lock.Locked, OSError) as error:
        return _refused(str(error))
    try:
        folder = _chosen(run)
        if isinstance(folder, Missing):
            return _refused(folder.reason)
        later = _touched_later(folder)
        if later:
            return _refused(later)
        changed = _changed_since(folder)
        if changed:
            return _refused(changed)
        steps = journal.plan_of(folder)["steps"]
        words = [str(s.get("path") or s.get("unit") or s.get("name") or s["kind"]) for s in steps]
        code = _work("undo", folder, words, tell, held)
        if code == 4:
            return Applied(Ended.DONE, folder.name, (f"{folder.name} is taken back",))
        return Applied(Ended.INCOMPLETE, folder.name, _last_words(folder))
    except (OSError, ValueError) as error:
        return _refused(f"the journal cannot be read: {error}")
    finally:
        os.close(held)


def _chosen(run: str) -> Path | Missing:
    standing = [f for f in journal.folders() if journal.state_of(f) in journal.STANDING]
    if not run:
        return standing[0] if standing else Missing("there is nothing to take back")
    for folder in journal.folders():
        if folder.name == run or folder.name.startswith(f"{run}-"):
            if folder in standing:
                return folder
            return Missing(f"{folder.name} is {journal.state_of(folder)}, not applied")
    return Missing(f"there is no run {run}; see `unshim journal`")


def _files_of(folder: Path) -> set[str]:
    return {s["path"] for s in journal.plan_of(folder)["steps"] if s["kind"] == "write-file"}


def _touched_later(folder: Path) -> str:
    mine = _files_of(folder)
    for other in journal.folders():
        if other.name > folder.name and journal.state_of(other) in journal.STANDING:
            both = sorted(mine & _files_of(other))
            if both:
                return f"the later run {other.name} changed {both[0]} too; undo that one first"
    return ""


def _changed_since(folder: Path) -> str:
    """Whether a file is not what the run left, so that taking it back would lose something. A run
    that was cut off may have left it as it was."""
    from unshim.apply.codec import decode
    from unshim.apply.files import Unsafe, look

    half = journal.state_of(folder) == "unfinished"
    for item in journal.plan_of(folder)["steps"]:
        step = decode(item)
        if not isinstance(step, WriteFile):
            continue
        try:
            found = look(step.path)
        except (Unsafe, OSError) as error:
            return str(error)
        stands = found.data if found.existed else None
        if stands != step.after and not (half and stands == step.before):
            return f"{step.path} was changed since that run, and is left as it is"
    return ""
