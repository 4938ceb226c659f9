"""The kubelet's effective settings against a real kubelet 1.20: its /configz for what is a field
there, the flags it logs at its start for the rest.

What neither shows here: values under which /configz does not answer without an API server (CLOSED),
and the settings of later releases, which this kubelet does not have (LATER).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from unshim.releases.kubelet_flags import BARE_FLAGS
from unshim.releases.kubelet_kinds import ZERO, Kind, of_flags
from unshim.releases.kubelet_row import Row
from unshim.releases.kubelet_table import TABLE

from . import kubelet
from .kubelet_arrangements import ARRANGEMENTS, CONFIG, REFUSED, Arrangement
from .node import Node

pytestmark = pytest.mark.slow

MINOR = 20
CLOSED = {
    "authentication.anonymous.enabled": True,
    "authentication.webhook.enabled": False,
    "authorization.mode": "AlwaysAllow",
    "serverTLSBootstrap": False,
    "enableServer": True,
}
"""Seen only at these values: with others /configz does not answer on a node without a cluster."""
LATER = frozenset(row.name for row in TABLE if not (row.has_flag(MINOR) or row.has_field(MINOR)))
SEEN = [row for row in TABLE if row.name not in LATER]


@pytest.fixture(scope="module")
def standalone() -> Iterator[Node]:
    """A node with a kubelet that runs no pods."""
    with Node.boot(
        layers=[kubelet.layer()], before_boot=lambda node: kubelet.install(node, "dockershim")
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
        "port": arranged.port,
        "write": write or {},
        "replace": replace,
    }
    argv = ["/opt/unshim/bin/python", "/opt/src/tests/lab/tell_kubelet.py"]
    done = node.run(argv, input=json.dumps(question).encode(), timeout=60)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def shown(row: Row, configz: Mapping[str, Any], log: str) -> object:
    """What the kubelet itself says of a setting."""
    if row.has_field(MINOR):
        held: Any = configz
        for part in row.name.split("."):
            held = held.get(part, {}) if isinstance(held, dict) else {}
        return ZERO[row.kind] if held == {} else held
    logged = re.findall(rf'FLAG: --{row.flags[0]}="(.*)"$', log, re.MULTILINE)
    assert len(logged) == 1, row.name
    return of_flags(row.kind, [logged[0]]) if logged[0] or row.kind is Kind.TEXT else ZERO[row.kind]


def line(arranged: Arrangement, path: str, words: str) -> int:
    """The only line of a file that holds these words, from 1."""
    lines = arranged.files()[path].splitlines()
    (found,) = (number for number, text in enumerate(lines, 1) if words in text)
    return found


@pytest.mark.parametrize("arranged", ARRANGEMENTS, ids=lambda a: a.name.replace(" ", "-"))
def test_effective_settings_are_those_of_the_kubelet(
    standalone: Node, arranged: Arrangement
) -> None:
    told = tell(standalone, arranged)
    assert told["version"] == "1.20.2"
    expected = {row.name: shown(row, told["configz"], told["log"]) for row in SEEN}
    assert {name: expected[name] for name in CLOSED} == CLOSED
    for settings in (told["effective"], told["running"]):
        values = {name: held[1] for name, held in settings.items() if held[0] == "value"}
        got = {row.name: values.get(row.name, settings[row.name]) for row in SEEN}
        assert got == expected
    assert not LATER & set(told["effective"])
    assert told["staged"] == []
    assert told["flags"] == told["running_flags"]
    for name, (path, words) in arranged.sources.items():
        where = f"{path}:{line(arranged, path, words)}" if path else "default of kubelet 1.20"
        assert told["effective"][name][2] == where, name


def test_what_changes_after_the_start_is_staged(standalone: Node) -> None:
    arranged = ARRANGEMENTS[0]
    before = tell(standalone, arranged)
    text = CONFIG.replace("syncFrequency: 2s", "syncFrequency: 7s")
    files = {
        "/var/lib/kubelet/config.yaml": text,
        "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--v=2 --max-pods=33\n",
    }
    after = tell(standalone, arranged, again=True, write=files)
    assert after["configz"] == before["configz"]
    assert after["staged"] == [
        ["environment file", "/etc/default/kubelet"],
        ["configuration", "/var/lib/kubelet/config.yaml"],
        ["--max-pods=33", "/etc/default/kubelet"],
    ]
    assert after["effective"]["syncFrequency"][1] == "7s"
    assert after["effective"]["maxPods"][1] == 33
    assert after["running"]["syncFrequency"][0] == "missing"
    assert after["running"]["cni-bin-dir"][1] == "/usr/lib/cni"
    replaced = tell(standalone, arranged, again=True, replace=["/usr/bin/kubelet"])
    assert ["binary", "/usr/bin/kubelet"] in replaced["staged"]
    # What runs is asked itself, by the file that it was started from: its defaults stay known.
    assert replaced["running"]["cni-cache-dir"][1] == "/var/lib/cni/cache"


@pytest.mark.parametrize(("setting", "flags", "config"), REFUSED)
def test_a_value_that_the_kubelet_refuses_is_no_value(
    standalone: Node, setting: str, flags: str, config: str
) -> None:
    standalone.write("/etc/lab/refused.yaml", CONFIG + config)
    argv = ["timeout", "5", "/usr/bin/kubelet", "--config=/etc/lab/refused.yaml", *flags.split()]
    done = standalone.run(argv, check=False)
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
        "version = Setting(Version(1, 20, 2), Source(Origin.COMMAND, ''))\n"
        "config = kubelet_config.read(LocalHost(), given, version)\n"
        "found = effective.effective(effective.Configured(given, config.values, version))\n"
        f"print(found[{setting!r}])\n"
    )
    told = standalone.run(["/opt/unshim/bin/python", "-c", script, *argv[3:]]).stdout.decode()
    assert told.startswith("Missing("), told


def test_flags_that_take_no_value(standalone: Node) -> None:
    """`--help` shows a kind behind each flag that takes a value, and none behind the others."""
    shown = standalone.text("/usr/bin/kubelet", "--help")
    flags = re.findall(r"^ +(?:-\w, )?--([\w-]+)( [\w.]+)?  ", shown, re.MULTILINE)
    bare = {name for name, kind in flags if not kind}
    assert len(bare) > 30
    assert bare <= BARE_FLAGS
    assert not {name for name, kind in flags if kind} & BARE_FLAGS
    known = {name for name, _ in flags}
    # Hidden in the help, but logged at the start as all others are.
    hidden = {"experimental-dockershim-root-directory"}
    assert {flag for row in SEEN for flag in row.flags if row.has_flag(MINOR)} <= known | hidden
