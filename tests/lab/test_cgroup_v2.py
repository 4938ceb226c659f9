"""A kubelet that refuses cgroup v1, with cgroup v2: what unshim says and shows is what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from unshim.model.steps import LoadModule, RunCommand, SetSysctl

from . import kubelet
from .base import REPOSITORY
from .cgroup_v2_states import (
    CGROUP_V2,
    MISMATCH,
    REFUSED,
    SAMPLED,
    emulated,
    refused,
    settings,
    use_kubelet,
)
from .emulated import Emulated
from .kubelet import Pod
from .runs import InNode
from .states import CONFIG

LIMIT = 64 << 20
# Memory that is in use, and page cache that was written once and can be dropped.
WORK = "head -c 16000000 /dev/zero >/dev/shm/held; dd if=/dev/zero of=/file bs=1M count=8"
PYTHON = "/opt/unshim/bin/python"

SEEN = """
import json, sys, time
from unshim.host.local import LocalHost
from unshim.live.cgroup_places import cgroup_of, read_mounts
from unshim.live.metrics import reading_of
from unshim.live.sampler import open_sampler
from unshim.rpc import containerd as ctd
host, tasks = LocalHost(), []
sampler = open_sampler(host)
sampler.sample()
time.sleep(1.2)
for row in sampler.sample().tasks:
    files = cgroup_of(row.pid, read_mounts()).read(0).usage
    (answer,) = ctd.metrics(host, sampler.socket, row.namespace, [f'"{row.id}"'], 30)
    kinds = {"shown": row.usage, "files": files, "told": reading_of(answer).usage}
    tasks.append(row._asdict() | {kind: usage._asdict() for kind, usage in kinds.items()})
    tasks[-1]["type"] = answer.data.type_url.decode()
sampler.close()
json.dump(tasks, sys.stdout, default=str)
"""
KERNEL = r"""
for pid; do
    cd "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")" && echo "pid $pid" &&
        sed -n 's/^usage_usec/cpu/p' cpu.stat && echo "usage $(cat memory.current)" &&
        sed -n 's/^inactive_file/inactive/p' memory.stat &&
        echo "limit $(cat memory.max)" && echo "pids $(cat pids.current)"
done
"""
OF_CTR = {"cpu.usage_usec": "cpu", "memory.usage": "usage", "pids.current": "pids"}
OF_CTR["memory.usage_limit"] = "limit"
Numbers = dict[str, int]


class Limited(Pod):
    """A pod that may not have all the memory."""

    def manifest(self) -> str:
        """The file in /etc/kubernetes/manifests."""
        return f"{super().manifest()}    resources:\n      limits:\n        memory: {LIMIT}\n"


STILL = Limited("still", command=("/bin/sh", "-c", f"{WORK}; exec sleep 1000000"))


@pytest.fixture(scope="module")
def node(node_layers: None) -> Iterator[Emulated]:
    """The node, with a pod that holds memory and then does nothing."""
    state = CGROUP_V2[SAMPLED]
    with emulated(replace(state, pods=(Pod("web"), STILL)), REPOSITORY) as booted:
        yield booted


def _report(node: Emulated) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(node.unshim("--report", "json").stdout)
    return report


def _driver(node: Emulated) -> dict[str, Any]:
    """What is said of the cgroup driver."""
    (found,) = (one for one in _report(node)["results"] if one["id"] == "cgroup-driver-mismatch")
    return dict(found)


def _pids(node: Emulated) -> dict[str, tuple[int, str]]:
    """The pid and status of every task, as ctr says."""
    lines = node.text("ctr", "-n", "k8s.io", "tasks", "ls").splitlines()[1:]
    return {name: (int(pid), status) for name, pid, status in map(str.split, lines)}


def _kernel(node: Emulated, tasks: dict[str, tuple[int, str]]) -> dict[str, Numbers]:
    """What the files of each task's cgroup say."""
    argv = ["sh", "-ec", KERNEL, "sh", *(str(pid) for pid, _ in tasks.values())]
    found: dict[int, Numbers] = {}
    for line in node.text(*argv).splitlines():
        name, value = line.split()
        if name == "pid":
            found[int(value)] = {}
        elif value != "max":
            found[list(found)[-1]][name] = int(value)
    return {name: found[pid] for name, (pid, _) in tasks.items()}


