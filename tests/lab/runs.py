"""Runs of steps inside a node, by unshim's own worker and nothing else of it: no plan made them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from unshim.apply.codec import encode
from unshim.model.steps import Step

from .machine import Machine

PYTHON = "/opt/unshim/bin/python"
LAY_OUT = """
import json, sys
from unshim.apply import journal
print(journal.new_run(json.load(sys.stdin)))
"""
WORK = """
import sys
from pathlib import Path
from unshim.apply import journal
from unshim.apply.__main__ import main
code = main(sys.argv[1:])
words = [r.get("reason") or r.get("problems") for r in journal.records(Path(sys.argv[2]))]
print(code, *filter(None, words))
"""


class Ended(NamedTuple):
    """How a worker ended: its exit code, and the reasons that stand in the journal."""

    code: int
    words: str


class InNode:
    """One run of these steps on a node."""

    def __init__(self, node: Machine, *steps: Step, socket: str = "") -> None:
        self.node = node
        plan: dict[str, Any] = {
            "format": 1,
            "began": 0,
            "who": "lab",
            "checks": [],
            "disturbs": "nothing",
            "steps": [encode(step) for step in steps],
            "expected": None,
            "socket": socket,
        }
        data = json.dumps(plan).encode()
        laid_out = node.run([PYTHON, "-I", "-c", LAY_OUT], input=data).stdout
        self.folder = laid_out.decode().strip()

    def apply(self) -> Ended:
        """Carry the steps out."""
        return self._work("apply")

    def undo(self) -> Ended:
        """Take them back."""
        return self._work("undo")

    def _work(self, verb: str) -> Ended:
        said = self.node.text(PYTHON, "-I", "-c", WORK, verb, self.folder, timeout=300)
        code, _, words = said.partition(" ")
        return Ended(int(code), words)
