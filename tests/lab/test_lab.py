"""The lab itself: it starts real things, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .cache import LabError
from .containerd import EVERY_LINE, LINES, Daemon, Line
from .images import busybox_image, docker_archive, oci_archive, pause_image
from .node import Node
from .packages import _deb822, _one_line
from .scratch import PREFIX, sweep


def traces(name: str) -> list[str]:
    """What the machine still has of a scratch of that name: mounts, cgroups, folders."""
    found = [line for line in Path("/proc/self/mountinfo").read_text().split("\n") if name in line]
    found += [folder for folder, _, _ in os.walk("/sys/fs/cgroup") if name in folder]
    found += [str(path) for path in Path(tempfile.gettempdir()).glob(f"*{name}*")]
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run."""
    found = set()
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
            found.add(pid)
    return found


def test_a_node_boots_with_containerd_and_docker(shared_node: Node) -> None:
    assert shared_node.systemctl("is-system-running") == "running"
    assert shared_node.text("cat", "/proc/1/comm") == "systemd"
    assert "1.6." in shared_node.text("ctr", "version")
    assert shared_node.text("docker", "version", "-f", "{{.Server.Version}}").startswith("20.10.")
    assert shared_node.text("docker", "info", "-f", "{{.Driver}}") == "overlay2"


def test_images_reach_both_runtimes(shared_node: Node) -> None:
    image = busybox_image("docker.io/library/busybox:both")
    shared_node.run(
        ["ctr", "-n", "k8s.io", "images", "import", "-"], input=oci_archive(image, pause_image())
    )
    shared_node.run(["docker", "load"], input=docker_archive(image))
    assert image.digest in shared_node.text("ctr", "-n", "k8s.io", "images", "ls")
    shown = shared_node.text("docker", "images", "--no-trunc", "-q", "busybox:both")
    assert shown == image.id
    assert shared_node.text("docker", "run", "--rm", "busybox:both", "echo", "hello") == "hello"


def test_the_environment_of_unshim_is_there(shared_node: Node) -> None:
    program = "import grpc, psutil, rich, textual, tomlkit, yaml, unshim; print(unshim.__file__)"
    path = shared_node.text("/opt/unshim/bin/python", "-I", "-c", program)
    assert path == "/opt/src/unshim/__init__.py"
    with pytest.raises(LabError, match="Read-only file system"):
        shared_node.run(["touch", "/opt/src/x"])


def test_the_source_can_be_a_copy(boot: Callable[..., Node]) -> None:
    made = boot(copied=True)
    assert made.text("/opt/unshim/bin/python", "-I", "-c", "import unshim; print(unshim.__file__)")
    assert b"/opt/src" not in made.read("/proc/self/mountinfo")


def test_a_node_cannot_set_the_machines_sysctls(shared_node: Node) -> None:
    before = Path("/proc/sys/vm/overcommit_memory").read_text()
    own = "0" if before.strip() == "1" else "1"
    shared_node.write("/proc/sys/vm/overcommit_memory", own)
    assert shared_node.read("/proc/sys/vm/overcommit_memory") == own.encode()
    assert Path("/proc/sys/vm/overcommit_memory").read_text() == before
    with pytest.raises(LabError):
        shared_node.write("/proc/sys/kernel/pid_max", "4194304")


def test_a_second_boot_is_fresh_and_nothing_is_left(boot: Callable[..., Node]) -> None:
    with Node.boot("first", files={"/etc/mark": b"1"}) as first:
        pids = first.scratch.pids()
        assert first.read("/etc/mark") == b"1"
        assert first.text("hostname") == "first"
    assert not traces(first.scratch.path.name)
    assert not alive(pids)
    with pytest.raises(FileNotFoundError):
        boot("second").read("/etc/mark")


def test_nodes_run_side_by_side(boot: Callable[..., Node]) -> None:
    one, two = boot("one"), boot("two", docker="disabled")
    assert one.read("/etc/machine-id") != two.read("/etc/machine-id")
    one.systemctl("stop", "containerd")
    assert two.systemctl("is-active", "containerd") == "active"
    assert two.systemctl("is-active", "docker", check=False) == "inactive"
    assert two.systemctl("is-enabled", "docker", check=False) == "disabled"


def test_a_node_keeps_its_disk_over_a_crash(node: Node) -> None:
    node.write("/etc/kept", b"yes")
    node.write("/var/lib/kept", b"yes")
    old = node.leader
    node.crash()
    node.start()
    assert node.leader != old
    assert node.read("/etc/kept") == node.read("/var/lib/kept") == b"yes"
    node.wait_active("docker")


