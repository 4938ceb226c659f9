"""Units against a real systemd: what `systemctl show` tells of them, and what it really starts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from unshim.facts.systemd import units as systemd
from unshim.host.tree import TreeHost
from unshim.model.machine import Unit
from unshim.text import lined

from .node import Node
from .unit_arrangements import ARRANGEMENTS, ECHO, MASK, RUN, Arrangement

PROGRAM = b"""#!/usr/bin/python3
import os, sys
name = os.path.basename(os.environ.get("OUT", "") or sys.argv[1])
with open("/run/argv." + name, "wb") as file:
    file.write(b"\\0".join(os.fsencode(word) for word in sys.argv[1:]))
with open("/run/environ." + name, "wb") as file:
    file.write(b"\\0".join(os.fsencode(f"{key}={os.environ[key]}") for key in os.environ))
"""
KEYS = ("KillMode", "TasksMax", "OOMScoreAdjust", "LimitNOFILE", "LimitNPROC", "Type")
OF_SYSTEMD = {"PATH", "LANG", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "LC_CTYPE"}

# Runs in the node: starts what starts, and tells what systemd and unshim say of each unit.
ASK = """
import glob, json, os, subprocess, sys
sys.path.insert(0, "/opt/src")
from unshim.facts.systemd import command_line, environment, units as systemd
from unshim.facts.systemd.specifiers import Specifiers
from unshim.host.local import LocalHost
from unshim.model.values import Missing

asked = json.load(sys.stdin)
subprocess.run(["systemctl", "daemon-reload"], check=True)
host = LocalHost()
units = systemd.read(host, tuple(asked["units"]))


def systemd_says(name):
    argv = ["systemctl", "show", name, "-p", ",".join(asked["properties"])]
    lines = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
    told = {}
    for key, _, value in (line.partition("=") for line in lines):
        told.setdefault(key, []).append(value)
    patterns = [shown.rpartition(" (")[0] for shown in told.get("EnvironmentFiles", [])]
    told["globbed"] = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
    return told


def unshim_says(name):
    unit = units[name]
    found = environment.read(host, unit.files, name)
    words = command_line.expand(unit.files, found, Specifiers(host, name))
    return {
        "files": [file.path for file in unit.files],
        "load": unit.state.load,
        "kill_mode": unit.kill_mode.value,
        "loaded": unit.state.loaded,
        "related": unit.state.related,
        "environment": {key: held.value.text for key, held in found.variables.items()},
        "env_files": [file.path for file in found.files],
        "argv": words.reason if isinstance(words, Missing) else [word.text for word in words],
    }


def started(name, out):
    subprocess.run(["systemctl", "start", name])
    for what in ("argv", "environ"):
        path = f"/run/{what}.{out}"
        if os.path.exists(path):
            with open(path) as file:
                yield file.read().split("\\0")


