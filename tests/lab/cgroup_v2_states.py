"""Nodes with cgroup v2: a kubelet that takes nothing else, on an emulated machine."""

from __future__ import annotations

from pathlib import Path

from . import kubelet, programs
from .containerd import release
from .emulated import Emulated
from .images import busybox_image, oci_archive, pause_image
from .kubelet import Pod
from .states import CONFIG, CONTAINERD, CRICTL, CRICTL_YAML, State, kubelet_config

PAUSE = "registry.k8s.io/pause:3.10"
CONFIG_3 = f"""\
version = 3

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "{PAUSE}"

[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["/usr/lib/cni"]

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
    SystemdCgroup = true
"""

REFUSED = "expected cgroupsPath to be of format"
"""What runc says where containerd is set to systemd cgroups and the kubelet is not."""

SAMPLED = "containerd-2.1-cgroup-v2"
"""The one whose live samples are recorded with it."""
BUSY = "while :; do head -c 3000000 /dev/urandom >/dev/null; sleep 1; done"

MISMATCH = State(
    "With cgroup v2 containerd was set to systemd cgroups, a kubelet 1.27 was not.",
    line="2.1",
    kubelet="1.27",
    runs=False,
)

CGROUP_V2: dict[str, State] = {
    SAMPLED: State(
        "A kubelet 1.36 on containerd 2.1 with cgroup v2, and nothing is wrong.",
        pods=(Pod("web"), Pod("api", command=("/bin/sh", "-c", BUSY))),
        cgroups="systemd",
        line="2.1",
        kubelet="1.36",
    ),
    "containerd-2.1-cgroup-v2-mismatch": MISMATCH,
}


def settings(state: State) -> str:
    """The kubelet's configuration: as kubeadm writes it, and nothing of cgroup v1."""
    text = kubelet_config(state.config, state.cgroups, state.kubelet)
    text = text.replace("cgroupsPerQOS: false", "cgroupsPerQOS: true")
    return text.replace("failCgroupV1: false\n", "")


def use_kubelet(node: Emulated, line: kubelet.Line) -> None:
    """Make that release the node's kubelet; one disk serves for all of them."""
    node.run(["ln", "-f", f"/usr/bin/kubelet-{line}", "/usr/bin/kubelet"])


def refused(node: Emulated) -> bool:
    """Whether the kubelet was refused a pod for the cgroup's name."""
    return REFUSED in node.text("journalctl", "--no-pager", "-u", "kubelet")


def emulated(state: State, source: Path) -> Emulated:
    """The node of a state of cgroup v2, with its pods running where it says that they do."""
    package = release(state.line)
    layers = [
        programs.layer("crictl", "1.36"),
        *(programs.layer("kubelet", line, f"kubelet-{line}") for line in ("1.27", "1.36")),
        package.path,
    ]
    files = {CONTAINERD: CONFIG_3, CRICTL: CRICTL_YAML, **state.files}
    node = Emulated.boot(
        state.host, files=files, source=source, layers=layers, versions=package.versions
    )
    try:
        images = [pause_image(PAUSE), *(busybox_image(pod.image) for pod in state.pods)]
        argv = ["ctr", "-n", "k8s.io", "images", "import", "-"]
        node.run(argv, input=oci_archive(*images))
        use_kubelet(node, state.kubelet)
        kubelet.install(node, "containerd", state.pods, state.kubelet)
        node.write(CONFIG, settings(state))
        node.systemctl("enable", "--now", "kubelet")
        if state.runs:
            kubelet.wait_running(node, state.pods)
        else:
            node.wait(lambda: refused(node), REFUSED)
    except BaseException:
        node.stop()
        raise
    return node
