"""What a rehearsal pictures of each kind of step, on recorded nodes."""

from __future__ import annotations

import pytest

from tests.laws.nodes import CHECKS, NAMES, host, node
from unshim.judge.diagnose import diagnose
from unshim.model.checks import Outcome
from unshim.model.machine import SocketState, Unit, UnitState
from unshim.model.node import Node
from unshim.model.parts.images import Completeness
from unshim.model.parts.kernel import Swap
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.steps import (
    CordonNode,
    DrainNode,
    EnableUnit,
    ImportImage,
    LoadModule,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    RunCommand,
    SetSysctl,
    StartUnit,
    Step,
    StopUnit,
    WaitFor,
    WriteFile,
)
from unshim.model.values import FileText, Missing, Setting, Why, known
from unshim.plan.pictures.expect_units import NOT_SEEN, masked, started, stopped
from unshim.plan.pictures.node import pictured, with_steps

CONTAINERD, DOCKER, KUBELET = "containerd.service", "docker.service", "kubelet.service"
BOTH = "half-migrated"


def _after(name: str, *steps: Step) -> Node:
    return pictured(host(name), steps).node


def _state(of: Node, unit: str) -> UnitState:
    seen = known(of.units)[unit]
    assert isinstance(seen, Unit)
    return known(seen.state)


def _unit(of: Node, name: str) -> Unit:
    seen = known(of.units)[name]
    assert isinstance(seen, Unit)
    return seen


def test_no_step_changes_nothing() -> None:
    seen = pictured(host(BOTH), ())
    assert seen.node == seen.by_files == node(BOTH)


def test_files_change_by_their_steps_alone() -> None:
    steps: list[Step] = [WriteFile("/etc/made/x", None, b"x"), StopUnit(DOCKER)]
    overlay = with_steps(host(BOTH), steps).overlay
    assert isinstance(made := overlay.read("/etc/made/x"), FileText)
    assert made.data == b"x"
    gone = with_steps(host(BOTH), [WriteFile("/etc/crictl.yaml", b"", None)]).overlay
    assert gone.read("/etc/crictl.yaml") is None


def test_what_only_runs_otherwise_is_not_in_the_files() -> None:
    seen = pictured(host(BOTH), [StopUnit(DOCKER), EnableUnit(DOCKER, False)])
    assert seen.by_files == node(BOTH)
    assert seen.node != seen.by_files


def test_a_stopped_docker_is_gone_with_its_answers() -> None:
    assert known(known(node(BOTH).docker).active) is True
    after = _after(BOTH, StopUnit(DOCKER))
    docker = known(after.docker)
    assert (docker.process, docker.active) == (None, False)
    for answer in (docker.running, docker.pods):
        assert isinstance(answer, Missing) and answer.why is Why.NOT_RUNNING
    state = _state(after, DOCKER)
    assert (state.active, state.sub, state.main_pid) == ("inactive", "dead", 0)
    assert known(known(docker.unit).state) == state  # type: ignore[union-attr]


def test_a_stopped_containerd_is_gone_with_its_socket_images_and_pods() -> None:
    name = "containerd-healthy"
    after = _after(name, StopUnit(CONTAINERD))
    containerd = known(after.containerd)
    assert containerd.process is None
    assert containerd.socket.state is SocketState.REFUSED
    for answer in (containerd.running, containerd.cri, after.images, after.pods):
        assert isinstance(answer, Missing) and answer.why is Why.NOT_RUNNING
    endpoint = known(after.kubelet).endpoint_socket
    assert endpoint == containerd.socket, "the kubelet finds nobody there either"


def test_a_stopped_kubelet_is_gone_and_its_settings_stay() -> None:
    before, after = node(BOTH), _after(BOTH, StopUnit(KUBELET))
    kubelet = known(after.kubelet)
    assert kubelet.process is None
    for answer in (kubelet.running, kubelet.running_flags, kubelet.staged):
        assert isinstance(answer, Missing) and answer.why is Why.NOT_RUNNING
    assert kubelet.effective == known(before.kubelet).effective
    assert known(after.docker) == known(before.docker)


