"""The formats of `unshim --report`: a row each, imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from unshim.model.nouns import NamedTuple
from unshim.model.plan import Fix
from unshim.model.session import Look, Verdict
from unshim.report.table import Told


class Contents(NamedTuple):
    """What there is to report. `run` is what differs between runs on equal nodes, `banner` says
    whose node it is, "" for this machine; rows should have at most `width` columns."""

    look: Look
    verdict: Verdict
    fixes: tuple[Fix, ...]
    run: Mapping[str, object]
    banner: str = ""
    width: int = 80


Format = Callable[[Contents], Iterable[Told] | str]
"""Rows of text, which are coloured on a terminal, or a whole document in ASCII, written as is."""

FORMATS = {
    "text": "unshim.report.as_text:as_text",
    "json": "unshim.report.as_json:as_json",
}
"""By the name people give it: `module:function` of a Format."""


def format_named(name: str) -> Format:
    """The format of a name in FORMATS."""
    module, _, function = FORMATS[name].partition(":")
    return cast(Format, getattr(importlib.import_module(module), function))
