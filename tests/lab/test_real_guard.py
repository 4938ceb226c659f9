"""What ends a run when nobody of unshim's does, on a real node: systemd, at once, at a deadline and
at the next boot; and a person without Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from .base import REPOSITORY
from .node import Node
from .recorded_states import STATES
from .states import CONTAINERD, running
from .terminal import UNSHIM, Terminal
from .test_real_apply import DONE, REFUSED, SLOW, UNDONE, applying, journal, slow_restarts, standing
from .test_real_fixes import said

UNIT = "/etc/systemd/system/unshim-boot.service"
EVERYTHING = "unshim.*apply"


@pytest.fixture(scope="module")
def watched(node_layers: None) -> Iterator[Node]:
    """A node whose CRI plugin is disabled, which the slow fix cures."""
    with running(STATES["containerd-cri-disabled"], REPOSITORY, copied=False) as node:
        yield node


@pytest.fixture(autouse=True)
def as_it_was(watched: Node) -> Iterator[None]:
    """Every test must leave files as they were, and nothing that watches."""
    before = standing(watched)
    yield
    assert standing(watched) == before
    assert units(watched) == []
    assert watched.run(["test", "-e", "/var/lib/unshim/ACTIVE"], check=False).returncode


def units(node: Node) -> list[str]:
    """The units of unshim's that systemd knows."""
    listed = node.systemctl("list-units", "--all", "--plain", "--no-legend", "unshim-*")
    return sorted(line.split()[0] for line in listed.splitlines())


def records(node: Node) -> list[dict[str, Any]]:
    """The newest run's journal."""
    text = node.text(
        "sh", "-c", "cat $(ls -d /var/lib/unshim/tx/0* | tail -n 1)/journal | tr -d '\\0'"
    )
    return [json.loads(line.split(" ", 2)[2]) for line in text.splitlines()][1:]


def ends(node: Node, state: str) -> None:
    node.wait(lambda: f" {state} " in journal(node), f"the run to be {state}", 180)
    node.wait(lambda: units(node) == [], "the last unit to end", 60)


@pytest.mark.drill
def test_the_worker_has_a_unit_a_timer_and_a_boot_guard_while_it_works(watched: Node) -> None:
    with slow_restarts(watched), applying(watched) as front:
        run = journal(watched).split()[0]
        assert units(watched) == [
            f"unshim-apply-{run}.service",
            f"unshim-revert-{run}.service",
            f"unshim-revert-{run}.timer",
        ] or units(watched) == [f"unshim-apply-{run}.service", f"unshim-revert-{run}.timer"]
        group = watched.systemctl("show", "-p", "ControlGroup", "--value", units(watched)[0])
        assert group.startswith("/system.slice/")
        assert watched.systemctl("cat", "unshim-boot.service")
        assert run in watched.text("readlink", "/var/lib/unshim/ACTIVE")
        assert front.wait(120) == DONE
    assert watched.run(["test", "-e", UNIT], check=False).returncode
    said(watched, DONE, "undo", "--yes")


def test_what_was_killed_altogether_is_undone_by_systemd_at_once(watched: Node) -> None:
    before = watched.read(CONTAINERD)
    with slow_restarts(watched), applying(watched) as front:
        assert watched.read(CONTAINERD) != before
        watched.run(["pkill", "-9", "-f", "--", EVERYTHING])
        front.wait(30)
        ends(watched, "undone")
    assert watched.read(CONTAINERD) == before
    assert watched.systemctl("is-active", "containerd") == "active"
    assert "the worker was killed" in [r.get("reason") for r in records(watched)]


@pytest.mark.drill
def test_a_terminal_that_is_closed_changes_nothing(watched: Node) -> None:
    run = journal(watched).split()[0]
    with Terminal(watched, [UNSHIM, "apply", SLOW, "--yes"]):
        watched.wait(lambda: journal(watched).split()[0] != run, "the worker to begin", 60)
    ends(watched, "verified")
    said(watched, DONE, "undo", "--yes")


def test_what_nobody_confirms_is_undone_though_no_process_is_left(watched: Node) -> None:
    argv = watched.command([UNSHIM, "apply", SLOW, "--yes", "--confirm-within", "10"])
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as front:
        watched.wait(lambda: " waiting " in journal(watched), "the run to wait", 120)
        watched.run(["pkill", "-9", "-f", "--", EVERYTHING], check=False)
        front.wait(30)
    waiting = next(r for r in records(watched) if r["state"] == "waiting")
    ends(watched, "undone")
    undone = records(watched)[-1]
    late = undone["at"] - waiting["at"] - waiting["seconds"]
    assert "nobody confirmed it within 10 s" in [r.get("reason") for r in records(watched)]
    assert late < 60, late
    assert "waits" in said(watched, REFUSED, "confirm")


@pytest.mark.drill
def test_what_is_not_confirmed_in_time_is_told_by_the_front(watched: Node) -> None:
    words = said(watched, UNDONE, "apply", SLOW, "--yes", "--confirm-within", "10")
    assert "nobody confirmed it within 10 s" in words
    ends(watched, "undone")


@pytest.mark.drill
def test_what_is_confirmed_stays(watched: Node) -> None:
    argv = watched.command([UNSHIM, "apply", SLOW, "--yes", "--confirm-within", "600"])
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as front:
        watched.wait(lambda: " waiting " in journal(watched), "the run to wait", 120)
        assert "is kept" in said(watched, DONE, "confirm")
        out = front.communicate(timeout=60)[0].decode()
    assert front.returncode == DONE, out
    ends(watched, "verified")
    assert "waits" in said(watched, REFUSED, "confirm")
    said(watched, DONE, "undo", "--yes")


def test_what_a_reboot_interrupted_is_undone_before_the_daemons_start(watched: Node) -> None:
    before = watched.read(CONTAINERD)
    with slow_restarts(watched, 30), applying(watched):
        assert watched.read(CONTAINERD) != before
        watched.crash()
        watched.start()
        began = watched.systemctl("show", "-p", "ExecMainStartTimestampMonotonic", "containerd")
        (undone,) = [r for r in records(watched) if r["state"] == "undone"]
        uptime, wall = watched.text("sh", "-c", "cut -d' ' -f1 /proc/uptime; date +%s.%N").split()
        assert undone["at"] - (float(wall) - float(uptime)) < float(began.split("=")[1]) / 1e6
    ends(watched, "undone")
    assert watched.read(CONTAINERD) == before
    assert "the machine went down meanwhile" in [r.get("reason") for r in records(watched)]


@pytest.mark.drill
def test_a_person_puts_it_back_without_python(watched: Node) -> None:
    before = standing(watched)
    said(watched, DONE, "apply", SLOW, "--yes")
    assert standing(watched) != before
    script = "sh $(ls -d /var/lib/unshim/tx/0* | tail -n 1)/RESTORE.sh"
    done = watched.run(["env", "-i", "sh", "-c", script])
    assert b"Everything is as it was before the run." in done.stdout
    assert standing(watched) == before
    assert watched.systemctl("is-active", "containerd") == "active"
    said(watched, DONE, "undo", "--yes")
