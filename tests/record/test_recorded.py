"""Recorded nodes: what was recorded comes back, what was not is not made up, nothing breaks us."""

from __future__ import annotations

import gzip
import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.trees import installed, recorded, texts, tree
from unshim.facts.gather import gather
from unshim.host.host import Host, Output, RpcError
from unshim.host.once import RecordingHost
from unshim.host.tree import TreeHost
from unshim.model.machine import CgroupDriver, Process, Socket, SocketState
from unshim.model.values import FileText, Missing, Why, known
from unshim.record.recorded import RecordedHost, RecordError, open_root
from unshim.record.writing import write_record

CANARY = "CANARY7f3a"
CONFIG = (
    "kind: KubeletConfiguration\ncgroupDriver: systemd\nstaticPodPath: /etc/kubernetes/manifests\n"
)
FILES: dict[str, str | bytes] = {
    "/etc/hostname": "worker-1\n",
    "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
    "/usr/bin/kubelet": b"\x7fELF",
    "/lib/systemd/system/kubelet.service": "[Service]\nEnvironmentFile=-/etc/default/kubelet\n"
    "ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml $KUBELET_EXTRA_ARGS\n",
    "/etc/default/kubelet": f"KUBELET_EXTRA_ARGS=--token={CANARY} --v=2\n",
    "/var/lib/kubelet/config.yaml": CONFIG,
    "/etc/docker/daemon.json": f'{{"log-opts": {{"splunk-token": "{CANARY}", "max-size": "10m"}}}}',
    "/etc/kubernetes/manifests/etcd.yaml": "kind: Pod\nmetadata: {name: etcd}\n"
    "spec:\n  containers:\n  - image: etcd:3\n    env:\n    - name: ETCD_PASSWORD\n"
    f"      value: {CANARY}\n",
    **installed(kubelet="1.23.17-00", docker_ce="5:20.10.24~3-0~debian-bookworm"),
}


def _pair(tmp_path: Path, name: str) -> tuple[Host, Host]:
    recording = RecordingHost(tree(tmp_path / "tree", FILES))
    gather(recording)
    write_record(recording, str(tmp_path / name))
    return recording, open_root(str(tmp_path / name))


@pytest.mark.parametrize("name", ["node", "node.tar.gz"])
def test_a_record_gives_the_same_node(tmp_path: Path, name: str) -> None:
    recording, again = _pair(tmp_path, name)
    live, replayed = gather(recording), gather(again)
    assert replayed.origin == "the recorded node node"
    assert known(known(replayed.kubelet).cgroup_driver).value is CgroupDriver.SYSTEMD

    def clean(text: str) -> str:
        return text.replace(CANARY, "(removed)").replace('"(removed)"', "(removed)")

    same = replayed._replace(origin=live.origin)
    assert clean(repr(same)) == clean(repr(live))


@pytest.mark.parametrize("name", ["node", "node.tar.gz"])
def test_a_record_holds_no_secret_and_is_for_its_owner(tmp_path: Path, name: str) -> None:
    _pair(tmp_path, name)
    place = tmp_path / name
    if place.is_dir():
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        files = [p for p in place.rglob("*") if p.is_file()]
        assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in files)
        everything = b"".join(p.read_bytes() for p in files)
    else:
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        everything = gzip.decompress(place.read_bytes())
    assert b"cgroupDriver" in everything
    assert CANARY.encode() not in everything


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    recording = RecordingHost(TreeHost(str(tmp_path)))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    (tmp_path / "there.tar.gz").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("full", "there.tar.gz", "link", "none/below"):
        with pytest.raises(RecordError):
            write_record(recording, str(tmp_path / name))
    assert (tmp_path / "there.tar.gz").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    write_record(recording, str(tmp_path / "empty"))
    assert (tmp_path / "empty" / "index.json").exists()
    left = [name for name in os.listdir(tmp_path) if name.startswith(".unshim")]
    assert left == []


