"""What must be true before a fix may disturb a node. Each raises Refused with the way by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unshim.judge.phase import running_driver
from unshim.judge.pods import no_tasks
from unshim.judge.registered import node_name
from unshim.model.checks import CheckFunction, id_of
from unshim.model.machine import CgroupDriver, Runtime
from unshim.model.node import Node
from unshim.model.parts.pods import Pod, PodOrigin, Pods
from unshim.model.plan import Refused
from unshim.model.steps import WriteFile
from unshim.model.values import Missing, Setting, Unknown, known
from unshim.releases.cri_apis import common_api, spoken_by_kubelet
from unshim.text.edit.lines import EditError
from unshim.text.sockets import same_socket

RESTART_CONTAINERD = "systemctl restart containerd"
RESTART_KUBELET = "systemctl restart kubelet"
_APPLY = "unshim apply"


def apply_command(check: CheckFunction) -> str:
    """The command that cures a check, for the way by hand."""
    return f"{_APPLY} {id_of(check)}"


def applied_check(command: str) -> str:
    """The check that a command fixes, "" where it is another kind of command."""
    start, _, check_id = command.rpartition(" ")
    return check_id if start == _APPLY else ""


def drain_command(node: str) -> str:
    """The command that moves every pod away that a drain moves; it cordons the node too. `node` is
    the name that it is registered under."""
    return f"kubectl drain {node} --ignore-daemonsets --delete-emptydir-data"


def uncordon_command(node: str) -> str:
    """The command that lets pods come again."""
    return f"kubectl uncordon {node}"


def may_restart_containerd(node: Node, by_hand: Sequence[str], first: CheckFunction) -> None:
    """containerd's unit leaves containers alone when it stops; `first` is the check that it does.

    Raises:
        Refused: its KillMode is neither process nor none, there is no unit to restart, or systemd
            has not read its files as they are now.
    """
    unit = known(node.containerd).unit
    if unit is None or isinstance(unit, Missing):
        raise Refused(
            "containerd has no unit here that systemd could restart"
            if unit is None
            else f"containerd's unit could not be looked at: {unit.reason}",
            by_hand,
        )
    mode = unit.kill_mode.value
    if mode not in ("process", "none"):
        raise Refused(
            f"restarting containerd would kill every container: its unit has KillMode={mode}",
            first=(apply_command(first),),
        )
    if not isinstance(unit.state, Missing) and unit.state.reload_needed:
        raise Refused(
            "containerd's unit was changed after systemd had read it, and may kill containers now",
            first=("systemctl daemon-reload",),
        )


def drained(node: Node, by_hand: Sequence[str]) -> None:
    """No pods are left on the node but static ones and those of DaemonSets.

    Where CRI does not answer, no task at all in its namespace is proof enough.

    Raises:
        Refused: others are left, or it could not be seen.
    """
    name = node_name(node)
    drain, uncordon = drain_command(name), uncordon_command(name)
    left: list[Pod] = []
    for source in _pod_sources(node):
        if isinstance(source, Missing):
            raise Refused(
                f"this must be done on a drained node, and its pods could not be seen: "
                f"{source.reason}",
                (drain, *by_hand, uncordon),
            )
        left += [p for p in source.pods if p.ready and p.origin.drained]
    if left:
        alone = [p for p in left if p.origin is PodOrigin.OTHER]
        reason = f"this node is not drained: {_named(left)} run here"
        if alone:
            reason += (
                f"; no controller shows for {_named(alone)}: where there is none, kubectl drain "
                "stops until the pod is deleted, and nothing makes it again"
            )
        raise Refused(reason, first=(drain,), after=(uncordon,))


def _named(pods: Sequence[Pod]) -> str:
    names = ", ".join(f"{p.namespace}/{p.name}" for p in pods[:3])
    return names + (f" and {len(pods) - 3} more" if len(pods) > 3 else "")


def _pod_sources(node: Node) -> list[Pods | Missing]:
    """Where pods of this node may be: the runtime its kubelet uses, and Docker while it runs."""
    sources: list[Pods | Missing] = []
    if (
        isinstance(node.runtime, Missing)
        or node.runtime.value is Runtime.CONTAINERD
        or not isinstance(node.pods, Missing)
    ):
        sources.append(Pods((), ()) if no_tasks(node) else node.pods)
    if not isinstance(node.docker, Missing):
        active = node.docker.active
        if isinstance(active, Missing):
            sources.append(active)
        elif active:
            sources.append(node.docker.pods)
    return sources


def ready_for_containerd(node: Node, by_hand: Sequence[str], disabled: CheckFunction) -> None:
    """This containerd can serve the kubelet; `disabled` is the check that its CRI plugin is not.

    Raises:
        Refused: CRI is not ready, or there is no CRI version in common.
    """
    containerd = known(node.containerd)
    running = containerd.running
    cri = running if isinstance(running, Missing) else running.cri
    if _dockershim_listens(node):
        restart = ("systemctl stop kubelet", RESTART_CONTAINERD, "systemctl start kubelet")
        raise Refused("dockershim listens at containerd's socket", (*by_hand[:-1], *restart))
    if isinstance(cri, Missing):
        reason = f"containerd cannot serve the kubelet: {cri.reason}"
        if _found_by(disabled, node):
            raise Refused(reason, first=(apply_command(disabled),))
        raise Refused(reason, ("journalctl -u containerd",))
    if not cri.ready and not cri.conditions:
        reason = (
            "containerd's CRI service is expected to be ready then, and has to be seen so first"
        )
        raise Refused(reason, ("crictl info",), waits=True)
    if not cri.ready:
        logs = ("crictl info", "journalctl -u containerd")
        raise Refused("containerd's CRI service says that it is not ready", logs)
    kubelet = known(node.kubelet)
    release = known(kubelet.version).value
    spoken = spoken_by_kubelet(release)
    if not common_api(spoken, frozenset(cri.apis)):
        raise Refused(
            f"kubelet {release} speaks CRI {_all(spoken)}, containerd {_all(cri.apis)}: "
            "one of them must be of another release"
        )


def _found_by(check: CheckFunction, node: Node) -> bool:
    try:
        return any(True for _ in check(node))
    except Unknown:
        return False


def _all(apis: Iterable[str]) -> str:
    return " and ".join(sorted(apis)) or "in no version"


def drivers_agree(node: Node, configured: CgroupDriver, first: CheckFunction) -> None:
    """containerd is configured for the kubelet's cgroup driver, and runs with it; `first` is the
    check that they agree.

    Raises:
        Refused: it is configured otherwise, or has not read it yet.
    """
    wanted = known(known(node.kubelet).cgroup_driver).value
    now = running_driver(node)
    if configured is not wanted or (now is not None and now.value is not wanted):
        waits = configured is wanted
        raise Refused(
            f"the kubelet uses the {wanted} cgroup driver, containerd does not yet",
            first=(RESTART_CONTAINERD if waits else apply_command(first),),
        )


def _dockershim_listens(node: Node) -> bool:
    """Whether dockershim took the socket of containerd for its own, as it does with an endpoint
    and without --container-runtime=remote. Seen with kubelet 1.20."""
    kubelet, containerd = known(node.kubelet), known(node.containerd)
    endpoint, running = kubelet.endpoint, containerd.running
    if not isinstance(endpoint, Setting) or known(node.runtime).value is not Runtime.DOCKERSHIM:
        return False
    itself = not isinstance(running, Missing) and (
        isinstance(running.cri, Missing) or running.cri.runtime_name == "containerd"
    )
    return same_socket(endpoint.value, containerd.socket.path) and not itself


def edited(path: str, before: bytes | None, after: bytes | None) -> tuple[WriteFile, ...]:
    """The step that writes a change, none where nothing changed."""
    return () if before == after else (WriteFile(path, before, after),)


def refusing(error: EditError, by_hand: Sequence[str] = ()) -> Refused:
    """An edit that cannot be made in place, as a refusal."""
    return Refused(str(error), by_hand)
