"""What `%x` stands for in a unit, by where it can be known from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.systemd.specifiers import Specifiers
from unshim.host.host import Host
from unshim.model.values import Missing, known
from unshim.text.lined import Lined, plain


def _resolved(host: Host, text: str, unit: str = "a.service") -> str | Missing:
    found = Specifiers(host, unit).resolve(plain(text, 1))
    return found if isinstance(found, Missing) else found.text


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("%E %C %L %T %V %g %G", "/etc /var/cache /var/log /tmp /var/tmp root 0"),
        ("%%n", "%n"),
        ("%%%n", "%a.service"),
        ("a%", "a%"),
        ("%", "%"),
        ("%.%-% %é%_", "%.%-% %é%_"),
        ("", ""),
    ],
)
def test_what_every_system_manager_knows(tmp_path: Path, text: str, resolved: str) -> None:
    assert _resolved(tree(tmp_path, {}), text) == resolved


@pytest.mark.parametrize(
    ("unit", "text", "resolved"),
    [
        ("a.service", "[%i][%I]", "[][]"),
        ("a.service", "%f", "/a"),
        ("a-b.service", "%f %P %p", "/a/b a/b a-b"),
        ("a-b.service", "%j", "b"),
        ("a.service", "%j", "a"),
        ("a@.service", "[%i] %p %N", "[] a a@"),
        ("a@b@c.service", "%i %p", "b@c a"),
        ("a@b.c.service", "%i", "b.c"),
        ("a@-srv.service", "%I %f", "/srv /srv"),
        (r"a@\xc3\xa9.service", "%I", "é"),
        (r"a@\xff.service", "%I", r"\xff"),
        ("nothing", "%n %N %p", "nothing nothing nothing"),
    ],
)
def test_parts_of_a_units_name(tmp_path: Path, unit: str, text: str, resolved: str) -> None:
    assert _resolved(tree(tmp_path, {}), text, unit) == resolved


@pytest.mark.parametrize(
    ("machine", "systemds"),
    [
        ("x86_64", "x86-64"),
        ("aarch64", "arm64"),
        ("armv7l", "arm"),
        ("ppc64le", "ppc64-le"),
        ("s390x", "s390x"),
        ("riscv64", "riscv64"),
        ("i686", "x86"),
    ],
)
def test_architectures_by_systemds_names(tmp_path: Path, machine: str, systemds: str) -> None:
    assert _resolved(recorded(tmp_path, machine={"architecture": machine}), "%a") == systemds


def test_an_architecture_that_systemd_is_not_known_to_name(tmp_path: Path) -> None:
    host = recorded(tmp_path, machine={"architecture": "vax"})
    assert _resolved(host, "%a") == Missing("what %a in the unit stands for is not known")


def test_a_plain_tree_knows_its_name_and_its_machine_alone(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/hostname": "node.example\n", "/etc/machine-id": b"0f\xff\n"})
    assert _resolved(host, "%H %l %m") == r"node.example node 0f\xff"
    assert isinstance(_resolved(host, "%H %v"), Missing)


def test_a_machine_id_that_may_not_be_read_is_not_an_empty_one(tmp_path: Path) -> None:
    unread = {"kind": "file", "missing": "not root", "why": "not-permitted"}
    assert isinstance(
        _resolved(recorded(tmp_path, paths={"/etc/machine-id": unread}), "%m"), Missing
    )
    empty = recorded(tmp_path / "empty", paths=texts({"/etc/machine-id": ""}))
    assert _resolved(empty, "<%m>") == "<>"


def test_one_that_cannot_be_told_costs_the_whole_text(tmp_path: Path) -> None:
    for text in ("%n %b", "%b %n", "%1", "%Z"):
        assert isinstance(_resolved(tree(tmp_path, {}), text), Missing), text


def test_what_stands_for_it_has_the_line_of_its_sign(tmp_path: Path) -> None:
    value = Lined("a%n", (1, 2, 3))
    found = known(Specifiers(tree(tmp_path, {}), "x.y").resolve(value))
    assert found == Lined("ax.y", (1, 2, 2, 2))
    same = Lined("ab", (1, 2))
    assert Specifiers(tree(tmp_path, {}), "x.y").resolve(same) is same
