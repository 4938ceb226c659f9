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
HEAD = "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"
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


def test_drop_ins_are_laid_over_the_file(tmp_path: Path) -> None:
    files = {
        MAIN: "maxPods: 1\n",
        f"{FOLDER}/10.conf": f"{HEAD}maxPods: 2\n",
        f"{FOLDER}/15/x.conf": f"{HEAD}podsPerCore: 15\n",
    }
    found = _read(tree(tmp_path, files), config=MAIN, config_dir=f"{FOLDER}/")
    values = _values(found)
    assert (values["maxPods"], values["podsPerCore"]) == (2, 15)
    assert [file.path for file in found.drop_ins] == [f"{FOLDER}/10.conf", f"{FOLDER}/15/x.conf"]
    assert [file.path for file in found.files] == [MAIN, *(file.path for file in found.drop_ins)]
    assert found.folders == (FOLDER, f"{FOLDER}/15")
    assert found.drop_in_paths == {f"{FOLDER}/10.conf", f"{FOLDER}/15/x.conf"}


def test_drop_ins_without_a_file(tmp_path: Path) -> None:
    host = tree(tmp_path, {f"{FOLDER}/10.conf": f"{HEAD}maxPods: 2\n"})
    found = _read(host, config_dir=FOLDER)
    assert _values(found)["maxPods"] == 2
    assert "evictionHard" not in _values(found)


def test_a_folder_that_the_kubelet_would_not_find(tmp_path: Path) -> None:
    host = tree(tmp_path, {MAIN: "maxPods: 1\n"})
    gone = _read(host, config=MAIN, config_dir="/gone").values
    assert gone == Missing("/gone, which --config-dir names, is not there")
    relative = _read(host, config=MAIN, config_dir="d").values
    assert relative == Missing("--config-dir=d is not an absolute path")
    assert _values(_read(host, config=MAIN, config_dir="")) == {"maxPods": 1}


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
