"""The kubelet's flags: does its release know them, do they fit together."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    At,
    Evidence,
    Finding,
    FromSource,
    Node,
    Rank,
    Runtime,
    Seen,
    Severity,
    Version,
    absent,
    as_written,
    cannot_tell,
    check,
    known,
)
from unshim.model.machine import Flag
from unshim.releases import kubelet_names
from unshim.releases.kubelet import DOCKERSHIM_FLAGS
from unshim.releases.kubelet_names import Name


def _release(node: Node) -> Version:
    return known(known(node.kubelet).version).value


def _flags_named(node: Node, name: str) -> list[Flag]:
    """The flags of this name, in the order in which they are given: the last one holds."""
    return [flag for flag in known(known(node.kubelet).flags) if flag.name == name]


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet knows --container-runtime, or is not given it",
    remedy="Delete --container-runtime in the file that holds it, then restart the kubelet.",
    proof=(Seen("kubelet 1.27"), FromSource("kubelet 1.24 to 1.26")),
    rank=Rank.FLAGS_FIT,
    hop=At("kubelet", "unknown flags", explains=True),
)
def kubelet_container_runtime_flag(node: Node) -> Iterator[Finding]:
    """--container-runtime is given to a kubelet that does not know it, or soon will not.

    From 1.24 to 1.26 the flag is deprecated: `remote` may stand until the upgrade to 1.27 (a
    warning). From 1.27 on the kubelet does not know the flag and does not start.

    Source: Kubernetes changelogs of 1.24 and 1.27.
    """
    release, flags = _release(node).line, _flags_named(node, "container-runtime")
    if flags and release >= (1, 27):
        yield Finding(
            f"kubelet {release[0]}.{release[1]} does not know --container-runtime",
            tuple(_is(flag, "no such flag") for flag in flags),
            hurts="The kubelet exits with `unknown flag: --container-runtime`.",
        )
    elif flags and release >= (1, 24) and flags[-1].value == "remote":
        yield Finding(
            "--container-runtime is deprecated and stops the kubelet from 1.27 on",
            (_is(flags[-1], "no such flag"),),
            hurts="The upgrade to Kubernetes 1.27 leaves a kubelet that does not start.",
            severity=Severity.WARNING,
        )


@check(
    Severity.ERROR,
    kubelet=True,
    well="--container-runtime has no value that this kubelet refuses",
    remedy="Move the kubelet to containerd: drain the node, delete --container-runtime, and set "
    "--container-runtime-endpoint to containerd's socket.",
    proof=FromSource("kubelet 1.24 to 1.26"),
    rank=Rank.FLAGS_FIT,
    hop=At("kubelet", "a flag's value", explains=True),
)
def kubelet_container_runtime_not_remote(node: Node) -> Iterator[Finding]:
    """--container-runtime has a value that this kubelet does not take.

    From 1.24 to 1.26 its one value is `remote`: with another, such as `docker`, the kubelet does
    not start. Earlier kubelets take `docker`, later ones do not know the flag.

    Source: Kubernetes changelogs of 1.24 and 1.27.
    """
    flags = _flags_named(node, "container-runtime")
    if flags and (1, 24) <= _release(node).line <= (1, 26) and flags[-1].value != "remote":
        yield Finding(
            "--container-runtime may only be `remote` in this release",
            (_is(flags[-1], "remote"),),
            hurts="The kubelet does not start.",
        )


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet ignores no endpoint that it is given",
    remedy="Set --container-runtime=remote beside --container-runtime-endpoint; drain the node "
    "first, for that moves it to the endpoint.",
    proof=Seen("kubelets 1.20 and 1.23"),
    rank=Rank.RUNTIME_STAYS,
)
def kubelet_endpoint_ignored(node: Node) -> Iterator[Finding]:
    """The kubelet ignores the endpoint that it is given, and uses dockershim.

    Up to 1.23 a kubelet with a containerd endpoint needs --container-runtime=remote, or it uses
    Docker and lets dockershim listen at that endpoint, in the place of containerd.

    Source: kubelet flags of 1.20 to 1.23.
    """
    endpoints = _flags_named(node, "container-runtime-endpoint")
    if _release(node).line >= (1, 24) or not endpoints:
        return
    endpoint, runtimes = endpoints[-1], _flags_named(node, "container-runtime")
    if "dockershim" in (endpoint.value or "") or (runtimes and runtimes[-1].value == "remote"):
        return
    yield Finding(
        "the runtime endpoint is ignored: --container-runtime is not `remote`",
        (
            _is(endpoint),
            _is(runtimes[-1], "remote")
            if runtimes
            else absent("--container-runtime", expected="remote"),
        ),
        hurts="The kubelet keeps using Docker, and from its next start on dockershim listens "
        "at this endpoint: whoever asks containerd there gets dockershim.",
    )


def _is(flag: Flag, expected: str = "") -> Evidence:
    return Evidence(f"--{flag.name}", flag.value or "", expected, flag.source)


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet is given no flags that its release lacks, --container-runtime apart",
    remedy="Where pods run on containerd, delete the flag in the file that holds it, then restart "
    "the kubelet. While they run through dockershim leave it: it goes with the move.",
    proof=(Seen("kubelets 1.23, 1.27 and 1.36"), FromSource("kubelet 1.35")),
    rank=Rank.FLAGS_KNOWN,
    hop=At("kubelet", "unknown flags", explains=True),
)
def kubelet_removed_flags(node: Node) -> Iterator[Finding]:
    """The kubelet is given flags that its release, or the next to come, does not have.

    A kubelet that gets one exits with `unknown flag`. 1.24 removed dockershim's flags
    (--network-plugin, --cni-bin-dir, --docker-endpoint and more), 1.26 those of its log
    (--logtostderr, --log-dir and more), 1.27 --container-runtime, 1.34 --cloud-config and
    --register-schedulable, 1.35 --pod-infra-container-image; other releases took one or two. 1.28
    brought --config-dir. `kubeadm upgrade` cleans only kubeadm-flags.env, never
    /etc/default/kubelet, /etc/sysconfig/kubelet or unit drop-ins. What the next release takes away
    is a warning; so are dockershim's flags at any time before, information while pods still run
    through it and need them. Of a flag that no release of Kubernetes has nothing is said.

    Source: kubernetes cmd/kubelet/app/options, 1.15 to 1.36.
    """
    release, found = _release(node), False
    rows = {flag: kubelet_names.flag(flag.name) for flag in known(known(node.kubelet).flags)}
    for flag, row in rows.items():
        if row is not None and flag.name != "container-runtime":
            for finding in _unknown(node, flag, row, release.minor):
                found = True
                yield finding
    if not found and any(row and row.holds(release.minor) is None for row in rows.values()):
        raise cannot_tell(f"which flags kubelet {release} has is not known")


def _unknown(node: Node, flag: Flag, row: Name, minor: int) -> Iterator[Finding]:
    evidence = (
        Evidence(f"--{flag.name}", as_written(flag.value or ""), "no such flag", flag.source),
    )
    goes, docker = row.goes_after(minor), flag.name in DOCKERSHIM_FLAGS
    if row.holds(minor) is False:
        gone, comes = row.gone_since(minor), row.comes_after(minor)
        yield Finding(
            f"kubelet 1.{gone} removed --{flag.name}"
            if gone
            else f"kubelet 1.{minor} does not have --{flag.name} yet: it came with 1.{comes}",
            evidence,
            hurts=f"The kubelet exits with `unknown flag: --{flag.name}`.",
        )
    elif goes and (docker or goes == minor + 1):
        yield Finding(
            f"--{flag.name} stops the kubelet from 1.{goes} on",
            evidence,
            hurts=f"The upgrade to Kubernetes 1.{goes} leaves a kubelet that does not start.",
            severity=Severity.INFO if docker and _on_dockershim(node) else Severity.WARNING,
        )


def _on_dockershim(node: Node) -> bool:
    """While pods run through dockershim its flags are in use: they go with the move.

    Raises:
        Unknown: it is not known whether they do; then no word may take the network from them.
    """
    return known(node.runtime).value is Runtime.DOCKERSHIM
