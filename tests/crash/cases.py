"""What is carried out: an example of each kind of step, and each fix's plan on a recorded node."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

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
    ShareImage,
    StartUnit,
    Step,
    StopUnit,
    WaitFor,
    WriteFile,
)


class Case(NamedTuple):
    """Steps in the order they are carried out in, and links that the node has."""

    name: str
    steps: tuple[Step, ...]
    links: tuple[tuple[str, str], ...] = ()


KUBELET, DOCKER, CONTAINERD = "kubelet.service", "docker.service", "containerd.service"
CRICTL, CONFIG = "/etc/crictl.yaml", "/var/lib/kubelet/config.yaml"
CLUSTER = "/run/cluster/config"
DROP_IN = "/etc/systemd/system/kubelet.service.d/20-unshim.conf"
_OLD = b"# as it was\n" + b"old: 1\n" * 40
_NEW = b"# as it will be\n" + b"new: 2\n" * 50

REPLACE = Case("replace a file", (WriteFile(CRICTL, _OLD, _NEW),))
CREATE = Case("make a file", (WriteFile(CRICTL, None, _NEW, 0o600),))
REMOVE = Case("remove a file", (WriteFile(CRICTL, _OLD, None),))
MOVE = Case(
    "move a node",
    (
        StopUnit(KUBELET),
        EnableUnit(DOCKER, False),
        WriteFile(CONFIG, _OLD, _NEW),
        WriteFile(DROP_IN, None, b"[Service]\n"),
        WriteFile(CRICTL, _OLD, None),
        ReloadSystemd(),
        StartUnit("other.service"),
        RestartUnit(KUBELET),
    ),
)
FOLDERS = Case("make two folders", (WriteFile("/etc/containerd/certs.d/x/hosts.toml", None, _NEW),))
ENABLE, MASK = Case("enable", (EnableUnit(DOCKER),)), Case("mask", (MaskUnit(DOCKER),))
DISABLE = Case("disable", (EnableUnit(DOCKER, False),))
KINDS: tuple[Case, ...] = (
    REPLACE,
    CREATE,
    REMOVE,
    FOLDERS,
    Case(
        "a file behind a link",
        (WriteFile(CRICTL, _OLD, _NEW),),
        ((CRICTL, "/etc/crictl.real"),),
    ),
    Case("a long file", (WriteFile(CONFIG, _OLD * 2000, _NEW * 2000),)),
    Case("an empty file", (WriteFile(CONFIG, b"", _NEW), WriteFile(CRICTL, _OLD, b""))),
    Case(
        "two files, and who reads them",
        (
            WriteFile(CONFIG, _OLD, _NEW),
            WriteFile(CRICTL, _OLD, _NEW),
            ReloadSystemd(),
            RestartUnit(KUBELET),
        ),
    ),
    Case("stop", (StopUnit(DOCKER),)),
    Case("start", (StartUnit(DOCKER),)),
    ENABLE,
    DISABLE,
    MASK,
    Case("unmask", (MaskUnit(DOCKER, False),)),
    MOVE,
    Case("load a module", (LoadModule("br_netfilter"),)),
    Case(
        "a parameter, now and lasting",
        (
            WriteFile("/etc/sysctl.d/99-unshim.conf", None, b"net.ipv4.ip_forward = 1\n"),
            SetSysctl("net.ipv4.ip_forward", "0", "1"),
        ),
    ),
    Case("share an image", (ShareImage("/s", "default", "k8s.io", "a/b:1", "sha256:a", ("b",)),)),
    Case(
        "import an image",
        (ImportImage("/s", "k8s.io", "docker.io/library/a:1", f"sha256:{'0' * 64}"),),
    ),
    Case("cordon", (CordonNode("node", CLUSTER),)),
    Case("uncordon", (CordonNode("node", CLUSTER, False),)),
    Case("drain", (DrainNode("node", CLUSTER, 60), WriteFile(CRICTL, _OLD, _NEW))),
    Case("restart containerd", (WriteFile(CONFIG, _OLD, _NEW), RestartUnit(CONTAINERD))),
    Case("hold a package", (RunCommand("hold-package", ("kubelet",)),)),
    Case("swap off", (RunCommand("swap-off", ("/swapfile",)),)),
    Case(
        "stop, and wait for it",
        (StopUnit(DOCKER), WaitFor("unit-inactive", DOCKER, 5), WriteFile(CRICTL, _OLD, _NEW)),
    ),
)


@cache
def fixes(each: int = 1) -> tuple[Case, ...]:
    """Every fix's plan on the first recorded nodes that have its fault; `each` nodes per fix."""
    from tests.laws import nodes

    found = []
    for fix in nodes.FIXES:
        left = each
        for name in nodes.NAMES:
            if left and fix.check_id in nodes.failing(name):
                steps = nodes.plan(name, fix.check_id).steps
                if steps:
                    found.append(Case(f"{fix.check_id} on {name}", tuple(steps)))
                    left -= 1
    return tuple(found)


def kinds_in(cases: Sequence[Case]) -> set[type]:
    """The kinds of steps that these cases have."""
    return {type(step) for case in cases for step in case.steps}


WITH_FILES = tuple(c for c in KINDS if kinds_in([c]) & {WriteFile, EnableUnit, MaskUnit})
"""Those that leave something on a disk."""
FLUSHED = (REPLACE, CREATE, REMOVE, FOLDERS, ENABLE, DISABLE, MASK)
"""A few that come to every flush."""
