"""Who sees what a real buildkitd builds, and what unshim says of it: on a node of today."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from unshim.host.local import LocalHost

from .base import REPOSITORY
from .builder_states import BUILDER, FOR_THE_KUBELET, SOCKET, configured
from .node import Node
from .states import running
from .test_real_checks import outcomes
from .test_real_fixes import said

STARTS, SEEN = "buildkit-config-invalid", "buildkit-images-unseen"
SOLVE = "/moby.buildkit.v1.Control/Solve"


@pytest.fixture(scope="module")
def builder(node_layers: None) -> Iterator[Node]:
    """A kubelet 1.36 on containerd 2.1, and a buildkitd that builds for it."""
    with running(BUILDER, REPOSITORY, copied=False) as node:
        yield node


def _number(value: int) -> bytes:
    """A number as protobuf writes it."""
    value %= 1 << 64
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _number(rest) if rest else bytes([low])


def _field(number: int, value: bytes | int) -> bytes:
    """A field of a message."""
    if isinstance(value, int):
        return _number(number << 3) + _number(value)
    return _number(number << 3 | 2) + _number(len(value)) + value


def _build(node: Node, name: str) -> None:
    """Build an image of one empty folder as buildctl does with --output type=image,name=…

    Source: buildkit api/services/control/control.proto and solver/pb/ops.proto.
    """
    make = _field(6, _field(1, b"/work") + _field(2, 0o755) + _field(5, -1))
    folder = _field(4, _field(2, _field(1, -1) + _field(2, -1) + make))
    last = _field(1, _field(1, f"sha256:{sha256(folder).hexdigest()}".encode()))
    attribute = _field(1, b"name") + _field(2, name.encode())
    request = _field(1, name.encode()) + _field(2, _field(1, folder) + _field(1, last))
    request += _field(3, b"image") + _field(4, attribute)
    LocalHost().call(f"{node.root}{SOCKET}", SOLVE, request, timeout=60)


def _namespaces(node: Node, name: str) -> set[str]:
    """Where containerd has an image of this name."""
    spaces = node.text("ctr", "namespaces", "ls", "-q").split()
    return {s for s in spaces if name in node.text("ctr", "-n", s, "images", "ls", "-q").split()}


def test_a_sound_node_that_builds_has_nothing_to_look_at(builder: Node) -> None:
    assert "0 errors, 0 warnings" in said(builder, 0, "--report", "text")
    assert outcomes(builder, STARTS, SEEN) == {STARTS: "pass", SEEN: "pass"}


@pytest.mark.parametrize(
    ("config", "namespaces"),
    [
        pytest.param(FOR_THE_KUBELET, {"k8s.io"}, id="for the kubelet"),
        pytest.param(FOR_THE_KUBELET.rpartition("namespace")[0], {"buildkit"}, id="no namespace"),
        pytest.param(None, set(), id="the defaults"),
    ],
)
def test_the_kubelet_sees_what_is_built_where_unshim_says_so(
    builder: Node, config: str | None, namespaces: set[str]
) -> None:
    name = f"docker.io/shop/built:{'-'.join(namespaces)}1"
    assert configured(builder, config)
    _build(builder, name)
    assert _namespaces(builder, name) == namespaces
    listed = builder.text("crictl", "images", "-o", "json")
    seen = {True: "pass", False: "fail"}[name in listed]
    assert outcomes(builder, STARTS, SEEN) == {STARTS: "pass", SEEN: seen}
    assert configured(builder, FOR_THE_KUBELET)


def test_a_file_with_which_it_ends_is_told_before_and_after_its_restart(builder: Node) -> None:
    broken = FOR_THE_KUBELET.replace("enabled = true", 'enabled = "true"')
    builder.write("/etc/buildkit/buildkitd.toml", broken)
    assert "buildkitd does not start again" in said(builder, 0, "--report", "text")
    assert not configured(builder, broken)
    assert outcomes(builder, STARTS, SEEN) == {STARTS: "fail", SEEN: "unknown"}
    assert "enabled: must be true or false" in said(builder, 0, "--report", "text")
    assert configured(builder, FOR_THE_KUBELET)
    assert outcomes(builder, STARTS, SEEN) == {STARTS: "pass", SEEN: "pass"}
