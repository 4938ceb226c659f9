"""The process that looks at a node again, on this machine as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.laws.nodes import CHECKS, look, plan
from tests.waiting import PATIENCE
from unshim.apply import journal
from unshim.host.local import LocalHost
from unshim.model.checks import Outcome
from unshim.model.plan import Disturbs
from unshim.model.steps import WriteFile
from unshim.plan.baseline import expected_of
from unshim.plan.expected import Came, Expected, from_json, to_json
from unshim.plan.seen_again import MachineEyes, look_again


@cache
def here() -> Expected:
    """What is expected of a plan that does nothing."""
    results = look_again(LocalHost(), CHECKS).results
    before = {r.check.id: Came(r.outcome, r.severity) for r in results}
    return Expected((), before, {}, Disturbs.NOTHING)


def _run(expected: dict[str, Any] | None, folder: Path) -> subprocess.CompletedProcess[str]:
    steps: dict[str, Any] = {"format": 1, "steps": [], "expected": expected}
    run = journal.new_run(steps, folder)
    argv = [sys.executable, "-I", "-m", "unshim.plan.seen_again", str(run)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_a_machine_that_nothing_changed_is_as_expected(tmp_path: Path) -> None:
    done = _run(to_json(here()), tmp_path)
    assert (json.loads(done.stdout), done.returncode) == ({"problem": "", "notes": []}, 0)


def test_what_did_not_come_out_is_said(tmp_path: Path) -> None:
    before = here().before
    name = next(name for name, came in before.items() if came.outcome is not Outcome.FAIL)
    expected = here()._replace(
        cured=(name,), before={name: before[name]}, forecast={name: Came(Outcome.FAIL)}
    )
    said = json.loads(_run(to_json(expected), tmp_path).stdout)
    assert said["problem"].startswith(f"{name} is {before[name].outcome} afterwards: ")


@pytest.mark.parametrize("lacking", ["everything", "its words", "a check that is still there"])
def test_what_cannot_be_looked_at_is_no_answer(lacking: str, tmp_path: Path) -> None:
    expected = {
        "everything": None,
        "its words": {},
        "a check that is still there": to_json(
            here()._replace(before={"no-such-check": Came(Outcome.PASS)})
        ),
    }
    done = _run(expected[lacking], tmp_path)
    assert done.returncode != 0
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("dockershim-ready-to-move", "kubelet-dockershim-reference"),
        ("containerd-cri-disabled", "cri-plugin-disabled"),
    ],
)
def test_what_is_expected_is_saved_whole(name: str, check: str) -> None:
    expected = expected_of(plan(name, check), look(name))
    assert expected.cured == (check,)
    assert check in expected.forecast
    assert from_json(json.loads(json.dumps(to_json(expected)))) == expected


@pytest.mark.parametrize(
    ("after", "there", "changed"),
    [
        (b"new", b"new", False),
        (b"new", b"old", True),
        (b"new", None, True),
        (None, None, False),
        (None, b"", True),
    ],
)
def test_files_must_be_as_the_plan_left_them(
    after: bytes | None, there: bytes | None, changed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    if there is not None:
        path.write_bytes(there)
    expected = Expected((), {}, {}, Disturbs.NOTHING)
    eyes = MachineEyes(LocalHost(), (), expected, (WriteFile(str(path), b"", after),))
    says = f"{path} is not as the plan left it" if changed else ""
    assert eyes.pulse(look("containerd-healthy").node).changed == says
