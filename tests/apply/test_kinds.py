"""The table of kinds of steps: whole, and each row as it should be."""

from __future__ import annotations

import itertools
import typing
from pathlib import Path

import pytest

from tests.steps import EXAMPLES
from unshim import api
from unshim.apply.acts import imports
from unshim.apply.codec import CodecError, decode, encode
from unshim.apply.kinds import KINDS, command_of, commands_of, disturbs_of, kind_of
from unshim.apply.order import undo_order
from unshim.model.plan import Disturbs
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

CONTAINERD, DOCKER, KUBELET = "containerd.service", "docker.service", "kubelet.service"
DRAINING = {
    "kind": "drain-node",
    "name": "worker-1",
    "kubeconfig": "/etc/kubernetes/admin.conf",
    "seconds": 300,
    "empty_dirs": False,
}
IMPORTING = {
    "kind": "import-image",
    "socket": "/s",
    "target": "k8s.io",
    "archive": "",
    "name": "docker.io/library/busybox:1",
    "digest": f"sha256:{'a' * 64}",
}
REPOSITORY = Path(__file__).resolve().parents[2]


def test_every_kind_of_step_has_a_row_and_an_example() -> None:
    assert set(KINDS) == set(typing.get_args(Step)) == {type(s) for s in EXAMPLES}
    assert all(kind.step is step for step, kind in KINDS.items())
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)


def test_who_writes_a_fix_has_every_kind_at_the_one_door() -> None:
    assert {step.__name__ for step in typing.get_args(Step)} <= set(api.__all__)


def test_no_two_steps_are_equal_and_none_is_false() -> None:
    for one, other in itertools.combinations(EXAMPLES, 2):
        assert one != other
        assert encode(one) != encode(other)
    assert all(EXAMPLES)


@pytest.mark.parametrize("step", EXAMPLES, ids=repr)
def test_steps_survive_json(step: Step) -> None:
    import json

    again = decode(json.loads(json.dumps(encode(step))))
    assert again == step and type(again) is type(step)


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"kind": None},
        {"kind": "rm-rf"},
        {"kind": "reload-systemd", "unit": "x"},
        {"kind": "restart-unit"},
        {"kind": "restart-unit", "unite": "x"},
        {"kind": "stop-unit", "unit": 5},
        {"kind": "start-unit", "unit": None},
        {"kind": "enable-unit", "unit": "x", "enabled": "no"},
        {"kind": "mask-unit", "unit": "x", "enabled": True},
        {"kind": "write-file", "path": "/etc/x", "before": "%", "after": None, "mode": 420},
        {"kind": "write-file", "path": "/etc/x", "before": None, "mode": 420},
        {"kind": "write-file", "path": ["/etc/x"], "before": None, "after": None, "mode": 420},
        {"kind": "share-image", "blobs": None},
        {"kind": "run-command", "name": "sh", "arguments": ["-c", "reboot"]},
        {"kind": "run-command", "name": "hold-package", "arguments": []},
        {"kind": "run-command", "name": "hold-package", "arguments": ["kubelet", "containerd"]},
        {"kind": "run-command", "name": "hold-package", "arguments": ["--root=/x"]},
        {"kind": "run-command", "name": "hold-package", "arguments": ["kubelet\n"]},
        {"kind": "run-command", "name": "hold-package", "arguments": "kubelet"},
        {"kind": "run-command", "name": "hold-package", "arguments": [5]},
        {"kind": "run-command", "name": ["hold-package"], "arguments": ["kubelet"]},
        {"kind": "run-command", "name": "swap-off", "arguments": ["-a"]},
        {"kind": "run-command", "name": "forget-failures", "arguments": ["*"]},
        {"kind": "wait-for", "condition": "luck", "subject": "/x", "seconds": 1},
        {"kind": "wait-for", "condition": "path-gone", "subject": "x", "seconds": 1},
        {"kind": "wait-for", "condition": "path-gone", "subject": "/x", "seconds": 0},
        {"kind": "wait-for", "condition": "path-gone", "subject": "/x", "seconds": 601},
        {"kind": "wait-for", "condition": "path-gone", "subject": "/x", "seconds": "1"},
        {"kind": "wait-for", "condition": "path-gone", "subject": ["/x"], "seconds": 1},
        {"kind": "wait-for", "condition": "http-ok", "subject": "http://a.b:80/", "seconds": 1},
        {"kind": "cordon-node", "name": "-x", "kubeconfig": "/k", "cordoned": True},
        {"kind": "cordon-node", "name": "a,b", "kubeconfig": "/k", "cordoned": True},
        {"kind": "cordon-node", "name": "a", "kubeconfig": "k", "cordoned": True},
        {"kind": "cordon-node", "name": "a", "kubeconfig": "/k", "cordoned": "no"},
        {**DRAINING, "name": "--all"},
        {**DRAINING, "kubeconfig": "/k --force"},
        {**DRAINING, "seconds": 0},
        {**DRAINING, "seconds": 3601},
        {**DRAINING, "seconds": "60"},
        {**DRAINING, "force": True},
        {**IMPORTING, "socket": "s"},
        {**IMPORTING, "target": "--help"},
        {**IMPORTING, "name": "-x"},
        {**IMPORTING, "name": "a b"},
        {**IMPORTING, "digest": "sha256:a"},
        {**IMPORTING, "archive": "x.tar"},
        {**IMPORTING, "archive": "/x.tar\n"},
        {**IMPORTING, "archive": None},
        {"kind": "load-module", "name": "../x"},
        {"kind": "load-module", "name": "-r"},
        {"kind": "load-module", "name": ["overlay"]},
        {"kind": "set-sysctl", "key": "net.ipv4.ip_forward", "before": "0", "after": "1\n2"},
        {"kind": "set-sysctl", "key": "net.ipv4.ip_forward", "before": "0", "after": None},
        {"kind": "set-sysctl", "key": "/net/../../etc/passwd", "before": "0", "after": "1"},
        {"kind": "set-sysctl", "key": "panic", "before": "0", "after": "1"},
        {"kind": "set-sysctl", "key": ["kernel", "panic"], "before": "0", "after": "1"},
    ],
)
def test_what_is_not_a_step_is_refused_and_never_dropped(item: dict[str, object]) -> None:
    with pytest.raises(CodecError):
        decode(item)


