"""BuildKit's daemon: does it start with its configuration, and who sees what it builds."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    NAMESPACE,
    Evidence,
    Finding,
    FromSource,
    Node,
    Phase,
    Seen,
    Severity,
    cannot_tell,
    check,
    known,
    quotes,
    see,
    shows,
)
from unshim.model.parts.clients import Buildkit


def _here(node: Node) -> Buildkit | None:
    """The node's buildkitd, None where it has none; a file alone is none."""
    buildkit = known(node.buildkit)
    known(buildkit.binary)
    if not (buildkit.binary or known(buildkit.process) or known(buildkit.unit)):
        return None
    return buildkit


@check(
    Severity.WARNING,
    well="No line keeps a buildkitd of this node from starting",
    remedy="Correct or delete the lines named, then `systemctl restart` its unit.",
    proof=Seen("buildkitd 0.32"),
)
def buildkit_config_invalid(node: Node) -> Iterator[Finding]:
    """buildkitd does not start with its configuration.

    A value of another kind than its setting, what is no TOML, a worker that is neither true, false
    nor auto, an address without unix:// or tcp://, containerd's address with unix://, both workers
    off: buildkitd ends at its start. /etc/buildkit/buildkitd.toml counts even where --config names
    another file: what stands in it are the flags' defaults. A key that it does not know is passed
    over. One that runs goes on with what it read at its start. Pods are not concerned.

    Source: buildkit cmd/buildkitd/main.go, config/config.go and config/load.go.
    """
    buildkit = _here(node)
    if buildkit is None:
        return
    problems = known(buildkit.problems)
    if problems:
        runs = known(buildkit.process) is not None
        yield Finding(
            f"buildkitd does not start {'again ' * runs}with its configuration",
            tuple(quotes(p, "what buildkitd accepts") for p in problems),
            hurts="From its next start on no image is built here."
            if runs
            else "No image is built here.",
        )


@check(
    Severity.INFO,
    kubelet=True,
    phases=(Phase.ON_CONTAINERD,),
    well="What a buildkitd of this node builds is kept where the kubelet looks",
    remedy="Where pods of this node are to run what is built on it: [worker.oci] enabled = false, "
    f'and [worker.containerd] enabled = true and namespace = "{NAMESPACE}", in '
    "/etc/buildkit/buildkitd.toml. Images that are pushed need nothing.",
    proof=(Seen("buildkitd 0.32"), FromSource("nerdctl 2.3")),
)
def buildkit_images_unseen(node: Node) -> Iterator[Finding]:
    """buildkitd keeps what it builds where the kubelet does not see it.

    Its first worker builds where nobody names one: OCI's where that is not off, which keeps images
    to itself; else containerd's, in namespace buildkit unless another is set. The kubelet sees
    k8s.io only. Docker showed each image that it built to a kubelet with dockershim.

    `nerdctl build` brings what it built into nerdctl's own namespace, whichever worker built it:
    `default` unless told otherwise; with -n k8s.io the kubelet sees it all the same.

    Source: buildkit cmd/buildkitd/main_oci_worker.go and main_containerd_worker.go; nerdctl
    pkg/cmd/builder/build.go.
    """
    buildkit = _here(node)
    if buildkit is None:
        return
    if known(buildkit.problems):
        raise cannot_tell(f"buildkitd does not start {see(buildkit_config_invalid)}")
    own, namespace = known(buildkit.oci_worker), known(buildkit.namespace)
    found: list[Evidence] = []
    if own.value != "false":
        found.append(shows("OCI's worker, which goes first", own, "false"))
    if namespace.value != NAMESPACE:
        found.append(shows("containerd's worker keeps images in", namespace, NAMESPACE))
    if found:
        where = "in a store of its own" if own.value != "false" else f"in {namespace.value}"
        yield Finding(
            f"buildkitd keeps what it builds {where}, not in {NAMESPACE}",
            tuple(found),
            hurts="A pod of this node that names such an image does not find it.",
        )
