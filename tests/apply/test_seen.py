"""What the child that looks at the node says is believed; what it does not say is a problem."""

from __future__ import annotations

import sys

import pytest

from tests.waiting import no_hang
from unshim.apply.seen import Seen, seen

LOST = "could not be looked at: "


def _child(script: str) -> list[str]:
    return [sys.executable, "-I", "-c", script]


def test_its_words_are_those_of_the_child() -> None:
    answer = """print('{"problem": "", "notes": ["the kubelet is down: no such flag"]}')"""
    assert seen(_child(answer)) == Seen("", ("the kubelet is down: no such flag",))
    worse = """print('{"problem": "x fails since: y", "notes": []}')"""
    assert seen(_child(worse)) == Seen("x fails since: y")


@pytest.mark.parametrize(
    "script",
    [
        "",
        "print('all is well')",
        "print('{}')",
        "print('null')",
        """print('{"problem": ""}')""",
        """print('{"problem": null, "notes": []}')""",
        """print('{"problem": "", "notes": [5]}')""",
        """print('{"problem": "", "notes": []}'); raise SystemExit(1)""",
        "import os; os.kill(os.getpid(), 9)",
        "print('[' * 100000)",
    ],
)
def test_what_is_no_answer_is_a_problem(script: str) -> None:
    assert seen(_child(script)).problem.startswith(LOST)


def test_a_child_that_hangs_is_a_problem_after_its_deadline() -> None:
    with no_hang():
        late = seen(_child("import time; time.sleep(1000)"), deadline=0.5)
    assert late.problem.startswith(LOST) and "did not end within" in late.problem


def test_a_child_that_is_not_there_is_a_problem() -> None:
    assert seen(["/nowhere/python"]).problem.startswith(LOST)
