"""The kubelet's own settings: which runtime it is told to use, and flags it no longer knows."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.declare import check
from unshim.judge.evidence import absent, line, not_known, read, shown
from unshim.model.checks import Evidence, Finding, Severity
from unshim.model.machine import Runtime, SocketState
from unshim.model.node import Node
from unshim.model.values import Missing, Setting, Version, known
from unshim.releases.kubelet import REMOVED_IN
from unshim.text.sockets import KNOWN_SCHEMES, endpoint_problem

_CONTAINERD = "unix:///run/containerd/containerd.sock"


def _release(node: Node) -> Version:
    return known(known(node.kubelet).version).value


@check(
    Severity.ERROR,
    kubelet=True,
    remedy="Point the kubelet at containerd: drain the node, then set its runtime endpoint to "
    "containerd's socket in the file that names dockershim.",
)
def kubelet_dockershim_reference(node: Node) -> Iterator[Finding]:
    """The kubelet is told to use dockershim, which Kubernetes 1.24 removed.

    Up to 1.23 the kubelet runs its pods through Docker by dockershim, a part of the kubelet
    itself, also when nothing says so: that is its default. Such a node works, but cannot be
    upgraded to 1.24 (a warning). From 1.24 on any setting that names dockershim stops the kubelet
    or is a leftover that misleads people and tools (an error). Comments and backup files do not
    count.

    Source: Kubernetes documentation, "Check whether dockershim removal affects you"; seen with
    kubelet 1.20. Kubelets of 1.24 and later: from the source of their releases, not seen on a node.
    """
    kubelet = known(node.kubelet)
    references = known(kubelet.dockershim_references)
    version = kubelet.version
    gone = isinstance(version, Setting) and version.value.line >= (1, 24)
    dockershim = isinstance(node.runtime, Setting) and node.runtime.value is Runtime.DOCKERSHIM
    if not references and not dockershim:
        known(node.runtime)
        return
    evidence = [line(r, "no mention of dockershim") for r in references]
    if dockershim and isinstance(kubelet.runtime, Setting) and kubelet.runtime.value != "remote":
        evidence.append(read("--container-runtime", kubelet.runtime, "remote"))
    endpoint = kubelet.endpoint
    if dockershim and isinstance(endpoint, Setting) and "dockershim" in endpoint.value:
        evidence.append(read("runtime endpoint", endpoint, _CONTAINERD))
    if dockershim and endpoint is None:
        evidence.append(absent("runtime endpoint", expected=_CONTAINERD))
    evidence.append(
        not_known("kubelet version", version)
        if isinstance(version, Missing)
        else read("kubelet version", version)
    )
    yield Finding(
        "the kubelet still runs its pods through dockershim"
        if dockershim
        else "settings that the kubelet reads still name dockershim",
        tuple(evidence),
        hurts="The kubelet does not start with these settings."
        if gone and dockershim
        else "Kubernetes 1.24 and later cannot run on this node as it is configured."
        if dockershim
        else "Tools and people that follow these settings talk to a socket that is gone.",
        severity=None if gone else Severity.WARNING,
    )


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


@check(
    Severity.ERROR,
    kubelet=True,
    remedy="Set --container-runtime-endpoint=unix:///run/containerd/containerd.sock.",
)
def kubelet_endpoint_missing(node: Node) -> Iterator[Finding]:
    """The kubelet is given no runtime endpoint, and its release has no default.

    1.24 to 1.26 have none: without --container-runtime-endpoint the kubelet exits. Up to 1.23
    dockershim is the default, from 1.27 on containerd's socket. The field containerRuntimeEndpoint
    of the configuration file exists from 1.27 on; earlier kubelets ignore it.

    Source: kubelet flags of 1.23 to 1.27; from the source of those releases, not seen on a node.
    """
    kubelet = known(node.kubelet)
    version = known(kubelet.version)
    if not (1, 24) <= version.value.line <= (1, 26):
        return
    if known(kubelet.endpoint) is None:
        yield Finding(
            "no runtime endpoint is set",
            (
                absent("--container-runtime-endpoint", expected=KNOWN_SCHEMES),
                read("kubelet version", version),
            ),
            hurts="The kubelet exits: `the container runtime endpoint address was not specified`.",
        )


@check(
    Severity.ERROR,
    kubelet=True,
    remedy="Set the endpoint to unix:///run/containerd/containerd.sock.",
)
def kubelet_endpoint_invalid(node: Node) -> Iterator[Finding]:
    """The kubelet's runtime endpoint leads nowhere.

    Its scheme is missing, doubled or not one for a local socket; or the path does not exist, is no
    socket, has no listener, or is the containerd that Docker keeps for itself. /var/run and /run
    are the same folder and count as equal. What dockershim serves is judged by its own check;
    where containerd is stopped, that is named as the cause.

    Source: Kubernetes issue 110634 (doubled schemes), kubelet documentation; seen with containerd
    1.6 and a kubelet 1.20.
    """
    kubelet = known(node.kubelet)
    endpoint = known(kubelet.endpoint)
    if endpoint is None or "dockershim" in endpoint.value:
        return
    expected = "unix:///run/containerd/containerd.sock"
    problem = endpoint_problem(endpoint.value)
    if problem:
        yield Finding(
            f"the runtime endpoint {problem}",
            (read("runtime endpoint", endpoint, expected),),
            hurts="The kubelet cannot reach a container runtime.",
        )
        return
    socket = known(kubelet.endpoint_socket)
    if socket is None or socket.state is SocketState.LISTENING:
        return
    if socket.state is SocketState.UNKNOWN:
        known(Missing(socket.reason or f"could not look at {socket.path}"))
    words = {
        SocketState.ABSENT: "names a socket that does not exist",
        SocketState.REFUSED: "names a socket that nothing listens on",
        SocketState.NOT_A_SOCKET: "names something that is no socket",
    }[socket.state]
    yield Finding(
        f"the runtime endpoint {words}",
        (
            read("runtime endpoint", endpoint, expected),
            Evidence("socket", f"{socket.path}: {socket.reason or socket.state.value}"),
        ),
        hurts="The kubelet cannot start pods until a runtime answers there.",
        caused_by="containerd-not-running" if _stopped(node, socket.path) else "",
    )


def _stopped(node: Node, path: str) -> bool:
    """Whether the endpoint is containerd's own socket and containerd is not running."""
    if isinstance(node.containerd, Missing):
        return False
    return node.containerd.socket.path == path and node.containerd.process is None
