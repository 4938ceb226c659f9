"""The door to this machine, against real FIFOs, sockets, loops and processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import no_hang, until
from unshim.host.host import Kind, Output, Stat
from unshim.host.local import LocalHost
from unshim.host.processes import read_processes
from unshim.model.machine import Process, SocketState
from unshim.model.values import FileText, Missing, Why

HOST = LocalHost()


def test_a_file_with_its_mode_and_owner(tmp_path: Path) -> None:
    place = tmp_path / "config.toml"
    place.write_bytes(b"\xff\x00x\r\n")
    place.chmod(0o600)
    file = HOST.read(str(place))
    assert isinstance(file, FileText)
    assert (file.data, file.mode, file.uid) == (b"\xff\x00x\r\n", 0o600, os.getuid())
    assert file.mtime == place.stat().st_mtime


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    for name in ("none", "dangling", "file/below"):
        path = str(tmp_path / name)
        assert HOST.read(path) is None
        assert HOST.stat(path) is None
        assert HOST.list(path) is None
        assert HOST.resolve(path) is None


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "sock"))
    (tmp_path / "folder").mkdir()
    for path, words in (
        (tmp_path / "fifo", "a FIFO"),
        (tmp_path / "sock", "a socket"),
        (tmp_path / "folder", "a folder"),
        (Path("/dev/zero"), "a device"),
    ):
        found = HOST.read(str(path))
        assert isinstance(found, Missing)
        assert words in found.reason


def test_a_loop_and_a_long_chain(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    found = HOST.read(str(tmp_path / "a"))
    assert isinstance(found, Missing)
    assert "circle" in found.reason


def test_too_large_is_missing_and_not_cut(tmp_path: Path) -> None:
    place = tmp_path / "large"
    place.write_bytes(b"x" * 11)
    assert isinstance(HOST.read(str(place), 10), Missing)
    assert isinstance(HOST.read(str(place), 11), FileText)
    os.truncate(place, 1 << 40)
    assert isinstance(HOST.read(str(place)), Missing)


def test_files_of_proc_that_say_they_are_empty() -> None:
    found = HOST.read("/proc/self/status")
    assert isinstance(found, FileText)
    assert b"NSpid" in found.data


def test_names_are_sorted_and_hostile_ones_open(tmp_path: Path) -> None:
    hostile = "\x1b[2J\n\udcff"
    for name in ("b", "a", hostile):
        (tmp_path / name).write_text(name, "utf-8", "surrogateescape")
    assert HOST.list(str(tmp_path)) == tuple(sorted(["a", "b", hostile]))
    found = HOST.read(f"{tmp_path}/{hostile}")
    assert isinstance(found, FileText)
    absent = HOST.list(f"{tmp_path}/a")
    assert isinstance(absent, Missing)
    assert isinstance(HOST.read("a\0b"), Missing)


def test_stat_and_resolve_follow_symlinks(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    found = HOST.stat(str(tmp_path / "link"))
    assert isinstance(found, Stat)
    assert (found.kind, found.size) == (Kind.FILE, 1)
    assert HOST.resolve(str(tmp_path / "link")) == str(tmp_path / "real")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_not_permitted_says_so(tmp_path: Path) -> None:
    place = tmp_path / "secret"
    place.write_text("x")
    place.chmod(0)
    for folder in [tmp_path, *tmp_path.parents][:4]:
        folder.chmod(folder.stat().st_mode | 0o005)
    script = (
        "import os\n"
        "from unshim.host.local import LocalHost\n"
        "os.setuid(65534)\n"
        f"found = LocalHost().read({str(place)!r}); print(found.why, found.reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"not-permitted not root: {place} may not be read\n"


def test_run_has_a_clean_environment() -> None:
    os.environ["UNSHIM_TEST_SECRET"] = "x"
    found = HOST.run(["env"])
    assert isinstance(found, Output)
    names = {line.partition(b"=")[0] for line in found.stdout.splitlines()}
    assert names == {b"LC_ALL", b"PATH", b"SYSTEMD_PAGER"}


def test_run_tells_code_and_streams() -> None:
    assert HOST.run(["sh", "-c", "echo out; echo err >&2; exit 3"]) == Output(3, b"out\n", b"err\n")
    assert HOST.run(["cat"]) == Output(0, b"", b"")


def test_a_program_that_is_not_there() -> None:
    found = HOST.run(["unshim-has-no-such-program"])
    assert isinstance(found, Missing)
    assert found.why is Why.NOT_PRESENT


@pytest.mark.skipif(os.geteuid() != 0, reason="root's own rule")
def test_what_others_can_change_never_runs_with_roots_rights(tmp_path: Path) -> None:
    for folder in [tmp_path, *tmp_path.parents][:4]:
        folder.chmod(folder.stat().st_mode | 0o005)
    place = tmp_path / "kubelet"
    place.write_text("#!/bin/sh\nid -u; id -G\n")
    for mode, owner, group, expected in (
        (0o755, 0, 0, b"0\n0\n"),
        (0o777, 0, 0, b"65534\n65534\n"),
        (0o775, 0, 1234, b"65534\n65534\n"),
        (0o755, 1001, 127, b"1001\n127\n"),
    ):
        os.chown(place, owner, group)
        place.chmod(mode)
        assert HOST.run([str(place)]) == Output(0, expected, b"")


def test_a_deadline_ends_the_whole_group(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with no_hang():
        found = HOST.run(["sh", "-c", f"sleep 9999 & echo $! > {mark}; wait"], timeout=3)
    assert isinstance(found, Missing)
    assert found.why is Why.TIMEOUT
    pid = int(mark.read_text())
    until(lambda: _ended(pid), "the grandchild's end")


def _ended(pid: int) -> bool:
    try:
        return b") Z" in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True


def test_output_is_capped() -> None:
    found = HOST.run(["sh", "-c", "head -c 3000000 /dev/zero; echo end >&2"])
    assert isinstance(found, Output)
    assert (len(found.stdout), found.stderr) == (2 * 1024 * 1024, b"end\n")


def test_a_grandchild_that_keeps_the_pipes_does_not_hold_us() -> None:
    with no_hang():
        found = HOST.run(["sh", "-c", "sleep 9999 & echo done"], timeout=60)
    assert isinstance(found, Output)
    assert found.stdout == b"done\n"


def test_states_of_a_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    assert HOST.socket(path).state is SocketState.ABSENT
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        assert HOST.socket(path).state is SocketState.REFUSED
        listener.listen(1)
        link = tmp_path / "link"
        link.symlink_to(path)
        found = HOST.socket(str(link))
        assert (found.state, found.path) == (SocketState.LISTENING, path)
    assert HOST.socket(path).state is SocketState.REFUSED
    (tmp_path / "file").write_text("")
    assert HOST.socket(str(tmp_path / "file")).state is SocketState.NOT_A_SOCKET
    with socket.socket(socket.AF_UNIX) as full:
        other = str(tmp_path / "full")
        full.bind(other)
        full.listen(0)
        with socket.socket(socket.AF_UNIX) as first:
            first.connect(other)
            found = HOST.socket(other)
            assert found.state in (SocketState.UNKNOWN, SocketState.LISTENING)


@pytest.fixture
def kubelet(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real process whose executable is called kubelet."""
    program = tmp_path / "kubelet"
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    # sleep takes any numbers as arguments; a word that no flag names may be a secret.
    argv = [str(program), "300", "0"]
    process = subprocess.Popen(argv)
    yield process
    process.kill()
    process.wait()


