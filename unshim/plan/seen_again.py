"""`python -I -m unshim.plan.seen_again FOLDER`: whether a run came to what its plan expects, looked
at until it is so or will not be. Prints {"problem": words, "" for none; "notes": [words]}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from unshim.apply.codec import CodecError, decode
from unshim.apply.journal import plan_of
from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.host.local import LocalHost
from unshim.judge.diagnose import diagnose
from unshim.judge.discover import catalogue
from unshim.model.checks import Check
from unshim.model.node import Node
from unshim.model.nouns import NamedTuple
from unshim.model.session import Look
from unshim.model.steps import WriteFile
from unshim.model.values import FileText
from unshim.plan.exited import exited_well
from unshim.plan.expected import Expected, from_json
from unshim.plan.last_words import last_words
from unshim.plan.pulse import Pulse, containerd_now, health_address, unhealthy, units_now
from unshim.plan.verify import verify


class MachineEyes(NamedTuple):
    """What looks at this machine."""

    host: Host
    checks: tuple[Check, ...]
    expected: Expected
    files: tuple[WriteFile, ...] = ()

    def look(self) -> Look:
        return look_again(self.host, self.checks)

    def pulse(self, node: Node) -> Pulse:
        expected = self.expected
        return Pulse(
            units_now(self.host, expected.units),
            containerd_now(expected.socket) if expected.containerd else None,
            unhealthy(health_address(node)) if expected.settles else "",
            self._changed(),
        )

    def _changed(self) -> str:
        for step in self.files:
            now = self.host.read(step.path)
            if (now.data if isinstance(now, FileText) else now) != step.after:
                return f"{step.path} is not as the plan left it"
        return ""

    def exited_well(self, ids: Collection[str]) -> frozenset[str]:
        return exited_well(self.host, self.expected.socket, ids)

    def last_words(self, unit: str) -> str:
        return last_words(self.host, unit)


def seen_again(folder: Path) -> dict[str, Any]:
    """What is not as a run's plan expects. Raises: OSError; KeyError, TypeError, ValueError for a
    plan that expects nothing that could be looked at."""
    plan = plan_of(folder)
    expected = from_json(plan["expected"])
    try:
        steps = [decode(item) for item in plan["steps"]]
    except CodecError as error:
        raise ValueError(str(error)) from None
    files = tuple(step for step in steps if isinstance(step, WriteFile))
    seen = verify(MachineEyes(LocalHost(), _asked(expected), expected, files), expected)
    return {"problem": seen.problem, "notes": list(seen.notes)}


def _asked(expected: Expected) -> tuple[Check, ...]:
    """The checks that were asked before. Raises: ValueError where one is no longer there."""
    known = {check.id: check for check in catalogue().checks}
    gone = sorted(set(expected.before) - set(known))
    if gone:
        raise ValueError(f"there is no check {gone[0]} any more")
    return tuple(known[name] for name in expected.before)


def look_again(host: Host, checks: tuple[Check, ...]) -> Look:
    """A look at a node, everything read afresh."""
    start = time.monotonic()
    node = gather(host)
    return Look(node, diagnose(node, checks), time.monotonic() - start)


def main(arguments: list[str]) -> int:
    sys.stdout.write(json.dumps(seen_again(Path(arguments[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
