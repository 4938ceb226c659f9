"""Runs of steps inside a node, by unshim's own worker and nothing else of it: no plan made them."""

from __future__ import annotations

import json
from typing import NamedTuple

from unshim.apply.codec import encode
from unshim.model.steps import Step

from .machine import Machine

PYTHON = "/opt/unshim/bin/python"
WORK = """
import json, sys
from pathlib import Path
from unshim.apply import journal
from unshim.apply.__main__ import main
given = sys.stdin.read()
folder = str(journal.new_run(json.loads(given))) if given else sys.argv[2]
code = main([sys.argv[1], folder])
words = [r.get("reason") or r.get("problems") for r in journal.records(Path(folder))]
print(folder, code, *filter(None, words))
"""


class Ended(NamedTuple):
    """How a worker ended: its exit code, and the reasons that stand in the journal."""

    code: int
    words: str


class InNode:
    """One run of these steps on a node."""

    def __init__(self, node: Machine, *steps: Step, socket: str = "") -> None:
        self.node = node
        self.folder = ""
        self._plan = {
            "format": 1,
            "began": 0,
            "who": "lab",
            "checks": [],
            "disturbs": "nothing",
            "steps": [encode(step) for step in steps],
            "expected": None,
            "socket": socket,
        }

    def apply(self) -> Ended:
        """Carry the steps out, once."""
        return self._work("apply", json.dumps(self._plan).encode())

    def undo(self) -> Ended:
        """Take them back."""
        return self._work("undo", b"")

    def _work(self, verb: str, given: bytes) -> Ended:
        argv = [PYTHON, "-I", "-c", WORK, verb, self.folder]
        said = self.node.run(argv, input=given, timeout=300).stdout.decode()
        self.folder, code, words = f"{said.strip()} ".split(" ", 2)
        return Ended(int(code), words.strip())
