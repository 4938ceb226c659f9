"""containerd's configuration: does it read it at all."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.api import (
    At,
    Evidence,
    Finding,
    Node,
    Origin,
    ParseError,
    Rank,
    Seen,
    Severity,
    Source,
    cannot_tell,
    check,
    known,
    see,
)
from unshim.model.parts.containerd import ContainerdConfig


def containerd_config(node: Node) -> ContainerdConfig:
    """containerd's configuration.

    Raises:
        Unknown: it is Missing, or cannot be parsed, which is a check of its own.
    """
    config = known(node.containerd).config
    if isinstance(config, ParseError):
        raise cannot_tell(f"{config.path} cannot be read {see(containerd_config_parse_error)}")
    return known(config)


@check(
    Severity.ERROR,
    needs_containerd=True,
    well="containerd can read its configuration",
    remedy="Correct the line; `containerd config dump` must then succeed.",
    proof=Seen("containerd 1.4, 1.6, 1.7 and 2.1"),
    rank=Rank.CONFIGURATION,
    hop=At("containerd", "does not start again"),
)
def containerd_config_parse_error(node: Node) -> Iterator[Finding]:
    """containerd's configuration cannot be read, so its next start fails.

    A daemon that runs read an earlier state of the file; it fails when it is restarted. Beside
    broken TOML this is what containerd itself refuses: a value of the wrong type, a version that
    the release does not know, or short plugin names in `disabled_plugins` of a version 2 file.

    Source: containerd's own loading of configuration.
    """
    config = known(known(node.containerd).config)
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
