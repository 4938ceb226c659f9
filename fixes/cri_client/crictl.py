"""crictl's configuration: written or corrected."""

from __future__ import annotations

from collections.abc import Iterator

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
from unshim.text.edit.crictl_text import correct, fresh
from unshim.text.sockets import CONTAINERD_ENDPOINT, endpoint_path

PATH = "/etc/crictl.yaml"


def _endpoint(node: Node) -> str:
    """The socket that the kubelet uses, with its scheme; containerd's own before the migration."""
    if before_migration(node):
        containerd = known(node.containerd)
        return f"unix://{containerd.socket.path}" if containerd.binary else CONTAINERD_ENDPOINT
    return f"unix://{endpoint_path(kubelet_endpoint(node).value)}"


@fix(crictl_config_missing, disturbs=Disturbs.NOTHING)
def write_crictl_config(node: Node) -> Iterator[Step]:
    """Point crictl at the socket that the kubelet uses.

    Writes /etc/crictl.yaml with that socket for containers and images and a timeout of ten
    seconds, since two are short on a busy node. Nothing restarts.
    """
    yield WriteFile(PATH, before=None, after=fresh(_endpoint(node)))


@fix(crictl_config_endpoint_wrong, disturbs=Disturbs.NOTHING)
def correct_crictl_endpoint(node: Node) -> Iterator[Step]:
    """Set crictl's endpoint to the socket that the kubelet uses.

    Other lines of the file stay as they are. Nothing restarts.
    """
    yield from _correct(node)


@fix(crictl_config_invalid, disturbs=Disturbs.NOTHING)
def correct_crictl_config(node: Node) -> Iterator[Step]:
    """Take the lines out that make crictl ignore its configuration.

    A timeout with a unit becomes a plain number of seconds; other lines that crictl does not
    accept are removed, and an endpoint is added where none is left. Nothing restarts.
    """
    yield from _correct(node)


def _correct(node: Node) -> Iterator[Step]:
    crictl = known(node.crictl)
    file = known(crictl.config_file)
    if file is None:
        raise Refused("crictl's configuration is gone")
    bad = {p.source.line for p in known(crictl.problems) if p.source.line is not None}
    whole = any(p.source.line is None for p in known(crictl.problems))
    values = known(crictl.values) if isinstance(crictl.values, dict) else {}
    keep_images = isinstance(values.get("image-endpoint"), Setting)
    after = (
        fresh(_endpoint(node)) if whole else correct(file.data, _endpoint(node), bad, keep_images)
    )
    if after != file.data:
        yield WriteFile(file.path, before=file.data, after=after)
