"""crictl: is it here, does it know where to ask, does it read its file at all."""

from __future__ import annotations

from collections.abc import Iterator

from checks.kubelet.endpoint import kubelet_endpoint
from unshim.api import (
    Evidence,
    Finding,
    FromSource,
    Missing,
    Node,
    Origin,
    Phase,
    Runtime,
    Seen,
    Setting,
    Severity,
    Source,
    Version,
    before_migration,
    cannot_tell,
    check,
    known,
    not_known,
    quotes,
    see,
    seen_runtime,
    shows,
)
from unshim.text.escape import visible
from unshim.text.sockets import same_socket

_DOCKERS = (Runtime.DOCKERSHIM, Runtime.CRI_DOCKERD)


@check(
    Severity.WARNING,
    kubelet=True,
    well="crictl is installed",
    remedy="Install the package cri-tools of the same minor release as Kubernetes.",
    proof=(Seen("nodes that have no crictl"), FromSource("cri-tools 1.20 to 1.36")),
)
def crictl_missing(node: Node) -> Iterator[Finding]:
    """crictl is not installed.

    On a node with containerd it is the one tool that sees pods and containers as the kubelet does;
    `docker ps` shows nothing there. Before the migration this is information.

    Source: Kubernetes documentation, "Debugging Kubernetes nodes with crictl".
    """
    crictl = known(node.crictl)
    if known(crictl.binary) is not None:
        return
    before = before_migration(node)
    yield Finding(
        "crictl is not on this node",
        (Evidence("crictl", "not found", "installed", Source(Origin.COMMAND, "search path")),),
        hurts="Nobody can look into pods on this node once `docker ps` shows nothing.",
        severity=Severity.INFO if before else None,
    )


@check(
    Severity.WARNING,
    kubelet=True,
    phases=(Phase.ON_CONTAINERD,),
    well="crictl's configuration names a runtime-endpoint",
    remedy="Set runtime-endpoint in /etc/crictl.yaml to the socket that the kubelet uses.",
    proof=(Seen("crictl 1.36"), FromSource("cri-tools 1.20 to 1.35")),
)
def crictl_config_missing(node: Node) -> Iterator[Finding]:
    """crictl is told no runtime-endpoint and guesses at sockets.

    It has no file, or one that names none: an empty one, one without runtime-endpoint or with
    nothing behind it; image-endpoint does not stand in for it. Up to 1.29 it then tries
    dockershim's socket first, then containerd's and others, each with its own timeout and a warning
    on every call; from 1.30 on containerd's first. Where more than one runtime is installed it may
    talk to the wrong one. The file is /etc/crictl.yaml, or where that is not there, one of that
    name beside the program. Without crictl on the node this is information.

    A flag or CONTAINER_RUNTIME_ENDPOINT of a person's own shell goes before the file (set but
    empty, each call fails), and a file named by --config or CRI_CONFIG_FILE stands in for it; they
    are not known here.

    Source: cri-tools docs/crictl.md, cmd/crictl/main_unix.go and crictl_config.go.
    """
    crictl = known(node.crictl)
    file = known(crictl.config_file)
    if file is not None:
        if known(crictl.problems):
            raise cannot_tell(f"crictl ignores its whole file {see(crictl_config_invalid)}")
        named = known(crictl.values).get("runtime-endpoint")
        if named is not None and named.value:
            return
        place = Source(Origin.FILE, visible(file.path), named.source.line if named else None)
        what = Evidence("runtime-endpoint", "not set", "the kubelet's socket", place)
    else:
        place = Source(Origin.FILE, "/etc/crictl.yaml")
        what = Evidence("configuration", "none", "runtime-endpoint of the kubelet's socket", place)
    evidence = [what]
    endpoint = None if isinstance(node.kubelet, Missing) else node.kubelet.endpoint
    if isinstance(endpoint, Setting):
        evidence.append(shows("the kubelet uses", endpoint))
    installed = not isinstance(crictl.binary, Missing) and crictl.binary is not None
    version = crictl.version
    if isinstance(version, Setting):
        evidence.append(shows("crictl version", version))
    elif installed:
        evidence.append(not_known("crictl version", version))
    yield Finding(
        "crictl's configuration names no runtime-endpoint"
        if file
        else "crictl has no configuration",
        tuple(evidence),
        hurts="Each call warns, waits for sockets that are not there, or asks the wrong runtime."
        if _guesses(version)
        else "Each call warns. It asks containerd first; with another runtime here it may ask the "
        "wrong one.",
        severity=None if installed and _guesses(version) else Severity.INFO,
    )