def _ctr(node: Emulated, task: str) -> Numbers:
    """What `ctr tasks metrics` says."""
    said = node.text("ctr", "-n", "k8s.io", "tasks", "metrics", task)
    pairs = re.findall(r"(?m)^(\S+) +(\d+)\s*$", said)
    numbers = {OF_CTR[name]: int(value) for name, value in pairs if name in OF_CTR}
    return {name: value for name, value in numbers.items() if value < 1 << 63}


def _crictl(node: Emulated) -> dict[str, Any]:
    stats = json.loads(node.text("crictl", "stats", "-o", "json"))["stats"]
    return {one["attributes"]["id"]: one for one in stats}


def test_the_node_is_one_with_cgroup_v2(node: Emulated) -> None:
    assert node.text("stat", "-fc", "%T", "/sys/fs/cgroup") == "cgroup2fs"
    assert "failCgroupV1" not in node.read(CONFIG).decode()
    assert "v1.36" in node.text("kubelet", "--version")
    for pid, status in _pids(node).values():
        place = node.text("cat", f"/proc/{pid}/cgroup")
        assert re.fullmatch(r"0::/kubepods\.slice/.*\.slice/cri-containerd-\w+\.scope", place)
        assert status == "RUNNING"


def test_nothing_is_said_of_a_healthy_node(node: Emulated) -> None:
    report = _report(node)
    counts = report["summary"]["counts"]
    assert counts["pass"] > 30
    others = {"error", "warning", "info", "unknown", "broken"}
    assert {name: counts[name] for name in others} == dict.fromkeys(others, 0), report
    assert re.search(r"cgroup version +2\n", node.unshim("facts", "machine").stdout.decode())


def test_tasks_and_metrics_are_those_of_ctr_crictl_and_the_kernel(node: Emulated) -> None:
    tasks = _pids(node)
    for _ in range(10):  # what the kernel charged ahead for a task, it gives back late
        before = _kernel(node, tasks)
        seen = {t["id"]: t for t in json.loads(node.text(PYTHON, "-I", "-c", SEEN))}
        ctr = {name: _ctr(node, name) for name in tasks}
        crictl = _crictl(node)
        if _kernel(node, tasks) == before:
            break

    assert {name: (t["pid"], t["status"].upper()) for name, t in seen.items()} == tasks
    still = next(t for t in seen.values() if t["container"] == "still" and not t["sandbox"])
    assert still["pod"] == f"default/still-{node.name}"
    assert before[still["id"]]["limit"] == LIMIT
    assert before[still["id"]]["inactive"] >= 8 << 20, "no page cache is to be taken off"
    assert len(tasks) == 4 and len(crictl) == 2
    for name, task in seen.items():
        kernel = before[name]
        working_set = kernel["usage"] - kernel["inactive"]
        for kind in ("shown", "files", "told"):
            assert task[kind]["memory"] == working_set, kind
            assert task[kind]["pids"] == kernel["pids"], kind
            assert task[kind]["limit"] == kernel.get("limit"), kind
        assert task["files"]["cpu"] == task["told"]["cpu"] == kernel["cpu"] / 1e6
        assert task["shown"]["cpu"] == 0.0
        assert task["measured"] == "cgroup"
        assert task["type"].endswith("io.containerd.cgroups.v2.Metrics")
        assert ctr[name] == {key: kernel[key] for key in ctr[name]}
        assert {"cpu", "usage", "pids"} <= ctr[name].keys()
    for name, stats in crictl.items():
        kernel = before[name]
        memory = stats["memory"]
        assert int(memory["usageBytes"]["value"]) == kernel["usage"]
        assert int(memory["workingSetBytes"]["value"]) == kernel["usage"] - kernel["inactive"]
        assert int(stats["cpu"]["usageCoreNanoSeconds"]["value"]) == kernel["cpu"] * 1000


