"""The recorded nodes as they lie in the repository: each content once, and few files a node."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scripts import shelve
from tests import NODES
from unshim.record.files import name_of
from unshim.record.recorded import RecordedHost

FOLDERS = sorted(index.parent for index in NODES.glob("*/index.json"))
USES = Counter(name for folder in FOLDERS for name in shelve.contents(folder))


def test_each_content_stands_once_under_its_own_name() -> None:
    shelf = {f"files/{file.name}" for file in (NODES / "files").iterdir()}
    assert shelf == set(USES)
    for name in shelf:
        assert name_of((NODES / name).read_bytes()) == name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_node_adds_at_most_ten_files(folder: Path) -> None:
    own = [file for file in folder.rglob("*") if file.is_file()]
    alone = [name for name in shelve.contents(folder) if USES[name] == 1]
    assert len(own) + len(alone) <= 10


def test_a_node_comes_to_the_shelf_and_leaves_it(tmp_path: Path) -> None:
    node = tmp_path / "node"
    (node / "files").mkdir(parents=True)
    for number, text in enumerate(("same", "same", "else")):
        (node / "files" / str(number)).write_text(text)
    entries = ", ".join(f'"/{n}": {{"kind": "file", "file": "files/{n}"}}' for n in range(3))
    (node / "index.json").write_text(f'{{"format": 1, "paths": {{{entries}}}}}')
    shelve.put(node)
    assert [file.name for file in node.iterdir()] == ["index.json"]
    assert {name_of(b"same"), name_of(b"else")} == shelve.contents(node)
    host = RecordedHost(str(node))
    assert [getattr(host.read(f"/{n}"), "data", None) for n in range(3)] == [
        b"same",
        b"same",
        b"else",
    ]
    assert shelve.clear(tmp_path) == []
    shelve.put(node)  # a second time changes nothing
    assert host.read("/0") == RecordedHost(str(node)).read("/0")
    (node / "index.json").write_text('{"format": 1, "paths": {}}')
    assert {file.name for file in shelve.clear(tmp_path)} == {
        name_of(data).removeprefix("files/") for data in (b"same", b"else")
    }
