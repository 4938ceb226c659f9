"""The kubelet's release: is the one that runs the one that starts next."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import Finding, Node, Seen, Severity, check, known, shows


@check(
    Severity.INFO,
    kubelet=True,
    well="No kubelet runs that is of another release than its program on disk",
    remedy="See what this report says of the release on disk, then restart the kubelet.",
    proof=Seen("a kubelet 1.27 installed over a running 1.23"),
)
def kubelet_replaced_on_disk(node: Node) -> Iterator[Finding]:
    """The kubelet that runs is of another release than its program on disk.

    A package came over it, or a copy, and it was not restarted. The running one goes on from the
    file it was started from, which has no name any more. Checks judge the next start: what they say
    of flags and settings is said of the release on disk.

    Source: proc_pid_exe(5).
    """
    kubelet = known(node.kubelet)
    if known(kubelet.process) is None:
        return
    runs, on_disk = known(kubelet.running_version), known(kubelet.version)
    if runs.value == on_disk.value:
        return
    yield Finding(
        f"kubelet {runs.value} runs, kubelet {on_disk.value} is on disk",
        (shows("runs", runs), shows("on disk", on_disk)),
        hurts=f"The running {runs.value} goes on; its next start is that of {on_disk.value}.",
    )
