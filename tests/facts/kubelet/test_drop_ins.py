"""Which files of a folder count, in what order, and which the kubelet ends on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded, tree
from unshim.facts.kubelet.drop_ins import Walked, parse, walk
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Missing, Why

HEAD = b"kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"


def _paths(found: Walked | Missing) -> list[str]:
    assert isinstance(found, Walked), found
    return [file.path for file in found.files]


def test_files_count_by_their_ending_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ("9.conf", "10.conf", "a/z.conf", "a.conf", ".conf", "x.yaml", "y.CONF", "z.conf.bak")
    host = tree(tmp_path, {f"/d/{name}": "" for name in names})
    wanted = ["/d/.conf", "/d/10.conf", "/d/9.conf", "/d/a/z.conf", "/d/a.conf"]
    found = walk(host, "/d")
    assert _paths(found) == wanted
    assert _paths(walk(host, "/d/")) == wanted
    assert isinstance(found, Walked)
    assert found.folders == ("/d", "/d/a")


def test_links_to_files_count_and_links_to_folders_do_not(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/d/1.conf": "", "/real/2.conf": "", "/f.conf": ""})
    (tmp_path / "d/0.conf").symlink_to("../f.conf")
    (tmp_path / "d/linked").symlink_to("../real")
    (tmp_path / "to").symlink_to("d")
    assert _paths(walk(host, "/d")) == ["/d/0.conf", "/d/1.conf"]
    # The folder itself is one name among others, unless a slash follows it.
    assert walk(host, "/to") == Walked((), ())
    assert _paths(walk(host, "/to/")) == ["/to/0.conf", "/to/1.conf"]
    assert _paths(walk(host, "/f.conf")) == ["/f.conf"]


def test_a_folder_below_a_link_is_a_folder(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/real/d/1.conf": "", "/real/d/e/2.conf": ""})
    (tmp_path / "to").symlink_to("real")
    assert _paths(walk(host, "/to/d")) == ["/to/d/1.conf", "/to/d/e/2.conf"]


@pytest.mark.parametrize("target", ["/nowhere", "/"])
def test_a_link_that_leads_to_no_file(tmp_path: Path, target: str) -> None:
    host = tree(tmp_path, {"/d/1.conf": ""})
    (tmp_path / "d/2.conf").symlink_to(target)
    found = walk(host, "/d")
    assert isinstance(found, Missing)
    assert "/d/2.conf" in found.reason


def test_a_folder_that_is_not_there_or_goes_on_for_ever(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/d" + "/e" * 9 + "/1.conf": ""})
    assert walk(host, "/gone") == Missing("/gone, which --config-dir names, is not there")
    deep = walk(host, "/d")
    assert isinstance(deep, Missing)
    assert deep.reason == "/d" + "/e" * 9 + " is nested too deep"


@pytest.mark.parametrize("path", ["/d", "/d/1.conf"])
def test_what_may_not_be_looked_at_hides_the_rest(tmp_path: Path, path: str) -> None:
    paths: dict[str, Any] = {
        "/d": {"kind": "directory", "names": ["1.conf"]},
        "/d/1.conf": {"kind": "file", "text": ""},
    }
    paths[path] = {"missing": "not root", "why": "not-permitted"}
    assert walk(recorded(tmp_path, paths=paths), "/d") == Missing("not root", Why.NOT_PERMITTED)


def test_what_a_drop_in_sets(tmp_path: Path) -> None:
    found = parse(FileText("/d/1.conf", HEAD + b"maxPods: 5\n---\nmaxPods: 6\n"), 36)
    assert isinstance(found, dict), found
    assert found["maxPods"].value == 5
    assert str(found["maxPods"].source) == "/d/1.conf:3"


@pytest.mark.parametrize("data", [b"", b"# x\n", b"maxPods: 5\n", b"---\n---\n" + HEAD, b"kind:\n"])
@pytest.mark.parametrize("minor", [30, 36])
def test_a_drop_in_that_does_not_say_what_it_is(data: bytes, minor: int) -> None:
    found = parse(FileText("/d/1.conf", data), minor)
    words = "kind: KubeletConfiguration of kubelet.config.k8s.io/v1beta1"
    assert found == Missing(f"/d/1.conf is not of {words}, and the kubelet ends on it")


@pytest.mark.parametrize(
    "data",
    [
        HEAD.replace(b"v1beta1", b"v1"),
        HEAD.replace(b"KubeletC", b"C"),
        b"kind: KubeletConfiguration\n",
        HEAD.replace(b"kubelet.config.k8s.io/", b""),
    ],
)
def test_of_another_kind_or_version(data: bytes) -> None:
    """Until 1.31 any would do."""
    assert isinstance(parse(FileText("/d/1.conf", data), 32), Missing)
    assert isinstance(parse(FileText("/d/1.conf", data), 31), dict)


@pytest.mark.parametrize("body", [b"a: [\n", b"maxPods: 1\nmaxPods: 2\n", b"\ttext\n"])
def test_a_broken_one(body: bytes) -> None:
    found = parse(FileText("/d/1.conf", HEAD + body), 36)
    assert isinstance(found, ParseError)
    assert found.path == "/d/1.conf"


@pytest.mark.parametrize("data", [b"- a\n", b"text\n"])
def test_no_mapping(data: bytes) -> None:
    assert isinstance(parse(FileText("/d/1.conf", data), 36), ParseError)
