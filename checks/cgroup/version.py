"""The version of the machine's cgroups: does the kubelet run on it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    At,
    Evidence,
    Finding,
    FromSource,
    Node,
    Origin,
    Rank,
    Seen,
    Severity,
    Source,
    check,
    known,
    shows,
)
from unshim.releases.kubelet import FAILS_CGROUP_V1_FROM, REFUSES_CGROUP_V1


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet runs on the cgroups of this machine",
    remedy="Boot the machine with cgroup v2: drain the node, put "
    "systemd.unified_cgroup_hierarchy=1 on the kernel's command line, reboot. Until then "
    "failCgroupV1: false in the kubelet's configuration lets it run.",
    proof=(Seen("kubelet 1.36"), FromSource("kubelet 1.31 to 1.35")),
    rank=Rank.RELEASE_FITS,
    hop=At("kubelet", "refuses cgroup v1", explains=True),
)
def cgroup_v1_refused(node: Node) -> Iterator[Finding]:
    """The kubelet refuses to run on this machine's cgroup v1.

    From 1.35 on it does so by default, from 1.31 on where failCgroupV1 is set. A machine that
    mounts both kinds (hybrid) counts as cgroup v1. On 1.34, where nothing sets it, it is a warning
    for the upgrade.

    Source: kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go.
    """
    kubelet = known(node.kubelet)
    version = known(kubelet.version)
    first, line = REFUSES_CGROUP_V1, version.value.line
    if line < FAILS_CGROUP_V1_FROM:
        return
    setting = known(kubelet.effective["failCgroupV1"])
    next_does = setting.source.origin is Origin.DEFAULT and line == (first[0], first[1] - 1)
    if not setting.value and not next_does:
        return
    cgroups = known(node.machine.cgroup_version)
    if cgroups != 1:
        return
    yield Finding(
        f"kubelet {version.value} refuses to run on cgroup v1"
        if setting.value
        else f"the kubelet refuses cgroup v1 from {first[0]}.{first[1]} on",
        (
            Evidence("cgroups of the machine", "v1", "v2", Source(Origin.FILE, "/sys/fs/cgroup")),
            shows("failCgroupV1", setting, "false, as long as the machine has cgroup v1"),
            shows("kubelet version", version),
        ),
        hurts="The kubelet ends with `kubelet is configured to not run on a host using cgroup v1`."
        if setting.value
        else f"The upgrade to Kubernetes {first[0]}.{first[1]} leaves a kubelet that does not "
        "start.",
        severity=None if setting.value else Severity.WARNING,
    )