def test_units_can_be_masked_and_prepared_before_boot(boot: Callable[..., Node]) -> None:
    def prepare(node: Node) -> None:
        node.run(["useradd", "--create-home", "someone"])

    made = boot(docker="masked", containerd="disabled", before_boot=prepare)
    assert made.systemctl("is-enabled", "docker.socket", check=False) == "masked"
    assert made.systemctl("is-active", "containerd", check=False) == "inactive"
    assert made.text("id", "-un", "someone") == "someone"
    made.systemctl("start", "containerd")
    made.wait_socket("/run/containerd/containerd.sock")


def test_a_killed_run_is_swept_up(node_layers: None) -> None:
    """A test run that is killed cannot clean up; the next one does it."""
    program = "from .node import Node\nnode = Node.boot()\nprint(node.scratch.path, flush=True)\n"
    program = program.replace("from .", f"from {__package__}.") + "import time; time.sleep(600)\n"
    folder = Path(__file__).parents[__package__.count(".") + 1]
    with subprocess.Popen([sys.executable, "-c", program], cwd=folder, stdout=-1) as child:
        assert child.stdout is not None
        scratch = Path(child.stdout.readline().decode().strip())
        assert scratch.name.startswith(PREFIX)
        child.send_signal(signal.SIGKILL)
    assert traces(scratch.name)
    sweep()
    assert not traces(scratch.name)


@pytest.mark.parametrize("line", EVERY_LINE)
def test_containerd_starts_runs_tasks_and_is_gone(line: Line, start: Callable[..., Daemon]) -> None:
    daemon = start(line)
    print(daemon.package)  # noqa: T201 - shown when the test fails
    assert daemon.version.startswith(line)
    image = busybox_image()
    daemon.load(image, namespace="k8s.io")
    daemon.run_task("k8s.io", "one", image.ref)
    daemon.run_task("k8s.io", "two", image.ref, "sleep", "1000")
    assert daemon.ctr("tasks", "ls", namespace="k8s.io").count("RUNNING") == 2
    old = daemon.pid
    daemon.terminate()
    daemon.launch()
    assert daemon.pid != old
    assert daemon.ctr("tasks", "ls", namespace="k8s.io").count("RUNNING") == 2
    dumped = [str(daemon.binary), f"--config={daemon.config_path}", "config", "dump"]
    assert "restrict_oom_score_adj = true" in subprocess.check_output(dumped, text=True)
    pids = daemon.scratch.pids()
    assert len(pids) >= 4
    daemon.stop()
    assert not alive(pids)
    assert not traces(daemon.scratch.path.name)


def test_daemons_of_all_lines_run_at_once(start: Callable[..., Daemon]) -> None:
    daemons = [start(line) for line in LINES] + [start("2.1")]
    image = busybox_image()
    for daemon in daemons:
        daemon.load(image)
        daemon.run_task("default", "same-name", image.ref)
    for daemon in daemons:
        assert daemon.ctr("tasks", "ls").count("RUNNING") == 1


def test_many_tasks(start: Callable[..., Daemon]) -> None:
    daemon = start()
    image = busybox_image()
    daemon.load(image)
    began = time.monotonic()
    daemon.run_tasks("default", [f"task-{number}" for number in range(40)], image.ref)
    print(f"{time.monotonic() - began:.1f} s for 40 tasks")  # noqa: T201
    assert daemon.ctr("tasks", "ls").count("RUNNING") == 40


def test_a_broken_configuration_says_so(start: Callable[..., Daemon]) -> None:
    before = set(os.listdir(tempfile.gettempdir()))
    with pytest.raises(LabError, match="did not start"):
        start("1.6", "version = [")
    left = set(os.listdir(tempfile.gettempdir())) - before
    assert not [name for name in left if name.startswith(PREFIX)]


def test_the_mirror_is_read_from_both_kinds_of_sources() -> None:
    stanza = "Types: deb\n# why\nURIs: http://a.example/debian/\nSuites: trixie\nComponents: main\n"
    other = "Types: deb\nURIs: http://b.example/x\nSuites: nodistro\nComponents: main\n"
    assert list(_deb822(f"{other}\n{stanza}")) == ["http://a.example/debian"]
    assert list(_deb822(f"Enabled: no\n{stanza}")) == []
    line = "deb [arch=amd64] https://c.example/debian bookworm main contrib\n"
    assert list(_one_line(f"# deb x y z\n{line}")) == ["https://c.example/debian"]
