"""What the running containerd says that a later release takes away."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    Seen,
    Severity,
    Source,
    check,
    known,
)
from unshim.model.values import Why


@check(
    Severity.INFO,
    needs_containerd=True,
    containerd=((1, 7), None),
    well="containerd tells of nothing in use that a later release takes away",
    remedy="Before the next upgrade of containerd, change what its words name; `ctr deprecations "
    "list` shows them too.",
    proof=Seen("containerd 1.7 and 2.3"),
)
def containerd_deprecations_told(node: Node) -> Iterator[Finding]:
    """containerd itself tells of something in use that a later release takes away.

    It notes what it saw used since it started: mirrors in its own file, a CNI bin_dir, CRI's old
    version, cgroup v1 from 2.2 on. Nothing is wrong today. What was not used since its start is not
    told, and a tool may have been the one that asked. 1.7 tells from 1.7.14 on, older releases not.

    Source: containerd pkg/deprecation.
    """
    containerd = known(node.containerd)
    running = known(containerd.running)
    known(running.cri)
    if isinstance(running.deprecations, Missing) and running.deprecations.why is Why.NOT_OFFERED:
        return
    told = known(running.deprecations)
    if not told:
        return
    place = Source(Origin.DAEMON, containerd.socket.path)
    yield Finding(
        f"containerd tells of {len(told)} thing{'s' * (len(told) > 1)} in use that will go",
        tuple(
            Evidence(each.id.rpartition("/")[2], each.message, "", place)
            for each in sorted(told, key=lambda each: each.id)
        ),
        hurts="An upgrade of containerd may not come up, or work otherwise, with these.",
    )
