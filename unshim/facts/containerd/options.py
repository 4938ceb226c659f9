"""The options of a runtime handler: what its shim is given, or why no pod of it can be made.

The daemon decodes them when it makes a pod: a wrong type there stops neither the daemon nor its
CRI plugin. Seen on 1.3.10 to 2.3.4.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts.containerd.tables import read_each
from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Setting, Source, Version
from unshim.releases.containerd import LINUX_V1, RUNC_V1, RUNC_V2
from unshim.releases.containerd_keys import RUNC, Shape, shape
from unshim.releases.containerd_settings import ZERO
from unshim.text.escape import visible
from unshim.text.toml_marks import Table

RUNC_TYPES = (RUNC_V1, RUNC_V2)
"""Runtime types whose options are runc's."""

_LINUX_KEYS: Shape = {
    "Runtime": "string",
    "RuntimeRoot": "string",
    "CriuPath": "string",
    "SystemdCgroup": "bool",
}
_NOT_BUILT_IN = ("NoPivotRoot", "TaskApiAddress", "TaskApiVersion")


class Options(NamedTuple):
    """By the release's own names; a value of a wrong type is Missing, and `fault` says where."""

    settings: Mapping[str, Setting[object] | Missing] = {}
    fault: Setting[str] | None = None


def read(
    table: Table | None, kind: str, built_in: bool, release: Version, default: Source
) -> Options:
    """runc's own by the spelling that counts; of other runtimes what is written."""
    keys = _keys(kind, release)
    if not keys:
        entries = table.entries if table else {}
        plain = {visible(k): e for k, e in entries.items() if isinstance(e, Setting)}
        return Options({key: make_visible(entry) for key, entry in plain.items()})
    settings: dict[str, Setting[object] | Missing] = {
        key: Setting(ZERO[str(zero)], default) for key, zero in keys.items()
    }
    written: dict[str, Setting[object] | Table] = dict(table.entries) if table else {}
    if built_in and release.line >= (2, 0):
        # The built-in options lie below a file's, whose own spelling may lose against them.
        standing = {
            k: s for k, s in settings.items() if isinstance(s, Setting) and k not in _NOT_BUILT_IN
        }
        written = {**standing, **written}
    fault: Setting[str] | None = None
    for key, value in read_each(Table(default, written), keys, release):
        if isinstance(value, Setting):
            settings[key] = make_visible(value)
            continue
        settings[key] = Missing(value.error.message)
        fault = fault or Setting(value.error.message, value.source)
    return Options(settings, fault)


def _keys(kind: str, release: Version) -> Shape:
    if kind in RUNC_TYPES:
        return shape(RUNC, release)
    return _LINUX_KEYS if kind == LINUX_V1 and release.line < (2, 0) else {}


def make_visible(setting: Setting[object]) -> Setting[object]:
    """The setting with what a terminal must not get written out."""
    value = setting.value
    if isinstance(value, str):
        return Setting(visible(value), setting.source)
    if isinstance(value, list):
        return Setting(tuple(visible(str(item)) for item in value), setting.source)
    return setting
