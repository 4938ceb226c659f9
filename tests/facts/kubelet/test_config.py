"""The KubeletConfiguration: which file is read, what drop-ins change, and what cannot be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.kubelet.config import KubeletConfig, parse, read
from unshim.host.host import Host
from unshim.model.machine import Flag, ParseError
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why

PLACE = Source(Origin.FLAG, "/unit", 1)
MAIN, FOLDER = "/c.yaml", "/d"
UNREAD = {"missing": "not root", "why": "not-permitted"}


def _read(
    host: Host, minor: int = 30, variables: tuple[str, ...] = (), **flags: str
) -> KubeletConfig:
    named = tuple(Flag(n.replace("_", "-"), v, PLACE) for n, v in flags.items())
    return read(host, named, Setting(Version(1, minor, 0), PLACE), variables)


def _values(found: KubeletConfig) -> dict[str, object]:
    assert isinstance(found.values, dict), found.values
    return {key: setting.value for key, setting in found.values.items()}


def test_without_a_file_there_are_no_values(tmp_path: Path) -> None:
    host = tree(tmp_path, {MAIN: "a: 1\n"})
    assert _read(host) == KubeletConfig()
    assert _read(host, config="") == KubeletConfig()
    hidden = Missing("not root", Why.NOT_PERMITTED)
    assert read(host, hidden, hidden) == KubeletConfig(hidden, hidden)


def test_a_file_that_is_named_and_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    words = f"{MAIN}, which --config names, is not there"
    assert _read(tree(tmp_path, {}), config=MAIN).values == Missing(words, Why.NOT_PRESENT)
    relative = _read(tree(tmp_path, {}), config="c.yaml")
    assert relative.values == Missing("--config=c.yaml is not an absolute path")
    unread = recorded(tmp_path / "unread", paths={MAIN: {"kind": "file", **UNREAD}})
    assert _read(unread, config=MAIN).values == Missing("not root", Why.NOT_PERMITTED)


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"", {}),
        (b"# nothing\n", {}),
        (b"---\na: 1\n---\na: 2\n", {"a": "1"}),
        (b'{"a": {"b": "x"}}', {"a.b": "x"}),
        (b"a: x\r\nb: z\r\n", {"a": "x", "b": "z"}),
        (b"a: x\na: z\n", {"a": "z"}),
    ],
)
def test_one_file(data: bytes, values: dict[str, object]) -> None:
    found = parse(FileText(MAIN, data))
    assert not isinstance(found, ParseError), found
    told = {key: str(s.value) for key, s in found.items() if not isinstance(s.value, dict)}
    assert told == values


@pytest.mark.parametrize("data", [b"- a\n", b"text\n", b"a: [\n", b"\x00", b"a: b: c\n"])
def test_a_file_that_is_no_mapping(data: bytes) -> None:
    found = parse(FileText(MAIN, data))
    assert isinstance(found, ParseError)
    assert found.path == MAIN


def test_drop_ins_merge_mappings_and_replace_all_else(tmp_path: Path) -> None:
    files = {
        MAIN: "a: 1\nm: {x: 1, y: 1}\nl: [1, 2]\n",
        f"{FOLDER}/20.conf": "m: {y: 3}\n",
        f"{FOLDER}/10.conf": "a: 2\nm: {y: 2, z: 2}\nl: [3]\n",
        f"{FOLDER}/15/x.conf": "a: 15\n",
        f"{FOLDER}/30.yaml": "a: 9\n",
    }
    found = _read(tree(tmp_path, files), config=MAIN, config_dir=f"{FOLDER}/")
    values = _values(found)
    assert (values["a"], values["l"], values["m"]) == (15, [3], {"x": 1, "y": 3, "z": 2})
    assert [file.path for file in found.drop_ins] == [
        f"{FOLDER}/10.conf",
        f"{FOLDER}/15/x.conf",
        f"{FOLDER}/20.conf",
    ]
    assert isinstance(found.values, dict)
    assert str(found.values["m.y"].source) == f"{FOLDER}/20.conf:1"
    assert str(found.values["m.x"].source) == f"{MAIN}:2"


def test_a_value_over_a_mapping_takes_its_keys_out(tmp_path: Path) -> None:
    files = {MAIN: "m: {x: 1}\nmn: 1\n", f"{FOLDER}/1.conf": "m: null\n"}
    found = _read(tree(tmp_path, files), config=MAIN, config_dir=FOLDER)
    assert _values(found) == {"m": None, "mn": 1}


@pytest.mark.parametrize(
    "paths",
    [
        {FOLDER: UNREAD},
        {f"{FOLDER}/1.conf": {"kind": "file", **UNREAD}},
        {f"{FOLDER}/sub/1.conf": {"kind": "file", **UNREAD}},
    ],
)
def test_drop_ins_that_may_not_be_read_hide_all_values(
    tmp_path: Path, paths: dict[str, Any]
) -> None:
    host = recorded(tmp_path, paths={**texts({MAIN: "a: 1\n"}), **paths})
    found = _read(host, config=MAIN, config_dir=FOLDER)
    assert found.values == Missing("not root", Why.NOT_PERMITTED)
    assert isinstance(found.file, FileText)


def test_a_broken_drop_in_is_the_whole_configurations_error(tmp_path: Path) -> None:
    files = {MAIN: "a: 1\n", f"{FOLDER}/1.conf": "- a\n"}
    found = _read(tree(tmp_path, files), config=MAIN, config_dir=FOLDER)
    assert isinstance(found.values, ParseError)
    assert found.values.path == f"{FOLDER}/1.conf"
