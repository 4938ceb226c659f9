"""What a real kubelet and unshim say of an arrangement, set side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from unshim.releases.kubelet_kinds import ZERO, Kind, of_flags
from unshim.releases.kubelet_row import Row
from unshim.releases.kubelet_table import TABLE

from . import kubelet
from .arrangement import Arrangement
from .kubelet import Line
from .node import Node

CLOSED = {
    "authentication.anonymous.enabled": True,
    "authentication.webhook.enabled": False,
    "authorization.mode": "AlwaysAllow",
    "serverTLSBootstrap": False,
    "enableServer": True,
}
"""Seen only at these values: with others /configz does not answer on a node without a cluster."""


def sampled(of: Sequence[Arrangement], count: int = 4) -> list[object]:
    """Arrangements for a test: so many of them are asked everywhere, drawn evenly with those first
    that mislead; the others are drills."""
    ordered = sorted(of, key=lambda one: not one.misleading)
    step = -(-len(ordered) // count)
    return [
        pytest.param(
            one,
            id=one.name.replace(" ", "-"),
            marks=[] if number % step == 0 else [pytest.mark.drill],
        )
        for number, one in enumerate(ordered)
    ]


@contextmanager
def standalone(line: Line) -> Iterator[Node]:
    """A node with a kubelet that runs no pods: 1.20 through Docker, others on containerd."""
    runtime: kubelet.Runtime = "dockershim" if line == "1.20" else "containerd"
    with Node.boot(
        layers=[kubelet.layer(line)],
        docker="enabled" if line == "1.20" else "disabled",
        before_boot=lambda node: kubelet.install(node, runtime, (), line),
    ) as node:
        yield node


def tell(
    node: Node,
    arranged: Arrangement,
    again: bool = False,
    write: Mapping[str, str] | None = None,
    replace: Sequence[str] = (),
) -> dict[str, Any]:
    """What the kubelet and unshim say of an arrangement; `again`: of the one that stands, after
    files were written or replaced by others of the same bytes."""
    question = {
        "files": {} if again else arranged.files(),
        "links": arranged.links,
        "port": arranged.port,
        "write": write or {},
        "replace": replace,
    }
    argv = ["/opt/unshim/bin/python", "/opt/src/tests/lab/tell_kubelet.py"]
    done = node.run(argv, input=json.dumps(question).encode(), timeout=240)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def seen(minor: int) -> list[Row]:
    """The settings that this release has."""
    return [row for row in TABLE if row.has_flag(minor) or row.has_field(minor)]


def shown(row: Row, minor: int, configz: Mapping[str, Any], log: str) -> object:
    """What the kubelet itself says of a setting."""
    if row.has_field(minor):
        held: Any = configz
        for part in row.name.split("."):
            held = held.get(part, {}) if isinstance(held, dict) else {}
        return ZERO[row.kind] if held == {} else held
    logged = re.findall(rf'FLAG: --{row.flags[0]}="(.*)"$', log, re.MULTILINE)
    assert len(logged) == 1, row.name
    return of_flags(row.kind, [logged[0]]) if logged[0] or row.kind is Kind.TEXT else ZERO[row.kind]


def compare(told: Mapping[str, Any], arranged: Arrangement) -> None:
    """Both say the same, of the next start and of what runs, and each setting comes from where the
    arrangement says."""
    minor = arranged.minor
    rows = seen(minor)
    assert told["version"].startswith(f"{arranged.line}.")
    expected = {row.name: shown(row, minor, told["configz"], told["log"]) for row in rows}
    assert {name: expected[name] for name in CLOSED} == CLOSED
    for settings in (told["effective"], told["running"]):
        values = {name: held[1] for name, held in settings.items() if held[0] == "value"}
        got = {row.name: values.get(row.name, settings[row.name]) for row in rows}
        assert got == expected
    assert not ({row.name for row in TABLE} - set(expected)) & set(told["effective"])
    assert told["staged"] == []
    assert told["flags"] == told["running_flags"]
    for name, (path, words) in arranged.sources.items():
        where = f"{path}:{line_of(arranged, path, words)}" if path else _default(arranged.line)
        assert told["effective"][name][2] == where, name


def refused(node: Node, flags: Sequence[str], setting: str, version: tuple[int, int, int]) -> str:
    """A setting as unshim tells it of flags with which the kubelet ends at once."""
    done = node.run(["timeout", "5", "/usr/bin/kubelet", *flags], check=False)
    assert done.returncode not in (0, 124), done.stderr[-500:]
    script = (
        "import sys; sys.path.insert(0, '/opt/src')\n"
        "from unshim.facts.systemd import flags\n"
        "from unshim.facts.kubelet import config as kubelet_config, effective\n"
        "from unshim.releases.kubelet_flags import BARE_FLAGS\n"
        "from unshim.host.local import LocalHost\n"
        "from unshim.model.machine import Process\n"
        "from unshim.model.values import *\n"
        "process = Process(1, 'kubelet', '/usr/bin/kubelet', tuple(sys.argv), 0.0)\n"
        "given = flags.of_process(process, BARE_FLAGS)\n"
        f"version = Setting(Version{version!r}, Source(Origin.COMMAND, ''))\n"
        "config = kubelet_config.read(LocalHost(), given, version)\n"
        "found = effective.effective(effective.Configured(given, config.values, version))\n"
        f"print(found[{setting!r}])\n"
    )
    return node.run(["/opt/unshim/bin/python", "-c", script, *flags]).stdout.decode()


def _default(line: str) -> str:
    return f"default of kubelet {line}"


def line_of(arranged: Arrangement, path: str, words: str) -> int:
    """The only line of a file that holds these words, from 1."""
    lines = arranged.files()[path].splitlines()
    (found,) = (number for number, text in enumerate(lines, 1) if words in text)
    return found
