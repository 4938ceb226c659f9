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
from unshim.model.parts.kubelet import Kubelet
from unshim.releases.kubelet import REMOVED_IN
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


def no_longer_known(release: tuple[int, int]) -> frozenset[str]:
    return frozenset(name for name, removed in REMOVED_IN.items() if release >= removed)


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
    """Where the configuration file names a wrong endpoint, it is set there."""
    endpoint, file = kubelet.endpoint, known(kubelet.config_file)
    if (
        endpoint is None
        or isinstance(endpoint, Missing)
        or file is None
        or endpoint.source.origin is not Origin.FILE
        or endpoint.source.where != file.path
    ):
        return ()
    after = set_top_level(
        file.data, {"containerRuntimeEndpoint": containerd_endpoint(node)}, file.path
    )
    return edited(file.path, file.data, after)


def by_hand_commands(remove: Iterable[str], put: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *(f"remove --{name} from the kubelet's flags" for name in sorted(remove)),
        *(f"set --{name}={value}" for name, value in put.items()),
        "systemctl daemon-reload",
        RESTART_KUBELET,
    )
