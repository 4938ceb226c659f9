"""Records what real daemons answer to unshim's own questions, for tests/fake_containerd.py.

    python -m tests.answers.record

Needs what the lab needs (tests/lab/README.md). Each recording holds the calls that one look makes,
as method, namespace, request and answer; what a container record holds beyond the fields unshim
knows (its spec, with its environment) is cut off.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.lab.containerd import LINES, Daemon, Line, default_config
from tests.lab.images import Image, busybox_image, pause_image
from tests.pods_by_cri import run_pod
from unshim.facts.containerd import containerd
from unshim.facts.images import images, pods
from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.model.values import Missing
from unshim.rpc import containerd as ctd
from unshim.rpc.scrub import scrub

HERE = Path(__file__).parent

APP = busybox_image("docker.io/library/app:1")
STATIC = {"kubernetes.io/config.source": "file"}
DAEMONSET = {"pod-template-generation": "1", "controller-revision-hash": "0"}


class Listening(LocalHost):
    """This machine, writing down every call and what it came to."""

    __slots__ = ("calls",)

    def __init__(self) -> None:
        object.__setattr__(self, "calls", {})

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        name = method.rstrip("*")
        entry = {"method": name, "namespace": namespace}
        entry["request"] = base64.b64encode(request).decode()
        calls: dict[str, dict[str, object]] = self.calls  # type: ignore[attr-defined]
        kept: dict[str, object] = dict(entry)
        calls[json.dumps(entry)] = kept
        try:
            answer = super().call(socket, method, request, namespace, timeout)
        except RpcError as error:
            kept["code"], kept["details"] = error.code, error.details
            raise
        if "Containers/" in name:
            answer = tuple(scrub(name, part) for part in answer)
        kept["answer"] = [base64.b64encode(part).decode() for part in answer]
        return answer


def healthy(daemon: Daemon) -> None:
    """Images of every completeness, pods of every origin, a stopped task, two namespaces."""
    daemon.load(pause_image(), APP, namespace="k8s.io")
    whole = busybox_image("docker.io/library/whole:1")
    cut = Image("docker.io/library/cut:1", files={"/etc/cut": b"x"})
    bare = Image("docker.io/library/bare:1", files={"/etc/bare": b"x"})
    daemon.load(whole, cut, bare, namespace="default")
    layer = json.loads(cut.manifest())["layers"][1]["digest"]
    daemon.ctr("content", "rm", layer, namespace="default")
    daemon.ctr("content", "rm", bare.digest, namespace="default")
    daemon.run_task("default", "runs", whole.ref)
    daemon.run_task("default", "ended", whole.ref, "sleep", "0")
    api = "v1alpha2" if daemon.line == "1.4" else "v1"
    socket = str(daemon.socket)
    run_pod(socket, api, "etcd-node", daemon.cgroup, APP.ref, annotations=STATIC)
    run_pod(socket, api, "proxy-abcde", daemon.cgroup, APP.ref, labels=DAEMONSET)
    run_pod(socket, api, "web", daemon.cgroup, APP.ref, annotations={"secret": "canary-4711"})
    time.sleep(1)


def nothing(daemon: Daemon) -> None:
    """A daemon that was given nothing to do."""


def metrics(host: LocalHost, daemon: Daemon) -> None:
    """One answer of Tasks.Metrics, for the numbers of tasks whose cgroup is out of sight."""
    ctd.metrics(host, str(daemon.socket), "default", ['"runs"'])


def record(name: str, line: Line, config: str, prepare: Callable[[Daemon], None]) -> None:
    host = Listening()
    with Daemon.start(line, config) as daemon:
        prepare(daemon)
        processes = host.processes()
        assert not isinstance(processes, Missing)
        own = tuple(p for p in processes if p.pid == daemon.pid)
        found = containerd.read(host, own, {})
        images.read(host, found)
        pods.read(host, found)
        if prepare is healthy:
            metrics(host, daemon)
        facts = {
            "made": f"containerd {daemon.package} of Debian, by tests/answers/record.py",
            "version": daemon.version,
            "config": config,
        }
        transport.close()
    calls: dict[str, object] = host.calls  # type: ignore[attr-defined]
    document = {"facts": facts, "calls": [calls[key] for key in sorted(calls)]}
    (HERE / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
    sys.stdout.write(f"{name}: {len(calls)} calls\n")


def broken(line: Line) -> str:
    """A configuration that the daemon starts with, and its CRI plugin does not."""
    section = "cri.v1.images" if line == "2.1" else "grpc.v1.cri"
    table = f'plugins."io.containerd.{section}".registry'
    both = f'[{table}]\nconfig_path = "/etc/containerd/certs.d"\n'
    return (
        f'{default_config(line)}\n{both}[{table}.mirrors."a.example"]\nendpoint = ["https://b"]\n'
    )


def disabled(line: Line) -> str:
    return f'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n{default_config(line)}'


def main() -> None:
    for line in LINES:
        record(line, line, default_config(line), healthy)
    for line in LINES[1], LINES[3]:
        record(f"{line}-cri-failed", line, broken(line), nothing)
        record(f"{line}-cri-disabled", line, disabled(line), nothing)


if __name__ == "__main__":
    main()
