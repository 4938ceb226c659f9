"""A run told whole, from its folder: what became of it, when, and what can be done of it now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from unshim.apply import journal
from unshim.apply.kinds import command_of, kind_of
from unshim.apply.records import FORMAT
from unshim.model import states
from unshim.model.plan import FileDiff
from unshim.model.session import Moment, Story
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing
from unshim.plan import undo
from unshim.plan.diff import diff_of
from unshim.tell import runs

_WORDS = {
    "prepared": "what was before each step is noted",
    "armed": "it is undone by itself unless it is verified",
    "applied": "each step is carried out",
    "verified": "the node is as expected",
    "waiting": "it waits to be confirmed",
    "confirmed": "somebody confirmed it",
    "settled": "what was kept for an undo at once is dropped",
    "undoing": "it is being undone",
    "undone": "everything is as it was",
    "broken": "not everything is as it was",
    "rest": "what was not to be undone stands",
    "cut": "a line that a power cut tore is cut off here",
}
_STANDS = ("applied", "verified", "confirmed", "settled")
_FIRST, _LAST = ("intent", "undo-intent"), ("done", "undone-step")


def story(run: str, state: Path = journal.STATE) -> Story | Missing:
    """The run of this id or number; Missing, with the reason, where there is none."""
    folder = undo.named(run, state)
    return folder if isinstance(folder, Missing) else _story(folder, state)


def _story(folder: Path, state: Path) -> Story:
    now, trouble = journal.state_of(folder), journal.trouble(folder)
    steps: Sequence[Step] = ()
    lines: Sequence[Mapping[str, Any]] = ()
    with suppress(OSError, ValueError):
        steps = undo.steps_of(folder)
    with suppress(OSError):
        found = journal.scanned(folder)
        lines = found.records if found.head.get("format") == FORMAT else ()
    return Story(
        journal.run_of(folder),
        runs.means(folder.name, now, trouble),
        tuple(_moments(lines, steps)),
        _diffs(steps),
        _ways(folder, state, now),
        trouble,
    )


def _ways(folder: Path, state: Path, now: str) -> tuple[str, ...]:
    ways = undo.ways(folder, now)
    if now not in states.STANDING:
        return ways
    try:
        refused = undo.why_not(folder, state)
    except (OSError, ValueError) as error:
        refused = str(error)
    return (*ways, f"an undo is refused as it stands: {refused}") if refused else ways


def _diffs(steps: Sequence[Step]) -> tuple[FileDiff, ...]:
    found = (diff_of(step) for step in steps if isinstance(step, WriteFile))
    return tuple(diff for diff in found if diff.lines)


def _moments(lines: Sequence[Mapping[str, Any]], steps: Sequence[Step]) -> Iterator[Moment]:
    """Each record, and a step once: when it was begun, and how long it took if it ended."""
    former: Sequence[Any] = next((line["before"] for line in lines if line.get("before")), ())
    for place, line in enumerate(lines):
        state, at = str(line["state"]), float(line.get("at", 0))
        if state in _LAST:
            continue
        if state not in _FIRST:
            part = state in _STANDS and any(one["state"] == "undoing" for one in lines[:place])
            yield Moment(at, state, _words({**line, "state": "rest"} if part else line))
            continue
        number, undoing = int(line["step"]), state == _FIRST[1]
        ended = _end(lines[place + 1 :], number, _LAST[undoing])
        words = _command(steps, former, number, undoing)
        took = None if ended is None else round(ended - at, 3)
        yield Moment(at, state, words, number + 1, took)


def _end(later: Sequence[Mapping[str, Any]], number: int, state: str) -> float | None:
    """When a step that was begun ended, by the lines before the next attempt at it."""
    for line in later:
        if line["state"] == state and line["step"] == number:
            return float(line["at"])
        if line["state"] in ("undoing", "failed"):
            break
    return None


def _command(steps: Sequence[Step], former: Sequence[Any], number: int, undoing: bool) -> str:
    if number >= len(steps):
        return f"step {number + 1}"
    step = steps[number]
    if not undoing:
        return command_of(step)
    was = (former[number] if number < len(former) else None) or {}
    return kind_of(step).undo_command(step, was) or f"leave as it is: {command_of(step)}"


def _words(line: Mapping[str, Any]) -> str:
    """What a record of the whole run says."""
    state = str(line["state"])
    if state == "failed":
        return f"{'refused' if line.get('refused') else 'failed'}: {line.get('reason', '')}"
    if state == "chosen":
        kept = [f"keep {path} as it is" for path in line.get("keep", ())]
        forced = [f"put {path} back whatever it is" for path in line.get("force", ())]
        alone = [f"undo {what} alone" for what in line.get("only", ())]
        return "; ".join((*kept, *forced, *alone)) or "keep and force nothing, and undo all of it"
    more = [str(one) for key in ("notes", "problems") for one in line.get(key) or ()]
    words = _WORDS.get(state, state)
    if "seconds" in line:
        words += f" within {line['seconds']:g} s"
    return ": ".join([words, *(["; ".join(more)] if more else [])])
