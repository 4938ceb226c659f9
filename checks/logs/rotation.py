"""Container logs: who rotates them, at what size, and does that survive the migration."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    At,
    Evidence,
    Finding,
    Missing,
    Node,
    Origin,
    ParseError,
    Rank,
    Seen,
    Setting,
    Severity,
    Source,
    absent,
    before_migration,
    cannot_tell,
    check,
    known,
    shows,
)
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.text.sizes import docker_bytes, kubelet_bytes, shown_bytes

ROTATING_DRIVERS = ("json-file", "local")


def _docker_config(docker: Docker) -> None:
    """Unknown where daemon.json cannot be parsed: then nothing of it is known."""
    if isinstance(docker.config, ParseError):
        raise cannot_tell(f"{docker.config.path} cannot be parsed")


@check(
    Severity.WARNING,
    kubelet=True,
    well="The size of container logs is not left to defaults",
    remedy="Under Docker set log-opts max-size and max-file in daemon.json; on containerd set "
    "containerLogMaxSize and containerLogMaxFiles in the kubelet's configuration.",
    proof=Seen("Docker 20.10 and a kubelet 1.20"),
)
def log_rotation_unset(node: Node) -> Iterator[Finding]:
    """Nothing on this node sets how large container logs may grow.

    While pods run through Docker its json-file driver writes without any limit unless max-size is
    set: a warning, for the disk fills. On containerd the kubelet rotates the logs, and where
    nothing is set its own default holds, 10Mi in 5 files for each container: information.

    Source: Docker documentation, json-file driver; kubelet configuration v1beta1.
    """
    if before_migration(node):
        yield from _unbounded_docker(known(node.docker), node.kubelet)
    else:
        yield from _kubelet_default(known(node.kubelet))


def _unbounded_docker(docker: Docker, kubelet: Kubelet | Missing) -> Iterator[Finding]:
    if not _is_here(docker):
        raise cannot_tell("the kubelet is set to use Docker, and there is no Docker here")
    _docker_config(docker)
    driver = known(docker.log_driver)
    opts = known(docker.log_opts)
    if driver.value != "json-file" or "max-size" in opts:
        return
    idle = _set_limits(kubelet)
    place = Source(Origin.FILE, "/etc/docker/daemon.json")
    yield Finding(
        "Docker writes container logs without a limit",
        (
            shows("log driver", driver),
            absent("log-opts max-size", place, "a size such as 100m"),
            *(shows(name, limit) for name, limit in idle.items()),
        ),
        hurts="One talkative container fills the disk of the node."
        + (f" Docker ignores {' and '.join(idle)}: they wait for containerd." if idle else ""),
    )


def _is_here(docker: Docker) -> bool:
    """Whether there is a Docker whose logs could grow, or that may be one."""
    parts = (docker.binary, docker.unit, docker.process)
    return any(part is not None for part in parts)


def _set_limits(kubelet: Kubelet | Missing) -> dict[str, Setting[str]]:
    """The kubelet's own limits, where something sets them: they hold for pods on containerd."""
    if isinstance(kubelet, Missing):
        return {}
    limits = {
        "containerLogMaxSize": kubelet.log_max_size,
        "containerLogMaxFiles": kubelet.log_max_files,
    }
    return {
        name: limit
        for name, limit in limits.items()
        if isinstance(limit, Setting) and limit.source.origin is not Origin.DEFAULT
    }


def _kubelet_default(kubelet: Kubelet) -> Iterator[Finding]:
    size, files = known(kubelet.log_max_size), known(kubelet.log_max_files)
    if size.source.origin is Origin.DEFAULT and files.source.origin is Origin.DEFAULT:
        yield Finding(
            f"log rotation is left to the kubelet's default, {size.value} in {files.value} files",
            (shows("containerLogMaxSize", size), shows("containerLogMaxFiles", files)),
            hurts=f"Each container keeps at most about {files.value} times {size.value} of log.",
            severity=Severity.INFO,
        )


