"""The kubelet's runtime: its flags and its endpoint, each in the file it really comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from checks.kubelet import (
    kubelet_container_runtime_flag,
    kubelet_dockershim_reference,
    kubelet_endpoint_invalid,
    kubelet_endpoint_missing,
    kubelet_removed_flags,
)
from checks.runtime import runtime_target_too_new_for_docker
from unshim.judge.declare import fix
from unshim.judge.guards import RESTART_KUBELET, edited, ready_for_containerd, refusing
from unshim.judge.phase import before_migration
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.parts.kubelet import Kubelet
from unshim.model.plan import Disturbs, Refused
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, WriteFile
from unshim.model.values import Missing, Origin, known
from unshim.releases.kubelet import DOCKERSHIM_FLAGS, REMOVED_IN
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.lines import EditError
from unshim.text.edit.yaml_text import set_top_level
from unshim.text.sockets import CONTAINERD_ENDPOINT


def _endpoint(node: Node) -> str:
    if isinstance(node.containerd, Missing):
        return CONTAINERD_ENDPOINT
    return f"unix://{node.containerd.socket.path}"


def _release(kubelet: Kubelet) -> tuple[int, int]:
    return known(kubelet.version).value.line


def _no_longer_known(release: tuple[int, int]) -> frozenset[str]:
    return frozenset(name for name, removed in REMOVED_IN.items() if release >= removed)


def _moved(node: Node) -> tuple[frozenset[str], dict[str, str]]:
    """The flags to take away and to set so that this release uses containerd."""
    kubelet = known(node.kubelet)
    release = _release(kubelet)
    here = {f.name for f in known(kubelet.flags)}
    put: dict[str, str] = {}
    if release <= (1, 26) or "container-runtime-endpoint" in here:
        put["container-runtime-endpoint"] = _endpoint(node)
    if release <= (1, 23):
        put["container-runtime"] = "remote"
    remove = DOCKERSHIM_FLAGS | _no_longer_known(release)
    if release >= (1, 24):
        remove |= {"container-runtime"}
    return remove, dict(reversed(put.items()))


def _written(
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
    if not _stopped(kubelet):
        yield RestartUnit("kubelet.service")


def _stopped(kubelet: Kubelet) -> bool:
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
    after = set_top_level(file.data, {"containerRuntimeEndpoint": _endpoint(node)}, file.path)
    return edited(file.path, file.data, after)


def _by_hand(remove: Iterable[str], put: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *(f"remove --{name} from the kubelet's flags" for name in sorted(remove)),
        *(f"set --{name}={value}" for name, value in put.items()),
        "systemctl daemon-reload",
        RESTART_KUBELET,
    )


def _move(node: Node) -> Iterator[Step]:
    kubelet = known(node.kubelet)
    remove, put = _moved(node)
    here = {f.name for f in known(kubelet.flags)}
    by_hand = _by_hand(remove & here, put)
    ready_for_containerd(node, by_hand)
    _no_other_references(node, by_hand)
    yield from _written(node, remove, put, by_hand)


def _no_other_references(node: Node, by_hand: tuple[str, ...]) -> None:
    """Everything that names dockershim stands where this fix edits."""
    kubelet = known(node.kubelet)
    unit = known(kubelet.unit)
    ours = {f.path for f in (*kubelet.env_files, *(unit.files if unit else ()))}
    file = known(kubelet.config_file)
    ours |= {file.path} if file else set()
    others = [
        r
        for r in known(kubelet.dockershim_references)
        if r.source.origin is not Origin.PROCESS and r.source.where not in ours
    ]
    if others:
        raise Refused(
            f"dockershim is also named in {others[0].source}, which unshim does not edit",
            (*(f"edit {r.source}: {r.text.strip()}" for r in others), *by_hand),
        )


@fix(kubelet_dockershim_reference, disturbs=Disturbs.DRAIN)
def move_kubelet_to_containerd(node: Node) -> Iterator[Step]:
    """Have the kubelet use containerd, and nothing of dockershim.

    Takes dockershim's flags away and sets containerd's endpoint (up to 1.23 with
    --container-runtime=remote), each in the file that holds it, and restarts the kubelet. All pods
    are made again. It is refused unless the node is drained, containerd's CRI service is ready,
    both use one cgroup driver and one CRI version, and the images that static pods may not pull
    are there.
    """
    if known(node.runtime).value is Runtime.CONTAINERD:
        kubelet = known(node.kubelet)
        here = {f.name for f in known(kubelet.flags)}
        remove = DOCKERSHIM_FLAGS & here
        _no_other_references(node, _by_hand(remove, {}))
        yield from _written(node, remove, {}, _by_hand(remove, {}))
    else:
        yield from _move(node)


@fix(runtime_target_too_new_for_docker, disturbs=Disturbs.DRAIN)
def move_new_kubelet_to_containerd(node: Node) -> Iterator[Step]:
    """Move this kubelet, which has no dockershim any more, to containerd.

    The same as for any node that still names dockershim: its flags go, containerd's endpoint is
    set, the kubelet restarts, and all pods are made again. It is refused on a node that is not
    drained and ready.
    """
    yield from _move(node)


@fix(kubelet_container_runtime_flag, disturbs=Disturbs.DRAIN)
def correct_container_runtime_flag(node: Node) -> Iterator[Step]:
    """Give --container-runtime the form that this release takes.

    Up to 1.23 it becomes `remote`, which moves the kubelet to the endpoint that is already set:
    refused on a node that is not drained and ready. From 1.24 on the flag goes, with others that
    this release does not know; where the kubelet already uses containerd its pods keep running.
    """
    release = _release(known(node.kubelet))
    if release >= (1, 24) and before_migration(node):
        yield from _move(node)
        return
    if release >= (1, 24):
        remove = {"container-runtime"} | _no_longer_known(release)
        yield from _written(node, remove, {}, _by_hand({"container-runtime"}, {}))
        return
    put = {"container-runtime": "remote"}
    ready_for_containerd(node, _by_hand((), put))
    yield from _written(node, (), put, _by_hand((), put))


@fix(kubelet_removed_flags, disturbs=Disturbs.KUBELET)
def remove_old_flags(node: Node) -> Iterator[Step]:
    """Remove the flags that this kubelet, or the next release, does not know.

    Each goes from the file that holds it; unknown flags of your own stay. The kubelet restarts,
    pods keep running. While pods run through dockershim its flags are needed: they go with the
    move to containerd.
    """
    kubelet = known(node.kubelet)
    release = _release(kubelet)
    here = {f.name for f in known(kubelet.flags)} & set(REMOVED_IN)
    old = _no_longer_known(release) | (DOCKERSHIM_FLAGS if not before_migration(node) else set())
    if release >= (1, 34):
        old |= {"pod-infra-container-image"}
    remove = here & (old - ({"container-runtime"} if release < (1, 27) else set()))
    if before_migration(node) and not remove:
        raise Refused(
            "while pods run through dockershim it needs these flags",
            ("unshim apply kubelet-dockershim-reference",),
        )
    yield from _written(node, remove, {}, _by_hand(remove, {}))


@fix(kubelet_endpoint_missing, disturbs=Disturbs.DRAIN)
def set_kubelet_endpoint(node: Node) -> Iterator[Step]:
    """Give the kubelet containerd's endpoint.

    Flags that this release does not know go with it, for it does not start with either. Where
    Docker is on the node its pods may still run there: that is a move to containerd, and refused on
    a node that is not drained and ready.
    """
    if before_migration(node):
        yield from _move(node)
        return
    put = {"container-runtime-endpoint": _endpoint(node)}
    remove = _no_longer_known(_release(known(node.kubelet)))
    yield from _written(node, remove, put, _by_hand((), put))


@fix(kubelet_endpoint_invalid, disturbs=Disturbs.KUBELET)
def correct_kubelet_endpoint(node: Node) -> Iterator[Step]:
    """Point the kubelet at containerd's socket.

    The endpoint is changed where it stands, in a flag or in the configuration file, and the
    kubelet restarts. It is refused unless containerd answers there.
    """
    kubelet = known(node.kubelet)
    endpoint = known(kubelet.endpoint)
    put = {"container-runtime-endpoint": _endpoint(node)}
    by_hand = _by_hand((), put)
    running = known(node.containerd).running
    if isinstance(running, Missing):
        raise Refused(f"containerd does not answer: {running.reason}", by_hand)
    if endpoint is not None and endpoint.source.origin is Origin.FILE:
        put = {}
    yield from _written(node, (), put, by_hand)
