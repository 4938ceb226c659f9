"""Real kubelets start with what the checks call well, and end with what they call a fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.kubelet_refusals import CONFIG, DROP_INS, ECR, EVERY, PROGRAMS, PROVIDERS, Case

from . import kubelet, programs
from .node import Node

SOCKET = "unix:///run/containerd/containerd.sock"
STARTED = "Started kubelet"
LOG = "/tmp/kubelet.log"
# Ends with the kubelet, or once it says that it has started: it, not the one before it.
WATCH = f"""\
: >{LOG}
"$@" >{LOG} 2>&1 & pid=$!
while kill -0 $pid 2>/dev/null && ! grep -q '{STARTED}' {LOG}; do sleep 0.05; done
! kill -KILL $pid 2>/dev/null; ended=$?
wait $pid 2>/dev/null
exit $ended
"""


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    found = {line: programs.binary("kubelet", line) for line in ("1.23", "1.27", "1.36")}

    def put(node: Node) -> None:
        for line, program in found.items():
            shutil.copy(program, node.disk / f"usr/bin/kubelet-{line}")

    with Node.boot("refusing", before_boot=put, source=None) as node:
        node.wait_socket("/run/containerd/containerd.sock")
        yield node


def _starts(node: Node, case: Case, line: kubelet.Line) -> bool:
    """Whether a kubelet of this line comes up with the files of this case."""
    node.run(["rm", "-rf", CONFIG, DROP_INS, PROGRAMS, PROVIDERS])
    base = kubelet.config(line)
    if DROP_INS in case.flags:  # a merge forgets a list that is empty, and not one that says so
        base = base.replace("Allocatable: []", "Allocatable: [none]")
    if case.config is not None:
        node.write(CONFIG, case.config if case.whole else base + case.config)
    for path, text in case.files.items():
        node.write(path, text, 0o755 if path == ECR else 0o644)
    flags = [f"--config={CONFIG}", f"--container-runtime-endpoint={SOCKET}", *case.flags.split()]
    if line == "1.23":
        flags.append("--container-runtime=remote")
    argv = ["sh", "-c", WATCH, "sh", f"/usr/bin/kubelet-{line}", *flags]
    return node.run(argv, check=False, timeout=120).returncode != 0


def _wrong(node: Node, line: kubelet.Line) -> list[str]:
    return [
        case.name
        for case in EVERY
        if line in case.lines and _starts(node, case, line) == (line in case.stops)
    ]


def test_a_kubelet_of_today_ends_with_each_fault_and_with_nothing_else(node: Node) -> None:
    assert _wrong(node, "1.36") == []


@pytest.mark.drill
@pytest.mark.parametrize("line", ["1.23", "1.27"])
def test_older_ones_do_so_too(node: Node, line: kubelet.Line) -> None:
    assert _wrong(node, line) == []
