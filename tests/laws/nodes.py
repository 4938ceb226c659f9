"""The recorded nodes, each opened and diagnosed once for all laws."""

from __future__ import annotations

from functools import cache

from tests import NODES
from unshim.facts.gather import gather
from unshim.host.once import RecordingHost
from unshim.judge.diagnose import diagnose
from unshim.judge.discover import catalogue
from unshim.model.checks import Check, Outcome, Result, Seen
from unshim.model.node import Node
from unshim.model.plan import Fix, Plan
from unshim.model.session import Look
from unshim.plan.rehearse import make_plan
from unshim.record.recorded import RecordedHost

FOLDER = NODES
NAMES = tuple(sorted(p.name for p in FOLDER.iterdir() if (p / "index.json").is_file()))
_ALL = catalogue()
CHECKS: tuple[Check, ...] = _ALL.checks
FIXES: tuple[Fix, ...] = _ALL.fixes
BY_HAND = "made by hand"
HEALTHY = (
    "containerd-healthy",
    "containerd-healthy-systemd-cgroups",
    "containerd-1.4",
    "containerd-1.6-with-kubelet-1.23",
    "containerd-1.6-with-kubelet-1.27",
    "containerd-1.7-with-kubelet-1.23",
    "containerd-1.7-with-kubelet-1.27",
    "containerd-2.1-tells-its-cgroup-driver",
    "containerd-2.1-with-kubelet-1.36",
    "containerd-2.3-with-kubelet-1.36",
    "containerd-2.1-without-kubelet",
    "containerd-without-kubelet",
    "dockershim-moved-by-unshim",
)


def host(name: str) -> RecordedHost:
    """A recorded node, opened afresh."""
    return RecordedHost(str(FOLDER / name))


@cache
def node(name: str) -> Node:
    """What is known of a recorded node."""
    return gather(host(name))


@cache
def asked(name: str) -> tuple[str, ...]:
    """Every single thing that a look at this node asks for."""
    recording = RecordingHost(host(name))
    gather(recording)
    paths = {k[0] for kind in ("read", "stat", "list") for k in recording.answers(kind)}
    runs = {f"run {k[0][0]}" for k in recording.answers("run")}
    calls = {f"call {k[1]}" for k in recording.answers("call")}
    sockets = {f"socket {k[0]}" for k in recording.answers("socket")}
    http = {f"http {k[1]}" for k in recording.answers("http")}
    return tuple(sorted({*paths, *runs, *calls, *sockets, *http, "processes"}))


@cache
def results(name: str) -> dict[str, Result]:
    """What each check comes to on it, by id."""
    return {r.check.id: r for r in diagnose(node(name), CHECKS)}


def look(name: str) -> Look:
    """The same as a look."""
    return Look(node(name), tuple(results(name).values()), 0.0)


def failing(name: str) -> list[str]:
    """The checks that fail on it."""
    return [i for i, r in results(name).items() if r.outcome is Outcome.FAIL]


@cache
def plan(name: str, *check_ids: str) -> Plan:
    """The plan for these checks, or for everything that hurts."""
    return make_plan(host(name), CHECKS, FIXES, check_ids)


@cache
def by_hand(name: str) -> frozenset[str]:
    """The parts of this recording that were made by hand."""
    parts = host(name).parts.items()
    return frozenset(part for part, words in parts if words.startswith(BY_HAND))


def proves(name: str, check: Check) -> bool:
    """Whether this recording may stand as proof of a check: parts made by hand do not count, unless
    the rule is from the source of a program that was not at hand.
    """
    return not by_hand(name) or not any(isinstance(p, Seen) for p in check.proof)
