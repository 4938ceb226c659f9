"""The one door for those who write checks and fixes: everything that most of them need.

Parts of a node stand in unshim.model.parts, tables of releases in unshim.releases, edits of files
in unshim.text.edit. CONTRIBUTING.md shows a check and a fix written with this.
"""

from __future__ import annotations

from unshim.judge.declare import check, fix
from unshim.judge.evidence import absent, as_written, not_known, quotes, see, shows
from unshim.judge.guards import (
    RESTART_CONTAINERD,
    RESTART_KUBELET,
    apply_command,
    drained,
    drivers_agree,
    edited,
    may_restart_containerd,
    ready_for_containerd,
    refusing,
)
from unshim.judge.phase import before_migration, running_driver, seen_runtime, without_kubelet
from unshim.judge.pods import NAMESPACE, Wanted, on_docker_now, pods_now, static_pods_in
from unshim.judge.registered import node_name
from unshim.model.checks import (
    At,
    Evidence,
    Finding,
    FromSource,
    Phase,
    Rank,
    Seen,
    Severity,
)
from unshim.model.machine import ParseError, Runtime, SocketState, Unit
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Made, Note, PodsStay, Refused, Titled
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile
from unshim.model.values import (
    Missing,
    Origin,
    Setting,
    Source,
    Unknown,
    Version,
    cannot_tell,
    known,
    present,
)

__all__ = [
    "NAMESPACE",
    "RESTART_CONTAINERD",
    "RESTART_KUBELET",
    "At",
    "Disturbs",
    "Evidence",
    "Finding",
    "FromSource",
    "Made",
    "Missing",
    "Node",
    "Note",
    "Origin",
    "ParseError",
    "Phase",
    "PodsStay",
    "Rank",
    "Refused",
    "ReloadSystemd",
    "RestartUnit",
    "Runtime",
    "Seen",
    "Setting",
    "Severity",
    "ShareImage",
    "SocketState",
    "Source",
    "Step",
    "Titled",
    "Unit",
    "Unknown",
    "Version",
    "Wanted",
    "WriteFile",
    "absent",
    "apply_command",
    "as_written",
    "before_migration",
    "cannot_tell",
    "check",
    "drained",
    "drivers_agree",
    "edited",
    "fix",
    "known",
    "may_restart_containerd",
    "node_name",
    "not_known",
    "on_docker_now",
    "pods_now",
    "present",
    "quotes",
    "ready_for_containerd",
    "refusing",
    "running_driver",
    "see",
    "seen_runtime",
    "shows",
    "static_pods_in",
    "without_kubelet",
]
