"""`python -I -m unshim.plan.seen_again FOLDER`: whether a run came to what its plan expects, looked
at until it is so or will not be. Prints {"problem": words, "" for none; "notes": [words]}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from unshim.apply.journal import plan_of
from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.host.local import LocalHost
from unshim.judge.diagnose import diagnose
from unshim.judge.discover import catalogue
from unshim.model.checks import Check
from unshim.model.session import Look
from unshim.plan.expected import Expected, from_json
from unshim.plan.verify import verify


def seen_again(folder: Path) -> dict[str, Any]:
    """What is not as a run's plan expects. Raises: OSError; KeyError, TypeError, ValueError for a
    plan that expects nothing that could be looked at."""
    expected = from_json(plan_of(folder)["expected"])
    host, checks = LocalHost(), _asked(expected)
    return {"problem": verify(lambda: look_again(host, checks), expected), "notes": []}


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
