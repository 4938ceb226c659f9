"""A part of the crash harness: whatever happens to the worker, the node ends old or new, and its
run is told to be what it is. All of it: `make crash`; its figures: docs/reliability.md."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests import TOP
from tests.crash import cases
from tests.crash.theatre import why_not
from tests.lab.cache import Unavailable
from unshim.apply.kinds import KINDS

pytestmark = [pytest.mark.lab, pytest.mark.skipif(bool(why_not()), reason=why_not())]


def _told(*arguments: str) -> dict[str, Any]:
    """What a part comes to. It runs in a process of its own, since what it mounts nobody else is to
    see."""
    argv = [sys.executable, "-m", "tests.crash", "--json", *arguments]
    done = subprocess.run(argv, cwd=TOP, capture_output=True, text=True)
    if "Unavailable" in done.stderr:
        raise Unavailable(done.stderr)
    assert done.returncode in (0, 1), done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_every_kind_of_step_has_a_case() -> None:
    assert cases.kinds_in(cases.KINDS) == set(KINDS)


def test_a_killed_worker_leaves_old_or_new() -> None:
    told = _told("kills", "--every", "22", "--again", "1")
    assert told["wrong"] == []
    assert told["tried"]["kills"] > 50
    assert _told("fixes", "--every", "60")["wrong"] == []
    assert told["tried"]["double kills"] > 5


def test_a_call_that_fails_leaves_old_or_new_and_an_exit_code_that_is_true() -> None:
    told = _told("errors", "--every", "60")
    assert told["wrong"] == []
    assert told["tried"]["errors"] > 50


def test_no_order_in_which_a_disk_may_keep_changes_leaves_a_mixture() -> None:
    told = _told("orders", "--every", "12")
    assert told["wrong"] == []
    assert told["tried"]["orders"] > 30


def test_edits_of_others_at_any_call_are_kept() -> None:
    told = _told("foreign", "--every", "5")
    assert told["wrong"] == []
    assert told["tried"]["foreign edits"] > 50


def test_a_power_cut_leaves_old_or_new_where_others_leave_halves() -> None:
    told = _told("images", "--every", "60")
    assert told["wrong"] == []
    assert sum(told["tried"].values()) > 20
    told = _told("control")
    assert told["wrong"] == []
    assert all(count for name, count in told["tried"].items() if name.endswith("half-written"))
