"""The runtime handlers of a release: which it has, of what type, with which cgroup driver."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.facts.containerd import options as handler_options
from unshim.facts.containerd.document import Document
from unshim.facts.containerd.effective import OLD, OLD_DEFAULT, Runtime, Settings, is_built_in
from unshim.facts.containerd.options import RUNC_TYPES
from unshim.facts.containerd.sections import Sections, pick, refused
from unshim.model.machine import CgroupDriver
from unshim.model.parts.containerd import Handler
from unshim.model.values import Missing, Setting, Version
from unshim.releases.containerd import DEFAULT_HANDLER, LINUX_V1, passes_over_no_map
from unshim.text.escape import visible
from unshim.text.toml_marks import Table


def runtimes(cri: Sections, release: Version) -> dict[str, Runtime]:
    """The runtimes. 2.x lays a file's over its own runc; up to 1.4 runc stays beside others; 1.5 to
    1.7 know only those that a file names, as soon as it names any; 1.2 has no runc, but a default
    without a name. No table: as it is built in.

    Raises:
        Refused: one of them is not a table.
    """
    table = pick(cri.containerd, "runtimes", release)
    if isinstance(table, Setting):
        if not passes_over_no_map(release):
            raise refused(table.source, "runtimes must be a table")
        table = None
    found: dict[str, Runtime] = {}
    for name, entry in table.entries.items() if table else ():
        if isinstance(entry, Setting):
            raise refused(entry.source, "a runtime must be a table")
        found[name] = Runtime(entry, ("containerd", "runtimes", name))
    if release.line < (1, 3):
        found[OLD_DEFAULT] = Runtime(None, OLD[OLD_DEFAULT])
    elif table is None or not (1, 5) <= release.line <= (1, 7):
        built_in = Runtime(None, ("containerd", "runtimes", DEFAULT_HANDLER))
        found.setdefault(DEFAULT_HANDLER, built_in)
    if release.line < (2, 0):
        found |= _old_runtimes(cri, release)
    return found


def _old_runtimes(cri: Sections, release: Version) -> dict[str, Runtime]:
    """1.x runs what default_runtime says under the name `default`, where it names a type; 1.2
    lays it over a default of its own."""
    found: dict[str, Runtime] = {}
    for name, path in OLD.items():
        table = pick(cri.containerd, path[-1], release)
        if not isinstance(table, Table):
            continue
        kind = pick(table, "runtime_type", release)
        laid_over = release.line < (1, 3) and name == OLD_DEFAULT
        if laid_over or (isinstance(kind, Setting) and kind.value):
            found[name] = Runtime(table, path)
    return found


def handler(
    document: Document,
    effective: Settings,
    name: str,
    runtime: Runtime,
    legacy: Setting[bool] | None,
) -> Handler:
    """1.x knows no type for a runtime that names none, not even for its own runc.

    Raises:
        Refused: its options are no table.
    """
    release, table = document.release, runtime.table
    setting = effective[f"runtimes.{visible(name)}.runtime_type"]
    assert isinstance(setting, Setting)
    kind = Setting(str(setting.value), setting.source)
    if not kind.value and table is not None:
        kind = Setting("", table.source)
    options = pick(table, "options", release) if table is not None else None
    fault: Setting[str] | None = None
    if isinstance(options, Setting):
        fault = Setting("options must be a table", options.source)
        if not passes_over_no_map(release):
            raise refused(options.source, fault.value)
        options = None
    built_in = is_built_in(name, table, release)
    read = handler_options.read(options, kind.value, built_in, release, document.default)
    systemd: Setting[object] | Missing | Table | None = read.settings.get("SystemdCgroup")
    if systemd is None and options is not None:
        systemd = pick(options, "SystemdCgroup", release)  # of a type that knows no such option
    if kind.value == LINUX_V1 and options is None and legacy is not None:
        systemd = legacy  # what this type is given where it has no options
    truth = Setting(False, document.default)
    if isinstance(systemd, Setting):
        truth = Setting(systemd.value is True, systemd.source)
    has_options = options is not None or built_in
    return Handler(visible(name), kind, truth, has_options, fault or read.fault)


def driver(
    default_handler: Setting[str], handlers: Mapping[str, Handler], release: Version
) -> Setting[CgroupDriver] | Missing:
    """The driver of the default handler, where its type has one."""
    name = default_handler.value
    default = handlers.get(name)
    if default is None:
        return Missing(f'the default runtime "{name}" is not defined')
    if default.fault is not None:
        return Missing(f"{default.fault.source}: {default.fault.value}")
    kind = default.runtime_type.value
    if kind not in RUNC_TYPES and (kind != LINUX_V1 or release.line >= (2, 0)):
        kind = kind or "no type"
        return Missing(f'the default runtime "{name}" is of {kind}, which has no cgroup driver')
    systemd = default.systemd_cgroup
    return Setting(CgroupDriver.SYSTEMD if systemd.value else CgroupDriver.CGROUPFS, systemd.source)
