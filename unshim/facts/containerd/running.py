"""What the running containerd answers over its socket.

Version is asked first: when it is silent, so is everything else, and the deadline is paid once.
The other parts are asked side by side and go missing one by one, each with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from unshim.facts.containerd.running_cri import DEADLINE, read_cri, with_exports
from unshim.facts.versions import parse
from unshim.host.host import Host, RpcError
from unshim.model.machine import Socket, SocketState
from unshim.model.parts.containerd import (
    ContainerdRunning,
    Cri,
    Deprecation,
    Plugin,
    Task,
)
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.rpc import containerd as ctd
from unshim.rpc.answers import missing, visible_text

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb

T = TypeVar("T")


TASKS_DEADLINE = 3.0
"""Tasks.List waits 2 s for a shim that hangs, then answers with all the others."""


_NOT_USED = "devmapper not configured"
"""1.4 and 1.6 say this of devmapper where newer releases say `skip plugin`."""


def read(host: Host, socket: Socket) -> ContainerdRunning | Missing:
    """Ask the daemon that listens at `socket`; Missing where none answers."""
    if socket.state is not SocketState.LISTENING:
        return _not_listening(host, socket)
    path = socket.path
    try:
        text: str | Missing = visible_text(ctd.version(host, path, DEADLINE))
    except RpcError as error:
        if error.code not in ("NOT_RECORDED", "INTERNAL"):
            return missing(error, "containerd's version")
        text = missing(error, "containerd's version")
    plugins, (namespaces, tasks), service = _side_by_side(
        host.live,
        lambda: _plugins(host, path),
        lambda: _tasks(host, path),
        lambda: read_cri(host, path),
    )
    return ContainerdRunning(
        version=_version(text, path),
        version_text="" if isinstance(text, Missing) else text,
        plugins=plugins if isinstance(plugins, Missing) else tuple(map(_plugin, plugins)),
        namespaces=namespaces,
        tasks=tasks,
        cri=with_exports(service, plugins),
        deprecations=_deprecations(host, path, service),
    )


def _not_listening(host: Host, socket: Socket) -> Missing:
    match socket.state:
        case SocketState.ABSENT:
            return Missing(f"there is no socket at {socket.path}", Why.NOT_RUNNING)
        case SocketState.REFUSED:
            return Missing(f"nothing listens at {socket.path}", Why.NOT_RUNNING)
        case SocketState.NOT_A_SOCKET:
            return Missing(f"{socket.path} is not a socket", Why.NOT_RUNNING)
    if host.at_rest:
        return Missing(socket.reason, Why.AT_REST)
    if not host.live:
        return Missing(socket.reason or "not recorded", Why.NOT_RECORDED)
    why = Why.UNREADABLE if host.root else Why.NOT_PERMITTED
    return Missing(socket.reason or f"{socket.path} cannot be connected to", why)


def _side_by_side(
    live: bool,
    plugins: Callable[[], T],
    tasks: Callable[[], tuple[tuple[str, ...] | Missing, tuple[Task, ...] | Missing]],
    service: Callable[[], Cri | Missing],
) -> tuple[T, tuple[tuple[str, ...] | Missing, tuple[Task, ...] | Missing], Cri | Missing]:
    """All three, in threads where a daemon is waited for."""
    if not live:
        return plugins(), tasks(), service()
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        one, two, three = pool.submit(plugins), pool.submit(tasks), pool.submit(service)
        return one.result(), two.result(), three.result()


def _version(text: str | Missing, path: str) -> Setting[Version] | Missing:
    if isinstance(text, Missing):
        return text
    version = parse(text)
    if version is None:
        return Missing(f"containerd names no release: {text or '(nothing)'}")
    return Setting(version, Source(Origin.DAEMON, path))


def _plugins(host: Host, path: str) -> list[pb.Plugin] | Missing:
    try:
        return ctd.plugins(host, path, DEADLINE)
    except RpcError as error:
        return missing(error, "containerd's plugins")


def _plugin(plugin: pb.Plugin) -> Plugin:
    error = visible_text(plugin.init_err.message)
    if plugin.init_err.code and not error:
        error = f"code {plugin.init_err.code}"
    # `skip plugin` ends the words, but begins them in tracing's: `skip plugin: tracing endpoint …`.
    skipped = error.endswith("skip plugin") or error.startswith(("skip plugin", _NOT_USED))
    return Plugin(visible_text(plugin.type), visible_text(plugin.id), error, skipped)


def _tasks(host: Host, path: str) -> tuple[tuple[str, ...] | Missing, tuple[Task, ...] | Missing]:
    try:
        namespaces = ctd.namespaces(host, path, DEADLINE)
    except RpcError as error:
        reason = missing(error, "containerd's namespaces")
        return reason, reason
    tasks: list[Task] = []
    try:
        for namespace in namespaces:
            answers = ctd.tasks(host, path, namespace, TASKS_DEADLINE)
            tasks.extend(_task(namespace, task) for task in answers)
    except RpcError as error:
        return namespaces, missing(error, "containerd's tasks")
    return namespaces, tuple(tasks)


def _task(namespace: str, task: pb.Process) -> Task:
    known = 0 <= task.status < len(ctd.TASK_STATUS)
    status = ctd.TASK_STATUS[task.status] if known else f"status {task.status}"
    # In a list, `container_id` is empty and `id` is the container's.
    return Task(namespace, visible_text(task.container_id or task.id), task.pid, status)


_TOLD = "ContainerdHasNoDeprecationWarnings"
"""A condition of the CRI service in 1.6.29, 1.7.14, 2.0 and later."""


def _deprecations(
    host: Host, path: str, service: Cri | Missing
) -> tuple[Deprecation, ...] | Missing:
    """Asked only where the CRI service has just asked the same: the first such question in a
    daemon's life makes it write a file (seen on 1.4, 1.6, 1.7 and 2.1), and none is ours."""
    if isinstance(service, Missing):
        return Missing(
            f"containerd's deprecations are not asked for: {service.reason}", service.why
        )
    if all(condition.type != _TOLD for condition in service.conditions):
        reason = f"containerd {service.runtime_version} does not tell its deprecations"
        return Missing(reason, Why.NOT_OFFERED)
    try:
        answers = ctd.deprecations(host, path, DEADLINE)
    except RpcError as error:
        return missing(error, "containerd's deprecations")
    return tuple(_deprecation(each) for each in answers)


def _deprecation(answer: pb.Deprecation) -> Deprecation:
    last = answer.last_occurrence
    seconds = last.seconds + last.nanos / 1e9 if answer.HasField("last_occurrence") else None
    return Deprecation(visible_text(answer.id), visible_text(answer.message), seconds)
