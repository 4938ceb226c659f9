"""What ended by itself and well, asked of containerd: of a job that is done nobody is to blame."""

from __future__ import annotations

from collections.abc import Collection

from unshim.host.host import Host, RpcError
from unshim.rpc import containerd, cri

_CRI_EXITED = 2
"""Source: CRI's ContainerState."""
_STOPPED = containerd.TASK_STATUS.index("stopped")


def exited_well(host: Host, socket: str, ids: Collection[str]) -> frozenset[str]:
    """Those of these containers that ended with 0; none that containerd knows nothing of."""
    left = frozenset(one for one in ids if _by_cri(host, socket, one))
    return left | (_stopped_tasks(host, socket) & frozenset(ids))


def _by_cri(host: Host, socket: str, container: str) -> bool:
    try:
        status = cri.container_status(host, socket, container)
    except RpcError:
        return False
    return status.state == _CRI_EXITED and status.exit_code == 0


def _stopped_tasks(host: Host, socket: str) -> frozenset[str]:
    """Tasks that ended with 0 and were not removed yet, as those that `ctr run -d` began."""
    try:
        every = [
            task
            for namespace in containerd.namespaces(host, socket)
            for task in containerd.tasks(host, socket, namespace)
        ]
    except RpcError:
        return frozenset()
    done = [task for task in every if task.status == _STOPPED and task.exit_status == 0]
    return frozenset((task.container_id or task.id).decode("utf-8", "replace") for task in done)