MAKE_SWAP = """
head -c 16777216 /dev/zero >/swap
chmod 600 /swap
mkswap /swap
swapon -p 5 /swap
"""


def _kernels_own(node: Emulated) -> list[str]:
    """The modules that are loaded, what is swapped to, and a limit that is one of two."""
    script = "cut -d' ' -f1 /proc/modules | sort; cut -c1-60 /proc/swaps; sysctl vm.dirty_bytes"
    return node.text("sh", "-ec", f"{script} vm.dirty_ratio").splitlines()


def test_modules_swap_and_parameters_are_changed_and_come_back(node: Emulated) -> None:
    node.run(["sh", "-ec", MAKE_SWAP])
    before = _kernels_own(node)
    run = InNode(
        node,
        LoadModule("ip_vs"),
        LoadModule("overlay"),
        SetSysctl("net.ipv4.vs.conntrack", None, "1"),
        SetSysctl("vm.dirty_bytes", "0", "1048576"),
        RunCommand("swap-off", ("/swap",)),
    )
    assert run.apply() == (0, "")
    during = _kernels_own(node)
    assert {"ip_vs", "vm.dirty_bytes = 1048576", "vm.dirty_ratio = 0"} <= set(during)
    assert not any(line.startswith("/swap") for line in during)
    assert node.text("cat", "/proc/sys/net/ipv4/vs/conntrack") == "1"
    node.run(["modprobe", "ip_vs_rr"])
    ended = run.undo()
    assert ended.code == 5 and "once nothing uses it: `rmmod ip_vs`" in ended.words
    node.run(["rmmod", "ip_vs_rr"])
    assert run.undo().code == 4
    assert _kernels_own(node) == before
    node.run(["swapoff", "/swap"])
    node.run(["rm", "/swap"])


def test_a_new_kubelet_takes_the_driver_from_containerd(node: Emulated) -> None:
    text = node.read(CONFIG).decode()
    node.write(CONFIG, text.replace("cgroupDriver: systemd", "cgroupDriver: cgroupfs"))
    node.run(["rm", "/etc/kubernetes/manifests/web.yaml"])
    node.systemctl("restart", "kubelet")
    late = Pod("late")
    node.write("/etc/kubernetes/manifests/late.yaml", late.manifest())
    kubelet.wait_running(node, [late])
    groups = [node.text("cat", f"/proc/{pid}/cgroup") for pid, _ in _pids(node).values()]
    assert all(".slice/" in group for group in groups), groups
    assert _driver(node)["outcome"] == "pass"


def test_docker_uses_systemd_cgroups_where_nothing_says_otherwise(node: Emulated) -> None:
    node.systemctl("start", "docker")
    assert node.text("docker", "info", "-f", "{{.CgroupDriver}}") == "systemd"
    facts = node.unshim("facts", "docker").stdout.decode()
    found = re.findall(r"cgroup driver +(\w+) +\((.+)\)", facts)
    assert [driver for driver, _ in found] == ["systemd", "systemd"], facts
    assert found[0][1].endswith("on cgroup v2")


def test_an_older_kubelet_disagrees_and_that_is_said(node: Emulated) -> None:
    node.systemctl("stop", "kubelet")
    use_kubelet(node, MISMATCH.kubelet)
    node.write(kubelet.FLAGS, kubelet.flags("containerd", MISMATCH.kubelet))
    node.write(CONFIG, settings(MISMATCH))
    never = Pod("never")
    node.write("/etc/kubernetes/manifests/never.yaml", never.manifest())
    node.systemctl("start", "kubelet")
    node.wait(lambda: refused(node), REFUSED)
    found = _driver(node)
    assert (found["outcome"], found["severity"]) == ("fail", "error")
    told = [finding["summary"] for finding in found["findings"]]
    assert told == ["the kubelet uses the cgroupfs cgroup driver, containerd systemd"]
