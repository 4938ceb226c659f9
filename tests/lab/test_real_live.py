"""Live tasks and metrics on a real node: what is shown is what ctr and the cgroup files say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from .images import busybox_image, oci_archive
from .node import Node
from .terminal import Terminal

IMAGE = "registry.example.org/still:1"
STILL, MOVING = "still-task", "moving-task"
LIMIT = 64 * 1024 * 1024
# What was written once and is not read is page cache that can be dropped.
WORK = "dd if=/dev/zero of=/file bs=1M count=8; exec sleep 1000000"
SAMPLER = """
import json, sys, time
from unshim.live.sampler import open_sampler
from unshim.host.local import LocalHost
sampler = open_sampler(LocalHost())
sampler.sample()
time.sleep(1.2)
sample = sampler.sample()
sampler.close()
tasks = [t._asdict() | t.usage._asdict() for t in sample.tasks]
json.dump({"daemon": sample.daemon, "tasks": tasks}, sys.stdout)
"""
NUMBERS = """
import json, re, sys
folders = {}
for line in open(f"/proc/{sys.argv[1]}/cgroup"):
    _, controllers, path = line.rstrip("\\n").split(":", 2)
    for name in controllers.split(","):
        folders[name] = f"/sys/fs/cgroup/{name}{path}" if name else f"/sys/fs/cgroup{path}"
def text(controller, old, new):
    return open(f"{folders[controller]}/{old}" if controller in folders
                else f"{folders['']}/{new}").read()
stat = text("memory", "memory.stat", "memory.stat")
key = "total_inactive_file" if "memory" in folders else "inactive_file"
json.dump({
    "usage": int(text("memory", "memory.usage_in_bytes", "memory.current")),
    "inactive": int(re.search(rf"^{key} (\\d+)", stat, re.M)[1]),
    "limit": int(text("memory", "memory.limit_in_bytes", "memory.max")),
    "pids": int(text("pids", "pids.current", "pids.current")),
}, sys.stdout)
"""
PYTHON = "/opt/unshim/bin/python"


@pytest.fixture(scope="module")
def busy_node(shared_node: Node) -> Iterator[Node]:
    """A node with a task that is paused, so that nothing moves between two looks, and one more."""
    node, image = shared_node, busybox_image(IMAGE, "/bin/sh", "-c", WORK)
    node.run(["ctr", "-n", "k8s.io", "images", "import", "-"], input=oci_archive(image))
    for name in (STILL, MOVING):
        node.run([*_ctr("run"), "-d", "--memory-limit", str(LIMIT), IMAGE, name])
    node.wait(lambda: _numbers(node)["inactive"] > 4 << 20, "page cache in its cgroup", 10)
    node.run([*_ctr("task"), "pause", STILL])
    yield node
    node.run([*_ctr("task"), "resume", STILL])


def _ctr(*words: str) -> list[str]:
    return ["ctr", "-n", "k8s.io", *words]


def _listed(node: Node) -> dict[str, tuple[int, str]]:
    """The pid and status of every task, as ctr says."""
    lines = node.text(*_ctr("task"), "ls").splitlines()[1:]
    return {name: (int(pid), status) for name, pid, status in map(str.split, lines)}


def _numbers(node: Node) -> dict[str, int]:
    """What the cgroup files of the still task say."""
    pid, _ = _listed(node)[STILL]
    found: dict[str, int] = json.loads(node.text("python3", "-c", NUMBERS, str(pid)))
    return found


def _working_set(numbers: dict[str, int]) -> int:
    return numbers["usage"] - numbers["inactive"]


def _row(picture: str, name: str) -> str:
    return next(line for line in picture.splitlines() if name in line)


def test_a_paused_task_is_sampled_as_ctr_and_its_cgroup_say(busy_node: Node) -> None:
    for _ in range(5):  # what the kernel charged ahead for the task, it gives back late
        before = _numbers(busy_node)
        sample = json.loads(busy_node.text(PYTHON, "-I", "-c", SAMPLER))
        if _numbers(busy_node) == before:
            break
    task = next(t for t in sample["tasks"] if t["id"] == STILL)

    listed = _listed(busy_node)
    assert {t["id"]: (t["pid"], t["status"].upper()) for t in sample["tasks"]} == listed
    assert listed[STILL][1] == "PAUSED"
    assert (task["image"], task["namespace"]) == (IMAGE, "k8s.io")
    assert task["memory"] == _working_set(before)
    assert task["memory"] < before["usage"], "no page cache was taken off"
    assert task["limit"] == before["limit"] == LIMIT
    assert task["pids"] == before["pids"] == 1
    assert task["cpu"] == 0.0
    assert task["measured"] == "cgroup"
    assert sample["daemon"] in busy_node.text("ctr", "version")


def test_the_screens_show_what_ctr_and_the_cgroup_say(busy_node: Node) -> None:
    first, listed = _numbers(busy_node), _listed(busy_node)
    with Terminal(busy_node) as screen:
        screen.press("t", "t tasks", STILL)
        tasks = screen.wait(MOVING)
        for name, (pid, status) in listed.items():
            row = _row(tasks, name)
            assert re.search(rf"\b{pid}\b", row), row
            assert status.lower() in row, row
        screen.send("m")
        row = _row(screen.wait(lambda p: STILL in p and "MiB" in _row(p, STILL)), STILL)
        screen.send("q")
        assert screen.ended() == 0
    memory, limit = re.findall(r"([\d.]+ [KM]iB)", row)
    # What the kernel charged ahead for a task it gives back late: it may shrink meanwhile.
    least, most = sorted(map(_working_set, (first, _numbers(busy_node))))
    assert least // 1024 <= int(memory.removesuffix(" KiB")) <= most // 1024 + 1, row
    assert limit == f"{LIMIT >> 20} MiB", row
    assert _listed(busy_node) == listed


def test_a_lost_daemon_is_seen_and_heals_and_tasks_go_on(busy_node: Node) -> None:
    before = _listed(busy_node)
    with Terminal(busy_node) as screen:
        screen.press("t", "t tasks", STILL)
        busy_node.systemctl("stop", "containerd")
        lost = screen.wait("no fresh tasks")
        assert STILL in lost, "what was known last is still shown"
        busy_node.systemctl("start", "containerd")
        healed = screen.wait(lambda p: "no fresh tasks" not in p and STILL in p)
        assert str(before[STILL][0]) in _row(healed, STILL)
    assert _listed(busy_node) == before