class _Counting(TreeHost):
    """A tree that counts how often it is asked, and knows one call."""

    asked = 0

    def run(self, argv: object, timeout: float = 5.0) -> Output | Missing:
        self.asked += 1
        return Output(0, b"out \xff", b"")

    def call(self, *args: Any, **more: Any) -> tuple[bytes, ...]:
        self.asked += 1
        raise RpcError("UNIMPLEMENTED", "unknown service")

    def processes(self) -> tuple[Process, ...] | Missing:
        return (Process(7, "kubelet", "/usr/bin/kubelet", ("kubelet", "--token=x"), 5.0),)

    def socket(self, path: str) -> Socket:
        return Socket("/run/s", SocketState.REFUSED, "nothing listens")

    def environment(self, pid: int, names: object) -> dict[str, str] | Missing:
        return {"HTTP_PROXY": f"http://u:{CANARY}@p"}

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        return json.dumps([{"Id": "1", "Labels": {"x": CANARY}, "Command": CANARY}]).encode()


def test_every_kind_of_answer_comes_back(tmp_path: Path) -> None:
    inner = _Counting(str(tmp_path))
    recording = RecordingHost(inner)

    def ask(host: Host) -> list[object]:
        with pytest.raises(RpcError) as caught:
            host.call("/s", "/a.B/C", b"\0\xff", "k8s.io")
        return [
            caught.value.code,
            host.run(["kubelet", "--version"]),
            host.socket("/var/run/s"),
            host.stat("/"),
            host.list("/"),
            host.read("/none"),
            host.uname(),
            host.root,
        ]

    first = ask(recording)
    threads = [threading.Thread(target=ask, args=(recording,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inner.asked == 2
    recording.processes()
    recording.environment(7, ("HTTP_PROXY",))
    recording.http("/s", "/containers/json")
    (tmp_path / "out").mkdir()
    write_record(recording, str(tmp_path / "out"))
    again = RecordedHost(str(tmp_path / "out"))
    assert ask(again) == first
    assert again.environment(7, ("HTTP_PROXY", "B")) == {"HTTP_PROXY": "http://(removed)@p"}
    assert CANARY not in (tmp_path / "out" / "index.json").read_text()
    assert json.loads(again.http("/s", "/containers/json")) == [{"Id": "1", "Labels": {}}]
    found = again.processes()
    assert not isinstance(found, Missing)
    assert found[0].argv == ("kubelet", "--token=(removed)")
    assert "UNIMPLEMENTED" not in again.parts["paths"]


def test_what_is_not_named_is_not_recorded(tmp_path: Path) -> None:
    host = recorded(tmp_path, nothing_else_below=["/etc"], paths=texts({"/etc/a/b": "x"}))
    assert host.read("/etc/none") is None
    assert host.list("/etc") == ("a",)
    assert host.list("/etc/a") == ("b",)
    assert isinstance(host.read("/etc/a"), Missing)
    for missing in (
        host.read("/usr/x"),
        host.stat("/usr/x"),
        host.list("/usr"),
        host.resolve("/usr/x"),
        host.run(["x"]),
        host.processes(),
        host.environment(1, ["A"]),
    ):
        assert isinstance(missing, Missing)
        assert missing.why is Why.NOT_RECORDED
    assert host.socket("/s").state is SocketState.UNKNOWN
    for ask in (lambda: host.call("/s", "/m", b""), lambda: host.http("/s", "/m")):
        with pytest.raises(RpcError) as caught:
            ask()
        assert caught.value.code == "NOT_RECORDED"


def test_kinds_and_failures_by_hand(tmp_path: Path) -> None:
    paths = {
        "/etc/x": {"kind": "file", "text": {"base64": "/wA="}, "mode": "0600", "uid": 7},
        "/etc/y": {"missing": "may not be read", "why": "not-permitted"},
        "/etc/z": {"absent": True},
        "/run/s": {"kind": "socket", "real": "/run/real"},
        "/etc/big": {"kind": "file", "unread": {"missing": "larger"}},
    }
    host = recorded(tmp_path, paths=paths)
    found = host.read("/etc/x")
    assert found == FileText("/etc/x", b"\xff\0", 0o600, 7)
    assert host.read("/etc/y") == Missing("may not be read", Why.NOT_PERMITTED)
    assert host.read("/etc/z") is None
    assert host.resolve("/run/s") == "/run/real"
    assert isinstance(host.read("/run/s"), Missing)
    assert host.read("/etc/big") == Missing("larger")
    assert isinstance(host.read("/etc/x", 1), Missing)


def test_a_folder_that_could_not_be_listed_says_why(tmp_path: Path) -> None:
    unread = {"missing": "not root", "why": "not-permitted"}
    host = recorded(tmp_path, paths={"/etc/d": {"kind": "directory", "unread": unread}})
    assert host.list("/etc/d") == Missing("not root", Why.NOT_PERMITTED)


def test_two_questions_about_one_process_are_both_answered(tmp_path: Path) -> None:
    gone = {"missing": "process 7 is gone", "why": "not-running"}
    environments = [
        {"pid": 1, "values": {"A": "1"}},
        {"pid": 1, "values": {"B": "2"}},
        {"pid": 7, **gone},
    ]
    host = recorded(tmp_path, environments=environments)
    assert host.environment(1, ("A", "B", "C")) == {"A": "1", "B": "2"}
    assert host.environment(7, ("A",)) == Missing("process 7 is gone", Why.NOT_RUNNING)


BROKEN: dict[str, Any] = {
    "not JSON": "{",
    "nested deep": "[" * 100_000,
    "a list": [],
    "no format": {},
    "newer format": {"format": 2},
    "paths a list": {"format": 1, "paths": []},
    "relative path": {"format": 1, "paths": {"etc": {}}},
    "entry a text": {"format": 1, "paths": {"/etc": "x"}},
    "kind unknown": {"format": 1, "paths": {"/etc": {"kind": "x"}}},
    "mode no octal": {"format": 1, "paths": {"/etc": {"mode": "9"}}},
    "mode a number": {"format": 1, "paths": {"/etc": {"mode": 420}}},
    "names numbers": {"format": 1, "paths": {"/etc": {"kind": "directory", "names": [1]}}},
    "file above": {"format": 1, "paths": {"/etc/x": {"file": "files/../../etc/shadow"}}},
    "file absolute": {"format": 1, "paths": {"/etc/x": {"file": "/etc/shadow"}}},
    "base64 broken": {"format": 1, "paths": {"/etc/x": {"text": {"base64": "%"}}}},
    "uid true": {"format": 1, "paths": {"/etc/x": {"uid": True}}},
    "why unknown": {"format": 1, "paths": {"/etc/x": {"missing": "x", "why": "?"}}},
    "processes text": {"format": 1, "processes": "x"},
    "process text": {"format": 1, "processes": ["x"]},
    "argv a text": {"format": 1, "processes": [{"argv": "x"}]},
    "command a list": {"format": 1, "commands": [[]]},
    "socket state": {"format": 1, "sockets": {"/s": {"state": "x"}}},
    "calls a mapping": {"format": 1, "calls": {}},
    "answer no base64": {"format": 1, "calls": [{"answers": ["%"]}]},
    "root a text": {"format": 1, "machine": {"root": "yes"}},
    "mtime a text": {"format": 1, "paths": {"/etc/x": {"mtime": "x"}}},
    "escape": {"format": "\x1b]52;c;x\x07"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_index_is_one_clear_error(tmp_path: Path, name: str) -> None:
    index = BROKEN[name]
    text = index if isinstance(index, str) else json.dumps(index)
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(RecordError) as caught:
        open_root(str(tmp_path))
    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_of_a_folder_are_never_symlinks_to_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    (folder / "files").mkdir(parents=True)
    (tmp_path / "secret").write_text("outside")
    (folder / "files" / "1").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "files" / "2")
    entries = {f"/{n}": {"kind": "file", "file": f"files/{n}"} for n in ("1", "2", "3")}
    host = recorded(folder, paths=entries)
    for path in entries:
        found = host.read(path)
        assert isinstance(found, Missing)
        assert "the record is damaged" in found.reason
