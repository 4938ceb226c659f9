"""An apply or undo told: its progress, how it ended, and a run of the journal."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.disturbs import WORDS
from unshim.model.session import Applied, Changed, Ended, Progress, Run, Undoing
from unshim.tell import signs
from unshim.tell.disturbs import INKS
from unshim.tell.lines import BLANK, Breaks, Ink, Line, Part, line
from unshim.tell.plan import diff, numbered
from unshim.tell.runs import number

_ENDS: dict[Ended, tuple[Part, str]] = {
    Ended.DONE: (signs.PASS, "Done."),
    Ended.NOTHING: (signs.NOT_APPLICABLE, "Nothing had to be done."),
    Ended.UNDONE: (signs.WARNING, "It failed and was undone: the node is as it was."),
    Ended.INCOMPLETE: (signs.ERROR, "It failed and could not be fully undone. Look at this:"),
    Ended.REFUSED: (signs.ERROR, "It was refused: nothing was changed."),
}


def end(applied: Applied) -> Iterator[Line]:
    """How it ended, what there is to know of it, and the run it stands under in the journal."""
    (sign, ink), sentence = _ENDS[applied.ended]
    yield line((f"{sign} {sentence}", ink))
    for detail in applied.details:
        yield line(detail, indent=2)
    if applied.run:
        yield line((f"run {applied.run}", Ink.DIM), indent=2)


def refused(reason: str) -> Iterator[Line]:
    """Why an apply was not even begun."""
    yield from end(Applied(Ended.REFUSED, "", (reason,)))


def progress(step: Progress) -> Line:
    """A step that has begun or ended."""
    sign = signs.PASS if step.done else ("▸", Ink.ACCENT)
    return line(sign, f" {step.step}/{step.of}  {step.command}", breaks=Breaks.NEVER)


def looking() -> Line:
    """After the last step: whether the node is as it should be, which may take pods minutes."""
    return line(("▸", Ink.ACCENT), " looking at what came of it …")


def to_confirm(seconds: float) -> Line:
    """Before a run that a person must confirm."""
    words = f"Once it is verified you have {seconds:g} s for `unshim confirm`, best in a new login;"
    return line((f"{words} without it everything is undone.", Ink.WARNING))


def undoing(one: Undoing, when: str) -> Iterator[Line]:
    """What undoing a run does and disturbs: the diff of each file, then the commands in order."""
    yield run_line(one.run, when)
    yield line((f"Undoing it {WORDS[one.run.disturbs]}.", INKS[one.run.disturbs]))
    if one.refused:
        yield line((f"✗ It cannot be undone now: {one.refused}", Ink.ERROR))
    for changed in one.changed:
        yield BLANK
        yield from _stays(changed, one.run)
    for change in one.diffs:
        yield BLANK
        yield from diff(change)
    yield BLANK
    yield from numbered(one.commands)


def _stays(one: Changed, run: Run) -> Iterator[Line]:
    """A file that is left as it is: what was changed since, and what can be done of it."""
    undo = f"unshim undo {number(run.id)}"
    yield line((f"! {one.why}", Ink.WARNING))
    yield line("changed since:", indent=2)
    yield from diff(one.theirs)
    yield line((f"{undo} --keep {one.path}", Ink.STRONG), " leaves it so, and")
    yield line((f"{undo} --force {one.path}", Ink.STRONG), " puts back what stood there:")
    yield from diff(one.back)


def run_line(run: Run, when: str) -> Line:
    """A run of the journal: its id, when, by whom, for which checks, and its state."""
    what = (", ".join(run.fixes), Ink.ACCENT)
    return line((run.id, Ink.STRONG), f"  {when}, by {run.who}  ", what, f"  {run.state}")
