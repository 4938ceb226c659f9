"""The whole node: every source once, a broken one alone, and in time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests import NODES, TOP
from tests.trees import installed, recorded, texts, tree
from tests.waiting import no_hang
from unshim.facts.gather import gather
from unshim.facts.kubelet import static_pods
from unshim.host.host import READ_LIMIT, Output, RpcError, Stat
from unshim.host.local import LocalHost
from unshim.host.once import RecordingHost
from unshim.model.machine import Machine, Process, Runtime, Socket
from unshim.model.values import FileText, Missing, Setting, Why, known
from unshim.record.recorded import RecordedHost
from unshim.text.escape import visible

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata:
  name: etcd
  namespace: kube-system
spec:
  initContainers:
  - name: i
    image: busybox:1
  containers:
  - image: registry.k8s.io/etcd:3.5
    imagePullPolicy: Never
  - {name: x, image: "u:CANARY@r.io/x:1"}
"""
FOLDER = "/etc/kubernetes/manifests"
NODE = {
    "/etc/os-release": "NAME=Debian\nPRETTY_NAME='Debian \x1b[2J 12'\nID=debian\n",
    "/etc/hostname": "worker-1\n",
    "/usr/bin/kubelet": "",
    "/lib/systemd/system/kubelet.service": "[Service]\nExecStart=/usr/bin/kubelet "
    f"--pod-manifest-path={FOLDER} "
    "--container-runtime-endpoint=unix:///run/containerd/containerd.sock\n",
    f"{FOLDER}/etcd.yaml": MANIFEST,
    f"{FOLDER}/no-ending": """{"kind": "Pod", "metadata": {"name": "json"},
"spec": {"containers": [5]}}""",
    f"{FOLDER}/.hidden.yaml": MANIFEST,
    f"{FOLDER}/broken.yaml": "kind: Pod\nkind: Pod\n",
    f"{FOLDER}/other.yaml": "kind: Secret\n",
    f"{FOLDER}/below/x.yaml": MANIFEST,
    **installed(kubelet="1.24.3-00"),
}


def test_a_plain_tree(tmp_path: Path) -> None:
    node = gather(tree(tmp_path, NODE))
    assert node.machine.name == "worker-1"
    assert node.machine.os == "Debian \\x1b[2J 12"
    assert isinstance(node.machine.systemd, Missing)
    assert known(node.runtime).value is Runtime.CONTAINERD
    assert not node.live
    pods = known(node.static_pods)
    assert [(p.name, p.namespace) for p in pods] == [("etcd", "kube-system"), ("json", "default")]
    assert [(i.name, i.pull_policy, i.source.line) for i in pods[0].images] == [
        ("busybox:1", "", 9),
        ("registry.k8s.io/etcd:3.5", "Never", 11),
        ("(removed)@r.io/x:1", "", 13),
    ]


def test_manifests_that_may_not_be_read(tmp_path: Path) -> None:
    files = {p: t for p, t in NODE.items() if not p.startswith(FOLDER)}
    hidden = {"kind": "file", "unread": {"missing": "not root", "why": "not-permitted"}}
    commands = [{"argv": ["/usr/bin/kubelet", "--version"], "stdout": "Kubernetes v1.24.3\n"}]
    paths = {**texts(files), f"{FOLDER}/x.yaml": hidden}
    node = gather(recorded(tmp_path, paths=paths, processes=[], commands=commands))
    assert isinstance(node.static_pods, Missing)
    assert node.static_pods.why is Why.NOT_PERMITTED
    assert static_pods.read(tree(tmp_path, {}), Missing("x")) == Missing("x")


@pytest.mark.parametrize(
    ("paths", "version"),
    [
        ({"/sys/fs/cgroup/cgroup.controllers": {"kind": "file", "text": ""}}, 2),
        ({"/sys/fs/cgroup": {"kind": "directory", "names": ["cpu", "unified"]}}, 1),
        ({}, None),
    ],
)
def test_cgroups(tmp_path: Path, paths: dict[str, object], version: int | None) -> None:
    found = gather(recorded(tmp_path, paths=paths, processes=[])).machine
    assert found.cgroup_version == version or isinstance(found.cgroup_version, Missing)
    assert found.systemd is False


@pytest.mark.parametrize(
    ("path", "manager"), [("/var/lib/rancher/k3s/x", "k3s"), ("/etc/eks/x", "Amazon EKS")]
)
def test_who_manages_the_files(tmp_path: Path, path: str, manager: str) -> None:
    assert gather(tree(tmp_path, {path: ""})).machine.manager == manager
    flatcar = {"/etc/os-release": "ID=flatcar\n"}
    assert gather(tree(tmp_path / "other", flatcar)).machine.manager == "Flatcar"


class _Broken(LocalHost):
    """A machine on which everything that is looked at raises."""

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        raise ValueError("CANARY \x1b[2J")

    def stat(self, path: str) -> Stat | None | Missing:
        raise KeyError("CANARY")

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        raise RecursionError

    def processes(self) -> tuple[Process, ...] | Missing:
        raise OSError

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        raise MemoryError

    def socket(self, path: str) -> Socket:
        raise RpcError("X", "y")


def test_what_breaks_is_missing_and_never_a_crash() -> None:
    node = gather(_Broken())
    assert isinstance(node.machine, Machine)
    assert isinstance(node.kubelet, Missing)
    assert isinstance(node.runtime, Missing)
    assert {type(unit) for unit in known(node.units).values()} == {Missing}
    assert "CANARY" not in repr(node)
    assert "KeyError" in node.crictl.reason if isinstance(node.crictl, Missing) else False


