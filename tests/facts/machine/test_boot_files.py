"""Folders that systemd reads at boot: which file counts, in which order, and its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.machine import modules, sysctls
from unshim.facts.machine.boot_files import ABOVE, Line, files, lines
from unshim.model.values import FileText, Missing, Origin, Source, Why

UNREAD = {"missing": "not root", "why": "not-permitted"}


def _paths(found: tuple[FileText, ...] | Missing) -> list[str]:
    assert not isinstance(found, Missing), found
    return [file.path for file in found]


@pytest.mark.parametrize("first", range(len(ABOVE)))
def test_of_one_name_the_first_folder_counts(tmp_path: Path, first: int) -> None:
    host = tree(tmp_path, {f"{above}/sysctl.d/a.conf": "" for above in ABOVE[first:]})
    assert _paths(files(host, "sysctl.d")) == [f"{ABOVE[first]}/sysctl.d/a.conf"]


def test_files_are_read_by_name_whatever_the_folder(tmp_path: Path) -> None:
    wanted = ["/usr/lib/d/10-a.conf", "/etc/d/20-b.conf", "/run/d/9-c.conf", "/etc/d/Z.conf"]
    others = ["/etc/d/.hidden.conf", "/etc/d/a.txt", "/etc/d/b.conf.bak", "/opt/d/c.conf"]
    host = tree(tmp_path, dict.fromkeys([*wanted, *others], ""))
    assert _paths(files(host, "d")) == wanted


def test_a_link_to_nothing_takes_the_name_out(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/usr/lib/d/a.conf": "", "/etc/d/b.conf": "", "/elsewhere": ""})
    (tmp_path / "etc/d/a.conf").symlink_to("/dev/null")
    (tmp_path / "etc/d/c.conf").symlink_to("/elsewhere")
    (tmp_path / "etc/d/d.conf").symlink_to("/gone")
    assert _paths(files(host, "d")) == ["/etc/d/b.conf", "/etc/d/c.conf"]


def test_no_folder_is_no_file(tmp_path: Path) -> None:
    assert files(tree(tmp_path, {}), "d") == ()


@pytest.mark.parametrize(
    "paths",
    [
        {"/etc/d": UNREAD},
        {"/lib/d": UNREAD},
        {"/etc/d/a.conf": {"kind": "file", **UNREAD}},
        {
            "/etc/d/a.conf": {"kind": "file", "text": ""},
            "/run/d/b.conf": {"kind": "file", **UNREAD},
        },
    ],
)
def test_what_may_not_be_read_is_not_an_empty_file(tmp_path: Path, paths: dict[str, Any]) -> None:
    found = files(recorded(tmp_path, paths=paths), "d")
    assert found == Missing("not root", Why.NOT_PERMITTED)


def test_a_file_that_does_not_count_may_be_unreadable(tmp_path: Path) -> None:
    paths = {**texts({"/etc/d/a.conf": ""}), "/run/d/a.conf": {"kind": "file", **UNREAD}}
    assert _paths(files(recorded(tmp_path, paths=paths), "d")) == ["/etc/d/a.conf"]


def test_a_node_of_which_nothing_was_recorded_is_not_one_without_files(tmp_path: Path) -> None:
    found = files(recorded(tmp_path, nothing_else_below=[]), "d")
    assert found == Missing("not recorded", Why.NOT_RECORDED)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", []),
        (b"a\nb", [("a", 1), ("b", 2)]),
        (b"\n\n  a  \r\n", [("a", 3)]),
        (b"# a\n; b\n\t# c\n ;d\ne # f\n", [("e # f", 5)]),
        (b"\xffa\x00\n", [(r"\xffa\x00", 1)]),
        (b"a\x1b]\n", [(r"a\x1b]", 1)]),
    ],
)
def test_lines(data: bytes, told: list[tuple[str, int]]) -> None:
    found = list(lines([FileText("/f", data)]))
    assert found == [Line(text, Source(Origin.FILE, "/f", number)) for text, number in told]


def test_lines_of_several_files_name_their_own() -> None:
    found = lines([FileText("/a", b"x\n"), FileText("/b\x1b", b"y\n")])
    assert [str(line.source) for line in found] == ["/a:1", r"/b\x1b:1"]


def test_a_tab_is_a_blank_to_those_who_read_the_lines(tmp_path: Path) -> None:
    text = "\tblacklist\toverlay\r\n\t# blacklist ip_vs\n"
    host = tree(
        tmp_path, {"/etc/modprobe.d/a.conf": text, "/etc/sysctl.d/a.conf": "vm.x\t=\t1\r\n"}
    )
    kept_out = {module.name: module.blocked for module in modules.read(host, frozenset(), ())}
    source = Source(Origin.FILE, "/etc/modprobe.d/a.conf", 1)
    assert kept_out == dict.fromkeys(modules.NAMES) | {"overlay": source}
    found = files(host, "sysctl.d")
    assert not isinstance(found, Missing)
    setting = sysctls.AtBoot(list(lines(found))).value("vm.x")
    assert setting is not None
    assert setting.value == "1"
