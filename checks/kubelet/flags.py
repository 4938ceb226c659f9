"""The kubelet's flags: does its release know them, do they fit together."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.declare import check
from unshim.judge.evidence import absent, shown
from unshim.model.checks import Evidence, Finding, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.values import Setting, Version, known
from unshim.releases.kubelet import REMOVED_IN


def _release(node: Node) -> Version:
    return known(known(node.kubelet).version).value


@check(
    Severity.ERROR,
    kubelet=True,
    remedy="Up to 1.23 set --container-runtime=remote; from 1.27 on remove the flag.",
)
def kubelet_container_runtime_flag(node: Node) -> Iterator[Finding]:
    """--container-runtime does not fit this kubelet's release.

    Up to 1.23 a kubelet with a containerd endpoint needs --container-runtime=remote, or it uses
    Docker and lets dockershim listen at that endpoint, in the place of containerd. From 1.24 to
    1.26 only `remote` is allowed and the flag is deprecated. From 1.27 on the kubelet does not
    know the flag and does not start.

    Source: Kubernetes changelogs of 1.24 and 1.27. Up to 1.23 seen with kubelet 1.20; later ones
    from the source of kubelet 1.24 to 1.27, not seen on a node.
    """
    kubelet = known(node.kubelet)
    release = _release(node).line
    flags = [f for f in known(kubelet.flags) if f.name == "container-runtime"]
    last = flags[-1] if flags else None
    if release >= (1, 27):
        if last is not None:
            yield Finding(
                f"kubelet {release[0]}.{release[1]} does not know --container-runtime",
                tuple(
                    Evidence("--container-runtime", f.value or "", "no such flag", f.source)
                    for f in flags
                ),
                hurts="The kubelet exits with `unknown flag: --container-runtime`.",
            )
        return
    if release >= (1, 24):
        if last is not None and last.value != "remote":
            yield Finding(
                "--container-runtime may only be `remote` in this release",
                (Evidence("--container-runtime", last.value or "", "remote", last.source),),
                hurts="The kubelet does not start.",
            )
        elif last is not None:
            yield Finding(
                "--container-runtime is deprecated and stops the kubelet from 1.27 on",
                (Evidence("--container-runtime", "remote", "no such flag", last.source),),
                hurts="The upgrade to Kubernetes 1.27 leaves a kubelet that does not start.",
                severity=Severity.WARNING,
            )
        return
    endpoints = [f for f in known(kubelet.flags) if f.name == "container-runtime-endpoint"]
    wants_cri = endpoints and "dockershim" not in (endpoints[-1].value or "")
    if wants_cri and (last is None or last.value != "remote"):
        end = endpoints[-1]
        yield Finding(
            "the runtime endpoint is ignored: --container-runtime is not `remote`",
            (
                Evidence("--container-runtime-endpoint", end.value or "", "", end.source),
                absent("--container-runtime", expected="remote")
                if last is None
                else Evidence("--container-runtime", last.value or "", "remote", last.source),
            ),
            hurts="The kubelet keeps using Docker, and from its next start on dockershim listens "
            "at this endpoint: whoever asks containerd there gets dockershim.",
        )


@check(
    Severity.ERROR,
    kubelet=True,
    remedy="Delete the flag in the file that holds it, then restart the kubelet.",
)
def kubelet_removed_flags(node: Node) -> Iterator[Finding]:
    """The kubelet is given flags that its release, or the next to come, no longer has.

    1.24 removed dockershim's flags (--network-plugin, --cni-bin-dir, --docker-endpoint and more),
    1.27 --container-runtime, 1.35 --pod-infra-container-image. A kubelet that gets one exits with
    `unknown flag`. `kubeadm upgrade` cleans only kubeadm-flags.env, never /etc/default/kubelet,
    /etc/sysconfig/kubelet or unit drop-ins. Before that release they are a warning; information
    while pods still run through dockershim, which needs them. --pod-infra-container-image keeps
    the pause image from being collected and is reported from 1.34 on.

    Source: Kubernetes changelogs of 1.24, 1.27 and 1.35, from the source of those releases; the
    exit of a newer kubelet was not seen on a node.
    """
    release = _release(node).line
    for flag in known(known(node.kubelet).flags):
        removed = REMOVED_IN.get(flag.name)
        if removed is None or flag.name == "container-runtime":
            continue
        text = f"{removed[0]}.{removed[1]}"
        evidence = Evidence(f"--{flag.name}", shown(flag.value or ""), "no such flag", flag.source)
        if release >= removed:
            yield Finding(
                f"kubelet {text} removed --{flag.name}",
                (evidence,),
                hurts=f"The kubelet exits with `unknown flag: --{flag.name}`.",
            )
        elif removed == (1, 24) or release[1] + 1 == removed[1]:
            yield Finding(
                f"--{flag.name} stops the kubelet from {text} on",
                (evidence,),
                hurts=f"The upgrade to Kubernetes {text} leaves a kubelet that does not start.",
                severity=Severity.INFO if _on_dockershim(node) else Severity.WARNING,
            )


def _on_dockershim(node: Node) -> bool:
    """While pods run through dockershim its flags are in use: they go with the move."""
    return isinstance(node.runtime, Setting) and node.runtime.value is Runtime.DOCKERSHIM