class _Hanging(LocalHost):
    """A machine whose files never answer, as on a dead network disk."""

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        threading.Event().wait()
        return None


def test_what_hangs_costs_the_deadline_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unshim.facts.gather.DEADLINE", 0.5)
    with no_hang():
        node = gather(_Hanging())
    assert isinstance(node.crictl, Missing)
    assert node.crictl.why is Why.TIMEOUT


class _Silent(LocalHost):
    """This machine, with a containerd that accepts and says nothing."""

    def __init__(self, silent: str) -> None:
        self.silent = silent

    def socket(self, path: str) -> Socket:
        return super().socket(self.silent)._replace(path=self.silent)


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(100)
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield path
        listener.shutdown(socket.SHUT_RDWR)


def test_a_silent_socket_costs_its_deadline(silent: str) -> None:
    with no_hang():
        node = gather(_Silent(silent=silent))
    assert not isinstance(node.containerd, Missing)
    assert isinstance(node.images, Missing)


def test_what_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    host = RecordingHost(LocalHost())
    assert gather(host) == gather(host)


def test_a_recorded_node_needs_little(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths=texts({p: str(t) for p, t in NODE.items()}), processes=[])
    assert not host.live
    script = (
        "import sys\n"
        "from unshim.facts.gather import gather\n"
        "from unshim.record.recorded import open_root\n"
        f"gather(open_root({str(tmp_path)!r}))\n"
        "heavy = ('psutil', 'grpc', 'rich', 'textual', 'asyncio', 'subprocess', 'tarfile')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, capture_output=True, env=environment, check=True)
    assert done.stdout == b"[]\n"


SECRET, HOSTILE = "CANARY7f3a", "\x1b]52;c;x\x07\u202e"
EVIL = {
    "/etc/os-release": f"PRETTY_NAME='Debian {HOSTILE}'\n",
    "/usr/bin/kubelet": "",
    "/usr/bin/dockerd": "",
    "/etc/systemd/system/kubelet.service": f"[Unit]\nDescription={HOSTILE}\n[Service]\n"
    f'Environment="HTTPS_PROXY=http://u:{SECRET}@p:1" "API_TOKEN={SECRET}"\n'
    f"ExecStart=/usr/bin/kubelet --config=/k.yaml --token={SECRET} --node-ip={HOSTILE} $X\n"
    f"Environment=X=--bootstrap-token={SECRET}\n",
    "/k.yaml": "staticPodURLHeader:\n  Authorization:\n  - "
    f'Bearer {SECRET}\nstaticPodPath: /m\nclusterDomain: "{"A"}\\e]52;c;x\\a"\n',
    "/m/x.yaml": f'kind: Pod\nmetadata: {{name: "a\\e[2J"}}\nspec:\n  containers:\n'
    f"  - {{image: 'u:{SECRET}@r.io/x'}}\n",
    "/etc/docker/daemon.json": f'{{"log-opts": {{"splunk-token": "{SECRET}", "a": "\\u001b[2J"}}, '
    f'"proxies": {{"http-proxy": "http://u:{SECRET}@p"}}}}',
    "/etc/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd "
    f"--log-opt splunk-token={SECRET}\n",
    "/etc/crictl.yaml": f'runtime-endpoint: "unix://u:{SECRET}@x"\n"k\\e[2J": x\n',
    "/var/lib/kubelet/kubeadm-flags.env": f"A=--docker-endpoint=x --token={SECRET} {HOSTILE}\n",
    **installed(kubelet="1.23.0", docker_ce="20.10.1"),
}


def _shown(value: object) -> Iterator[str]:
    """Every text of a node that may be shown; the bytes of files are kept for edits alone."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Setting):
        yield from _shown([value.value, value.source])
    elif isinstance(value, Mapping):
        yield from _shown([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _shown(item)


@pytest.mark.parametrize("kind", ["tree", "recorded"])
def test_no_secret_and_no_escape_in_what_may_be_shown(tmp_path: Path, kind: str) -> None:
    process = {
        "pid": 7,
        "name": "kubelet",
        "exe": "/usr/bin/kubelet",
        "argv": ["kubelet", f"--node-ip={HOSTILE}"],
    }
    if kind == "tree":
        node = gather(tree(tmp_path, EVIL))
    else:
        node = gather(recorded(tmp_path, paths=texts(EVIL), processes=[process]))
    assert not isinstance(node.static_pods, Missing)
    assert len(node.static_pods) == 1
    texts_shown = "\n".join(_shown(node))
    assert "(removed)" in texts_shown
    assert SECRET not in texts_shown
    assert visible(texts_shown, newlines=True) == texts_shown


class _Counting(RecordedHost):
    """A recorded node that counts its questions."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.asked: Counter[tuple[object, ...]] = Counter()

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        self.asked["read", path, limit] += 1
        return super().read(path, limit)

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        self.asked["list", path] += 1
        return super().list(path)

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        question = ("run", *argv)
        self.asked[question] += 1
        return super().run(argv, timeout)

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        self.asked["http", socket, path] += 1
        return super().http(socket, path, timeout)

    def processes(self) -> tuple[Process, ...] | Missing:
        self.asked[("processes",)] += 1
        return super().processes()


@pytest.mark.parametrize("name", ["dockershim", "containerd-healthy"])
def test_each_source_is_read_once(name: str) -> None:
    host = _Counting(str(NODES / name))
    gather(host)
    assert len(host.asked) > 30
    assert [question for question, times in host.asked.items() if times > 1] == []
