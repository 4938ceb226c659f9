"""The settings of a unit from its files together: what adds up, what the last one sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.facts.systemd import unit_files
from unshim.model.values import FileText, Origin, Setting, Source
from unshim.text import redact
from unshim.text.escape import visible

KILL_MODES = ("control-group", "mixed", "process", "none")
# Dependencies only ever add up: an empty assignment does not take them back (systemd.unit(5)).
_NEVER_RESET = frozenset(
    [
        "After",
        "Before",
        "Requires",
        "Requisite",
        "Wants",
        "BindsTo",
        "PartOf",
        "Upholds",
        "Conflicts",
        "OnFailure",
        "OnSuccess",
        "PropagatesReloadTo",
        "ReloadPropagatedFrom",
        "JoinsNamespaceOf",
    ]
)


def merge(files: Sequence[FileText]) -> Mapping[str, tuple[Setting[str], ...]]:
    """Directives by "Section.Key", each with what is left after resets, in order.

    An empty assignment empties what came before. Of a directive with a single value the last
    element holds.
    """
    merged: dict[str, tuple[Setting[str], ...]] = {}
    for file in files:
        for assignment in unit_files.parse(file):
            key = visible(f"{assignment.section}.{assignment.key}")
            if not assignment.value.text:
                if assignment.key not in _NEVER_RESET:
                    merged.pop(key, None)
                continue
            text = redact.value(assignment.key, visible(assignment.value.text))
            source = Source(Origin.UNIT, visible(assignment.path), assignment.line)
            merged[key] = (*merged.get(key, ()), Setting(text, source))
    return merged


def kill_mode(settings: Mapping[str, tuple[Setting[str], ...]]) -> Setting[str]:
    """The last valid one: systemd ignores a value it does not know."""
    for setting in reversed(settings.get("Service.KillMode", ())):
        if setting.value in KILL_MODES:
            return setting
    return Setting("control-group", Source(Origin.DEFAULT, "default of systemd"))