print(json.dumps({
    name: {
        "systemd": systemd_says(name),
        "unshim": unshim_says(name),
        "started": list(started(name, out)) if out else [],
    }
    for name, out in asked["units"].items()
}))
"""


def _out(one: Arrangement) -> str:
    """The name under which the program leaves its arguments."""
    return one.unit.partition(".")[0].partition("@")[0].partition("-")[0] if one.starts else ""


@pytest.fixture(scope="module")
def arranged(node_layers: None) -> Iterator[tuple[Node, dict[str, dict[str, Any]]]]:
    """A node with all units, and what its systemd and unshim tell of them."""
    files = [pair for one in ARRANGEMENTS for pair in one.files.items()]

    def place(node: Node) -> None:
        node.write(ECHO, PROGRAM, mode=0o755)
        for path, text in files:
            if text == MASK:
                node.run(["sh", "-c", f'mkdir -p "$(dirname {path})"; ln -s /dev/null {path}'])
            elif not path.startswith(RUN):
                node.write(path, text)

    with Node.boot("units", before_boot=place, docker="disabled", containerd="disabled") as node:
        for path, text in files:
            if path.startswith(RUN):
                node.write(path, text)
        question = {
            "units": {one.unit: _out(one) for one in ARRANGEMENTS},
            "properties": [
                *("FragmentPath", "DropInPaths", "Environment", "EnvironmentFiles", "LoadState"),
                *("ExecStart", *KEYS, *systemd.LOADED, *systemd.RELATED),
            ],
        }
        argv = ["/opt/unshim/bin/python", "-c", ASK]
        done = node.run(argv, input=json.dumps(question).encode())
        yield node, json.loads(done.stdout)


def _each(test: Any) -> Any:
    return pytest.mark.parametrize("one", ARRANGEMENTS, ids=lambda one: one.name.replace(" ", "-"))(
        test
    )


def _words(shown: list[str]) -> tuple[lined.Lined, ...]:
    """What systemctl quotes as unit files do."""
    return lined.words(lined.plain(shown[0], 1), escapes=True) or ()


def _same_lib(paths: list[str]) -> list[str]:
    return ["/usr" + path if path.startswith("/lib/") else path for path in paths]


@_each
def test_files(arranged: tuple[Node, dict[str, dict[str, Any]]], one: Arrangement) -> None:
    node, told = arranged
    real = told[one.unit]["systemd"]
    drop_ins = [word.text for word in _words(real["DropInPaths"])]
    if real["LoadState"] == ["masked"]:
        drop_ins = []  # systemd lists them all the same
    paths = [*real["FragmentPath"], *drop_ins]
    expected = _same_lib([path for path in paths if path and one.files.get(path) != MASK])
    assert _same_lib(told[one.unit]["unshim"]["files"]) == expected
    if real["LoadState"] != ["loaded"] and not drop_ins:
        return  # systemd looks for no drop-ins of a unit that it has refused
    alone = systemd.read(TreeHost(str(node.root)), (one.unit,))[one.unit]
    assert isinstance(alone, Unit)
    assert _same_lib([file.path for file in alone.files]) == expected


@_each
def test_settings(arranged: tuple[Node, dict[str, dict[str, Any]]], one: Arrangement) -> None:
    node, told = arranged
    real, ours = told[one.unit]["systemd"], told[one.unit]["unshim"]
    assert ours["load"] == real["LoadState"][0]
    if real["LoadState"] != ["loaded"]:
        return
    assert ours["kill_mode"] == real["KillMode"][0]
    assert ours["loaded"] == {key: real[key][0] for key in systemd.LOADED}
    assert ours["related"] == {key: sorted(real[key][0].split()) for key in systemd.RELATED}
    unit = systemd.read(TreeHost(str(node.root)), (one.unit,))[one.unit]
    assert isinstance(unit, Unit)
    for key in KEYS[1:]:
        held = unit.settings.get(f"Service.{key}")
        if held:
            assert held[-1].value == real[key][0], key


@_each
def test_environment(arranged: tuple[Node, dict[str, dict[str, Any]]], one: Arrangement) -> None:
    told = arranged[1][one.unit]
    real, ours = told["systemd"], told["unshim"]
    assert ours["env_files"] == real["globbed"]
    text = "".join(one.files.values())
    if not any(word in text for word in ("EnvironmentFile", "PassEnv", "UnsetEnv")):
        pairs = [word.text.split("=", 1) for word in _words(real["Environment"])]
        assert ours["environment"] == dict(pairs)
    if one.starts:
        given = dict(pair.split("=", 1) for pair in told["started"][1])
        assert ours["environment"] == {k: v for k, v in given.items() if k not in OF_SYSTEMD}


@_each
def test_command_line(arranged: tuple[Node, dict[str, dict[str, Any]]], one: Arrangement) -> None:
    told = arranged[1][one.unit]
    real, ours = told["systemd"], told["unshim"]
    if one.starts:
        assert ours["argv"][1:] == told["started"][0]
        assert f"path={ours['argv'][0]} ;" in real["ExecStart"][0]
    elif real["LoadState"] == ["masked"]:
        assert ours["argv"] == []
    else:
        assert real["LoadState"][0] in ("bad-setting", "error")
        assert isinstance(ours["argv"], str)
