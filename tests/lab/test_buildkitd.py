"""The real buildkitd 0.32 reads its flags and files as unshim says: whether it starts, with which
workers, in which namespace of containerd, and where it listens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pytest

from unshim.facts.clients import buildkit
from unshim.facts.systemd import units
from unshim.host.tree import TreeHost
from unshim.model.parts.clients import Buildkit
from unshim.model.values import Missing, known

from . import programs
from .buildkitd_files import ODD, OTHER, USUAL, Arrangement, generated
from .node import Node

UNIT = "/etc/systemd/system/buildkit.service"
REFUSED = "it does not start"
_RUN = """\
rm -f /run/bk.log /run/bk.pid; sockets=$1; shift; turns=0
(
    sh -c 'echo $$ >/run/bk.pid; exec buildkitd "$@"' sh "$@" >/run/bk.log 2>&1
    echo 'it has ended' >>/run/bk.log
) &
until grep -q 'it has ended' /run/bk.log 2>/dev/null; do
    served=$(grep -c 'running server on' /run/bk.log 2>/dev/null)
    turns=$((turns + 1))
    if [ "${served:-0}" -ge "$sockets" ] || [ $turns -gt 1000 ]; then
        kill "$(cat /run/bk.pid)" 2>/dev/null
    fi
    sleep 0.02
done
cat /run/bk.log
"""
"""Runs buildkitd until it listens at so many sockets, or ends by itself."""
_WORKER = re.compile(r'msg="found worker .*? labels=map\[(.*?)\], platforms')
_LABEL = "org.mobyproject.buildkit.worker."
_SERVES = re.compile(r'msg="running server on (.*?)"')


class Started(NamedTuple):
    """What buildkitd came to; a worker is its kind, its namespace and its snapshotter."""

    workers: frozenset[tuple[str, str, str]]
    addresses: frozenset[str]


@pytest.fixture(scope="module")
def made(node_layers: None) -> Iterator[Node]:
    layer = programs.layer("buildkitd", "0.32")
    with Node.boot(layers=[layer], docker="disabled", source=None) as node:
        node.wait_socket("/run/containerd/containerd.sock")
        yield node


def _arrange(node: Node, arranged: Arrangement) -> None:
    for path, text in ((USUAL, arranged.usual), (OTHER, arranged.other)):
        (node.root / path.lstrip("/")).unlink(missing_ok=True)
        if text is not None:
            node.write(path, text)
    words = " ".join(f'"{flag}"' for flag in arranged.flags)
    node.write(UNIT, f"[Service]\nExecStart=/usr/bin/buildkitd {words}\n")


def _real(node: Node, arranged: Arrangement, sockets: int) -> tuple[Started | str, str]:
    argv = ["sh", "-c", _RUN, "sh", str(sockets), *arranged.flags]
    said = node.run(argv, check=False, timeout=300)
    log = said.stdout.decode(errors="replace").replace('\\"', "'")
    served = _SERVES.findall(log)
    if not served:
        return REFUSED, log
    workers = set()
    for text in _WORKER.findall(log):
        labels = dict(
            word.removeprefix(_LABEL).split(":", 1) for word in text.split() if _LABEL in word
        )
        kind = labels["executor"]
        workers.add((kind, labels.get("containerd.namespace", ""), labels["snapshotter"]))
    return Started(frozenset(workers), frozenset(served)), log


def _facts(node: Node) -> Buildkit:
    host = TreeHost(str(node.root))
    return buildkit.read(host, host.processes(), units.read(host))


def _ours(node: Node) -> Started | str:
    """What unshim's facts say of a node on which runc and containerd work."""
    found = _facts(node)
    if known(found.problems):
        assert isinstance(found.namespace, Missing)
        return REFUSED
    workers = set()
    if known(found.oci_worker).value != "false":
        workers.add(("oci", "", "overlayfs"))
    if known(found.containerd_worker).value != "false":
        worker = (known(found.namespace).value, known(found.snapshotter).value)
        workers.add(("containerd", *worker))
    addresses = frozenset(_listens(address) for address in known(found.addresses).value)
    return Started(frozenset(workers), addresses)


def _listens(address: str) -> str:
    """An address as its listener tells it."""
    return address.partition("://")[2]


def _differences(
    node: Node, arrangements: Iterable[tuple[str, Arrangement]]
) -> list[tuple[str, Started | str, Started | str, str]]:
    found = []
    for name, arranged in arrangements:
        _arrange(node, arranged)
        ours = _ours(node)
        real, log = _real(node, arranged, 1 if isinstance(ours, str) else len(ours.addresses))
        if real != ours:
            found.append((name, real, ours, f"{arranged}\n{log[-700:]}"))
    return found


def test_each_odd_arrangement_comes_to_what_unshim_says(made: Node) -> None:
    assert len(ODD) > 40
    assert _differences(made, ODD.items()) == []


@pytest.mark.drill
def test_many_more(made: Node) -> None:
    assert _differences(made, generated(1, 400)) == []
