"""A report changes nothing on a real node: every process of it is traced, the node looked at before
and after, a socket-activated Docker left asleep, and no daemon given a reason to complain."""

from __future__ import annotations

import compileall
import json
import re
import time
from collections.abc import Iterator

import pytest

from unshim.facts.containerd import running as containerd_running
from unshim.host.local import LocalHost
from unshim.model.machine import SocketState
from unshim.model.parts.containerd import ContainerdRunning
from unshim.model.values import Setting

from .base import REPOSITORY
from .containerd import Daemon
from .node import Node
from .packages import HOME_SUITE, unpacked
from .recorded_states import STATES
from .states import running

CHANGING = (
    "open,openat,openat2,creat,mkdir,mkdirat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,"
    "linkat,symlink,symlinkat,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,"
    "utime,utimes,utimensat,futimesat,truncate,ftruncate,setxattr,lsetxattr,fsetxattr,removexattr,"
    "lremovexattr,fremovexattr,mount,umount2,pivot_root,connect,bind,kill,tkill,tgkill,"
    "init_module,finit_module,delete_module,sethostname,reboot,swapon,swapoff"
)
PROTECTED = re.compile(r'"/(?:etc|var|run|usr|boot|proc/sys|sys)(?:/|")')
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)$")
SOCKETS = (
    "/run/nscd/socket",  # glibc's, for names of users; it is not there
    "/run/containerd/containerd.sock",
    "/run/systemd/private",
    "/run/dbus/system_bus_socket",
)
SNAPSHOT = (
    "find /etc /var/lib /var/log /run -xdev -printf '%p|%y|%m|%U|%G|%s|%i|%T@\\n' 2>/dev/null"
    " | sort"
)
UNITS = ("kubelet", "containerd", "docker.service", "docker.socket")