def _guesses(version: Setting[Version] | Missing) -> bool:
    """Whether this crictl tries dockershim's socket first: up to 1.29, or not known."""
    return isinstance(version, Missing) or version.value.line <= (1, 29)


@check(
    Severity.ERROR,
    kubelet=True,
    phases=(Phase.ON_CONTAINERD,),
    well="crictl's configuration names no socket but the kubelet's",
    remedy="Set runtime-endpoint in /etc/crictl.yaml to the socket that the kubelet uses.",
    proof=(Seen("crictl 1.36 and a kubelet 1.20"), FromSource("cri-tools 1.20 to 1.35")),
)
def crictl_config_endpoint_wrong(node: Node) -> Iterator[Finding]:
    """crictl asks another socket than the kubelet.

    It then shows another runtime's containers, or fails. /var/run and /run are the same folder,
    and a path without unix:// is the same socket in an older spelling. After unix:// comes a host:
    unix://run/containerd/containerd.sock leads to /containerd/containerd.sock. The image-endpoint
    may be left out; where it is set to another socket, images are listed from there.

    Some values mislead: `~` and `null` are names of sockets to crictl, and so is the name behind
    the star of a YAML alias. Of a key that stands twice the last one counts.

    Source: cri-tools docs/crictl.md, compared to the kubelet's effective endpoint.
    """
    crictl = known(node.crictl)
    if known(crictl.config_file) is None:
        return
    if known(crictl.problems):
        raise cannot_tell(f"crictl ignores its whole file {see(crictl_config_invalid)}")
    endpoint = kubelet_endpoint(node)
    values = known(crictl.values)
    wrong = [
        shows(key, values[key], endpoint.value)
        for key in ("runtime-endpoint", "image-endpoint")
        if key in values
        and values[key].value
        and not same_socket(values[key].value, endpoint.value)
    ]
    if wrong:
        yield Finding(
            "crictl asks another socket than the kubelet",
            (*wrong, shows("the kubelet uses", endpoint)),
            hurts="crictl shows another runtime's containers, or none.",
        )


@check(
    Severity.ERROR,
    kubelet=True,
    well="crictl accepts every line of its configuration",
    remedy="Correct or delete the lines named; keys are runtime-endpoint, image-endpoint, timeout, "
    "debug, pull-image-on-create and disable-pull-on-run.",
    proof=(Seen("crictl 1.36"), FromSource("cri-tools 1.20 to 1.35")),
)
def crictl_config_invalid(node: Node) -> Iterator[Finding]:
    """A line of crictl's configuration makes crictl ignore the whole file.

    A key it does not know, a timeout that is not a plain number of seconds (`2s`), a switch that is
    neither true nor false (`yes`), what is no YAML (a tab before a key), or a byte that is no UTF-8
    even in a comment: crictl then silently uses its built-in sockets, as if there were no file. A
    file that --config or CRI_CONFIG_FILE names is refused aloud instead. A folder in the file's
    place is ignored in the same way.

    Not faults to crictl: ends of lines as in Windows, a byte order mark, JSON, the same key twice
    (each must be right, the last one counts), a list of keys and values by turns, and whatever
    stands in a second YAML document. A timeout of 0 or less means two seconds. max-retries came
    after 1.36.0.

    Source: cri-tools pkg/common/file.go.
    """
    crictl = known(node.crictl)
    if known(crictl.config_file) is None:
        return
    problems = known(crictl.problems)
    if problems:
        yield Finding(
            "crictl ignores its configuration file",
            tuple(quotes(p, "a line that crictl accepts") for p in problems),
            hurts="It guesses at sockets, as if there were no file.",
            severity=Severity.WARNING if seen_runtime(node) in _DOCKERS else None,
        )
