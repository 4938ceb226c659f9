"""Units that a plan stops, disables and masks on a real node come back to just what they were."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from . import unit_plans
from .node import Node
from .test_real_apply import WORKER, journal, kill
from .test_real_fixes import said

DONE = 0
SHELL = "/etc/systemd/system"
SERVICE = "[Service]\nExecStart=/bin/sleep 1000000\n"
SOCKET = "[Socket]\nListenStream=/run/lab.sock\nService=crio.service\n"
INSTALL = "[Install]\nWantedBy=multi-user.target\n"
DISABLED, STATIC, MASKED = "crio.service", "buildkit.service", "cri-docker.service"
LINKED, RUNTIME, INDIRECT = "cri-docker.socket", "buildkitd.service", "kubelet.service"
DOCKER = ("docker.service", "docker.socket")
EVERY = (*DOCKER, DISABLED, STATIC, MASKED, LINKED, RUNTIME, INDIRECT)
SHOWN = (
    "Id,Names,LoadState,ActiveState,SubState,UnitFileState,FragmentPath,DropInPaths,Wants,WantedBy,"
    "RequiredBy,NeedDaemonReload"
)
FRONT = unit_plans.PROGRAM


@pytest.fixture(scope="module")
def arranged(node_layers: None) -> Iterator[Node]:
    """A node with a unit in each state that one can be in."""
    with Node.boot(copied=True) as node:
        lib = "/usr/lib/systemd/system"
        node.write(f"{lib}/{DISABLED}", SERVICE + INSTALL + "Alias=cri-o.service\n")
        node.write(f"{lib}/{STATIC}", SERVICE)
        node.write(f"{lib}/{MASKED}", SERVICE + INSTALL)
        node.write(f"/opt/lab/{LINKED}", SOCKET)
        node.write(f"{lib}/{RUNTIME}", SERVICE + INSTALL + "Alias=builder.service\n")
        node.write(f"{lib}/{INDIRECT}", SERVICE + "[Install]\nAlso=crio.service\n")
        node.systemctl("daemon-reload")
        node.systemctl("link", f"/opt/lab/{LINKED}")
        node.systemctl("mask", MASKED)
        node.systemctl("enable", "--runtime", RUNTIME)
        node.systemctl("start", DISABLED, STATIC, RUNTIME, INDIRECT)
        unit_plans.install(node)
        yield node


@pytest.fixture(autouse=True)
def as_it_was(arranged: Node) -> Iterator[None]:
    """Every test must leave each unit and each link exactly as it was."""
    before = standing(arranged)
    yield
    assert standing(arranged) == before


def standing(node: Node) -> list[str]:
    """What systemd says of each unit, and every path of its folders with kind, mode and target."""
    states = [
        f"{unit} {word} {node.systemctl(word, unit, check=False)}"
        for unit in EVERY
        for word in ("is-enabled", "is-active")
    ]
    shown = node.systemctl("show", "-p", SHOWN, *EVERY).splitlines()
    folders = ("/etc/systemd/system", "/run/systemd/system")
    links = node.text("sh", "-c", f"find {' '.join(folders)} -printf '%p %y %m %U %G %l\n' | sort")
    pairs = (line.partition("=") for line in shown)
    return [*states, *(f"{k} {sorted(v.split())}" for k, _, v in pairs), *links.splitlines()]


def is_enabled(node: Node, unit: str) -> str:
    return node.systemctl("is-enabled", unit, check=False)


def is_active(node: Node, unit: str) -> str:
    return node.systemctl("is-active", unit, check=False)


def test_the_node_has_a_unit_of_each_kind(arranged: Node) -> None:
    assert {unit: is_enabled(arranged, unit) for unit in EVERY} == {
        "docker.service": "enabled",
        "docker.socket": "enabled",
        DISABLED: "disabled",
        STATIC: "static",
        MASKED: "masked",
        LINKED: "linked",
        RUNTIME: "enabled-runtime",
        INDIRECT: "indirect",
    }


def test_units_of_each_kind_end_and_come_back(arranged: Node) -> None:
    before = standing(arranged)
    words = unit_plans.carry_out(arranged, "units-left", *EVERY)
    assert "units-left pass True" in words, words
    assert words.splitlines()[-1].startswith("done"), words
    for unit in EVERY:
        assert is_active(arranged, unit) == "inactive"
        assert is_enabled(arranged, unit) == "masked"
    assert "dockerd" not in arranged.text("ps", "-e", "-o", "comm=")
    said(arranged, DONE, "undo", "--yes")
    assert standing(arranged) == before


@pytest.mark.parametrize("unit", [DISABLED, STATIC, RUNTIME, INDIRECT, LINKED, MASKED])
def test_one_unit_ends_and_comes_back(arranged: Node, unit: str) -> None:
    before = standing(arranged)
    words = unit_plans.carry_out(arranged, "units-left", unit, STATIC)
    assert words.splitlines()[-1].startswith("done"), words
    assert (is_active(arranged, unit), is_enabled(arranged, unit)) == ("inactive", "masked")
    said(arranged, DONE, "undo", "--yes")
    assert standing(arranged) == before


def test_a_masked_unit_begins_and_is_masked_again(arranged: Node) -> None:
    before = standing(arranged)
    words = unit_plans.carry_out(arranged, "units-missing", MASKED)
    assert words.splitlines()[-1].startswith("done"), words
    assert (is_active(arranged, MASKED), is_enabled(arranged, MASKED)) == ("active", "enabled")
    said(arranged, DONE, "undo", "--yes")
    assert standing(arranged) == before


def test_a_unit_that_nothing_enables_is_given_back_at_once(arranged: Node) -> None:
    arranged.systemctl("stop", STATIC)
    before = standing(arranged)
    words = unit_plans.carry_out(arranged, "units-missing", STATIC)
    assert f"failed-and-undone {STATIC} cannot be enabled: it is static" in words
    assert standing(arranged) == before
    arranged.systemctl("start", STATIC)


@pytest.mark.parametrize("killed", [(FRONT, WORKER), (WORKER,)], ids=["both", "the worker alone"])
def test_a_plan_that_was_killed_half_way_is_taken_back(
    arranged: Node, killed: tuple[str, ...]
) -> None:
    slow = f"/run/systemd/system/{STATIC}.d/slow.conf"
    before = standing(arranged)
    arranged.write(slow, "[Service]\nExecStop=/bin/sleep 5\n")
    arranged.systemctl("daemon-reload")
    argv = unit_plans.command(arranged, "units-left", DISABLED, STATIC, RUNTIME)
    with subprocess.Popen(arranged.command(argv), stdout=subprocess.PIPE) as front:
        arranged.wait(lambda: is_active(arranged, STATIC) == "deactivating", "the stop", 30)
        assert is_active(arranged, DISABLED) == "inactive", "it was stopped before the other"
        kill(arranged, *killed)
        out = front.communicate(timeout=120)[0].decode()
    arranged.wait(lambda: " undone " in journal(arranged), "systemd to have it undone", 120)
    arranged.run(["rm", "-r", slow.rpartition("/")[0]])
    arranged.systemctl("daemon-reload")
    if FRONT not in killed:
        assert "failed-and-undone the worker was killed" in out
    assert " undone " in journal(arranged)
    assert standing(arranged) == before
