"""Nodes of kubelets 1.27 and 1.36 and containerds 1.5 to 2.3, broken as only they can be."""

from __future__ import annotations

from . import kubelet
from .kubelet import FLAGS, PAUSE
from .lost_pods import pods_lost
from .node import Node
from .states import (
    CONFIG,
    CONTAINERD,
    CRICTL,
    CRICTL_YAML,
    DEFAULTS,
    SOCKET,
    State,
    appended,
    both,
    cri,
    cri_handler,
    kubelet_config,
    restarted,
)

_ENDPOINT = f"--container-runtime-endpoint={SOCKET}"
_PAUSE = f"--pod-infra-container-image={PAUSE}"
_PROVIDERS = "/etc/kubernetes/credential-providers.yaml"
_PROGRAMS = "/usr/local/libexec/credential-providers"
_DROP_INS = "/etc/kubernetes/kubelet.conf.d"
_CREDENTIALS = """\
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
- name: ecr-credential-provider
  apiVersion: credentialprovider.kubelet.k8s.io/v1
  matchImages: ["*.dkr.ecr.*.amazonaws.com"]
  defaultCacheDuration: 12h
"""
# In slices of their own: what a pod's cgroup is called is up to the driver.
_COUNTING_PODS = kubelet_config(line="1.36").replace("QOS: false", "QOS: true")
_DOCKERSHIM = "/run/dockershim.sock"
_LEAVE = f"import socket; socket.socket(socket.AF_UNIX).bind({_DOCKERSHIM!r})"
# What a file of 1.6 had: a key that is gone, a slip of the pen, what a later release takes away.
_OF_1_6 = "    disable_cgroup = true\n    max_concurent_downloads = 8\n"
_MIRRORS = """
[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
  endpoint = ["https://mirror.example.org"]
"""


def _flags(text: str) -> dict[str, str | bytes]:
    return {FLAGS: f'KUBELET_KUBEADM_ARGS="{text}"\n'}


def _socket_left(node: Node) -> None:
    """What a kubelet of 1.23 leaves when it is ended: a socket's name at which nobody listens."""
    node.run(["python3", "-c", _LEAVE])


def _systemd_in_containerd(node: Node) -> None:
    """containerd alone is set to systemd cgroups, and the kubelet started anew."""
    cri_handler(node)
    restarted("containerd", "kubelet")(node)
    kubelet.wait_running(node, (kubelet.Pod("web"),))


BROKEN_TODAY: dict[str, State] = {
    "containerd-kubelet-1.27-with-a-removed-flag": State(
        "kubeadm-flags.env still has --container-runtime=remote, which 1.27 removed.",
        kubelet="1.27",
        line="1.7",
        files=_flags(f"--container-runtime=remote {_ENDPOINT} {_PAUSE}"),
        runs=False,
    ),
    "containerd-kubelet-1.36-with-removed-flags": State(
        "Flags of dockershim and of the sandbox image are given to a kubelet 1.36.",
        kubelet="1.36",
        line="2.1",
        files={
            **_flags(f"{_ENDPOINT} {_PAUSE}"),
            DEFAULTS: "KUBELET_EXTRA_ARGS=--network-plugin=cni\n",
        },
        runs=False,
    ),
    "containerd-kubelet-1.36-refuses-cgroup-v1": State(
        "A kubelet 1.36 was installed on a machine that boots with cgroup v1.",
        kubelet="1.36",
        line="2.1",
        files={CONFIG: kubelet_config(line="1.36").replace("failCgroupV1: false\n", "")},
        runs=False,
    ),
    "containerd-kubelet-1.27-without-its-credential-provider": State(
        "The kubelet is to ask a credential provider whose program is not there.",
        kubelet="1.27",
        line="1.7",
        files={
            **_flags(
                f"{_ENDPOINT} {_PAUSE} --image-credential-provider-config={_PROVIDERS} "
                f"--image-credential-provider-bin-dir={_PROGRAMS}"
            ),
            _PROVIDERS: _CREDENTIALS,
            f"{_PROGRAMS}/README": "Programs that the kubelet asks for credentials.\n",
        },
        runs=False,
    ),
    "containerd-kubelet-1.36-with-a-broken-drop-in": State(
        "A drop-in of the kubelet's configuration lacks its first two lines.",
        kubelet="1.36",
        line="2.1",
        files={
            **_flags(f"{_ENDPOINT} --config-dir={_DROP_INS}"),
            f"{_DROP_INS}/50-pods.conf": "maxPods: 60\n",
        },
        runs=False,
    ),
    "containerd-1.5-with-kubelet-1.27": State(
        "containerd 1.5 does not speak what a kubelet 1.27 speaks.",
        kubelet="1.27",
        line="1.5",
        runs=False,
    ),
    "containerd-2.1-without-the-sandbox-image": State(
        "No pod starts: a kubelet 1.36 no longer keeps the image of sandboxes, and it is gone.",
        kubelet="1.36",
        line="2.1",
        after=pods_lost,
    ),
    "containerd-dockershim-socket-left-behind": State(
        "dockershim's socket was left behind, and crictl still asks there.",
        kubelet="1.27",
        line="1.7",
        files={CRICTL: CRICTL_YAML.replace(SOCKET, f"unix://{_DOCKERSHIM}")},
        after=_socket_left,
    ),
    "containerd-2.3-with-a-file-of-1.6": State(
        "containerd 2.3 was given the configuration of a 1.6, of which it drops two keys.",
        kubelet="1.36",
        line="2.3",
        after=both(cri(_OF_1_6), appended(CONTAINERD, _MIRRORS), restarted("containerd")),
    ),
    "containerd-2.1-tells-its-cgroup-driver": State(
        "A kubelet 1.36 follows containerd's systemd cgroups, whatever its file says.",
        kubelet="1.36",
        line="2.1",
        files={CONFIG: _COUNTING_PODS},
        after=_systemd_in_containerd,
    ),
    "containerd-1.7-cannot-tell-its-cgroup-driver": State(
        "containerd 1.7 has systemd cgroups, and a kubelet 1.36 cannot ask it.",
        kubelet="1.36",
        line="1.7",
        files={CONFIG: _COUNTING_PODS},
        after=_systemd_in_containerd,
    ),
}