@pytest.fixture(scope="module", params=["containerd-healthy", "dockershim"])
def traced(request: pytest.FixtureRequest, node_layers: None) -> Iterator[tuple[str, Node, str]]:
    """A node in its state, with strace on it, and its trace of one report."""
    for package in ("unshim", "checks", "fixes", "tui"):  # as an installed one is
        compileall.compile_dir(REPOSITORY / package, quiet=1)
    tools = unpacked(HOME_SUITE, "strace", "libunwind8")
    with running(STATES[request.param], REPOSITORY, copied=False) as node:
        for path in sorted(tools.path.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != ".gz":
                target = f"/{path.relative_to(tools.path)}"
                if target.startswith(("/usr/bin/strace", "/usr/lib")):
                    node.write(target, path.read_bytes(), 0o755)
        node.run(["ldconfig"])
        node.run(["mkdir", "-p", "/root/trace"])
        argv = ["strace", "-f", "-qq", "-s", "300", "-o", "/root/trace/all", "-e"]
        done = node.run(
            [*argv, f"trace={CHANGING}", "/opt/unshim/bin/unshim", "--report", "json"],
            check=False,
        )
        assert done.returncode in (0, 1, 3), done.stderr.decode()
        assert json.loads(done.stdout)["node"]["runtime"]["value"]
        yield request.param, node, node.read("/root/trace/all").decode(errors="replace")


def _calls(trace: str) -> Iterator[tuple[str, str]]:
    for line in trace.splitlines():
        found = CALL.match(line)
        if found:
            yield found[1], found[2]


def test_the_trace_saw_the_report(traced: tuple[str, Node, str]) -> None:
    state, _, trace = traced
    opened = [words for name, words in _calls(trace) if name.startswith("open")]
    assert any("/var/lib/kubelet/config.yaml" in words for words in opened)
    assert "systemctl" in trace or "/run/systemd/private" in trace
    if state == "containerd-healthy":
        assert any("containerd.sock" in w for name, w in _calls(trace) if name == "connect")


def _writes(name: str, words: str) -> bool:
    if name in ("connect", "bind", "kill", "tkill", "tgkill"):
        return False
    if not name.startswith("open"):
        return True
    return bool(WRITES.search(words) and PROTECTED.search(words))


def test_no_process_of_a_report_writes(traced: tuple[str, Node, str]) -> None:
    calls = _calls(traced[2])
    assert [f"{name}({words}"[:300] for name, words in calls if _writes(name, words)] == []


def test_a_report_talks_only_to_daemons_that_run(traced: tuple[str, Node, str]) -> None:
    state, _, trace = traced
    unix = re.compile(r'sun_path=@?"([^"]*)"')
    paths = {
        found[1]
        for name, words in _calls(trace)
        if name == "connect" and (found := unix.search(words))
    }
    docker = {"/run/docker.sock", "/var/run/docker.sock"} if state == "dockershim" else set()
    allowed = {*SOCKETS, *docker}
    assert {p.replace("/var/run/", "/run/") for p in paths} <= allowed, paths
    inet = [w for name, w in _calls(trace) if name == "connect" and "AF_INET" in w]
    assert inet == []


def _look(node: Node) -> dict[str, str]:
    text = node.text("sh", "-c", SNAPSHOT)
    return dict(line.split("|", 1) for line in text.splitlines() if "|" in line)


def _states(node: Node) -> str:
    return node.systemctl(
        "show", "-p", "Id,ActiveState,SubState,UnitFileState,MainPID,NRestarts", *UNITS
    )


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Paths that differ, without the numbers that make each one new."""
    paths = {p for p in before.keys() | after.keys() if before.get(p) != after.get(p)}
    return {re.sub(r"[0-9a-f]{8,}|\d+", "N", path) for path in paths}


def test_a_report_changes_no_more_than_waiting_does(traced: tuple[str, Node, str]) -> None:
    _, node, _ = traced
    control: set[str] = set()
    looks = [_look(node)]
    states = _states(node)
    for _ in range(3):
        time.sleep(6)
        looks.append(_look(node))
        control |= _changed(looks[-2], looks[-1])
    for _ in range(3):
        node.unshim("--report", "json")
    reported = _changed(looks[-1], _look(node))
    time.sleep(6)
    control |= _changed(looks[-1], _look(node)) - reported
    assert reported <= control, reported - control
    assert _states(node) == states


def test_a_report_does_not_wake_docker(node: Node) -> None:
    node.systemctl("stop", "docker.service")
    node.systemctl("start", "docker.socket")
    before = node.systemctl("show", "-p", "ActiveState,ActiveEnterTimestampMonotonic", "docker")
    done = node.unshim("--report", "json")
    assert done.returncode in (0, 1, 3)
    told = json.loads(node.unshim("facts", "docker", "--json").stdout)["facts"]["docker"]
    assert told["active"] is False
    assert "could start it" in told["running"]["missing"]
    after = node.systemctl("show", "-p", "ActiveState,ActiveEnterTimestampMonotonic", "docker")
    assert (before, node.systemctl("is-active", "docker.socket")) == (after, "active")
    # The trap was set: whoever does connect wakes it.
    node.run(["docker", "version"], check=False)
    assert node.systemctl("is-active", "docker.service", check=False) == "active"


def test_a_look_gives_a_daemon_no_new_deprecation() -> None:
    """1.7 notes each use of CRI v1alpha2; a look asks v1 first, and then never the older one."""
    with Daemon.start("1.7") as daemon:
        before = json.loads(daemon.ctr("deprecations", "list", "--format", "json") or "[]")
        for _ in range(2):
            socket = LocalHost().socket(str(daemon.socket))
            assert socket.state is SocketState.LISTENING
            seen = containerd_running.read(LocalHost(), socket)
            assert isinstance(seen, ContainerdRunning)
            assert isinstance(seen.version, Setting)
            assert seen.cri
        after = json.loads(daemon.ctr("deprecations", "list", "--format", "json") or "[]")
        assert after == before
