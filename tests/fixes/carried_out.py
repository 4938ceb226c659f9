"""What a fix would do on a node, or why it refuses; and nodes that it meets."""

from __future__ import annotations

from tests.laws.nodes import FIXES
from unshim.model.checks import CheckFunction, id_of
from unshim.model.machine import Unit
from unshim.model.node import Node
from unshim.model.parts.pods import Pod, PodOrigin, Pods
from unshim.model.plan import Note, Refused, steps_in
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, WriteFile
from unshim.model.values import FileText, Missing, Setting, known

ENV = "/var/lib/kubelet/kubeadm-flags.env"
_FIXES = {fix.check_id: fix for fix in FIXES}


def steps(check: CheckFunction, seen: Node) -> list[Step]:
    """The steps of the fix of this check."""
    return list(steps_in(_FIXES[id_of(check)].run(seen)))


def notes(check: CheckFunction, seen: Node) -> list[Note]:
    """What the fix of this check has to say beside its steps."""
    return [one for one in _FIXES[id_of(check)].run(seen) if isinstance(one, Note)]


def refusal(check: CheckFunction, seen: Node) -> Refused:
    """Why the fix of this check refuses."""
    try:
        done = steps(check, seen)
    except Refused as refused:
        return refused
    raise AssertionError(f"it does {done}")


def texts(done: list[Step]) -> dict[str, str]:
    """What each file holds afterwards."""
    written = [step for step in done if isinstance(step, WriteFile)]
    return {step.path: (step.after or b"").decode() for step in written}


def acts(done: list[Step]) -> list[str]:
    """What is done beside writing: units that restart, `reload` for systemd."""
    return [_act(step) for step in done if not isinstance(step, WriteFile)]


def _act(step: Step) -> str:
    if isinstance(step, RestartUnit):
        return step.unit
    return "reload" if isinstance(step, ReloadSystemd) else str(step)


def undrained(seen: Node) -> Node:
    """The same node with a pod that a drain would move, in Docker where that runs."""
    pods = Pods((Pod("1", "api", "shop", "uid", True, PodOrigin.CONTROLLED),), ())
    docker = known(seen.docker)
    if docker.active:
        return seen._replace(docker=docker._replace(pods=pods))
    return seen._replace(pods=pods)


def unseen(seen: Node) -> Node:
    """The same node whose pods could not be seen."""
    gone = Missing("timed out")
    containerd = known(seen.containerd)
    running = known(containerd.running)._replace(tasks=gone)
    return seen._replace(pods=gone, containerd=containerd._replace(running=running))


def killing(seen: Node) -> Node:
    """The same node whose containerd takes all containers with it when it stops."""
    containerd = known(seen.containerd)
    unit = known(containerd.unit)
    assert isinstance(unit, Unit)
    mode = Setting("control-group", unit.kill_mode.source)
    return seen._replace(containerd=containerd._replace(unit=unit._replace(kill_mode=mode)))


def file_of(path: str, text: str) -> FileText:
    """A file with this text."""
    return FileText(path, text.encode())