@check(
    Severity.WARNING,
    kubelet=True,
    well="No log limit of Docker's is missing in the kubelet",
    remedy="Set containerLogMaxSize and containerLogMaxFiles to what daemon.json says.",
    proof=Seen("Docker 20.10 and a kubelet 1.20"),
)
def log_rotation_not_carried_over(node: Node) -> Iterator[Finding]:
    """Docker's log limits were not carried over to the kubelet.

    daemon.json limits container logs by log-opts; with containerd the kubelet does that, by
    containerLogMaxSize and containerLogMaxFiles, 10Mi in 5 files unless set. Logs then are kept
    for longer or shorter than was asked for. Docker's k, m and g are powers of 1000; 100m counts as
    carried over by 100M, which is the same, and by 100Mi, a twentieth more.

    Source: moby daemon/logger/jsonfilelog (FromHumanSize); kubelet configuration v1beta1.
    """
    docker, kubelet = known(node.docker), known(node.kubelet)
    _docker_config(docker)
    if known(docker.log_driver).value not in ROTATING_DRIVERS:
        return
    opts = known(docker.log_opts)
    differ: list[Evidence] = []
    wanted_size, size = opts.get("max-size"), known(kubelet.log_max_size)
    asked = docker_bytes(wanted_size.value, 1024) if wanted_size is not None else None
    if wanted_size is None or asked is None or asked <= 0:
        return  # without a size that it can use Docker does not rotate at all
    if kubelet_bytes(size.value) not in (asked, docker_bytes(wanted_size.value)):
        differ += [
            shows("Docker's max-size", wanted_size),
            shows("containerLogMaxSize", size, shown_bytes(asked)),
        ]
    wanted_files, files = opts.get("max-file"), known(kubelet.log_max_files)
    if wanted_files is not None:
        asked_files = int(wanted_files.value) if wanted_files.value.isdigit() else 0
        if asked_files > 1 and str(asked_files) != files.value:
            differ += [
                shows("Docker's max-file", wanted_files),
                shows("containerLogMaxFiles", files, asked_files),
            ]
    if differ:
        before = before_migration(node)
        yield Finding(
            "the kubelet does not keep logs as Docker was told to",
            tuple(differ),
            hurts=("After the migration logs" if before else "Logs")
            + " are kept for longer or shorter than daemon.json asks.",
        )


@check(
    Severity.ERROR,
    kubelet=True,
    well="The kubelet can use the values of its log rotation",
    remedy="Set containerLogMaxFiles to 2 or more and containerLogMaxSize to a size such as 10Mi.",
    proof=Seen("kubelet 1.20"),
    rank=Rank.SETTINGS_FIT,
    hop=At("kubelet", "log settings", explains=True),
)
def log_rotation_invalid(node: Node) -> Iterator[Finding]:
    """The kubelet's log rotation has values it cannot use.

    containerLogMaxFiles must be 2 or more, containerLogMaxSize a Kubernetes quantity (10Mi, not
    10mb): otherwise the kubelet does not start once it uses containerd. A negative size switches
    rotation off, and logs grow without limit.

    Source: kubelet pkg/kubelet/logs/container_log_manager.go.
    """
    kubelet = known(node.kubelet)
    size, files = known(kubelet.log_max_size), known(kubelet.log_max_files)
    limit = kubelet_bytes(size.value)
    before = before_migration(node)
    lowered = Severity.WARNING if before else None
    if limit is None:
        yield Finding(
            "containerLogMaxSize is not a quantity",
            (shows("containerLogMaxSize", size, "a size such as 10Mi"),),
            hurts="The kubelet does not start.",
            severity=lowered,
        )
    elif limit < 0:
        yield Finding(
            "a negative containerLogMaxSize switches log rotation off",
            (shows("containerLogMaxSize", size, "a size such as 10Mi"),),
            hurts="One talkative container fills the disk of the node.",
            severity=lowered,
        )
    try:
        count = int(files.value)
    except ValueError:
        count = 0
    if count <= 1:
        yield Finding(
            "containerLogMaxFiles must be 2 or more",
            (shows("containerLogMaxFiles", files, "2 or more"),),
            hurts="The kubelet does not start.",
            severity=lowered,
        )
