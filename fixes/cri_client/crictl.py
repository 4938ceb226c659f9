"""crictl's configuration: written or corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checks.cri_client.crictl import (
    crictl_config_endpoint_wrong,
    crictl_config_invalid,
    crictl_config_missing,
)
from checks.kubelet.endpoint import kubelet_endpoint
from unshim.api import (
    Disturbs,
    Node,
    Refused,
    Setting,
    Step,
    WriteFile,
    before_migration,
    fix,
    known,
)
from unshim.text.edit.crictl_text import correct, fresh, leads
from unshim.text.sockets import CONTAINERD_ENDPOINT, dialed

PATH = "/etc/crictl.yaml"
OTHERS = ("timeout", "max-retries", "debug", "pull-image-on-create", "disable-pull-on-run")
"""What crictl's file may hold beside the endpoints."""


def _endpoint(node: Node) -> str:
    """The socket that the kubelet uses, with its scheme; containerd's own before the migration."""
    if before_migration(node):
        containerd = known(node.containerd)
        return f"unix://{containerd.socket.path}" if containerd.binary else CONTAINERD_ENDPOINT
    return f"unix://{dialed(kubelet_endpoint(node).value)}"


@fix(crictl_config_missing, disturbs=Disturbs.NOTHING)
def write_crictl_config(node: Node) -> Iterator[Step]:
    """Point crictl at the socket that the kubelet uses.

    Writes /etc/crictl.yaml with that socket for containers and images and a timeout of ten
    seconds, since two are short on a busy node; in a file that is there the endpoint is added.
    Nothing restarts.
    """
    if known(node.crictl).config_file is None:
        yield WriteFile(PATH, before=None, after=fresh(_endpoint(node)))
    else:
        yield from _correct(node)


@fix(crictl_config_endpoint_wrong, disturbs=Disturbs.NOTHING)
def correct_crictl_endpoint(node: Node) -> Iterator[Step]:
    """Set crictl's endpoint to the socket that the kubelet uses.

    Other lines of the file stay as they are; one that has not a key to a line is written anew with
    the same settings. Nothing restarts.
    """
    yield from _correct(node)


@fix(crictl_config_invalid, disturbs=Disturbs.NOTHING)
def correct_crictl_config(node: Node) -> Iterator[Step]:
    """Take the lines out that make crictl ignore its configuration.

    A timeout with a unit becomes a plain number of seconds; other lines that crictl does not
    accept are removed, and an endpoint is added where none is left. A file that has not a key to a
    line is written anew with what crictl took of it. Nothing restarts.
    """
    yield from _correct(node)


def _correct(node: Node) -> Iterator[Step]:
    crictl = known(node.crictl)
    file = known(crictl.config_file)
    if file is None:
        raise Refused("crictl's configuration is gone")
    problems = known(crictl.problems)
    values = known(crictl.values) if isinstance(crictl.values, dict) else {}
    bad = {p.source.line for p in problems if p.source.line is not None}
    endpoint = _endpoint(node)
    after = correct(file.data, endpoint, bad, isinstance(values.get("image-endpoint"), Setting))
    if any(p.source.line is None for p in problems) or not leads(after, endpoint):
        after = fresh(endpoint, _kept(values, bad))
    if after != file.data:
        yield WriteFile(file.path, before=file.data, after=after)


def _kept(values: Mapping[str, Setting[str]], bad: set[int]) -> dict[str, str]:
    """The settings beside the endpoints that crictl took."""
    return {
        key: value.value
        for key, value in values.items()
        if key in OTHERS and value.source.line not in bad
    }
