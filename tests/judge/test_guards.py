"""What a fix refuses, on recorded nodes in which one fact is another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.laws.nodes import FIXES, node
from unshim.judge.guards import drivers_agree, edited, may_restart_containerd, refusing
from unshim.model.checks import Finding
from unshim.model.machine import CgroupDriver
from unshim.model.node import Node
from unshim.model.parts.containerd import Condition
from unshim.model.parts.pods import Pod, PodOrigin, Pods
from unshim.model.plan import Refused, steps_in
from unshim.model.steps import Step
from unshim.model.values import Missing, Setting, known
from unshim.text.edit.lines import EditError

READY = "dockershim-ready-to-move"
MOVE = "kubelet-dockershim-reference"
Change = Callable[[Node], Node]


def steps(seen: Node, check_id: str) -> list[Step]:
    """What the fix of a check would do. Raises: Refused."""
    made = next(f for f in FIXES if f.check_id == check_id).run(seen)
    return list(steps_in(made))


def _pods(origin: PodOrigin, ready: bool = True) -> Change:
    pods = Pods((Pod("1", "shop", "default", "u", ready, origin),), ())
    return lambda n: n._replace(docker=known(n.docker)._replace(pods=pods))


def _unseen(n: Node) -> Node:
    return n._replace(docker=known(n.docker)._replace(pods=Missing("docker.sock: refused")))


def _no_images(n: Node) -> Node:
    return n._replace(images=known(n.images)._replace(images=()))


def _not_ready(n: Node) -> Node:
    containerd = known(n.containerd)
    running = known(containerd.running)
    cri = known(running.cri)._replace(conditions=(Condition("RuntimeReady", False, "", ""),))
    return n._replace(containerd=containerd._replace(running=running._replace(cri=cri)))


def _no_cri(n: Node) -> Node:
    containerd = known(n.containerd)
    running = known(containerd.running)._replace(cri=Missing("unknown service"))
    return n._replace(containerd=containerd._replace(running=running))


def test_a_node_that_is_ready_moves() -> None:
    assert steps(node(READY), MOVE)
    assert steps(_pods(PodOrigin.STATIC)(node(READY)), MOVE)
    assert steps(_pods(PodOrigin.DAEMONSET)(node(READY)), MOVE)
    assert steps(_pods(PodOrigin.OTHER, ready=False)(node(READY)), MOVE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_pods(PodOrigin.OTHER), "not drained: default/shop"),
        (_unseen, "could not be seen: docker.sock"),
        (_no_images, "does not have what pods need: k8s.gcr.io/pause:3.2, busybox:1.36"),
        (_not_ready, "not ready"),
        (_no_cri, "cannot serve the kubelet"),
    ],
)
def test_a_node_that_is_not_ready_does_not_move(change: Change, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        steps(change(node(READY)), MOVE)
    assert refused.value.first or refused.value.by_hand


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ((PodOrigin.CONTROLLED,), "not drained: default/p0 run here"),
        (
            (PodOrigin.CONTROLLED, PodOrigin.OTHER),
            "not drained: default/p0, default/p1 run here; no controller shows for default/p1: "
            "where there is none, kubectl drain stops until the pod is deleted, and nothing makes "
            "it again",
        ),
        (
            (PodOrigin.OTHER,) * 5,
            "not drained: default/p0, default/p1, default/p2 and 2 more run here; no controller "
            "shows for default/p0, default/p1, default/p2 and 2 more: where there is none, ",
        ),
    ],
)
def test_what_stops_a_drain_is_told_beforehand(origins: tuple[PodOrigin, ...], words: str) -> None:
    pods = tuple(Pod(f"{n}", f"p{n}", "default", "u", True, o) for n, o in enumerate(origins))
    seen = node(READY)
    seen = seen._replace(docker=known(seen.docker)._replace(pods=Pods(pods, ())))
    with pytest.raises(Refused, match="not drained") as refused:
        steps(seen, MOVE)
    if words.endswith(" "):
        assert refused.value.reason.startswith(f"this node is {words}")
    else:
        assert refused.value.reason == f"this node is {words}"


def test_the_node_is_drained_by_the_name_that_it_is_registered_under() -> None:
    seen = _pods(PodOrigin.CONTROLLED)(node(READY))
    seen = seen._replace(machine=seen.machine._replace(name="Worker-1.Example.ORG"))
    with pytest.raises(Refused) as refused:
        steps(seen, MOVE)
    assert refused.value.first == (
        "kubectl drain worker-1.example.org --ignore-daemonsets --delete-emptydir-data",
    )
    assert refused.value.after == ("kubectl uncordon worker-1.example.org",)


def test_where_dockershim_took_the_socket_containerd_is_restarted_in_between() -> None:
    with pytest.raises(Refused, match="dockershim listens") as refused:
        steps(node("dockershim-took-the-socket-of-containerd"), MOVE)
    assert refused.value.by_hand[-3:] == (
        "systemctl stop kubelet",
        "systemctl restart containerd",
        "systemctl start kubelet",
    )


@pytest.mark.parametrize("check_id", ["cri-plugin-disabled", "cgroup-old-systemd-cgroup-key"])
def test_no_fix_restarts_a_containerd_whose_stop_kills_containers(check_id: str) -> None:
    with pytest.raises(Refused, match="KillMode=control-group") as refused:
        steps(node("containerd-killed-with-its-pods"), check_id)
    assert refused.value.first == ("unshim apply containerd-unit-killmode",)


def test_crictl_is_not_pointed_at_an_endpoint_that_leads_nowhere() -> None:
    from unshim.model.values import Unknown

    with pytest.raises(Unknown, match="points to nothing"):
        steps(node("containerd-endpoint-leads-nowhere"), "crictl-config-missing")


def test_a_containerd_that_has_not_read_its_file_yet_restarts_with_the_kubelet() -> None:
    from unshim.model.steps import RestartUnit

    found = steps(node("containerd-kubelet-left-on-cgroupfs"), "cgroup-driver-mismatch")
    units = [s.unit for s in found if isinstance(s, RestartUnit)]
    assert units == ["containerd.service", "kubelet.service"]


def test_a_new_kubelet_loses_every_flag_that_it_does_not_know() -> None:
    from unshim.model.steps import WriteFile

    found = steps(node("containerd-kubelet-1.27-with-removed-flags"), "kubelet-removed-flags")
    text = b"".join(s.after or b"" for s in found if isinstance(s, WriteFile))
    assert b"--container-runtime=" not in text
    assert b"--network-plugin" not in text and b"--experimental-dockershim" not in text
    assert b"--container-runtime-endpoint=" in text and b"--node-labels=rack=7" in text


def _wants(driver: CgroupDriver) -> Change:
    def change(n: Node) -> Node:
        kubelet = known(n.kubelet)
        wanted = Setting(driver.value, known(kubelet.cgroup_driver).source)
        effective = {**kubelet.effective, "cgroupDriver": wanted}
        return n._replace(kubelet=kubelet._replace(effective=effective))

    return change


@pytest.mark.parametrize(
    ("wanted", "configured", "first"),
    [
        (CgroupDriver.SYSTEMD, CgroupDriver.CGROUPFS, "unshim apply a-check"),
        (CgroupDriver.CGROUPFS, CgroupDriver.SYSTEMD, "unshim apply a-check"),
        (CgroupDriver.SYSTEMD, CgroupDriver.SYSTEMD, "systemctl restart containerd"),
    ],
)
def test_drivers_that_differ_are_refused_with_what_comes_first(
    wanted: CgroupDriver, configured: CgroupDriver, first: str
) -> None:
    """The containerd of this node runs with cgroupfs."""
    with pytest.raises(Refused, match=f"the kubelet uses the {wanted} cgroup driver") as refused:
        drivers_agree(_wants(wanted)(node(READY)), configured, a_check)
    assert refused.value.first == (first,)


def test_drivers_that_agree_are_not_refused() -> None:
    drivers_agree(node(READY), CgroupDriver.CGROUPFS, a_check)


def a_check(_: Node) -> tuple[Finding, ...]:
    """A function that is named where its check must be cured first."""
    return ()


def _unit(**changes: object) -> Change:
    def change(n: Node) -> Node:
        containerd = known(n.containerd)
        unit = known(containerd.unit)
        assert unit is not None
        changed = unit._replace(**changes)  # type: ignore[arg-type]
        return n._replace(containerd=containerd._replace(unit=changed))

    return change


def _without_unit(unit: Missing | None) -> Change:
    return lambda n: n._replace(containerd=known(n.containerd)._replace(unit=unit))


def _reload_needed(n: Node) -> Node:
    unit = known(known(n.containerd).unit)
    assert unit is not None
    return _unit(state=known(unit.state)._replace(reload_needed=True))(n)


def _kill_mode(mode: str) -> Change:
    def change(n: Node) -> Node:
        unit = known(known(n.containerd).unit)
        assert unit is not None
        return _unit(kill_mode=Setting(mode, unit.kill_mode.source))(n)

    return change


@pytest.mark.parametrize(
    ("change", "reason", "by_hand", "first"),
    [
        (_without_unit(None), "no unit here", ("then this",), ()),
        (_without_unit(Missing("bus is down")), "looked at: bus is down", ("then this",), ()),
        (_kill_mode("mixed"), "KillMode=mixed", (), ("unshim apply a-check",)),
        (_reload_needed, "changed after systemd", (), ("systemctl daemon-reload",)),
    ],
)
def test_a_restart_that_may_kill_is_refused(
    change: Change, reason: str, by_hand: tuple[str, ...], first: tuple[str, ...]
) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        may_restart_containerd(change(node(READY)), ("then this",), a_check)
    assert (refused.value.by_hand, refused.value.first) == (by_hand, first)


@pytest.mark.parametrize("mode", ["process", "none"])
def test_a_restart_that_leaves_containers_alone_is_not(mode: str) -> None:
    may_restart_containerd(_kill_mode(mode)(node(READY)), (), a_check)


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    assert edited("/etc/x", b"a", b"a") == ()
    (step,) = edited("/etc/x", None, b"a")
    assert (step.path, step.before, step.after) == ("/etc/x", None, b"a")
    assert refusing(EditError("it is not TOML"), ("edit it",)).by_hand == ("edit it",)
