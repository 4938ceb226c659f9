"""containerd's CRI plugin: is it enabled, does it load, does the kubelet understand it."""

from __future__ import annotations

from collections.abc import Iterator

from checks.runtime.config import containerd_config
from unshim.api import (
    At,
    Evidence,
    Finding,
    FromSource,
    Missing,
    Node,
    Origin,
    Rank,
    Runtime,
    Seen,
    Setting,
    Severity,
    Source,
    Version,
    check,
    known,
    seen_runtime,
    shows,
)
from unshim.model.parts.containerd import ContainerdConfig, Plugin
from unshim.releases.cri_apis import common_api, served_by_release, spoken_by_kubelet

CRI_NAMES = (
    "cri",
    "io.containerd.grpc.v1.cri",
    "io.containerd.cri.v1.runtime",
    "io.containerd.cri.v1.images",
)


@check(
    Severity.ERROR,
    kubelet=True,
    needs_containerd=True,
    well="The kubelet and containerd share a version of the container runtime interface",
    remedy="Upgrade the older side; containerd 1.7 works with every kubelet from 1.20 to 1.36.",
    proof=(
        Seen("containerd 1.4 to 2.3 and kubelets 1.20, 1.27 and 1.36"),
        FromSource("kubelet 1.22 and 1.26"),
    ),
    rank=Rank.API_SHARED,
    hop=At("CRI", "no version in common"),
)
def cri_api_skew(node: Node) -> Iterator[Finding]:
    """The kubelet and containerd share no version of the container runtime interface.

    containerd up to 1.5 serves v1alpha2 only, 1.6 and 1.7 both, 2.0 and later v1 only. A kubelet
    up to 1.22 speaks v1alpha2 only, 1.23 to 1.25 both, 1.26 and later v1 only. Before the
    migration this is a warning for the day the kubelet uses containerd.

    Source: containerd's release notes of 1.6 and 2.0, the kubelet's of 1.23 and 1.26.
    """
    kubelet = known(known(node.kubelet).version)
    containerd = known(node.containerd)
    running = containerd.running
    served: frozenset[str]
    # Only with its list of plugins has the daemon told of every version that it serves.
    if (
        not isinstance(running, Missing)
        and not isinstance(running.cri, Missing)
        and not isinstance(running.plugins, Missing)
    ):
        served = frozenset(running.cri.apis)
        place = Source(Origin.DAEMON, containerd.socket.path)
    else:
        version = known(containerd.version)
        served = served_by_release(version.value)
        place = version.source
    spoken = spoken_by_kubelet(kubelet.value)
    if common_api(spoken, served):
        return
    before = seen_runtime(node) not in (None, Runtime.CONTAINERD)
    yield Finding(
        "the kubelet and containerd have no CRI version in common",
        (
            Evidence("kubelet speaks", ", ".join(sorted(spoken)), "", kubelet.source),
            Evidence("containerd serves", ", ".join(sorted(served)) or "none", "", place),
        ),
        hurts="The kubelet cannot use this containerd: `unknown service runtime`.",
        severity=Severity.WARNING if before else None,
    )


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="containerd's configuration leaves the CRI plugin enabled",
    remedy="Take the CRI plugin out of disabled_plugins, then restart containerd.",
    proof=Seen("containerd 1.4, 1.6, 1.7 and 2.1"),
    rank=Rank.PLUGIN_ENABLED,
    hop=At("CRI", "disabled", explains=True),
)
def cri_plugin_disabled(node: Node) -> Iterator[Finding]:
    """containerd's configuration disables the CRI plugin, which the kubelet needs.

    Docker's containerd.io package ships a configuration whose one active line is
    `disabled_plugins = ["cri"]`. The lists of imported files are added together, so that any of
    them can disable it. In a file without `version = 2` only the short name counts on 1.x. On a
    node without a kubelet this is information: Docker alone needs no CRI.

    Source: containerd documentation, CRI plugin.
    """
    config = containerd_config(node)
    counting = _names_that_count(config, known(node.containerd).version)
    named = [s for s in config.disabled_plugins if s.value in counting]
    if not named:
        return
    runtime = seen_runtime(node)
    without = runtime is Runtime.NONE
    before = runtime in (Runtime.DOCKERSHIM, Runtime.CRI_DOCKERD)
    yield Finding(
        "the CRI plugin is disabled",
        tuple(shows("disabled_plugins names", s, "no CRI plugin") for s in named),
        hurts="Nothing here needs it: there is no kubelet."
        if without
        else "The kubelet cannot move to this containerd until it is enabled."
        if before
        else "The kubelet gets `unknown service runtime` and starts no pod.",
        severity=Severity.INFO if without else Severity.WARNING if before else None,
    )


def _names_that_count(
    config: ContainerdConfig, release: Setting[Version] | Missing
) -> tuple[str, ...]:
    """1.x takes a plugin's last word alone in a file of version 1, as 1.3 to 1.7 showed."""
    old = isinstance(release, Setting) and release.value.line < (2, 0)
    return ("cri",) if old and config.version.value < 2 else CRI_NAMES


def _is_cri(plugin: Plugin) -> bool:
    return (
        (plugin.type == "io.containerd.grpc.v1" and plugin.id == "cri")
        or (plugin.type == "io.containerd.cri.v1" and plugin.id in ("runtime", "images"))
        or plugin.type == "io.containerd.podsandbox.controller.v1"
    )


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="No part of containerd's CRI plugin failed to load",
    remedy="Correct what the daemon's own message names, then restart containerd.",
    proof=Seen("containerd 1.4, 1.6, 1.7 and 2.1"),
    rank=Rank.PLUGIN_LOADED,
    hop=At("CRI", "did not load"),
)
def cri_plugin_failed(node: Node) -> Iterator[Finding]:
    """containerd runs, but its CRI plugin did not load.

    The daemon itself stays up and `systemctl status` looks healthy, so this is easily missed. The
    message is the daemon's own. Other plugins that do not load (aufs, zfs, devmapper) are normal.
    While the plugin is down everything it would answer is unknown, and this is the cause.

    Source: containerd's introspection service.
    """
    containerd = known(node.containerd)
    running = known(containerd.running)
    failed = [p for p in known(running.plugins) if _is_cri(p) and p.error]
    if not failed:
        return
    roots = [p for p in failed if "dependency" not in p.error] or failed
    without = seen_runtime(node) is Runtime.NONE
    place = Source(Origin.DAEMON, containerd.socket.path)
    yield Finding(
        "the CRI plugin did not load",
        tuple(Evidence(f"{p.type}.{p.id}", p.error, "loads", place) for p in roots),
        hurts="The kubelet gets `unknown service runtime` and starts no pod.",
        severity=Severity.INFO if without else None,
    )
