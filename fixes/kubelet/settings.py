"""The kubelet's settings, each changed in the file it really comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from unshim.api import (
    RESTART_KUBELET,
    Missing,
    Node,
    Origin,
    ReloadSystemd,
    RestartUnit,
    Step,
    WriteFile,
    edited,
    known,
    refusing,
)
from unshim.model.machine import Flag
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import FileText, Setting
from unshim.releases.kubelet_names import not_had
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.lines import EditError
from unshim.text.edit.yaml_text import set_top_level
from unshim.text.sockets import CONTAINERD_ENDPOINT


def containerd_endpoint(node: Node) -> str:
    if isinstance(node.containerd, Missing):
        return CONTAINERD_ENDPOINT
    return f"unix://{node.containerd.socket.path}"


def release_of(kubelet: Kubelet) -> tuple[int, int]:
    return known(kubelet.version).value.line


def no_longer_known(kubelet: Kubelet) -> frozenset[str]:
    """The flags that it is given and that its release does not have."""
    return not_had({flag.name for flag in known(kubelet.flags)}, release_of(kubelet)[1])


def written(
    node: Node, remove: Iterable[str], put: Mapping[str, str], by_hand: tuple[str, ...]
) -> Iterator[Step]:
    """The changed files, then what makes the kubelet read them."""
    kubelet = known(node.kubelet)
    try:
        changes = list(rewrite(kubelet, remove, put))
        changes += _config_endpoint(node, kubelet)
    except EditError as error:
        raise refusing(error, by_hand) from None
    yield from changes
    if any("systemd/" in change.path for change in changes):
        yield ReloadSystemd()
    if not is_stopped(kubelet):
        yield RestartUnit("kubelet.service")


def is_stopped(kubelet: Kubelet) -> bool:
    """Whether somebody stopped the kubelet: it then stays stopped. One that fails is started."""
    unit = kubelet.unit
    if unit is None or isinstance(unit, Missing) or isinstance(unit.state, Missing):
        return False
    return unit.state.active == "inactive"


def _config_endpoint(node: Node, kubelet: Kubelet) -> tuple[WriteFile, ...]:
    """Where the configuration or a drop-in names a wrong endpoint, it is set there."""
    endpoint = kubelet.endpoint
    if endpoint is None or isinstance(endpoint, Missing):
        return ()
    files = {
        file.path: file for file in (known(kubelet.config_file), *kubelet.config_drop_ins) if file
    }
    if endpoint.source.origin is not Origin.FILE or endpoint.source.where not in files:
        return ()
    return tuple(set_in_config(kubelet, {"containerRuntimeEndpoint": containerd_endpoint(node)}))


def config_place(kubelet: Kubelet, key: str) -> FileText | None:
    """The file in which a key of the configuration is to be set: the drop-in that sets it now,
    else the file of --config; None where there is none."""
    held = kubelet.effective.get(key)
    where = held.source.where if isinstance(held, Setting) else ""
    drop_in = next((file for file in kubelet.config_drop_ins if file.path == where), None)
    return drop_in or known(kubelet.config_file)


def set_in_config(kubelet: Kubelet, keys: Mapping[str, str]) -> Iterator[WriteFile]:
    """Each key set where it stands.

    Raises:
        EditError: a file has a form that is not edited.
    """
    places: dict[str, tuple[FileText, dict[str, str]]] = {}
    for key, value in keys.items():
        file = config_place(kubelet, key)
        if file is not None:
            places.setdefault(file.path, (file, {}))[1][key] = value
    for path, (file, values) in places.items():
        yield from edited(path, file.data, set_top_level(file.data, values, path))


def by_hand_commands(
    kubelet: Kubelet, remove: Iterable[str], put: Mapping[str, str]
) -> tuple[str, ...]:
    """The same by hand: each flag with the file and line that hold it."""
    flags, remove = known(kubelet.flags), set(remove)
    stands = {flag.name: flag for flag in flags}
    return (
        *(f"{_edit(f)}: remove {_spelt(f)}" for f in flags if f.name in remove - set(put)),
        *(
            f"{_edit(stands[name])}: --{name}={value}"
            if name in stands
            else f"edit {_place_to_add(kubelet)}: add --{name}={value}"
            for name, value in put.items()
        ),
        "systemctl daemon-reload",
        RESTART_KUBELET,
    )


def _edit(flag: Flag) -> str:
    """How a person edits where a flag stands. A package's unit is copied first, and then counts."""
    if flag.source.where.startswith(("/lib/", "/usr/lib/")):
        return f"systemctl edit --full kubelet.service ({flag.source})"
    return f"edit {flag.source}"


def _spelt(flag: Flag) -> str:
    return f"--{flag.name}" if flag.value is None else f"--{flag.name}={flag.value}"


def _place_to_add(kubelet: Kubelet) -> str:
    """The file that the kubelet's flags are added to, kubeadm's before others."""
    paths = [file.path for file in kubelet.env_files]
    return next((p for p in paths if "kubeadm" in p), paths[0] if paths else "kubelet.service")
