"""An apply or undo told: its progress, how it ended, and a run of the journal."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.disturbs import WORDS
from unshim.model.session import Applied, Ended, Progress, Run
from unshim.tell import signs
from unshim.tell.lines import Breaks, Ink, Line, Part, line

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


def run_to_undo(run: Run, when: str) -> Iterator[Line]:
    """A run that can be undone: what it did, what undoing it puts back and disturbs."""
    yield line(f"{run.id}, {when}, by {run.who}: {run.state}", indent=2)
    for fix in run.fixes:
        yield line((fix, Ink.ACCENT), indent=2)
    for path in run.files:
        yield line(f"puts back {path}", indent=2)
    yield line((f"Undoing it {WORDS[run.disturbs]}.", Ink.WARNING))
