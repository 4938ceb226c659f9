"""A run of the journal in words: what its state means, what it stands in the way of, and what can
be done of it. Each state has a way that leads out of it."""

from __future__ import annotations

from unshim.model import states
from unshim.model.session import Run
from unshim.tell import signs
from unshim.tell.lines import Line, line

_MEANS = {
    states.RUNNING: "is being carried out",
    states.INTERRUPTED: "was cut off before it changed anything",
    states.REFUSED: "was refused, and changed nothing",
    states.UNFINISHED: "was cut off half-way",
    states.APPLIED: "was carried out, and never verified",
    states.WAITING: "waits to be confirmed",
    states.VERIFIED: "was carried out and verified",
    states.UNDONE: "is undone",
    states.BROKEN: "could not be undone whole",
    states.DAMAGED: "cannot be read",
    states.UNREADABLE: "cannot be read",
}
_SIGNS = {
    states.RUNNING: signs.NOTE,
    states.APPLIED: signs.WARNING,
    states.WAITING: signs.WARNING,
}
_BLOCKS = (
    states.RUNNING,
    states.WAITING,
    states.UNFINISHED,
    states.BROKEN,
    *states.LOST,
)


def number(run: str) -> str:
    """The short name of a run, as people type it."""
    return run.partition("-")[0]


def is_called(run: str, name: str) -> bool:
    """Whether a person who types this name means the run: its id, or its number, with the noughts
    before it or without."""
    short = number(run)
    return name in (run, short) or (name.isdecimal() and name == short.lstrip("0"))


def means(run: str, state: str, trouble: str = "") -> str:
    """What became of a run, in a sentence without its end; `trouble` is why it cannot be read."""
    return f"run {number(run)} {_MEANS[state]}" + (f": {trouble}" if trouble else "")


def ways(run: str, state: str, restore: str = "") -> tuple[str, ...]:
    """What can be done of a run in this state; `restore` is its script that needs no Python."""
    undo, short = f"`unshim undo {number(run)}`", number(run)
    forget = f"`unshim forget {short}` sets it aside, and leaves the node as it is"
    keep = f"`unshim confirm {short}` keeps it"
    by_hand = f"`sh {restore}` puts its files back without unshim" if restore else ""
    found = {
        states.RUNNING: ("wait for its end; closing this changes nothing",),
        states.UNFINISHED: (f"{undo} puts back what it changed", forget),
        states.APPLIED: (f"{undo} puts back what it changed", keep),
        states.WAITING: (keep, f"{undo} puts back what it changed"),
        states.VERIFIED: (f"{undo} puts back what it changed",),
        states.BROKEN: (f"{undo} tries again", by_hand, forget),
        states.DAMAGED: (by_hand, forget),
        states.UNREADABLE: (by_hand, forget),
    }
    return tuple(way for way in found.get(state, ()) if way)


def in_the_way(run: str, state: str, trouble: str = "", restore: str = "") -> str:
    """Why no other run may begin while this one is as it is, and the ways out; "" where it may."""
    if state not in _BLOCKS:
        return ""
    return f"{means(run, state, trouble)}; first: {', or '.join(ways(run, state, restore))}"


def not_at_its_end(run: Run) -> Line:
    """`✗ Run 000003 (its checks) was cut off half-way: …`, with its ways out: what a
    person is told first."""
    sign, ink = _SIGNS.get(run.state, signs.ERROR)
    _, _, rest = means(run.id, run.state).partition(f"run {number(run.id)} ")
    fixes = f" ({', '.join(run.fixes)})" if run.fixes else ""
    out = ", or ".join(ways(run.id, run.state))
    return line((f"{sign} Run {number(run.id)}{fixes} {rest}: {out}.", ink))
