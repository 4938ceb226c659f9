"""An example of each kind of step."""

from __future__ import annotations

from unshim.model.steps import (
    CordonNode,
    DrainNode,
    EnableUnit,
    ImportImage,
    LoadModule,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    RunCommand,
    SetSysctl,
    ShareImage,
    StartUnit,
    Step,
    StopUnit,
    WaitFor,
    WriteFile,
)

EXAMPLES: tuple[Step, ...] = (
    WriteFile("/etc/x", b"\xff", None),
    WriteFile("/etc/y", None, b"new", 0o600),
    WriteFile("/etc/z", b"old", b"new"),
    ReloadSystemd(),
    RestartUnit("docker.service"),
    StopUnit("docker.service"),
    StartUnit("docker.service"),
    EnableUnit("docker.service"),
    EnableUnit("docker.service", False),
    MaskUnit("docker.service"),
    MaskUnit("docker.service", False),
    LoadModule("ip_vs"),
    SetSysctl("net.ipv4.ip_forward", "0", "1"),
    SetSysctl("net.bridge.bridge-nf-call-iptables", None, "1"),
    RunCommand("hold-package", ("kubelet",)),
    RunCommand("swap-off", ("/dev/vdb",)),
    WaitFor("socket-answers", "/run/containerd/containerd.sock", 30),
    WaitFor("unit-inactive", "docker.service", 30),
    CordonNode("worker-1", "/etc/kubernetes/admin.conf"),
    CordonNode("worker-1", "/etc/kubernetes/admin.conf", False),
    DrainNode("worker-1", "/etc/kubernetes/admin.conf", 300),
    ImportImage("/s", "k8s.io", "docker.io/library/busybox:1", f"sha256:{'a' * 64}"),
    ImportImage("/s", "k8s.io", "docker.io/library/busybox:1", f"sha256:{'a' * 64}", "/x.tar"),
    ShareImage("/s", "default", "k8s.io", "busybox", "sha256:a", ("sha256:b",)),
)
