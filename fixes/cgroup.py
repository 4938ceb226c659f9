"""The cgroup driver: systemd on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from checks.cgroup import cgroup_driver_mismatch, cgroup_old_systemd_cgroup_key
from unshim.judge.declare import fix
from unshim.judge.guards import (
    RESTART_CONTAINERD,
    RESTART_KUBELET,
    drained,
    edited,
    may_restart_containerd,
    refusing,
)
from unshim.judge.phase import containerd_config, running_driver, without_kubelet
from unshim.model.machine import CgroupDriver
from unshim.model.node import Node
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.plan import Disturbs, Refused
from unshim.model.steps import RestartUnit, Step, WriteFile
from unshim.model.values import FileText, Origin, known
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.lines import EditError
from unshim.text.edit.toml_text import Path, remove_key, set_value
from unshim.text.edit.yaml_text import set_top_level

RUNC = "io.containerd.runc.v2"
# Where each version of the configuration keeps the CRI plugin's runtime settings.
# Source: containerd docs/cri/config.md and docs/PLUGINS.md.
TABLES: dict[int, Path] = {
    1: ("plugins", "cri"),
    2: ("plugins", "io.containerd.grpc.v1.cri"),
    3: ("plugins", "io.containerd.cri.v1.runtime"),
    4: ("plugins", "io.containerd.cri.v1.runtime"),
}
BY_HAND_CONTAINERD = (
    "set SystemdCgroup = true in the options of containerd's default runtime handler",
    RESTART_CONTAINERD,
    RESTART_KUBELET,
)
BY_HAND_KUBELET = ("set cgroupDriver: systemd in the kubelet's configuration", RESTART_KUBELET)


@fix(cgroup_driver_mismatch, disturbs=Disturbs.DRAIN)
def use_systemd_cgroup(node: Node) -> Iterator[Step]:
    """Use the systemd cgroup driver on the side that does not.

    Changes SystemdCgroup of containerd's default runtime handler, or the kubelet's cgroupDriver,
    whichever is cgroupfs, and restarts what reads it. Pods that were made under the other driver
    must be made again: the node is drained first. kubeadm keeps the kubelet's setting in its
    ConfigMap kubelet-config too: change it there, or the next `kubeadm upgrade` takes it back.
    """
    if known(known(node.kubelet).cgroup_driver).value is CgroupDriver.SYSTEMD:
        yield from _containerd_side(node)
    else:
        yield from _kubelet_side(node)


def _containerd_side(node: Node) -> Iterator[Step]:
    drained(node, BY_HAND_CONTAINERD)
    may_restart_containerd(node, BY_HAND_CONTAINERD)
    yield from _systemd_in_containerd(node, containerd_config(node), remove_old=False)
    yield RestartUnit("containerd.service")
    if known(node.kubelet).process:
        yield RestartUnit("kubelet.service")


def _kubelet_side(node: Node) -> Iterator[Step]:
    drained(node, BY_HAND_KUBELET)
    kubelet = known(node.kubelet)
    source = known(kubelet.cgroup_driver).source
    file = known(kubelet.config_file)
    try:
        if source.origin is Origin.FLAG or file is None:
            yield from rewrite(kubelet, put={"cgroup-driver": "systemd"})
        else:
            after = set_top_level(file.data, {"cgroupDriver": "systemd"}, file.path)
            yield from edited(file.path, file.data, after)
    except EditError as error:
        raise refusing(error, BY_HAND_KUBELET) from None
    if _runs_with_cgroupfs(node):
        may_restart_containerd(node, BY_HAND_KUBELET)
        yield RestartUnit("containerd.service")
    if kubelet.process:
        yield RestartUnit("kubelet.service")


def _runs_with_cgroupfs(node: Node) -> bool:
    """Whether the containerd that runs has not read yet that it is to use systemd."""
    driver = running_driver(node)
    return driver is not None and driver.value is CgroupDriver.CGROUPFS


@fix(cgroup_old_systemd_cgroup_key, disturbs=Disturbs.DRAIN)
def replace_old_systemd_cgroup(node: Node) -> Iterator[Step]:
    """Replace systemd_cgroup by SystemdCgroup in the options of the runtime handler.

    The old line goes, SystemdCgroup = true is set for containerd's default handler, and containerd
    restarts. Where the kubelet uses cgroupfs only the line goes: both must agree. Pods that run
    under another driver must be made again: the node is drained first.
    """
    drained(node, BY_HAND_CONTAINERD)
    may_restart_containerd(node, BY_HAND_CONTAINERD)
    yield from _systemd_in_containerd(node, containerd_config(node), remove_old=True)
    yield RestartUnit("containerd.service")


def _systemd_in_containerd(
    node: Node, config: ContainerdConfig, remove_old: bool
) -> Iterator[WriteFile]:
    """One change of the file that holds the handler, else of the main file, else a new one."""
    handler = config.default_handler.value
    source = next((h.systemd_cgroup.source for h in config.handlers if h.name == handler), None)
    files = {f.path: f for f in config.files}
    if not files:
        release = known(known(node.containerd).version).value.line
        yield WriteFile(config.path.value, None, _new_file(handler, 3 if release >= (2, 0) else 2))
        return
    old = config.legacy_systemd_cgroup
    main = config.files[0]
    place = files.get(source.where, main) if source and source.origin is Origin.FILE else main
    if (
        len(files) > 1
        and place is main
        and known(known(node.containerd).version).value.line < (2, 0)
    ):
        place = _owner(config, main, files)
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
        raise refusing(error, BY_HAND_CONTAINERD) from None
    yield from edited(place.path, place.data, data)


def _on_cgroupfs(node: Node) -> bool:
    """Whether there is a kubelet here that uses cgroupfs."""
    if without_kubelet(node):
        return False
    return known(known(node.kubelet).cgroup_driver).value is CgroupDriver.CGROUPFS


def _owner(config: ContainerdConfig, main: FileText, files: dict[str, FileText]) -> FileText:
    """The file whose CRI table counts: containerd 1.x takes the last imported one whole."""
    table = TABLES.get(config.version.value, TABLES[2])
    mark = f'plugins."{table[1]}"'
    for key, setting in config.values.items():
        if key.startswith((mark, f"plugins.{table[1]}")) and setting.source.where in files:
            return files[setting.source.where]
    return main


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
