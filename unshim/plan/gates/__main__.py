"""`python -I -m unshim.plan.gates FOLDER`: tries what a run would write, before its first step.

Prints {"refused": words, "" where nothing speaks against it; "notes": [words]}.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from unshim.apply.codec import decode
from unshim.apply.journal import plan_of
from unshim.host.local import LocalHost
from unshim.plan.gates.tried import tried


def main(arguments: list[str]) -> int:
    steps = [decode(item) for item in plan_of(Path(arguments[0]))["steps"]]
    found = tried(LocalHost(), steps)
    sys.stdout.write(json.dumps({"refused": found.refused, "notes": list(found.notes)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