def _found(pid: int) -> Process:
    found: list[Process] = []

    def seen() -> bool:
        processes = read_processes()
        assert not isinstance(processes, Missing)
        # Not yet exec'ed it is a python still.
        found[:] = [p for p in processes if p.pid == pid and p.name != "python"]
        return bool(found)

    until(seen, "the process")
    return found[0]


def test_a_process(kubelet: subprocess.Popen[bytes], tmp_path: Path) -> None:
    found = _found(kubelet.pid)
    assert (found.name, found.exe) == ("kubelet", str(tmp_path / "kubelet"))
    assert found.argv == (str(tmp_path / "kubelet"), "(removed)", "0")
    assert found.uid == os.getuid()
    assert abs(found.started - time.time()) < 30
    assert found.started == int(found.started)
    (tmp_path / "kubelet").unlink()
    assert _found(kubelet.pid).exe == str(tmp_path / "kubelet")


def test_a_name_alone_is_no_kubelet() -> None:
    script = (
        "import time\n"
        "open('/proc/self/comm', 'w').write('kubelet')\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    argv = [sys.executable, "-c", script, "--token=CANARY", "\x1b]52;c;x\x07"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            found = _found(process.pid)
        finally:
            process.kill()
    assert found.name == "kubelet"
    assert not found.exe.endswith("kubelet")
    assert "CANARY" not in "".join(found.argv)
    assert "\x1b" not in "".join(found.argv)


def _runs(parent: int, program: Path) -> bool:
    """Whether a child of this process runs the program; others' processes may be closed to us."""
    return str(program) in [child.exe() for child in psutil.Process(parent).children()]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a pid namespace")
def test_processes_of_another_pid_namespace_are_not_ours(tmp_path: Path) -> None:
    program = tmp_path / "containerd"
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    argv = ["unshare", "--pid", "--fork", "--kill-child", str(program), "60"]
    with subprocess.Popen(argv) as process:
        try:
            until(lambda: _runs(process.pid, program), "the program in its namespace")
            found = read_processes()
        finally:
            process.kill()
    assert not isinstance(found, Missing)
    assert not [p for p in found if p.exe == str(program)]


def test_only_the_named_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"HTTP_PROXY": "http://p:1", "SECRET": "x"}
    with subprocess.Popen(["sleep", "60"], env=environment) as process:
        try:
            only = {"HTTP_PROXY": "http://p:1"}
            asked = ["HTTP_PROXY", "NO_PROXY"]
            until(lambda: HOST.environment(process.pid, asked) == only, "its variables")
        finally:
            process.kill()
    assert isinstance(HOST.environment(2**22 + 1, ["A"]), Missing)


def test_this_machine() -> None:
    assert HOST.live
    assert HOST.uname()[1] == os.uname().release
    assert HOST.root == (os.geteuid() == 0)
