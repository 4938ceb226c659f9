"""The verbs that change a node: apply and undo."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from unshim.cli import exits
from unshim.cli.declared import Options
from unshim.cli.exits import UsageError
from unshim.cli.opening import Opened, find, open_engine
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Plan
from unshim.model.session import Applied, Choice, Ended, Progress, Run
from unshim.model.values import Missing
from unshim.report import out
from unshim.report.as_text import painted
from unshim.report.progress import Bar
from unshim.tell import ending
from unshim.tell.lines import Line, line
from unshim.tell.units import age, many

MAX_PLAN = 8 * 1024 * 1024
SHORTEST, LONGEST = 10, 86400
"""Seconds in which a person can be asked to confirm."""


def run(options: Options) -> int:
    acts = {"apply": _apply, "undo": _undo, "confirm": _confirmed}
    return acts[options.verb](options)


def _apply(options: Options) -> int:
    return apply(open_engine(options), options)


def apply(opened: Opened, options: Options) -> int:
    """Plan, show, ask, carry out. Nothing is looked at where nothing could be carried out."""
    asked = _asked(opened, options.words)
    within = _seconds(options.confirm_within)
    from unshim.plan.carry_out import why_not
    from unshim.report.as_text import plan_as_text

    reason = why_not(opened.engine)
    if reason:
        return refuse(reason)
    with Bar("Rehearsing the fixes"):
        plan = opened.engine.plan(asked.checks)
    reason = asked.why_stale(plan)
    if reason:
        return refuse(f"the plan is stale, {reason}")
    out.write(plan_as_text(plan, out.width()))
    out.flush()  # what could not be shown is not applied
    if not plan.steps:
        return exits.of_plan(plan)
    refused = exits.cannot_do(plan) + asked.refused
    if refused and not options.partial:
        out.say("")
        whole = many(refused + len(plan.fixes), "fix", "fixes")
        return refuse(f"{refused} of {whole} cannot be done; --partial applies the rest")
    if not options.yes and not confirm(plan.node, "apply"):
        out.say("Nothing was changed.")
        return exits.REFUSED
    if within:
        _say([ending.to_confirm(within)])
    engine = opened.engine
    applied = _wait_for("Applying", lambda tell: engine.apply(plan, tell, within), looks=True)
    code = end(applied)
    if applied.ended is Ended.DONE and applied.run:
        _say([line(f"Undo it with `unshim undo {applied.run[:6]}`.")])
    return exits.FINDINGS if code == exits.CLEAN and refused else code


def _seconds(text: str) -> int:
    """What --confirm-within gives, 0 for nothing. Raises: UsageError."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and SHORTEST <= int(text) <= LONGEST):
        raise UsageError(f"--confirm-within {text}: give seconds, {SHORTEST} to {LONGEST}")
    return int(text)


class _Asked(NamedTuple):
    """What is to be applied: checks, and the saved plan that names them, if one does."""

    checks: Sequence[str]
    saved: Mapping[str, Any] | None = None

    @property
    def refused(self) -> int:
        """How many fixes the saved plan could not do."""
        return len(self.saved["refused"]) if self.saved else 0

    def why_stale(self, plan: Plan) -> str:
        if self.saved is None:
            return ""
        from unshim.plan.saved import basis_in
        from unshim.plan.stale import basis_of, stale

        return stale(basis_in(self.saved), basis_of(plan))


