"""Every recorded node by its name, which reads as a sentence."""

from __future__ import annotations

import json

from .broken_today_states import BROKEN_TODAY
from .builder_states import BUILDERS
from .cgroup_v2_states import CGROUP_V2
from .demo_state import DEMO, METRICS
from .hostile_states import HOSTILE_NAMES, WITH_SECRETS
from .images import busybox_image, oci_archive
from .kubelet import PAUSE, Pod
from .lost_pods import pods_lost, undone
from .name_states import NAMES
from .newer_states import NEWER
from .node import Node
from .old_age_states import OLD_AGE
from .registered_states import REGISTERED
from .states import (
    CONFIG,
    CONTAINERD,
    CRICTL,
    CRICTL_YAML,
    DAEMON,
    DEFAULTS,
    LIMITS,
    ROTATING,
    SOCKET,
    State,
    appended,
    both,
    cri,
    cri_handler,
    files,
    importing,
    kubelet_config,
    replaced,
    restarted,
    without_programs,
)
from .upgraded_states import REMOTE, UPGRADED, flags, ready

__all__ = ["DEMO", "METRICS", "STATES"]

WIDE = """\
{
    "log-opts": {
        "max-size": "50m",
        "max-file": "3"
    }
}"""
WANTING = "/etc/systemd/system/kubelet.service.d/20-docker.conf"
KILLING = "/etc/systemd/system/containerd.service.d/10-limits.conf"
MIRRORS = """\
    [plugins."io.containerd.grpc.v1.cri".registry]
      config_path = "/etc/containerd/certs.d"
      [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
        endpoint = ["https://mirror.example.org"]
"""


def _manifest(pod: Pod) -> dict[str, str | bytes]:
    return {f"/etc/kubernetes/manifests/{pod.name}.yaml": pod.manifest()}


def _without_a_layer(node: Node) -> None:
    """Take one layer out of the content store, as an interrupted import leaves it."""
    image = busybox_image("registry.example.org/broken:1")
    argv = ["ctr", "-n", "k8s.io", "images", "import", "--no-unpack", "-"]
    node.run(argv, input=oci_archive(image))
    digests = [d["digest"] for d in json.loads(image.manifest())["layers"]]
    node.run(["ctr", "-n", "k8s.io", "content", "rm", digests[-1]])


def disabling(node: Node) -> None:
    """Disable the CRI plugin in a file that holds more."""
    line = b'# left by an old guide\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
    head = b"version = 2\n"
    node.write(CONTAINERD, node.read(CONTAINERD).replace(head, head + line))


def _moved(node: Node) -> None:
    node.unshim("apply", "kubelet-dockershim-reference", "--yes", check=True)


def _without_docker(node: Node) -> None:
    node.systemctl("disable", "--now", "docker.socket", "docker.service")


DOCKERSHIM = "unix:///run/dockershim.sock"
IMPORT = "/etc/containerd/conf.d/99-cgroups.toml"
RUNC = 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc'
_REPLACE = "cp -p /usr/bin/kubelet /usr/bin/kubelet.new && mv /usr/bin/kubelet.new /usr/bin/kubelet"


def _importing_all(node: Node) -> None:
    head = "version = 2\n"
    replaced(head, f'{head}imports = ["{IMPORT.rpartition("/")[0]}/*.toml"]\n')(node)


