"""The runs on a machine: as rows, and as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from unshim import __version__
from unshim.model.session import Run
from unshim.report.json_text import indented
from unshim.report.plain import plain
from unshim.tell.lines import Ink, Line, line

SCHEMA_VERSION = "1.0"


def as_text(runs: Sequence[Run], place: str) -> Iterator[Line]:
    """Each run in a row, the newest first, and below it the files that it changed."""
    if not runs:
        yield line(f"No runs in {place}.")
    for run in runs:
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.began))
        yield line(f"{run.id}  {began}  {run.who:<10} {run.state:<10} {', '.join(run.fixes)}")
        for path in run.files:
            yield line((path, Ink.DIM), indent=4)


def as_json(runs: Sequence[Run]) -> str:
    """One JSON document, ASCII, ending in a line feed; `began` is UTC."""
    rows = [{**plain(run), "began": _utc(run.began)} for run in runs]
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "unshim", "version": __version__},
        "runs": rows,
    }
    return indented(document) + "\n"


def _utc(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
