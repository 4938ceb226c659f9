"""The nodes that are recorded: what each one is, said once, booted for real by `running`.

Newer kubelets, crictl and containerd 2.3 are of the folder of programs: without it, a state that
needs one is Unavailable.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from . import kubelet, programs
from .cache import LabError
from .containerd import Line, release
from .images import busybox_image, docker_archive, oci_archive, pause_image
from .kubelet import FLAGS, Pod
from .node import Node, UnitState

CONFIG = "/var/lib/kubelet/config.yaml"
CONTAINERD = "/etc/containerd/config.toml"
CRICTL = "/etc/crictl.yaml"
DAEMON = "/etc/docker/daemon.json"
DEFAULTS = "/etc/default/kubelet"
SOCKET = "unix:///run/containerd/containerd.sock"
BY_HAND = "made by hand"
CRICTL_YAML = f"runtime-endpoint: {SOCKET}\nimage-endpoint: {SOCKET}\ntimeout: 10\n"
LIMITS = "containerLogMaxFiles: 5\ncontainerLogMaxSize: 10Mi\n"
ROTATING = """\
{
  "log-driver": "json-file",
  "log-opts": {"max-size": "10m", "max-file": "5"}
}
"""
CRI = '  [plugins."io.containerd.grpc.v1.cri"]\n'


def nothing(node: Node) -> None:
    """Leave the node as it booted."""


@dataclass(frozen=True)
class State:
    """One node. `says` is what it shows; `after` happens once its pods run.

    With `default`, containerd's configuration is what `containerd config default` writes.
    """

    says: str
    runtime: kubelet.Runtime | None = "containerd"
    pods: tuple[Pod, ...] = (Pod("web"),)
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    config: str = LIMITS
    cgroups: str = "cgroupfs"
    crictl: bool = True
    buildkitd: bool = False
    after: Callable[[Node], object] = nothing
    line: Line = "1.6"
    default: bool = False
    kubelet: kubelet.Line = "1.20"
    docker: UnitState = "disabled"
    host: str = "worker-1"
    runs: bool = True
    by_nobody: bool = False


def kubelet_config(
    extra: str = LIMITS, cgroups: str = "cgroupfs", line: kubelet.Line = "1.20"
) -> str:
    """kubeadm's configuration of the kubelet, with these lines at its end."""
    text = kubelet.config(line).replace("cgroupDriver: cgroupfs", f"cgroupDriver: {cgroups}")
    if cgroups == "systemd":  # its pods need a slice to be in
        text = text.replace("cgroupsPerQOS: false", "cgroupsPerQOS: true")
    return text + extra


def cri(lines: str) -> Callable[[Node], object]:
    """Add lines right under the header of containerd's CRI plugin."""

    def change(node: Node) -> None:
        text = node.read(CONTAINERD).decode()
        assert CRI in text
        node.write(CONTAINERD, text.replace(CRI, CRI + lines))

    return change


def files(wanted: Mapping[str, str | bytes]) -> Callable[[Node], object]:
    """Write these files."""

    def change(node: Node) -> None:
        for path, data in wanted.items():
            node.write(path, data)

    return change


def appended(path: str, text: str) -> Callable[[Node], object]:
    """Add text at the end of a file."""

    def change(node: Node) -> None:
        node.write(path, node.read(path) + text.encode())

    return change


def replaced(old: str, new: str) -> Callable[[Node], object]:
    """Put other words into containerd's configuration."""

    def change(node: Node) -> None:
        text = node.read(CONTAINERD).decode()
        assert old in text
        node.write(CONTAINERD, text.replace(old, new, 1))

    return change


def restarted(*units: str) -> Callable[[Node], object]:
    """Restart units, whether or not they come back well."""

    def change(node: Node) -> None:
        for unit in units:
            node.systemctl("restart", unit, check=False)
        with suppress(LabError):
            node.wait_socket("/run/containerd/containerd.sock", 10)

    return change


def both(*changes: Callable[[Node], object]) -> Callable[[Node], object]:
    """One change after the other."""

    def change(node: Node) -> None:
        for one in changes:
            one(node)

    return change


def with_few_packages(node: Node) -> None:
    """Of the package database, a megabyte on many nodes, leave what is asked for."""
    status = node.read("/var/lib/dpkg/status").split(b"\n\n")
    ours = (b"Package: containerd\n", b"Package: docker.io\n")
    kept = b"\n\n".join(package for package in status if package.startswith(ours))
    node.write("/var/lib/dpkg/status", kept + b"\n")


