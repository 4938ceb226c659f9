"""What the child that tries new files says is believed; what it does not say refuses the run."""

from __future__ import annotations

import sys

import pytest

from tests.waiting import no_hang
from unshim.apply.failures import StepFailed
from unshim.apply.gated import gated


def _child(script: str) -> list[str]:
    return [sys.executable, "-I", "-c", script]


def test_its_notes_are_those_of_the_child() -> None:
    assert gated(_child("""print('{"refused": "", "notes": ["not tried: x"]}')""")) == (
        "not tried: x",
    )


def test_its_refusal_is_that_of_the_child() -> None:
    with pytest.raises(StepFailed, match=r"^containerd: no such key$"):
        gated(_child("""print('{"refused": "containerd: no such key", "notes": []}')"""))


@pytest.mark.parametrize(
    "script",
    [
        "",
        "print('all is well')",
        "print('{}')",
        "print('null')",
        """print('{"refused": ""}')""",
        """print('{"refused": null, "notes": []}')""",
        """print('{"refused": "", "notes": [5]}')""",
        """print('{"refused": "", "notes": []}'); raise SystemExit(1)""",
        "import os; os.kill(os.getpid(), 9)",
        "print('[' * 100000)",
    ],
)
def test_what_is_no_answer_refuses_the_run(script: str) -> None:
    with pytest.raises(StepFailed, match="could not be tried"):
        gated(_child(script))


def test_a_child_that_hangs_refuses_the_run_after_its_deadline() -> None:
    with no_hang(), pytest.raises(StepFailed, match=r"could not be tried.*did not end within"):
        gated(_child("import time; time.sleep(1000)"), deadline=0.5)
