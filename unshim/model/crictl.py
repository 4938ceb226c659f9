"""crictl as a noun. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.facts import Reference
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Version


class Crictl(NamedTuple):
    """crictl: its binary, and the configuration file it would read.

    `values` are the keys of the file; `problems` the lines that make crictl ignore the whole file.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    config_file: FileText | None | Missing
    values: Mapping[str, Setting[str]] | Missing
    problems: tuple[Reference, ...] | Missing
