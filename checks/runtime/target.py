"""The release of the kubelet on disk: can it use what it is set to use."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    At,
    Finding,
    FromSource,
    Node,
    Phase,
    Rank,
    Runtime,
    Setting,
    Severity,
    check,
    known,
    shows,
)


@check(
    Severity.ERROR,
    kubelet=True,
    phases=(Phase.BEFORE_MIGRATION,),
    well="The installed kubelet needs no dockershim that it lacks",
    remedy="Move this node to containerd before the kubelet restarts, or hold the kubelet at 1.23.",
    proof=FromSource("kubelet 1.24"),
    rank=Rank.RELEASE_FITS,
    hop=At("dockershim", "gone in 1.24"),
)
def runtime_target_too_new_for_docker(node: Node) -> Iterator[Finding]:
    """The installed kubelet has no dockershim any more, but is configured to use it.

    The binary on disk is 1.24 or later while its settings still mean dockershim. A kubelet that is
    still running may be older than the binary: then the failure waits for its next restart.

    Source: Kubernetes documentation, "Check whether dockershim removal affects you".
    """
    kubelet = known(node.kubelet)
    version = known(kubelet.version)
    runtime = known(node.runtime)
    if runtime.value is not Runtime.DOCKERSHIM or version.value.line < (1, 24):
        return
    running = kubelet.running_version if kubelet.process else None
    older = running if isinstance(running, Setting) and running.value.line < (1, 24) else None
    yield Finding(
        f"kubelet {version.value} cannot use dockershim",
        (
            shows("kubelet version", version, "1.23 or earlier, or another runtime"),
            *((shows("kubelet that runs", older),) if older else ()),
            shows("runtime", runtime, "containerd"),
        ),
        hurts=f"The kubelet {older.value} that runs goes on; its next start fails."
        if older
        else "The kubelet that runs now is lost at its next restart."
        if kubelet.process
        else "The kubelet does not start.",
    )