def test_what_cannot_run_without_a_unit_stops_along_with_it() -> None:
    before = node(BOTH)
    unit = _unit(before, CONTAINERD)
    state = known(unit.state)
    bound = unit._replace(state=state._replace(related={"BoundBy": (DOCKER,)}))
    bound_node = before._replace(units={**known(before.units), CONTAINERD: bound})
    after = stopped(bound_node, CONTAINERD)
    assert _state(after, DOCKER).active == "inactive"
    assert known(after.docker).active is False
    assert _state(after, KUBELET) == _state(before, KUBELET)


def test_what_starts_is_expected_to_run_and_to_answer_what_nobody_knows() -> None:
    down = _after(BOTH, StopUnit(DOCKER), StopUnit(CONTAINERD), StopUnit(KUBELET))
    for unit in (DOCKER, CONTAINERD, KUBELET):
        down = started(down, unit)
        assert _state(down, unit).active == "active"
    docker, containerd, kubelet = known(down.docker), known(down.containerd), known(down.kubelet)
    assert docker.active is True
    answers = (docker.running, docker.pods, containerd.running, kubelet.running, down.images)
    assert set(answers) == {NOT_SEEN}


def test_starting_what_runs_changes_nothing() -> None:
    for unit in (DOCKER, CONTAINERD, KUBELET):
        assert _after(BOTH, StartUnit(unit)) == node(BOTH)


@pytest.mark.parametrize(
    ("enabled", "wanted", "after"),
    [
        ("enabled", False, "disabled"),
        ("enabled-runtime", False, "disabled"),
        ("disabled", True, "enabled"),
        ("enabled", True, "enabled"),
        ("static", False, "static"),
        ("static", True, "static"),
        ("indirect", False, "indirect"),
        ("masked", True, "masked"),
    ],
)
def test_enabling_changes_what_can_be_enabled(enabled: str, wanted: bool, after: str) -> None:
    seen = _with_enablement(node(BOTH), DOCKER, enabled)
    picture = with_steps(host(BOTH), [EnableUnit(DOCKER, wanted)])
    assert _state(picture.expected(seen), DOCKER).enabled == after


def test_a_masked_unit_has_no_files_and_runs_on_until_it_is_stopped() -> None:
    after = _after(BOTH, MaskUnit(DOCKER))
    unit, state = _unit(after, DOCKER), _state(after, DOCKER)
    assert (unit.files, dict(unit.settings)) == ((), {})
    assert (state.load, state.enabled, state.active) == ("masked", "masked", "active")
    assert known(after.docker).active is True


def test_unmasking_changes_only_what_is_masked() -> None:
    assert masked(node(BOTH), DOCKER, False) == node(BOTH)
    seen = _with_enablement(node(BOTH), DOCKER, "masked-runtime")
    state = _state(masked(seen, DOCKER, False), DOCKER)
    assert (state.load, state.enabled) == ("loaded", ""), "what it is enabled as is not known"


def test_a_unit_that_is_not_there_stays_so() -> None:
    name = "containerd-without-kubelet"
    steps: list[Step] = [
        StopUnit(KUBELET),
        MaskUnit(KUBELET),
        EnableUnit(KUBELET),
        StartUnit(KUBELET),
    ]
    for step in steps:
        assert _after(name, step) == node(name)


def test_modules_and_parameters_are_there_at_once_and_not_at_the_next_boot() -> None:
    name, key = "ip_vs", "fs.inotify.max_user_watches"
    before = known(node(BOTH).kernel)
    assert known(before.module(name).loaded).value is False
    after = known(_after(BOTH, LoadModule(name), SetSysctl(key, "8192", "524288")).kernel)
    assert known(after.module(name).loaded).value is True
    now = after.sysctl(key).now
    assert isinstance(now, Setting) and now.value == "524288"
    assert after.module(name).at_boot is before.module(name).at_boot is None
    lasting: list[Step] = [
        WriteFile("/etc/modules-load.d/k8s.conf", None, b"ip_vs\n"),
        WriteFile("/etc/sysctl.d/k8s.conf", None, f"{key} = 524288\n".encode()),
    ]
    kernel = known(_after(BOTH, *lasting).kernel)
    assert kernel.module(name).at_boot is not None
    assert isinstance(set_then := kernel.sysctl(key).at_boot, Setting)
    assert set_then.value == "524288"


