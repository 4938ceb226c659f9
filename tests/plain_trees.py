"""Plain trees put together from parts, and what a report makes of one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests import trees
from unshim.cli import exits
from unshim.engine import Engine
from unshim.host.host import Host
from unshim.judge.discover import catalogue
from unshim.judge.verdict import verdict as verdict_of
from unshim.model.checks import Outcome, Result
from unshim.model.nouns import NamedTuple
from unshim.model.session import Hop, Look
from unshim.report.as_json import as_json
from unshim.report.formats import Contents

SOCKET = "unix:///run/containerd/containerd.sock"
KUBELET_UNIT = "/etc/systemd/system/kubelet.service"
CONTAINERD_UNIT = "/lib/systemd/system/containerd.service"
CONTAINERD_CONFIG = "/etc/containerd/config.toml"
# A node on containerd without a fault: what each test changes stands in the test.
SOUND: Mapping[str, str] = {
    "/etc/os-release": 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "/usr/bin/kubelet": "",
    "/usr/bin/containerd": "",
    "/usr/bin/crictl": "",
    KUBELET_UNIT: "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml "
    f"--container-runtime-endpoint={SOCKET}\n",
    "/var/lib/kubelet/config.yaml": "apiVersion: kubelet.config.k8s.io/v1beta1\n"
    "kind: KubeletConfiguration\ncgroupDriver: systemd\n",
    CONTAINERD_UNIT: "[Service]\nExecStart=/usr/bin/containerd\nKillMode=process\n",
    CONTAINERD_CONFIG: """\
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
""",
    "/etc/crictl.yaml": f"runtime-endpoint: {SOCKET}\n",
    **trees.installed(**{"kubelet": "1.28.2-1.1", "containerd.io": "1.6.33-1"}),
}


class Judged(NamedTuple):
    """A look at a tree: the results by the ids of their checks, and the exit code."""

    look: Look
    results: Mapping[str, Result]
    code: int
    sentence: str
    chain: tuple[Hop, ...]

    def of(self, outcome: Outcome) -> set[str]:
        return {name for name, result in self.results.items() if result.outcome is outcome}

    @property
    def found(self) -> dict[str, str]:
        """The severity of each check that found something more than information."""
        severe = {n: str(r.severity) for n, r in self.results.items() if r.severity is not None}
        return {name: severity for name, severity in severe.items() if severity != "info"}


_CATALOGUE = catalogue()


def judged(host: Host) -> Judged:
    """What a report says of a tree."""
    engine = Engine(host, _CATALOGUE.checks, _CATALOGUE.fixes, only_reads=True)
    look = engine.look()
    results = {result.check.id: result for result in look.results}
    code = exits.of_results(look.results, "error")
    verdict = engine.verdict(look)
    return Judged(look, results, code, verdict.sentence, verdict.chain)


def report_of(of: Judged) -> str:
    """The report of a look as JSON."""
    verdict = verdict_of(of.look, _CATALOGUE.fixes)
    return as_json(Contents(of.look, verdict, _CATALOGUE.fixes, {}, "", 80))


def judge(folder: Path, files: Mapping[str, str]) -> Judged:
    """What a report says of a tree of these files."""
    return judged(trees.tree(folder, files))
