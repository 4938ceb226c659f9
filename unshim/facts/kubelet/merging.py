"""Drop-ins laid over the kubelet's file as that release does it, and what it makes of the file by
itself.

Source: kubernetes cmd/kubelet/app/server.go (loadConfigFile, mergeKubeletConfigurations) and
pkg/kubelet/apis/config/v1beta1/defaults.go of 1.27 to 1.36. That of 1.36 was compared with a
running kubelet; 1.32 and later are written alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unshim.model.values import Setting, Source
from unshim.releases.durations import go_duration, is_duration
from unshim.releases.kubelet import KEEPS_EMPTY_UNTIL, MERGES_EVICTION_FROM
from unshim.releases.kubelet_kinds import ZERO, Kind
from unshim.releases.kubelet_row import NEVER
from unshim.releases.kubelet_table import TABLE

Values = Mapping[str, Setting[object]]
_EVICTION, _PULLS, _ALLOCATABLE = "evictionHard", "serializeImagePulls", "enforceNodeAllocatable"
_REPORT = "nodeStatusReportFrequency"
_PARALLEL = "maxParallelImagePulls"
_ROWS = {row.name: row for row in TABLE}


def loaded(values: Values, minor: int) -> dict[str, Setting[object]]:
    """The file's values, with what others of them decide where it names them not."""
    found = dict(values)
    joined, own = found.get("mergeDefaultEvictionSettings"), found.get(_EVICTION)
    joins = minor >= MERGES_EVICTION_FROM and joined is not None and joined.value is True
    if joins and own is not None and isinstance(own.value, dict):
        found[_EVICTION] = Setting({**_default_eviction(minor), **own.value}, own.source)
    found = _with_report(found)
    return _with_pulls(found) if _ROWS[_PARALLEL].has_field(minor) else found


def _with_report(values: dict[str, Setting[object]]) -> dict[str, Setting[object]]:
    """The node's status is reported as often as it is made, where the file says how often."""
    made = values.get("nodeStatusUpdateFrequency")
    if made is not None and _is_duration(made.value) and _is_unset(values, _REPORT):
        return {**values, _REPORT: made}
    return values


def _is_duration(value: object) -> bool:
    """Whether it is one, and not the zero that means the default."""
    return isinstance(value, str) and is_duration(value) and go_duration(value) != "0s"


def _with_pulls(values: dict[str, Setting[object]]) -> dict[str, Setting[object]]:
    """More than one pull at a time means that they are not serial, where nothing says so."""
    parallel = values.get(_PARALLEL)
    several = parallel is not None and isinstance(parallel.value, int) and parallel.value > 1
    if parallel is not None and several and _is_unset(values, _PULLS):
        return {**values, _PULLS: Setting(False, parallel.source)}
    return values


def merged(
    below: Values, drop_ins: Sequence[Values], minor: int, source: Source, with_file: bool
) -> dict[str, Setting[object]]:
    """The drop-ins, in their order, over what was loaded of the file, if there is one. `source` is
    that of a default.

    The file's defaults are filled in before: so thresholds of eviction join the default ones, and
    the file's own count of parallel pulls decides how images are pulled.
    """
    found = dict(below)
    if with_file and _is_unset(found, _EVICTION):
        found[_EVICTION] = Setting(_default_eviction(minor), source)
    for name, value in ((_PULLS, True), (_REPORT, _ROWS[_REPORT].default(minor, with_file))):
        if _is_unset(found, name):
            found[name] = Setting(value, source)
    if minor <= KEEPS_EMPTY_UNTIL:
        return _kept(found, drop_ins)
    if _ALLOCATABLE in found and found[_ALLOCATABLE].value == []:
        del found[_ALLOCATABLE]  # an empty list does not come through the merge
    for over in drop_ins:
        found = _patched(found, over)
        if _EVICTION not in found and _EVICTION in over:
            found[_EVICTION] = Setting({}, over[_EVICTION].source)
    return _with_report(_with_pulls(_in_any_letters(found, drop_ins, minor)))


def _kept(
    below: dict[str, Setting[object]], drop_ins: Sequence[Values]
) -> dict[str, Setting[object]]:
    """As 1.29 to 1.31 do it: what a drop-in empties or nulls does not become the default, and
    resolvConf, which is called otherwise inside, is not found."""
    over: dict[str, Setting[object]] = {}
    for one in drop_ins:
        over = _patched(over, one)
    over.pop("resolvConf", None)
    return _patched(below, {key: held for key, held in over.items() if held.value is not None})


def _patched(below: Values, over: Values) -> dict[str, Setting[object]]:
    """A JSON merge patch: mappings join, null takes away, all else replaces. By dotted keys, of
    which those of mappings stand before those within them."""
    found = dict(below)
    for key, setting in over.items():
        old = found.get(key)
        held = old.value if old is not None and isinstance(old.value, dict) else None
        if isinstance(setting.value, dict) and (setting.value or held is None):
            found[key] = Setting(_joined(held or {}, setting.value), setting.source)
        elif not isinstance(setting.value, dict):
            found = {k: v for k, v in found.items() if k != key and not k.startswith(key + ".")}
            if setting.value is not None:
                found[key] = setting
    return found


def _joined(below: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    found = dict(below)
    for key, value in over.items():
        old = found.get(key)
        if isinstance(value, dict):
            found[key] = _joined(old if isinstance(old, dict) else {}, value)
        elif value is None:
            found.pop(key, None)
        else:
            found[key] = value
    return found


def _in_any_letters(
    found: dict[str, Setting[object]], drop_ins: Sequence[Values], minor: int
) -> dict[str, Setting[object]]:
    """Keys of drop-ins that differ from a setting in the case of letters are read all the same,
    behind those that sort before them."""
    meant = {name.lower(): name for name in _ROWS}
    for key in sorted({key for over in drop_ins for key in over} & set(found)):
        name = meant.get(key.lower(), key)
        if key > name or (key != name and _is_left_out(name, minor) and name not in found):
            found[name] = found[key]
    return found


def _is_left_out(name: str, minor: int) -> bool:
    """Whether the merge leaves it out of what goes before, as its default is nothing."""
    row = _ROWS[name]
    nothing = row.default(minor, with_file=True) == ZERO[row.kind]
    return nothing and row.zero_from == NEVER and row.kind is not Kind.DURATION


def _is_unset(values: Values, name: str) -> bool:
    return name not in values or values[name].value is None


def _default_eviction(minor: int) -> dict[str, object]:
    held = _ROWS[_EVICTION].default(minor, with_file=True)
    return dict(held) if isinstance(held, dict) else {}