COMMANDS = {
    WriteFile("/etc/x", None, b""): "create /etc/x",
    WriteFile("/etc/x", b"", None): "remove /etc/x",
    WriteFile("/etc/x", b"", b"a"): "write /etc/x",
    ReloadSystemd(): "systemctl daemon-reload",
    RestartUnit(DOCKER): "systemctl restart docker",
    StopUnit("docker.socket"): "systemctl stop docker.socket",
    StartUnit(KUBELET): "systemctl start kubelet",
    EnableUnit(DOCKER): "systemctl enable docker",
    EnableUnit(DOCKER, False): "systemctl disable docker",
    MaskUnit(DOCKER): "systemctl mask docker",
    MaskUnit(DOCKER, False): "systemctl unmask docker",
    RunCommand("hold-package", ("kubelet",)): "apt-mark hold kubelet",
    RunCommand("unhold-package", ("kubelet",)): "apt-mark unhold kubelet",
    RunCommand("swap-off", ("/swap.img",)): "swapoff /swap.img",
    RunCommand("forget-failures", (KUBELET,)): "systemctl reset-failed kubelet.service",
    WaitFor("socket-answers", "/c.sock", 30): "wait until /c.sock answers   (at most 30 s)",
    ImportImage("/s", "k8s.io", "a:1", ""): ("docker save a:1 | ctr -n k8s.io images import -"),
    ImportImage("/s", "k8s.io", "a:1", "", "/x"): "ctr -n k8s.io images import /x",
    LoadModule("overlay"): "modprobe overlay",
    CordonNode("worker-1", "/k"): "kubectl cordon worker-1",
    CordonNode("worker-1", "/k", False): "kubectl uncordon worker-1",
    DrainNode("worker-1", "/k", 300, True): (
        "kubectl drain worker-1 --ignore-daemonsets --delete-emptydir-data --timeout=300s"
    ),
    SetSysctl("kernel.panic", "0", "10"): "sysctl -w kernel.panic=10",
    SetSysctl("vm.x", "0", "1 2"): "sysctl -w vm.x='1 2'",
}


@pytest.mark.parametrize(("step", "command"), COMMANDS.items(), ids=repr)
def test_a_step_shows_as_what_a_person_would_type(step: Step, command: str) -> None:
    assert command_of(step) == command


def test_an_image_shows_as_what_a_person_would_type_and_files_as_their_diffs() -> None:
    (share,) = commands_of([EXAMPLES[0], EXAMPLES[-1]])
    assert share.startswith("ctr -n default images export - busybox | ctr -n k8s.io images import")


@pytest.mark.parametrize(
    ("steps", "disturbs"),
    [
        ((), Disturbs.NOTHING),
        ((EXAMPLES[0], ReloadSystemd(), EnableUnit(DOCKER), MaskUnit(DOCKER)), Disturbs.NOTHING),
        ((RestartUnit(KUBELET),), Disturbs.KUBELET),
        ((RestartUnit(KUBELET), RestartUnit(CONTAINERD)), Disturbs.CONTAINERD),
        ((RestartUnit(CONTAINERD), StopUnit(DOCKER)), Disturbs.DOCKER),
        ((StartUnit(KUBELET), RestartUnit("crio.service")), Disturbs.KUBELET),
        ((RestartUnit("crio.service"),), Disturbs.NOTHING),
        ((RestartUnit(CONTAINERD), DrainNode("a", "/k", 300)), Disturbs.DRAIN),
        ((CordonNode("a", "/k"),), Disturbs.NOTHING),
    ],
)
def test_steps_disturb_as_much_as_the_worst_of_them(
    steps: tuple[Step, ...], disturbs: Disturbs
) -> None:
    assert disturbs_of(steps) is disturbs