def without_programs(node: Node) -> None:
    """Take the daemons' programs away, and let systemd find that out."""
    with_few_packages(node)
    programs = ["/usr/bin/kubelet", "/usr/bin/containerd", "/usr/sbin/dockerd"]
    node.run(["rm", *programs])
    for unit in ("kubelet", "containerd"):
        node.systemctl("restart", unit, check=False)


def importing(name: str, namespace: str = "default") -> Callable[[Node], object]:
    """Import an image with ctr as a person does who does not think of namespaces."""

    def change(node: Node) -> None:
        argv = ["ctr", "-n", namespace, "images", "import", "-"]
        node.run(argv, input=oci_archive(busybox_image(name)))

    return change


def running(state: State, source: Path, copied: bool = True) -> Node:
    """The node of a state, with its pods running where it says that they do."""
    node = Node.boot(
        state.host,
        layers=_layers(state),
        docker=state.docker,
        source=source,
        copied=copied,
        before_boot=lambda node: _laid_out(node, state),
    )
    try:
        if state.runtime:
            _started(node, state, state.runtime)
        state.after(node)
    except BaseException:
        node.stop()
        raise
    return node


def _layers(state: State) -> list[Path]:
    layers = [kubelet.layer(state.kubelet)] if state.runtime else []
    if state.crictl:
        layers.append(programs.layer("crictl", "1.36"))
    if state.buildkitd:
        layers.append(programs.layer("buildkitd", "0.32"))
    return layers


def _laid_out(node: Node, state: State) -> None:
    if state.line != "1.6":
        for program in (release(state.line).path / "usr/bin").iterdir():
            shutil.copy(program, node.disk / "usr/bin" / program.name)
    if state.default:
        node.write(CONTAINERD, _default(node, state.cgroups))
    else:
        cri(f'    sandbox_image = "{kubelet.PAUSE}"\n')(node)
        if state.cgroups == "systemd":
            cri_handler(node)
    if state.crictl:
        node.write(CRICTL, CRICTL_YAML)
    if state.runtime:
        kubelet.install(node, state.runtime, state.pods, state.kubelet)
        node.write(CONFIG, kubelet_config(state.config, state.cgroups, state.kubelet))
    files(state.files)(node)


def _default(node: Node, cgroups: str) -> str:
    """containerd's default, with this cgroup driver and Debian's place for CNI plugins."""
    text = node.text("containerd", "config", "default") + "\n"
    text = re.sub("bin_dirs = .*", "bin_dirs = ['/usr/lib/cni']", text)
    return text.replace(
        "SystemdCgroup = false", f"SystemdCgroup = {str(cgroups == 'systemd').lower()}"
    )


def cri_handler(node: Node) -> None:
    """Write the table of the runc handler with the systemd cgroup driver."""
    table = 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc'
    appended(
        CONTAINERD,
        f'\n[{table}]\n  runtime_type = "io.containerd.runc.v2"\n'
        f"  [{table}.options]\n    SystemdCgroup = true\n",
    )(node)


def _started(node: Node, state: State, runtime: kubelet.Runtime) -> None:
    node.wait_socket("/run/containerd/containerd.sock")
    loaded = [pause_image(_pause(node)), *(busybox_image(pod.image) for pod in state.pods)]
    if runtime == "dockershim":
        node.run(["docker", "load"], input=docker_archive(*loaded))
    else:
        argv = ["ctr", "-n", "k8s.io", "images", "import", "-"]
        node.run(argv, input=oci_archive(*loaded))
    node.systemctl("enable", "--now", "kubelet")
    if state.runs:
        kubelet.wait_running(node, state.pods)
    else:
        gave_up(node)


def _pause(node: Node) -> str:
    """The image of sandboxes that containerd's configuration names."""
    found = re.search("sandbox(?:_image)? = [\"'](.+)[\"']", node.read(CONTAINERD).decode())
    return found[1] if found else kubelet.PAUSE


def gave_up(node: Node) -> None:
    """Wait until the kubelet has ended and waits for its next start."""
    state = ("is-active", "kubelet")
    node.wait(lambda: node.systemctl(*state, check=False) == "activating", "the kubelet to fail")


__all__ = ["FLAGS", "State", "running"]