def test_what_is_swapped_off_is_gone_and_what_is_waited_for_changes_nothing() -> None:
    kernel = known(node(BOTH).kernel)
    kept, gone = Swap("/dev/vdb", 1024, 0), Swap("/swap.img", 1024, 0)
    before = node(BOTH)._replace(kernel=kernel._replace(swaps=(kept, gone)))
    steps: list[Step] = [
        RunCommand("swap-off", ("/swap.img",)),
        RunCommand("hold-package", ("kubelet",)),
        WaitFor("path-gone", "/etc/crictl.yaml", 1),
    ]
    after = with_steps(host(BOTH), steps).expected(before)
    assert after == before._replace(kernel=kernel._replace(swaps=(kept,)))


def test_a_drain_leaves_static_pods_and_those_of_daemonsets() -> None:
    origins = {f"pod-{origin}": origin for origin in PodOrigin}
    pods = Pods(
        tuple(Pod(f"id-{o}", name, "default", "", True, o) for name, o in origins.items()),
        tuple(Container(f"in-{o}", f"id-{o}", "main", "", "running", 0.0) for o in PodOrigin),
    )
    seen = node(BOTH)
    seen = seen._replace(pods=pods, docker=known(seen.docker)._replace(pods=pods))
    assert _drained(seen, CordonNode("a", "/k")) == seen
    after = _drained(seen, CordonNode("a", "/k"), DrainNode("a", "/k", 60))
    for left in (known(after.pods), known(known(after.docker).pods)):
        assert {pod.name for pod in left.pods} == {"pod-static", "pod-daemonset"}
        assert {one.id for one in left.containers} == {"in-static", "in-daemonset"}


def _drained(seen: Node, *steps: Step) -> Node:
    return with_steps(host(BOTH), steps).expected(seen)


def test_an_image_that_is_brought_is_where_it_is_brought_to() -> None:
    name, seen = "docker.io/library/brought:1", node("containerd-healthy")
    for target in ("k8s.io", "default"):
        step = ImportImage("/s", target, name, f"sha256:{'a' * 64}")
        images = known(_after("containerd-healthy", step, step).images)
        (image,) = (i for i in images.images if i.name == name)
        assert (image.namespace, image.completeness) == (target, Completeness.COMPLETE)
        assert (name in known(images.cri_names)) is (target == "k8s.io")
        assert set(known(seen.images).images) < set(images.images)


def _with_enablement(seen: Node, name: str, enabled: str) -> Node:
    unit = _unit(seen, name)
    changed = unit._replace(state=known(unit.state)._replace(enabled=enabled))
    return seen._replace(units={**known(seen.units), name: changed})


EACH: tuple[Step, ...] = tuple(
    kind(unit)
    for unit in (CONTAINERD, DOCKER, KUBELET, "docker.socket", "crio.service")
    for kind in (RestartUnit, StopUnit, StartUnit, EnableUnit, MaskUnit)
)


@pytest.mark.parametrize("name", NAMES)
def test_every_check_can_be_asked_of_a_node_after_each_step(name: str) -> None:
    """A picture is a node like any other: no check breaks on it."""
    seen = node(name)
    others = (
        *(LoadModule("ip_vs"), SetSysctl("kernel.panic", "0", "10")),
        *(RunCommand("swap-off", ("/dev/vdb",)), DrainNode("a", "/k", 60)),
        ImportImage("/s", "k8s.io", "docker.io/library/brought:1", f"sha256:{'a' * 64}"),
    )
    for step in (*EACH, *others, ReloadSystemd()):
        after = with_steps(host(name), [step]).expected(seen)
        broken = [r.check.id for r in diagnose(after, CHECKS) if r.outcome is Outcome.ERROR]
        assert broken == [r.check.id for r in diagnose(seen, CHECKS) if r.outcome is Outcome.ERROR]
