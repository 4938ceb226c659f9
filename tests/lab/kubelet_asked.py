"""What a kubelet itself says of its flags and of the fields of its configuration.

It is never let run: `--version` ends it once it has taken its flags, and a number that it refuses
once it has read its configuration. Its network, mounts and processes are its own.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from unshim.releases import kubelet_names
from unshim.releases.kubelet_names import ANY

from . import kubelet

APART = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child")
HEAD = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}
REFUSED: dict[str, object] = {"maxPods": -1}
"""Every release says no to it, after it has read the whole file."""
GOOD = {
    "bool": "true",
    "string": "x",
    "int": "1",
    "float": "0.5",
    "duration": "1s",
    "words": "a,b",
    "pairs": "a=1",
    "labels": "a=1",
    "thresholds": "memory.available<1Gi",
    "gates": "AllAlpha=false",
    "headers": "a:b",
    "address": "127.0.0.1",
    "taints": "a=b:NoSchedule",
    "reservations": "0:memory=1Gi",
    "quantity": "1Ki",
    "levels": "a=1",
    "place": "a.go:1",
}
BAD = {
    **dict.fromkeys(("bool", "int", "float", "duration", "pairs", "thresholds"), "x"),
    **dict.fromkeys(("gates", "address", "reservations", "quantity", "place"), "x"),
    "headers": "a",
    "taints": "a=b:Never",
    "levels": "a",
}
# What no release takes empty.
_NEEDED = {"logging.format": "text", "logging.vmodule.*.filePattern": "a"}
_OF_FILE: Mapping[str, object] = {
    "string": "",
    "bool": False,
    "int": 1,
    "float": 0.5,
    "duration": "1s",
    "nanoseconds": 1,
    "quantity": "0",
    "time": "2026-01-01T00:00:00Z",
    "[]string": [],
    "[]int": [],
    "map-of-string": {},
    "map-of-bool": {},
    "map-of-quantity": {},
    "map-of-[]string": {},
}


class Said(NamedTuple):
    """How it ended, and its words, both streams."""

    code: int
    text: str


def asked(program: Path, folder: Path, *arguments: str) -> Said:
    """What it says to these arguments; `folder` is where it stands meanwhile."""
    done = subprocess.run(
        [*APART, str(program), *arguments],
        cwd=folder,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(errors="replace"))


def program(line: kubelet.Line) -> Path:
    return kubelet.layer(line) / "usr/bin/kubelet"


def takes(program: Path, folder: Path, *flags: str) -> Said:
    """What it says to these flags: where it knows them all, its version, and nothing is done."""
    return asked(program, folder, *flags, "--version")


def given(names: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """These flags, each with a value of its kind."""
    kinds = {name: flag.kind for name in names if (flag := kubelet_names.flag(name))}
    return [f"--{name}={values[kind]}" for name, kind in kinds.items()]


def config(paths: Sequence[str]) -> dict[str, object]:
    """A configuration with these fields."""
    root: dict[str, object] = {}
    fields = kubelet_names.fields()
    for path in paths:
        kind = fields[path].kind
        _put(root, path.split("."), _NEEDED.get(path, _OF_FILE[kind]))
    return {**root, **HEAD}


def _put(table: dict[str, object], parts: Sequence[str], value: object) -> None:
    name, *below = parts
    if not below:
        table[name] = value
    elif below[0] == ANY:
        items = table.setdefault(name, [{}])
        assert isinstance(items, list)
        _put(items[0], below[1:], value)
    else:
        inner = table.setdefault(name, {})
        assert isinstance(inner, dict)
        _put(inner, below, value)


def reads(program: Path, folder: Path, fields: Mapping[str, object]) -> Said:
    """What it says to this configuration, which it refuses after it has read all of it."""
    path = folder / "config.json"
    path.write_text(json.dumps({**fields, **HEAD, **REFUSED}))
    said = asked(program, folder, f"--config={path}")
    assert said.code != 0, said.text
    assert "maxPods (--max-pods) -1 must not be a negative number" in said.text
    return said


def unknown(said: Said) -> set[str]:
    """The fields that it said it does not know; 1.20 and 1.23 say only the last part of a path."""
    old = re.findall(r"found unknown field: (\S+),", said.text)
    return {*re.findall(r'unknown field \\"([^"\\]+)\\"', said.text), *old}
