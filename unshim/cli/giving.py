"""Where what a verb says goes: on standard output, or into a file by the format of its name."""

from __future__ import annotations

import os
from collections.abc import Iterable

from unshim.cli.declared import Options
from unshim.model.node import Node
from unshim.report import out
from unshim.report.formats import FORMATS
from unshim.report.table import Told


def format_of(file: str) -> str:
    """The format that the name of a file ends in; text, and said, where it ends in none."""
    suffix = file.rpartition("/")[2].rpartition(".")[2]
    if suffix in FORMATS:
        return suffix
    if suffix != "txt" and file not in ("", "-"):
        out.complain(f"{file} ends in no format: written as text (give --report for another)")
    return "text"


def give(file: str, report: Iterable[Told] | str) -> None:
    """Write a report where it is wanted: into a file, or "" and "-" on standard output."""
    if file and file != "-":
        out.write_file(file, report if isinstance(report, str) else out.plain(report))
    elif isinstance(report, str):
        out.raw(report)
    else:
        out.write(report)


def as_json(options: Options) -> bool:
    return options.json or options.output.endswith(".json")


def about_run(node: Node) -> dict[str, object]:
    """What differs from one run to the next."""
    import time

    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"at": now, "uid": os.getuid(), "origin": node.origin, "live": node.live}
