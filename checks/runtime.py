"""containerd and its CRI plugin: does it run, does it load, does the kubelet understand it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.judge.declare import check
from unshim.judge.evidence import not_known, read
from unshim.judge.phase import before_migration, containerd_config, without_kubelet
from unshim.model.checks import Evidence, Finding, Phase, Severity
from unshim.model.machine import ParseError, Runtime, SocketState, Unit
from unshim.model.node import Node
from unshim.model.parts.containerd import Plugin
from unshim.model.values import Missing, Origin, Setting, Source, known
from unshim.releases.cri_apis import common_api, served_by_release, spoken_by_kubelet

CRI_NAMES = (
    "cri",
    "io.containerd.grpc.v1.cri",
    "io.containerd.cri.v1.runtime",
    "io.containerd.cri.v1.images",
)


@check(
    Severity.ERROR,
    kubelet=True,
    phases=(Phase.BEFORE_MIGRATION,),
    remedy="Move this node to containerd before the kubelet restarts, or hold the kubelet at 1.23.",
)
def runtime_target_too_new_for_docker(node: Node) -> Iterator[Finding]:
    """The installed kubelet has no dockershim any more, but is configured to use it.

    The binary on disk is 1.24 or later while its settings still mean dockershim. A kubelet that is
    still running may be older than the binary: then the failure waits for its next restart.

    Source: Kubernetes documentation, "Check whether dockershim removal affects you"; from the
    source of kubelet 1.24, not seen on a node.
    """
    kubelet = known(node.kubelet)
    version = known(kubelet.version)
    runtime = known(node.runtime)
    if runtime.value is not Runtime.DOCKERSHIM or version.value.line < (1, 24):
        return
    running = kubelet.process
    yield Finding(
        f"kubelet {version.value} cannot use dockershim",
        (
            read("kubelet version", version, "1.23 or earlier, or another runtime"),
            read("runtime", runtime, "containerd"),
        ),
        hurts="The kubelet that runs now is lost at its next restart."
        if running
        else "The kubelet does not start.",
    )


@check(
    Severity.ERROR,
    kubelet=True,
    needs_containerd=True,
    remedy="Upgrade the older side; containerd 1.7 works with every kubelet from 1.20 to 1.35.",
)
def cri_api_skew(node: Node) -> Iterator[Finding]:
    """The kubelet and containerd share no version of the container runtime interface.

    containerd up to 1.5 serves v1alpha2 only, 1.6 and 1.7 both, 2.0 and later v1 only. A kubelet
    up to 1.22 speaks v1alpha2 only, 1.23 to 1.25 both, 1.26 and later v1 only. Before the
    migration this is a warning for the day the kubelet uses containerd.

    Source: containerd's release notes of 1.6 and 2.0, kubelet 1.23 and 1.26; containerd's side seen
    on 1.4, 1.6, 1.7 and 2.1, the kubelet's later than 1.20 from its source, not seen on a node.
    """
    kubelet = known(known(node.kubelet).version)
    containerd = known(node.containerd)
    running = containerd.running
    served: frozenset[str]
    # Only with its list of plugins has the daemon told of every version that it serves.
    if (
        not isinstance(running, Missing)
        and not isinstance(running.cri, Missing)
        and not isinstance(running.plugins, Missing)
    ):
        served = frozenset(running.cri.apis)
        place = Source(Origin.DAEMON, containerd.socket.path)
    else:
        version = known(containerd.version)
        served = served_by_release(version.value)
        place = version.source
    spoken = spoken_by_kubelet(kubelet.value)
    if common_api(spoken, served):
        return
    before = known(node.runtime).value is not Runtime.CONTAINERD
    yield Finding(
        "the kubelet and containerd have no CRI version in common",
        (
            Evidence("kubelet speaks", ", ".join(sorted(spoken)), "", kubelet.source),
            Evidence("containerd serves", ", ".join(sorted(served)) or "none", "", place),
        ),
        hurts="The kubelet cannot use this containerd: `unknown service runtime`.",
        severity=Severity.WARNING if before else None,
    )


@check(
    Severity.ERROR,
    needs_containerd=True,
    remedy="Take the CRI plugin out of disabled_plugins, then restart containerd.",
)
def cri_plugin_disabled(node: Node) -> Iterator[Finding]:
    """containerd's configuration disables the CRI plugin, which the kubelet needs.

    Docker's containerd.io package ships a configuration whose one active line is
    `disabled_plugins = ["cri"]`. The lists of imported files are added together, so that any of
    them can disable it. On a node without a kubelet this is information: Docker alone needs no CRI.

    Source: containerd documentation, CRI plugin; seen on containerd 1.4, 1.6, 1.7 and 2.1.
    """
    config = containerd_config(node)
    named = [s for s in config.disabled_plugins if s.value in CRI_NAMES]
    if not named:
        return
    without, before = without_kubelet(node), before_migration(node)
    yield Finding(
        "the CRI plugin is disabled",
        tuple(read("disabled_plugins names", s, "no CRI plugin") for s in named),
        hurts="Nothing here needs it: there is no kubelet."
        if without
        else "The kubelet cannot move to this containerd until it is enabled."
        if before
        else "The kubelet gets `unknown service runtime` and starts no pod.",
        severity=Severity.INFO if without else Severity.WARNING if before else None,
    )


def _is_cri(plugin: Plugin) -> bool:
    return (
        (plugin.type == "io.containerd.grpc.v1" and plugin.id == "cri")
        or (plugin.type == "io.containerd.cri.v1" and plugin.id in ("runtime", "images"))
        or plugin.type == "io.containerd.podsandbox.controller.v1"
    )


@check(
    Severity.ERROR,
    needs_containerd=True,
    remedy="Correct what the daemon's own message names, then restart containerd.",
)
def cri_plugin_failed(node: Node) -> Iterator[Finding]:
    """containerd runs, but its CRI plugin did not load.

    The daemon itself stays up and `systemctl status` looks healthy, so this is easily missed. The
    message is the daemon's own. Other plugins that do not load (aufs, zfs, devmapper) are normal.
    While the plugin is down everything it would answer is unknown, and this is the cause.

    Source: containerd's introspection service; seen on containerd 1.4, 1.6, 1.7 and 2.1.
    """
    containerd = known(node.containerd)
    running = known(containerd.running)
    failed = [p for p in known(running.plugins) if _is_cri(p) and p.error]
    if not failed:
        return
    roots = [p for p in failed if "dependency" not in p.error] or failed
    without = without_kubelet(node)
    place = Source(Origin.DAEMON, containerd.socket.path)
    yield Finding(
        "the CRI plugin did not load",
        tuple(Evidence(f"{p.type}.{p.id}", p.error, "loads", place) for p in roots),
        hurts="The kubelet gets `unknown service runtime` and starts no pod.",
        severity=Severity.INFO if without else None,
    )


@check(
    Severity.ERROR,
    needs_containerd=True,
    remedy="Correct the line; `containerd config dump` must then succeed.",
)
def containerd_config_parse_error(node: Node) -> Iterator[Finding]:
    """containerd's configuration cannot be read, so its next start fails.

    A daemon that runs read an earlier state of the file; it fails when it is restarted. Beside
    broken TOML this is what containerd itself refuses: a value of the wrong type, a version that
    the release does not know, or short plugin names in `disabled_plugins` of a version 2 file.

    Source: containerd's own loading of configuration; seen on containerd 1.4, 1.6, 1.7 and 2.1.
    """
    config = known(node.containerd).config
    if isinstance(config, Missing):
        known(config)
    if not isinstance(config, ParseError):
        return
    yield Finding(
        "containerd's configuration cannot be read",
        (
            Evidence(
                "message",
                config.message,
                "a file that containerd reads",
                Source(Origin.FILE, config.path, config.line),
            ),
        ),
        hurts="containerd does not start again after its next stop, and the node with it.",
    )


@check(
    Severity.ERROR,
    needs_containerd=True,
    remedy="See `journalctl -u containerd`, cure the cause, then `systemctl start containerd`.",
)
def containerd_not_running(node: Node) -> Iterator[Finding]:
    """containerd is installed but does not run.

    Before the migration this is a warning where Docker brings its own containerd; once the kubelet
    uses containerd the node is down without it. A daemon that runs outside its unit is a warning:
    systemd neither restarts it nor starts it at boot.

    Source: systemd's state of containerd.service, the process and its socket; seen on containerd
    1.6 under systemd 252.
    """
    containerd = known(node.containerd)
    process = known(containerd.process)
    before = known(node.runtime).value is not Runtime.CONTAINERD
    unit = containerd.unit
    evidence = list(_unit_evidence(unit))
    if process is None and containerd.socket.state is not SocketState.LISTENING:
        evidence.append(
            Evidence("process", "none", "containerd", Source(Origin.PROCESS, "process list"))
        )
        yield Finding(
            "containerd does not run",
            tuple(evidence),
            hurts="The kubelet cannot move to it yet."
            if before
            else "No pod can start, stop or be looked at on this node.",
            severity=Severity.WARNING if before else None,
        )
    elif process is not None and _outside_unit(unit, process.pid):
        place = Source(Origin.PROCESS, "containerd")
        evidence.append(Evidence("process", process.exe, "started by its unit", place))
        yield Finding(
            "containerd runs, but not from its unit",
            tuple(evidence),
            hurts="systemd does not restart it, and does not start it at boot.",
            severity=Severity.WARNING,
        )


def _outside_unit(unit: Unit | Missing | None, pid: int) -> bool:
    if not isinstance(unit, Unit) or isinstance(unit.state, Missing):
        return False
    return unit.state.active != "active" or unit.state.main_pid != pid


def _unit_evidence(unit: Unit | Missing | None) -> Iterator[Evidence]:
    if unit is None:
        yield Evidence("unit", "none", "containerd.service", Source(Origin.UNIT, "systemd"))
    elif isinstance(unit, Missing):
        yield not_known("unit", unit)
    elif isinstance(unit.state, Missing):
        yield not_known("unit state", unit.state)
    else:
        place = Source(Origin.UNIT, unit.name)
        yield Evidence("unit state", f"{unit.state.active} ({unit.state.sub})", "active", place)
        yield Evidence("starts at boot", unit.state.enabled, "enabled", place)
        if unit.state.restarts:
            yield read("restarts", Setting(unit.state.restarts, place))


@check(
    Severity.WARNING,
    kubelet=True,
    phases=(Phase.ON_CONTAINERD,),
    remedy="Once the pods on containerd are seen well, stop Docker for good: "
    "`systemctl disable --now docker.socket docker.service`.",
)
def docker_pods_left_running(node: Node) -> Iterator[Finding]:
    """Docker still runs pods that the kubelet has left behind.

    A kubelet that moves to containerd makes its static pods again there, and forgets those that
    Docker runs: two of each are then up. They hold the ports and the files that the new ones need.

    Source: seen with Docker 20.10 and a kubelet 1.20.
    """
    docker = known(node.docker)
    if not known(docker.active):
        return
    left = sorted(f"{p.namespace}/{p.name}" for p in known(docker.pods).pods if p.ready)
    if left:
        place = Source(Origin.DAEMON, "/var/run/docker.sock")
        yield Finding(
            f"Docker still runs {len(left)} of the kubelet's pods",
            tuple(Evidence("pod in Docker", name, "on containerd alone", place) for name in left),
            hurts="What must run once runs twice, and ports of the new pods are taken.",
        )
