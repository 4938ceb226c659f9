"""SystemdCgroup of containerd's runtime handler, set in the file that counts."""

from __future__ import annotations

from collections.abc import Iterator

from fixes.cri_tables import TABLES, file_that_counts
from unshim.api import (
    RESTART_CONTAINERD,
    Node,
    Origin,
    Refused,
    WriteFile,
    edited,
    known,
    refusing,
    without_kubelet,
)
from unshim.model.machine import CgroupDriver
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import FileText
from unshim.releases.containerd import LINUX_V1
from unshim.text.edit.lines import EditError
from unshim.text.edit.toml_text import Path, remove_key, set_value

RUNC = "io.containerd.runc.v2"


def systemd_in_containerd(
    node: Node, config: ContainerdConfig, by_hand: tuple[str, ...], remove_old: bool
) -> Iterator[WriteFile]:
    """One change of the file that holds the handler, else of the main file, else a new one."""
    release = known(known(node.containerd).version).value.line
    handler = config.default_handler.value
    kind = next((h.runtime_type.value for h in config.handlers if h.name == handler), "")
    if not remove_old and (release < (1, 3) or kind == LINUX_V1):
        # A table of options would take the place of its runtime_engine and runtime_root.
        cri = f'[plugins."{TABLES.get(config.version.value, TABLES[2])[1]}"]'
        raise Refused(
            f"the default runtime handler is of {kind or 'no type'}, whose cgroup driver is "
            "systemd_cgroup of the CRI plugin",
            (f"edit {config.path.value}: systemd_cgroup = true in {cri}", *by_hand[1:]),
        )
    source = next((h.systemd_cgroup.source for h in config.handlers if h.name == handler), None)
    files = {f.path: f for f in config.files}
    if not files:
        yield WriteFile(config.path.value, None, _new_file(handler, 3 if release >= (2, 0) else 2))
        return
    old = config.legacy_systemd_cgroup
    main = config.files[0]
    place = files.get(source.where, main) if source and source.origin is Origin.FILE else main
    if len(files) > 1 and place is main and release < (2, 0):
        place = file_that_counts(config, main, files)
    try:
        data = (
            place.data
            if remove_old and _on_cgroupfs(node)
            else set_systemd(place, config.version.value, handler)
        )
        if remove_old and old is not None:
            table = TABLES[config.version.value]
            owner = files.get(old.source.where, main)
            if owner.path == place.path:
                data = remove_key(data, (*table, "systemd_cgroup"), place.path)
            else:
                kept = remove_key(owner.data, (*table, "systemd_cgroup"), owner.path)
                yield from edited(owner.path, owner.data, kept)
    except EditError as error:
        raise refusing(error, by_hand) from None
    yield from edited(place.path, place.data, data)


def handler_by_hand(config: ContainerdConfig) -> tuple[str, ...]:
    """The same by hand: the file, with the line where it sets the driver already, and the table."""
    handler = config.default_handler.value
    source = next((h.systemd_cgroup.source for h in config.handlers if h.name == handler), None)
    place = source if source and source.origin is Origin.FILE else config.path.value
    cri = TABLES.get(config.version.value, TABLES[2])[1]
    table = f'plugins."{cri}".containerd.runtimes.{handler}.options'
    return (f"edit {place}: SystemdCgroup = true in [{table}]", RESTART_CONTAINERD)


def _on_cgroupfs(node: Node) -> bool:
    """Whether there is a kubelet here that uses cgroupfs."""
    if without_kubelet(node):
        return False
    return known(known(node.kubelet).cgroup_driver).value is CgroupDriver.CGROUPFS


def set_systemd(file: FileText, version: int, handler: str) -> bytes:
    """The file with SystemdCgroup = true for this handler, its table made where there is none.

    Raises:
        EditError: it has a form or a version that is not edited.
    """
    if version not in TABLES:
        raise EditError(f"{file.path} has version {version}, which unshim does not edit")
    runtime = (*TABLES[version], "containerd", "runtimes", handler)
    data = file.data
    if not _has_table(data, runtime, file.path):
        data = set_value(data, (*runtime, "runtime_type"), RUNC, file.path)
    return set_value(data, (*runtime, "options", "SystemdCgroup"), True, file.path)


def _has_table(data: bytes, path: Path, file: str) -> bool:
    from unshim.text.edit.toml_text import parse

    table: object = parse(data.decode("utf-8-sig", "replace"), file)
    for key in path:
        table = table.get(key) if isinstance(table, dict) else None
    return isinstance(table, dict) and "runtime_type" in table


def _new_file(handler: str, version: int) -> bytes:
    """A minimal configuration: everything else stays at the release's defaults."""
    if handler != "runc":
        raise Refused(f"the default runtime handler is {handler}, and there is no file to edit")
    quote = '"' if version == 2 else "'"
    name = f"plugins.{quote}{TABLES[version][1]}{quote}.containerd.runtimes.runc"
    return (
        f"version = {version}\n\n[{name}]\n  runtime_type = {quote}{RUNC}{quote}\n"
        f"  [{name}.options]\n    SystemdCgroup = true\n"
    ).encode()
