"""The gates on a real node: what its containerd or systemd would not take is refused by the worker
before anything is changed, in their own words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from unshim.apply.codec import encode
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, WriteFile

from .base import REPOSITORY
from .node import Node
from .recorded_states import STATES
from .states import CONTAINERD, running
from .test_real_apply import standing
from .test_real_fixes import start_tasks, tasks

DONE, REFUSED = 0, 6
UNIT = "containerd.service"
DROP_IN = "/etc/systemd/system/containerd.service.d/50-lab.conf"
PYTHON = "/opt/unshim/bin/python3"
WORKER = """
import json, subprocess, sys
from unshim.apply import journal
run = journal.new_run(json.load(sys.stdin))
worker = [sys.executable, "-I", "-m", "unshim.apply", "apply", str(run)]
code = subprocess.run(worker, stdin=subprocess.DEVNULL).returncode
print(json.dumps([code, journal.records(run)]))
"""
EXPECTED = {
    "cured": [],
    "before": {},
    "forecast": {},
    "disturbs": "nothing",
    "pods": [],
    "stopped": False,
}
NO_HANDLER = b"""\
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "x"
"""


@pytest.fixture(scope="module")
def sound(node_layers: None) -> Iterator[Node]:
    with running(STATES["containerd-healthy"], REPOSITORY, copied=False) as node:
        start_tasks(node, "one")
        yield node


def carried_out(node: Node, *steps: Step) -> tuple[int, list[dict[str, Any]]]:
    """How the worker ended, and what it wrote into its journal."""
    plan = {
        "format": 1,
        "steps": [encode(step) for step in steps],
        "expected": EXPECTED,
        "socket": "/run/containerd/containerd.sock",
    }
    done = node.run([PYTHON, "-I", "-c", WORKER], input=json.dumps(plan).encode(), timeout=240)
    code, records = json.loads(done.stdout)
    return code, records


def write(node: Node, path: str, after: bytes) -> WriteFile:
    there = node.run(["test", "-e", path], check=False).returncode == 0
    return WriteFile(path, node.read(path) if there else None, after)


def refused(node: Node, *steps: Step) -> str:
    """Why the worker refused these; nothing may have changed."""
    before, ran, mounts = standing(node), tasks(node), node.read("/proc/1/mountinfo")
    code, records = carried_out(node, *steps)
    assert code == REFUSED
    assert standing(node) == before
    assert tasks(node) == ran
    assert node.read("/proc/1/mountinfo") == mounts
    assert node.run(["ls", "/run/unshim-shadow"], check=False).returncode
    (record,) = records
    assert record["refused"] is True
    return str(record["reason"])


def test_a_containerd_without_its_cri_service_is_never_begun(sound: Node) -> None:
    told = refused(sound, write(sound, CONTAINERD, NO_HANDLER), RestartUnit(UNIT))
    assert "io.containerd.grpc.v1.cri: invalid plugin config: no corresponding runtime" in told


def test_a_file_that_containerd_does_not_take_is_never_written(sound: Node) -> None:
    wrong = b'version = 2\ndisabled_plugins = ["cri"]\n'
    told = refused(sound, write(sound, CONTAINERD, wrong), RestartUnit(UNIT))
    assert 'invalid disabled plugin URI "cri"' in told
    assert "is not TOML (line 2)" in refused(sound, write(sound, CONTAINERD, b"version = 2\n[x\n"))


def test_what_systemd_complains_of_is_never_written(sound: Node) -> None:
    step = write(sound, DROP_IN, b"[Service]\nKilMode=process\n")
    assert f"{DROP_IN}:2: Unknown key" in refused(sound, step, ReloadSystemd())


def test_what_both_take_is_carried_out(sound: Node) -> None:
    ran = tasks(sound)
    steps = (
        write(sound, DROP_IN, b"[Service]\nKillMode=process\n"),
        write(sound, CONTAINERD, sound.read(CONTAINERD) + b"# read by all\n"),
        ReloadSystemd(),
        RestartUnit(UNIT),
    )
    code, records = carried_out(sound, *steps)
    assert [code, records[-1]["state"]] == [DONE, "verified"], records
    assert records[0]["notes"] == []
    assert tasks(sound) == ran
