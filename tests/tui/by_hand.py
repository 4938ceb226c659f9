"""A node made by hand, and an engine over it, for what no recording can give.

Made by hand: it proves that the screens show what they are given, never that a rule is right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.waiting import PATIENCE
from unshim.model.checks import Check, Evidence, Finding, Outcome, Result, Scope, Severity
from unshim.model.live import HostLoad, Sample, TaskRow, Usage
from unshim.model.machine import Machine
from unshim.model.node import Node
from unshim.model.plan import Cure, Disturbs, FileDiff, Fix, Forecast, Plan, Refusal
from unshim.model.session import (
    Applied,
    Ended,
    Hop,
    HopState,
    Look,
    Progress,
    Run,
    Standing,
    SubjectCount,
    Suggestion,
    Undoing,
    Verdict,
)
from unshim.model.steps import RestartUnit, Step, WriteFile
from unshim.model.values import Missing, Origin, Source, Why

NO = Missing("made by hand", Why.NOT_RECORDED)


def node(*, live: bool = True, root: bool = True, name: str = "node-7") -> Node:
    machine = Machine(name, "Debian 12", "6.1.0-18-amd64", "x86_64", 2, root, True)
    return Node("this machine", live, machine, **dict.fromkeys(Node._fields[3:], NO))


def _never(_node: Node) -> Iterable[Finding]:
    return ()


def _no_steps(_node: Node) -> Iterable[Step]:
    return ()


def check(name: str, severity: Severity, title: str, subject: str = "kubelet") -> Check:
    return Check(
        name,
        subject,
        title,
        f"The {subject} of {name} is well",
        "Two managers of one tree disagree about who owns memory.\n\n"
        "Source: Kubernetes docs, container runtimes.",
        severity,
        "Set SystemdCgroup = true in containerd's configuration and restart it.",
        Scope(),
        _never,
    )


def fail(name: str, severity: Severity, title: str, subject: str, *findings: Finding) -> Result:
    one = findings or (Finding(title.lower(), ()),)
    return Result(check(name, severity, title, subject), Outcome.FAIL, one)


def other(name: str, outcome: Outcome, title: str, subject: str, reason: str = "") -> Result:
    return Result(check(name, Severity.WARNING, title, subject), outcome, (), reason)


CGROUP = Finding(
    "kubelet uses systemd, containerd cgroupfs",
    (
        Evidence("kubelet", "systemd", "", Source(Origin.FILE, "/var/lib/kubelet/config.yaml", 9)),
        Evidence(
            "containerd",
            "cgroupfs",
            "systemd",
            Source(Origin.DEFAULT, "default of containerd 1.6"),
        ),
    ),
    "Pods fail to start, or are killed under memory pressure, because systemd and containerd both "
    "manage the same cgroups.",
)

RESULTS = (
    fail(
        "kubelet-names-dockershim",
        Severity.ERROR,
        "The kubelet still names dockershim",
        "kubelet",
        Finding(
            "the kubelet's flags name dockershim's socket",
            (
                Evidence(
                    "--container-runtime-endpoint",
                    "unix:///var/run/dockershim.sock",
                    "unix:///run/containerd/containerd.sock",
                    Source(Origin.FLAG, "/var/lib/kubelet/kubeadm-flags.env", 1),
                ),
            ),
            "Kubernetes 1.24 has no dockershim: the kubelet will not start after the upgrade.",
        ),
    ),
    fail(
        "cgroup-driver-mismatch",
        Severity.ERROR,
        "The kubelet and containerd disagree on cgroups",
        "cgroup",
        CGROUP,
    ),
    fail("crictl-config-missing", Severity.WARNING, "crictl has no configuration", "crictl"),
    fail(
        "log-rotation-lost", Severity.WARNING, "Docker's log rotation is not carried over", "logs"
    ),
    fail("sandbox-image-legacy", Severity.INFO, "The sandbox image names k8s.gcr.io", "images"),
    other(
        "images-incomplete",
        Outcome.UNKNOWN,
        "Images lack layers",
        "images",
        "containerd was not asked: not root",
    ),
    *(
        other(f"kubelet-fine-{n}", Outcome.PASS, f"The kubelet is fine in way {n}", "kubelet")
        for n in range(1, 13)
    ),
    *(other(f"cni-fine-{n}", Outcome.PASS, f"CNI is fine, way {n}", "cni") for n in range(1, 6)),
    other(
        "docker-leftovers",
        Outcome.NOT_APPLICABLE,
        "Docker is left over",
        "docker",
        "has a meaning only once the kubelet uses containerd",
    ),
)

CHAIN = (
    Hop("kubelet", "1.23.17", HopState.FINE),
    Hop("dockershim", "in kubelet", HopState.BROKEN, "gone in 1.24"),
    Hop("dockerd", "20.10.24", HopState.FINE),
    Hop("containerd", "1.6.20", HopState.FINE),
    Hop("shim", "v2", HopState.FINE),
    Hop("runc", "1.1.5", HopState.FINE),
)

SUGGESTIONS = (
    Suggestion("Use one cgroup driver", "cgroup-driver-mismatch", True),
    Suggestion("Give crictl a configuration", "crictl-config-missing", True),
    Suggestion("Move the kubelet to containerd", "kubelet-names-dockershim", False),
)


def fix(check_id: str, title: str, disturbs: Disturbs) -> Fix:
    return Fix(f"fix-{check_id}", check_id, title, "It edits one line.", disturbs, _no_steps)


FIXES = (
    fix(
        "cgroup-driver-mismatch",
        "Use the systemd cgroup driver in containerd",
        Disturbs.CONTAINERD,
    ),
    fix("crictl-config-missing", "Point crictl at the kubelet's socket", Disturbs.NOTHING),
    fix("log-rotation-lost", "Carry Docker's log rotation over", Disturbs.KUBELET),
)

_BEFORE = b'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n'


def plan(**changes: object) -> Plan:
    """A plan of one edit and one restart, or with `changes` another."""
    made = Plan(
        node="node-7",
        fixes=(FIXES[0],),
        refusals=(),
        steps=(
            WriteFile("/etc/containerd/config.toml", _BEFORE, _BEFORE + b"x = 1\n"),
            RestartUnit("containerd.service"),
        ),
        diffs=(
            FileDiff(
                "/etc/containerd/config.toml",
                (
                    "--- /etc/containerd/config.toml",
                    "+++ /etc/containerd/config.toml",
                    "@@ -11,3 +11,3 @@",
                    '   [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]',
                    "-    SystemdCgroup = false",
                    "+    SystemdCgroup = true",
                ),
            ),
        ),
        forecast=(
            Forecast("cgroup-driver-mismatch", Outcome.FAIL, Outcome.PASS, expected=True),
            Forecast("crictl-config-missing", Outcome.FAIL, Outcome.FAIL),
        ),
        disturbs=Disturbs.CONTAINERD,
        hashes={"/etc/containerd/config.toml": "0" * 64},
        facts={},
        warnings=("pods made under the other driver must be made again: drain first",),
    )
    return made._replace(**changes)  # type: ignore[arg-type]


COMMANDS = ("put back /etc/containerd/config.toml", "systemctl restart containerd")
BACK = FileDiff(
    "/etc/containerd/config.toml",
    (
        "--- /etc/containerd/config.toml",
        "+++ /etc/containerd/config.toml",
        "-    SystemdCgroup = true",
        "+    SystemdCgroup = false",
    ),
)

REFUSED = Refusal(
    FIXES[0],
    "this node still runs 14 pods, and the change needs it drained",
    ("kubectl drain node-7 --ignore-daemonsets", "unshim fix cgroup-driver-mismatch"),
)


def tasks(count: int = 12, tick: int = 0) -> tuple[TaskRow, ...]:
    """Task rows whose numbers move with the tick."""
    rows = []
    for n in range(count):
        pod = f"default/web-{n // 2}" if n < count - 2 else ""
        rows.append(
            TaskRow(
                namespace="k8s.io" if pod else "moby",
                id=f"{n:02d}" + "c0ffee" * 10,
                pid=4000 + n,
                status="running" if n % 7 else "paused",
                image="registry.example.com/web:1",
                pod=pod,
                container="" if pod and n % 2 == 0 else f"app-{n}",
                sandbox=bool(pod) and n % 2 == 0,
                started=1_700_000_000.0 - n * 5000,
                usage=Usage(
                    cpu=(n * 7 + tick * 3) % 50 / 3,
                    memory=(20 + (n * 13 + tick) % 300) * 1024 * 1024,
                    limit=400 * 1024 * 1024 if n % 3 else None,
                    pids=3 + n % 5,
                    read=float((n * tick * 512) % 300_000),
                    written=0.0,
                ),
                measured="cgroup",
            )
        )
    return tuple(rows)


HOST = HostLoad(12.4, 3_300_000_000, 16_700_000_000, "/var/lib/containerd", 48 << 30, 80 << 30)


@dataclass
class HandSampler:
    """Samples that move; `lost` makes the daemon silent."""

    count: int = 12
    lost: str = ""
    tick: int = 0
    closed: bool = False
    extra: tuple[TaskRow, ...] = ()

    def sample(self) -> Sample:
        self.tick += 1
        if self.lost:
            return Sample(float(self.tick), Missing(self.lost, Why.TIMEOUT), HOST)
        host = HOST._replace(cpu=10.0 + self.tick % 7)
        return Sample(float(self.tick), (*self.extra, *tasks(self.count, self.tick)), host)

    def close(self) -> None:
        self.closed = True


@dataclass
class HandEngine:
    """An engine that answers with values made by hand, and notes what it was asked to do."""

    only_reads: bool = False
    live: bool = True
    root: bool = True
    name: str = "node-7"
    results: tuple[Result, ...] = RESULTS
    made: Plan | Exception = field(default_factory=plan)
    end: Ended = Ended.DONE
    runs: tuple[Run, ...] = ()
    fixes: tuple[Fix, ...] = FIXES
    live_samples: HandSampler | Missing = field(default_factory=HandSampler)
    refused: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    cannot_look: str = ""
    slow: threading.Event | None = None
    chain: tuple[Hop, ...] = CHAIN
    suggestions: tuple[Suggestion, ...] = SUGGESTIONS
    asked: list[str] = field(default_factory=list)
    open_run: Run | None = None

    @property
    def has_live_panes(self) -> bool:
        return self.live

    def look(self) -> Look:
        self.asked.append("look")
        if self.hold is not None:
            self.hold.wait(PATIENCE)
        if self.cannot_look:
            raise RuntimeError(self.cannot_look)
        seen = node(live=self.live, root=self.root, name=self.name)
        return Look(seen, self.results, 0.4, open_run=self.open_run)

    def verdict(self, look: Look) -> Verdict:
        subjects = tuple(_count(look.results, s) for s in sorted(_subjects(look.results)))
        return Verdict(
            "This node still runs its pods through dockershim, which Kubernetes 1.24 removed.",
            Standing.BROKEN,
            ("kubelet 1.23.17", "containerd 1.6.20"),
            self.chain,
            self.suggestions,
            _count(look.results, ""),
            subjects,
            "not root",
            Severity.ERROR,
            {fix.check_id: Cure(fix, fix.disturbs, 1) for fix in self.fixes},
            open_run=look.open_run,
        )

    def plan(self, check_ids: Sequence[str]) -> Plan:
        self.asked.append(f"plan {' '.join(check_ids)}")
        if isinstance(self.made, Exception):
            raise self.made
        return self.made

    def apply(self, plan: Plan, progress: Callable[[Progress], None]) -> Applied:
        self.asked.append("apply")
        if self.slow is not None:
            progress(Progress(1, 2, "write /etc/containerd/config.toml", False))
            self.slow.wait(PATIENCE)
        for number, words in enumerate(("write /etc/containerd/config.toml", "restart"), 1):
            progress(Progress(number, 2, words, False))
            progress(Progress(number, 2, words, True))
        return Applied(self.end, "20261120-1", ("cgroup-driver-mismatch: fail → pass",))

    def undo(self, run: str, progress: Callable[[Progress], None]) -> Applied:
        self.asked.append(f"undo {run}")
        progress(Progress(1, 1, "put /etc/containerd/config.toml back", True))
        return Applied(Ended.UNDONE, run, ("everything is as it was",))

    def undoing(self, run: str) -> Undoing | Missing:
        found = next(one for one in self.runs if one.id == run)
        return Undoing(found, COMMANDS, (BACK,), self.refused.get(run, ""))

    def journal(self) -> tuple[Run, ...]:
        return self.runs

    def sampler(self) -> HandSampler | Missing:
        return self.live_samples


def _subjects(results: Iterable[Result]) -> set[str]:
    return {r.check.subject for r in results}


def _count(results: Iterable[Result], subject: str) -> SubjectCount:
    of = [r for r in results if subject in ("", r.check.subject)]
    return SubjectCount(
        subject,
        sum(r.severity is Severity.ERROR for r in of),
        sum(r.severity is Severity.WARNING for r in of),
        sum(r.severity is Severity.INFO for r in of),
        sum(r.outcome is Outcome.PASS for r in of),
        sum(r.outcome in (Outcome.UNKNOWN, Outcome.ERROR) for r in of),
        sum(r.outcome is Outcome.NOT_APPLICABLE for r in of),
    )


RUN = Run(
    "20261120-1",
    1_700_000_000.0,
    "root",
    ("use-systemd-cgroup",),
    ("/etc/containerd/config.toml",),
    "verified",
    Disturbs.CONTAINERD,
)
UNDONE = RUN._replace(id="20261121-2", state="undone")