def test_what_was_done_is_undone_files_first_and_what_must_run_last() -> None:
    steps: list[Step] = [
        CordonNode("a", "/k"),
        DrainNode("a", "/k", 300),
        StopUnit(KUBELET),
        StopUnit(DOCKER),
        WaitFor("path-gone", "/run/docker.sock", 30),
        EnableUnit(DOCKER, False),
        MaskUnit(DOCKER),
        WriteFile("/etc/a", b"", b"a"),
        WriteFile("/etc/b", b"", b"b"),
        LoadModule("br_netfilter"),
        SetSysctl("net.bridge.x", None, "1"),
        ReloadSystemd(),
        RunCommand("swap-off", ("/swap.img",)),
        StartUnit(CONTAINERD),
        RestartUnit(KUBELET),
        CordonNode("a", "/k", False),
    ]
    undone = [steps[number] for number in undo_order(steps)]
    assert undone == [
        StartUnit(CONTAINERD),
        WaitFor("path-gone", "/run/docker.sock", 30),
        WriteFile("/etc/b", b"", b"b"),
        WriteFile("/etc/a", b"", b"a"),
        SetSysctl("net.bridge.x", None, "1"),
        LoadModule("br_netfilter"),
        ReloadSystemd(),
        MaskUnit(DOCKER),
        EnableUnit(DOCKER, False),
        RunCommand("swap-off", ("/swap.img",)),
        StopUnit(DOCKER),
        RestartUnit(KUBELET),
        StopUnit(KUBELET),
        CordonNode("a", "/k", False),
        DrainNode("a", "/k", 300),
        CordonNode("a", "/k"),
    ]


def test_steps_touch_what_they_change_lastingly() -> None:
    touched = {kind_of(step).touches(step) for step in EXAMPLES}
    assert touched == {
        *("/etc/x", "/etc/y", "/etc/z", "", "docker.service", "busybox", "ip_vs"),
        *("net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables", "kubelet", "/dev/vdb"),
        *("worker-1", "docker.io/library/busybox:1"),
    }


LONG: dict[Step, float] = {
    DrainNode("a", "/k", 3600): 3600,
    ImportImage("/s", "k8s.io", "a:1", ""): imports.SECONDS,
    RunCommand("swap-off", ("/swap.img",)): 1800,
    WaitFor("path-gone", "/x", 600): 600,
}


@pytest.mark.parametrize(("step", "seconds"), LONG.items(), ids=repr)
def test_a_step_that_takes_its_time_is_not_taken_for_one_that_hangs(
    step: Step, seconds: float
) -> None:
    assert kind_of(step).longest(step) >= seconds


LACKING = {
    "a row without a part": (
        """
from tests.apply.test_a_new_kind import Greeting, GREET
from unshim.apply.kind import Kind
Kind(Greeting, "greet", encode=GREET.encode, decode=GREET.decode)
""",
        'Missing named argument "undo"',
    ),
    "a row of another kind's parts": (
        """
from unshim.apply.kind import Kind
from unshim.apply.acts import unit_steps
from unshim.apply.rows.files import WRITE
WRITE.undo = unit_steps.stop
""",
        "Incompatible types in assignment",
    ),
    "an effect that is not pictured": (
        """
from typing import Protocol
from unshim.apply import kind
from unshim.plan.pictures.node import NodePicture
class Picture(kind.Picture, Protocol):
    def node_is_painted(self) -> None: ...
_: type[Picture] = NodePicture
""",
        "Incompatible types in assignment",
    ),
    "a noun without a row": (
        """
from typing import NoReturn
from unshim.apply import kinds
from unshim.model.nouns import NamedTuple
from unshim.model.steps import Step
class PaintNode(NamedTuple):
    node: str
def has_a_row(step: Step | PaintNode) -> object:
    return kinds._has_a_row(step)
""",
        "has incompatible type",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LACKING)
def test_what_a_kind_lacks_is_a_type_error(name: str, tmp_path: Path) -> None:
    from mypy import api

    source, error = LACKING[name]
    path = tmp_path / "lacking.py"
    path.write_text(source)
    arguments = ["--config-file", str(REPOSITORY / "pyproject.toml"), str(path)]
    said, _, code = api.run(["--cache-dir", str(REPOSITORY / ".mypy_cache"), *arguments])
    assert code == 1 and error in said, said