STATES: dict[str, State] = {
    **NEWER,
    **NAMES,
    **OLD_AGE,
    **REGISTERED,
    **UPGRADED,
    **CGROUP_V2,
    **BUILDERS,
    "dockershim": State(
        "The kubelet runs its pods through dockershim, and nothing was prepared.",
        runtime="dockershim",
        docker="enabled",
        config="",
        crictl=False,
    ),
    "dockershim-logs-limited": State(
        "Docker limits its logs as the kubelet will by default.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: ROTATING},
        config="",
        crictl=False,
    ),
    "dockershim-logs-limited-otherwise": State(
        "Docker keeps more of its logs than the kubelet will.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: '{"log-opts": {"max-size": "100m", "max-file": "3"}}\n'},
        config="",
        crictl=False,
    ),
    "dockershim-ready-to-move": State(
        "Only static pods are left, and containerd has their images.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: ROTATING},
        after=ready(Pod("web")),
    ),
    "dockershim-moved-by-unshim": State(
        "unshim itself moved this node to containerd.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: ROTATING},
        after=both(ready(Pod("web")), _moved, _without_docker),
    ),
    "dockershim-moved-and-docker-left-running": State(
        "The kubelet moved to containerd, and Docker still runs its old pods.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: ROTATING},
        after=both(ready(Pod("web")), _moved),
    ),
    "dockershim-moved-and-docker-comes-back": State(
        "The kubelet moved to containerd, and its unit still wants Docker.",
        runtime="dockershim",
        docker="enabled",
        files={
            DAEMON: ROTATING,
            WANTING: "[Unit]\nWants=docker.service\nAfter=docker.service\n",
        },
        after=both(ready(Pod("web")), _moved),
    ),
    "dockershim-moved-and-undone": State(
        "unshim moved the kubelet to containerd and took that back: containerd runs pods still.",
        runtime="dockershim",
        docker="enabled",
        files={DAEMON: ROTATING},
        after=both(ready(Pod("web")), _moved, undone),
    ),
    "dockershim-took-the-socket-of-containerd": State(
        "Without --container-runtime=remote dockershim listens at containerd's endpoint.",
        runtime="dockershim",
        docker="enabled",
        files={
            DAEMON: ROTATING,
            **flags(f"--container-runtime-endpoint={SOCKET} --network-plugin=cni"),
        },
        crictl=False,
    ),
    "dockershim-containerd-without-cri": State(
        "Docker's own package disabled containerd's CRI plugin.",
        runtime="dockershim",
        docker="enabled",
        files={CONTAINERD: 'disabled_plugins = ["cri"]\n'},
        config="",
        crictl=False,
    ),
    "dockershim-endpoint-is-ignored": State(
        "The endpoint is containerd's, but --container-runtime=remote was forgotten.",
        runtime="dockershim",
        docker="enabled",
        after=files(flags(f"--container-runtime-endpoint={SOCKET} --network-plugin=cni")),
        config="",
        crictl=False,
    ),
    "containerd-healthy": State(
        "A node that was moved to containerd and has nothing wrong.", by_nobody=True
    ),
    "containerd-healthy-systemd-cgroups": State(
        "Both sides use the systemd cgroup driver.", cgroups="systemd"
    ),
    "containerd-cgroup-mismatch": State(
        "The kubelet was set to systemd cgroups, containerd was not.",
        after=files({CONFIG: kubelet_config(cgroups="systemd")}),
    ),
    "containerd-kubelet-left-on-cgroupfs": State(
        "containerd was set to systemd cgroups, the kubelet was not.", after=cri_handler
    ),
    "containerd-crictl-without-configuration": State(
        "crictl is here and was not told where to ask.",
        after=lambda node: node.run(["rm", CRICTL]) and None,
    ),
    "containerd-crictl-asks-dockershim": State(
        "crictl still asks dockershim.",
        files={
            CRICTL: "# docker\nruntime-endpoint: unix:///var/run/dockershim.sock\ntimeout: 10\n"
        },
    ),
    "containerd-crictl-ignores-its-file": State(
        "Lines that crictl does not take make it ignore its file.",
        files={CRICTL: f"runtime-endpoint: {SOCKET}\ntimeout: 2s\ncolour: true\n"},
    ),
    "containerd-without-crictl": State("crictl is not installed.", crictl=False),
    "containerd-image-only-in-default": State(
        "A static pod's image was imported into namespace default.",
        after=both(files(_manifest(METRICS)), importing(METRICS.image)),
    ),
    "containerd-image-incomplete": State(
        "A layer of an image is gone from the content store.", after=_without_a_layer
    ),
    "containerd-logs-by-default": State(
        "Nobody set how large logs may grow; the kubelet's default holds.", config=""
    ),
    "containerd-logs-not-carried-over": State(
        "daemon.json still says what the kubelet was never told.",
        config="",
        files={DAEMON: WIDE},
    ),
    "containerd-logs-of-one-file": State(
        "The kubelet does not start with one log file.",
        config=LIMITS.replace("MaxFiles: 5", "MaxFiles: 1"),
        runs=False,
    ),
    "containerd-cri-disabled": State(
        "The CRI plugin was disabled and containerd restarted.",
        after=both(
            disabling,
            restarted("containerd"),
        ),
    ),
    "containerd-cri-failed": State(
        "Registry mirrors together with config_path keep the CRI plugin from loading.",
        after=both(cri(MIRRORS), restarted("containerd")),
    ),
    "containerd-configuration-broken": State(
        "Someone broke config.toml after containerd had read it.",
        after=appended(CONTAINERD, "\n[plugins\n"),
    ),
    "containerd-import-took-the-runtime": State(
        "An imported file with one line about runc replaced the whole CRI table.",
        cgroups="systemd",
        files={IMPORT: f"version = 2\n[{RUNC}.options]\n  SystemdCgroup = true\n"},
        after=both(_importing_all, restarted("containerd")),
    ),
    "containerd-option-of-a-wrong-type": State(
        "SystemdCgroup is a text, with which containerd starts and makes no pod.",
        cgroups="systemd",
        after=both(
            replaced("SystemdCgroup = true", 'SystemdCgroup = "true"'), restarted("containerd")
        ),
    ),
    "containerd-option-misspelt": State(
        "SystemdGruop is no option of runc's shim, and the driver stays cgroupfs.",
        cgroups="systemd",
        after=both(
            replaced("SystemdCgroup = true", "SystemdGruop = true"), restarted("containerd")
        ),
    ),
    "containerd-first-runtime-with-its-own-key": State(
        "systemd_cgroup stands beside the one runtime that it is for.",
        cgroups="systemd",
        after=both(
            cri("    systemd_cgroup = true\n"),
            replaced(f"  [{RUNC}.options]\n    SystemdCgroup = true\n", ""),
            replaced("io.containerd.runc.v2", "io.containerd.runtime.v1.linux"),
            restarted("containerd"),
        ),
    ),
    "containerd-listens-where-dockershim-did": State(
        "containerd took the socket's name over from dockershim, as images of 2021 had it.",
        after=both(
            appended(CONTAINERD, '\n[grpc]\n  address = "/run/dockershim.sock"\n'),
            files(flags(REMOTE.replace(SOCKET, DOCKERSHIM))),
            files({CRICTL: CRICTL_YAML.replace(SOCKET, DOCKERSHIM)}),
            restarted("containerd", "kubelet"),
        ),
    ),
    "containerd-kubelet-replaced": State(
        "The kubelet's program was replaced by the same release, and not restarted.",
        after=lambda node: node.run(["sh", "-c", _REPLACE]) and None,
    ),
    "containerd-endpoint-is-dockershims": State(
        "With --container-runtime=remote nobody listens at dockershim's socket.",
        files=flags(REMOTE.replace(SOCKET, DOCKERSHIM)),
        runs=False,
    ),
    "dockershim-stopped-with-docker": State(
        "The kubelet and Docker were both stopped.",
        runtime="dockershim",
        docker="enabled",
        after=lambda node: node.systemctl("stop", "kubelet", "docker.socket", "docker") and None,
    ),
    "containerd-without-the-sandbox-image": State(
        "No pod starts: the image of sandboxes is not here.", after=pods_lost
    ),
    "containerd-stopped": State(
        "containerd was stopped.", after=lambda node: node.systemctl("stop", "containerd") and None
    ),
    "containerd-upgrade-interrupted": State(
        "An upgrade was interrupted: the units are there, their programs are not.",
        after=without_programs,
    ),
    "containerd-killed-with-its-pods": State(
        "A drop-in set KillMode=control-group for containerd.",
        files={KILLING: "[Service]\nKillMode=control-group\n"},
    ),
    "containerd-old-cgroup-key": State(
        "The old key systemd_cgroup keeps the CRI plugin from loading.",
        after=both(cri("    systemd_cgroup = true\n"), restarted("containerd")),
    ),
    "containerd-old-cgroup-key-not-read-yet": State(
        "The old key systemd_cgroup waits for containerd's next start.",
        after=cri("    systemd_cgroup = true\n"),
    ),
    "containerd-flags-left-behind": State(
        "Flags of dockershim are still in the kubelet's files.",
        files={
            **flags(f"--network-plugin=cni {REMOTE} --pod-infra-container-image={PAUSE}"),
            DEFAULTS: 'KUBELET_EXTRA_ARGS="--node-labels=rack=7 '
            '--experimental-dockershim-root-directory=/var/lib/dockershim"\n',
        },
    ),
    "containerd-endpoint-leads-nowhere": State(
        "The endpoint of the kubelet has a slip of the pen.",
        files=flags(REMOTE.replace("/run/containerd/", "/run/containrd/")),
        runs=False,
    ),
    "containerd-endpoint-doubled": State(
        "The endpoint names its scheme twice.",
        after=files(flags(REMOTE.replace("unix:///run", "unix://unix:///run"))),
    ),
    "containerd-1.4": State("A node with containerd 1.4.", line="1.4"),
    "containerd-2.1-with-an-old-kubelet": State(
        "containerd 2.1 does not speak what a kubelet 1.20 speaks.", line="2.1", runs=False
    ),
    **BROKEN_TODAY,
    "containerd-hostile-names": HOSTILE_NAMES,
    "containerd-with-secrets": WITH_SECRETS,
    "containerd-without-kubelet": State(
        "A machine with containerd and Docker and no kubelet.",
        runtime=None,
        docker="enabled",
        crictl=False,
    ),
    "containerd-2.1-without-kubelet": State(
        "A machine with containerd 2.1 and no kubelet.", runtime=None, line="2.1"
    ),
}