def _asked(opened: Opened, targets: Sequence[str]) -> _Asked:
    """Raises: UsageError for an id that is none, and for a file that is no plan."""
    files = [t for t in targets if "/" in t or t.endswith(".json")]
    if not files:
        for name in targets:
            find(opened.engine.checks, name)
        return _Asked(targets)
    if len(targets) > 1:
        raise UsageError("give one saved plan, or check ids, not both")
    from unshim.plan import saved

    try:
        document = saved.loads(_read(files[0]).decode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{files[0]}: {error.strerror}") from None
    except saved.PlanFileError as error:
        raise UsageError(f"{files[0]}: {error}") from None
    for name in document["checks"]:
        find(opened.engine.checks, name)
    if not document["checks"]:
        raise UsageError(f"{files[0]}: it fixes nothing")
    return _Asked(document["checks"], document)


def _read(path: str) -> bytes:
    """A plan's bytes. Never waits: who names a pipe is told so. Raises: OSError, UsageError."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UsageError(f"{path}: not a regular file; give a plan that `unshim plan -o` saved")
        return stream.read(MAX_PLAN)


def confirm(node: str, verb: str) -> bool:
    """Whether a person typed the node's name. Without a terminal: no; --yes is for scripts."""
    if sys.stdin is None or not sys.stdin.isatty():
        out.complain(f"nobody is there to confirm; give --yes to {verb} without asking")
        return False
    out.say("")
    try:  # the prompt too: who sees it may interrupt before anything is read
        sys.stdout.write(f"Type the node's name, {out.harmless(node)}, to {verb}: ")
        sys.stdout.flush()
        return sys.stdin.readline().strip() == node
    except KeyboardInterrupt:
        out.say("")
        raise KeyboardInterrupt("nothing was changed") from None


def _tell(bar: Bar, progress: Progress, looks: bool) -> None:
    """Tell of a step that has begun or ended; after the last one that it is looked at again, if
    that is so."""
    bar.tell(progress.step - (not progress.done), progress.of, progress.command)
    if progress.done:
        with bar.aside():
            last = [ending.looking()] if looks and progress.step == progress.of else []
            _say([ending.progress(progress), *last])


def _say(lines: Iterable[Line]) -> None:
    """Say something of what was begun, at once: it goes on, and ends with its own exit code,
    whether that can be read or not."""
    try:
        out.write(lines)
        out.flush()
    except out.OutputError as error:
        if not isinstance(error, out.ReaderGone):
            out.complain(str(error))
        out.abandon()


def refuse(reason: str) -> int:
    """Say why it was not even begun; the exit code of that."""
    out.write(ending.refused(reason))
    return exits.REFUSED


def end(applied: Applied) -> int:
    """Say how it ended; the exit code of that."""
    _say(ending.end(applied))
    return exits.OF_ENDED[applied.ended]


def _wait_for(
    title: str, act: Callable[[Callable[[Progress], None]], Applied], *, looks: bool
) -> Applied:
    """The end of an apply, which looks at what came of it, or of an undo. Raises: KeyboardInterrupt
    that says what goes on."""
    try:
        with Bar(title) as bar:
            return act(lambda progress: _tell(bar, progress, looks))
    except KeyboardInterrupt:
        going_on = "what was begun is carried through; see `unshim journal`"
        raise KeyboardInterrupt(going_on) from None


def _others(newest: Run) -> str:
    """The older runs that can be undone where the newest cannot, in words."""
    from unshim.plan.undo import others

    commands = ", ".join(f"`unshim undo {number}`" for number in others(newest.id))
    return commands and f"; what can be undone: {commands}"


def _undo(options: Options) -> int:
    from unshim.plan.carry_out import why_not

    opened, choice = open_engine(options), Choice(options.keep, options.force, options.step)
    if reason := why_not(opened.engine):
        return refuse(reason)
    try:
        found = opened.engine.undoing(options.word, choice)
    except (OSError, ValueError) as error:
        return refuse(f"the journal cannot be read: {error}")
    if isinstance(found, Missing):
        return refuse(found.reason)
    when = f"{age(time.time() - found.run.began)} ago"
    out.write(painted(ending.undoing(found, when), out.width()))
    out.flush()
    if found.refused:
        return refuse(found.refused + ("" if options.word else _others(found.run)))
    if not options.yes and not confirm(opened.engine.host.uname()[0], "undo"):
        out.say("Nothing was changed.")
        return exits.REFUSED
    undo, run = opened.engine.undo, found.run.id
    return end(_wait_for("Undoing", lambda tell: undo(run, tell, choice), looks=False))


def _confirmed(options: Options) -> int:
    return end(open_engine(options).engine.confirm(options.word))
