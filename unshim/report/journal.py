"""The runs on a machine: as rows, and as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from unshim import __version__
from unshim.model.session import Run, Story
from unshim.report.json_text import indented
from unshim.report.plain import plain
from unshim.report.table import Cell, Table, Told
from unshim.tell.lines import Breaks, Ink, Line, line

SCHEMA_VERSION = "1.0"
_INKS = {
    "verified": Ink.PASS,
    "applied": Ink.WARNING,
    "undone": Ink.DIM,
    "refused": Ink.DIM,
    "unfinished": Ink.WARNING,
    "interrupted": Ink.DIM,
    "running": Ink.ACCENT,
    "waiting": Ink.WARNING,
    "broken": Ink.ERROR,
    "damaged": Ink.ERROR,
    "unreadable": Ink.ERROR,
}


def as_text(runs: Sequence[Run], place: str) -> Iterator[Told]:
    """Each run in a row, the newest first, and below it the files that it changed."""
    if not runs:
        yield line(f"No runs in {place}.")
        return
    yield Table(
        ("run", "began", "by", "ended", "fixes and files"),
        tuple(_cells(run) for run in runs),
        tuple(row for run in runs for row in _plain(run)),
    )


def _plain(run: Run) -> Iterator[Line]:
    fixes = ", ".join(run.fixes)
    head = f"{run.id}  {_began(run)}  {run.who:<10} {run.state:<11} {fixes}"
    yield line(head, breaks=Breaks.NEVER)
    for path in run.files:
        yield line((path, Ink.DIM), indent=4, breaks=Breaks.NEVER)


def _cells(run: Run) -> tuple[Cell, ...]:
    files = "".join(f"\n{path}" for path in run.files)
    ink = _INKS.get(run.state, Ink.PLAIN)
    return (
        ((run.id, Ink.STRONG),),
        ((_began(run), Ink.PLAIN),),
        ((run.who, Ink.PLAIN),),
        ((run.state, ink),),
        (("\n".join(run.fixes), Ink.PLAIN), (files, Ink.DIM)),
    )


def _began(run: Run) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.began))


def as_json(runs: Sequence[Run]) -> str:
    """One JSON document, ASCII, ending in a line feed; `began` is UTC."""
    return _document({"runs": [_row(run) for run in runs]})


def story_as_json(one: Story) -> str:
    """One run as a JSON document."""
    moments = [{**plain(moment), "at": _utc(moment.at)} for moment in one.moments]
    return _document({**plain(one), "run": _row(one.run), "moments": moments})


def _row(run: Run) -> dict[str, Any]:
    return {**plain(run), "began": _utc(run.began)}


def _document(more: dict[str, Any]) -> str:
    about = {"name": "unshim", "version": __version__}
    return indented({"schema_version": SCHEMA_VERSION, "tool": about, **more}) + "\n"


def _utc(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
