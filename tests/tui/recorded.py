"""Engines over recorded nodes, for pictures that are the same every time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from tests import NODES
from tests.tui.by_hand import HOST, HandSampler
from unshim.engine import Engine
from unshim.model.live import Sample, TaskRow, Usage
from unshim.model.plan import Fix, Plan
from unshim.model.session import Applied, Look, Progress, Run, Undoing, Verdict
from unshim.model.values import Missing

_NAMES = (
    ("kube-system/coredns-5d78c9869d-h2kzr", "coredns", 4.0, 37, 170),
    ("kube-system/kube-proxy-7x9qv", "kube-proxy", 0.4, 24, None),
    ("kube-system/cilium-lq4ns", "cilium-agent", 6.2, 312, 1024),
    ("default/web-7c5ddbdf54-8fjq2", "nginx", 0.3, 12, 128),
    ("default/web-7c5ddbdf54-8fjq2", "log-shipper", 0.1, 31, 64),
    ("monitoring/node-exporter-bb2tz", "node-exporter", 1.1, 18, 180),
    ("", "legacy-proxy", 0.1, 6, None),
)


def _tasks(tick: int) -> tuple[TaskRow, ...]:
    """What a small node runs. Made by hand: a recording has no present."""
    started = time.time() - 3 * 86_400 - 60
    rows = []
    for number, (pod, name, cpu, memory, limit) in enumerate(_NAMES):
        load = cpu * (1 + (tick * (number + 3)) % 5 / 6)
        namespace = "k8s.io" if pod else "moby"
        if pod and name != "log-shipper":
            rows.append(
                TaskRow(
                    namespace,
                    f"{number}a" * 32,
                    2100 + number,
                    "running",
                    "registry.k8s.io/pause:3.9",
                    pod,
                    "",
                    True,
                    started,
                    Usage(0.0, 400_000, None, 1, 0.0, 0.0),
                    "cgroup",
                )
            )
        rows.append(
            TaskRow(
                namespace,
                f"{number}b" * 32,
                2200 + number,
                "running",
                f"registry.example.org/{name}:1.2",
                pod,
                name,
                False,
                started + number * 7200,
                Usage(
                    load,
                    memory << 20,
                    None if limit is None else limit << 20,
                    3 + number,
                    load * 900,
                    0.0,
                ),
                "cgroup",
            )
        )
    return tuple(rows)


def moments() -> Iterator[Sample]:
    """Samples one after another, the same at each start."""
    for tick in count():
        host = HOST._replace(cpu=8.0 + tick * 5 % 17)
        yield Sample(float(tick), _tasks(tick), host)


@dataclass
class SceneSampler(HandSampler):
    """Those samples, as a live pane asks for them."""

    moments: Iterator[Sample] = field(default_factory=moments)

    def sample(self) -> Sample:
        return next(self.moments)


@dataclass
class RecordedEngine:
    """A recorded node's engine; a look always takes 0.2 s. `live` pretends to a present."""

    real: Engine
    live: bool = False
    fixes: tuple[Fix, ...] = field(init=False)
    only_reads: bool = field(init=False)

    def __post_init__(self) -> None:
        self.fixes = self.real.fixes
        self.only_reads = not self.live

    @property
    def has_live_panes(self) -> bool:
        return self.live or self.real.has_live_panes

    def look(self) -> Look:
        """A fresh look of the node."""
        look = self.real.look()
        machine = look.node.machine._replace(root=True)
        node = look.node._replace(live=True, machine=machine) if self.live else look.node
        return look._replace(node=node, seconds=0.2)

    def verdict(self, look: Look) -> Verdict:
        return self.real.verdict(look)

    def plan(self, check_ids: Sequence[str]) -> Plan:
        return self.real.plan(check_ids)

    def apply(self, plan: Plan, progress: Callable[[Progress], None]) -> Applied:
        raise AssertionError("a recorded node is never changed")

    def undo(self, run: str, progress: Callable[[Progress], None]) -> Applied:
        raise AssertionError("a recorded node is never changed")

    def undoing(self, run: str) -> Undoing | Missing:
        return Missing("there is nothing to undo")

    def journal(self) -> tuple[Run, ...]:
        return ()

    def sampler(self) -> SceneSampler | Missing:
        return SceneSampler()


FEW = (
    "cgroup-driver-mismatch",
    "crictl-config-missing",
    "crictl-missing",
    "images-wrong-namespace",
    "kubelet-dockershim-reference",
    "kubelet-endpoint-missing",
    "kubelet-removed-flags",
    "log-rotation-not-carried-over",
    "log-rotation-unset",
)
"""Checks enough for a picture, so that a new check changes none."""


def recorded(name: str, *, live: bool = False, every: bool = False) -> RecordedEngine:
    """The engine over tests/nodes/<name>, with a few checks or with every one, and all fixes."""
    from unshim.judge.discover import catalogue
    from unshim.record.recorded import open_root

    host = open_root(str(NODES / name))
    known = catalogue()
    chosen = tuple(c for c in known.checks if every or c.id in FEW)
    return RecordedEngine(Engine(host, chosen, known.fixes, only_reads=True), live)
