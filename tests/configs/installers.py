"""Configurations in the shape that installers and guides give them.

All written for these tests; what matters is which keys they set, where, and how they spell them.
`edited(default)` are the usual edits of a release's own `config default`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.configs import distributions
from tests.configs.distributions import CRI, IMAGES, RUNTIME
from tests.configs.generated import Made

NVIDIA = f"""
[{CRI}.containerd.runtimes.nvidia]
  privileged_without_host_devices = false
  runtime_engine = ""
  runtime_root = ""
  runtime_type = "io.containerd.runc.v2"
  [{CRI}.containerd.runtimes.nvidia.options]
    BinaryName = "/usr/bin/nvidia-container-runtime"
    SystemdCgroup = true
"""
NVIDIA_3 = NVIDIA.replace(CRI, 'plugins."io.containerd.cri.v1.runtime"')

SYSTEMD_2 = f"""version = 2
[{CRI}]
  sandbox_image = "registry.k8s.io/pause:3.9"
  [{CRI}.containerd]
    [{CRI}.containerd.runtimes]
      [{CRI}.containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
        [{CRI}.containerd.runtimes.runc.options]
          SystemdCgroup = true
"""
SYSTEMD_3 = f"""version = 3
[{IMAGES}.pinned_images]
  sandbox = 'registry.k8s.io/pause:3.10'
[{RUNTIME}.containerd.runtimes.runc.options]
  SystemdCgroup = true
"""

WRITTEN = {
    **distributions.WRITTEN,
    "guide-systemd": SYSTEMD_2,
    "guide-systemd-3": SYSTEMD_3,
    "guide-options-alone": f"""version = 2
[{CRI}.containerd.runtimes.runc.options]
SystemdCgroup = true
""",
    "guide-without-version": SYSTEMD_2.replace("version = 2\n", ""),
    "guide-old-key": f"version = 2\n[{CRI}]\n  systemd_cgroup = true\n",
    "guide-v1": """[plugins.cri]
  systemd_cgroup = false
  sandbox_image = "k8s.gcr.io/pause:3.1"
  [plugins.cri.containerd]
    snapshotter = "overlayfs"
    [plugins.cri.containerd.default_runtime]
      runtime_type = "io.containerd.runtime.v1.linux"
      runtime_engine = "/usr/local/bin/runc"
      runtime_root = ""
  [plugins.cri.registry.mirrors."docker.io"]
    endpoint = ["https://registry-1.docker.io"]
""",
    "dockers-package": """#   Copyright of the packager
disabled_plugins = ["cri"]

#root = "/var/lib/containerd"
#state = "/run/containerd"
#subreaper = true
#oom_score = 0

#[grpc]
#  address = "/run/containerd/containerd.sock"
#  uid = 0
#  gid = 0

#[debug]
#  address = "/run/containerd/debug.sock"
#  level = "info"
""",
    "nvidia-toolkit": f"version = 2\n[plugins]\n{NVIDIA}",
    "nvidia-toolkit-default": f"""version = 2
[{CRI}.containerd]
  default_runtime_name = "nvidia"
{NVIDIA}""",
    "nvidia-on-systemd": SYSTEMD_2 + NVIDIA,
    "nvidia-3": SYSTEMD_3 + NVIDIA_3,
    "nvidia-2-beside-3": SYSTEMD_3 + NVIDIA,
    "stargz": f"""version = 2
[proxy_plugins]
  [proxy_plugins.stargz]
    type = "snapshot"
    address = "/run/containerd-stargz-grpc/containerd-stargz-grpc.sock"
[{CRI}.containerd]
  snapshotter = "stargz"
  disable_snapshot_annotations = false
""",
    "harbor-mirror": f"""version = 2
[{CRI}.registry]
  [{CRI}.registry.mirrors]
    [{CRI}.registry.mirrors."docker.io"]
      endpoint = ["https://harbor.example.org/v2/proxy"]
    [{CRI}.registry.mirrors."*"]
      endpoint = ["https://harbor.example.org"]
  [{CRI}.registry.configs]
    [{CRI}.registry.configs."harbor.example.org".tls]
      insecure_skip_verify = true
    [{CRI}.registry.configs."harbor.example.org".auth]
      username = "robot"
      password = "not-a-real-one"
""",
    "kata-guide": f"""version = 2
[{CRI}.containerd]
  [{CRI}.containerd.runtimes]
    [{CRI}.containerd.runtimes.kata]
      runtime_type = "io.containerd.kata.v2"
      privileged_without_host_devices = true
      pod_annotations = ["io.katacontainers.*"]
      container_annotations = ["io.katacontainers.*"]
      [{CRI}.containerd.runtimes.kata.options]
        ConfigPath = "/opt/kata/share/defaults/kata-containers/configuration.toml"
""",
    "root-below-a-table": SYSTEMD_2 + '\nroot = "/data/containerd"\n',
    "old-keys-in-3": f'version = 3\n[{CRI}]\n  sandbox_image = "p:1"\n  enable_cdi = false\n',
    "both-bin-dirs": f'version = 3\n[{RUNTIME}.cni]\n  bin_dir = "/a"\n',
}

_DROP_INS = {
    "nvidia-drop-in": (SYSTEMD_2, f"version = 2\n{NVIDIA}"),
    "nvidia-drop-in-3": (SYSTEMD_3, f"version = 3\n{NVIDIA_3}"),
    "registry-drop-in": (SYSTEMD_2, f'version = 2\n[{CRI}.registry]\nconfig_path = "/c"\n'),
    "level-drop-in": (SYSTEMD_2, 'version = 2\noom_score = -5\n[debug]\nlevel = "debug"\n'),
}


def written() -> Iterator[Made]:
    """Everything of one piece, and main files with a drop-in beside them."""
    for name, text in WRITTEN.items():
        yield Made(name, {"config.toml": text})
    for name, (main, drop_in) in _DROP_INS.items():
        importing = main.replace("\n", '\nimports = ["@HERE@/conf.d/*.toml"]\n', 1)
        yield Made(name, {"config.toml": importing, "conf.d/99.toml": drop_in})


def edited(line: str, default: str) -> Iterator[Made]:
    """A release's own defaults, and with what guides tell people to change in them."""
    systemd = default.replace("SystemdCgroup = false", "SystemdCgroup = true")
    if systemd == default:
        mark = ".containerd.runtimes.runc.options]\n"
        systemd = default.replace(mark, mark + "SystemdCgroup = true\n")
    edits = {
        "default": default,
        "systemd": systemd,
        "pause": systemd.replace("registry.k8s.io/pause", "example.org/pause").replace(
            "k8s.gcr.io/pause", "example.org/pause"
        ),
        "certs": systemd.replace('config_path = ""', 'config_path = "/etc/containerd/certs.d"'),
        "root": systemd.replace("/var/lib/containerd", "/data/containerd"),
        "native": default.replace("overlayfs", "native").replace("/opt/cni/bin", "/usr/lib/cni"),
        "without-version": "\n".join(
            row for row in systemd.splitlines() if not row.startswith("version")
        ),
    }
    for name, text in edits.items():
        yield Made(f"default-of-{line}-{name}", {"config.toml": text})
