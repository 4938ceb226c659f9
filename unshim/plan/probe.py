"""`python -I -m unshim.plan.probe SOCKET`: how containerd is right now, as one JSON object.

`plugins` are those that loaded, `tasks` are [namespace, id, pid], `cri` is whether CRI answers.
The worker runs it before and after a restart and compares.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from unshim.facts.containerd import running as containerd_running
from unshim.host.local import LocalHost
from unshim.model.parts.containerd import ContainerdRunning
from unshim.model.values import Missing


def probe(socket: str) -> dict[str, Any] | None:
    """None where containerd does not answer."""
    host = LocalHost()
    running = containerd_running.read(host, host.socket(socket))
    return None if isinstance(running, Missing) else as_probe(running)


def as_probe(running: ContainerdRunning) -> dict[str, Any] | None:
    """How a containerd that answered is; None where it does not tell of its plugins."""
    if isinstance(running.plugins, Missing):
        return None
    tasks = () if isinstance(running.tasks, Missing) else running.tasks
    return {
        "plugins": sorted(
            f"{p.type}.{p.id}" for p in running.plugins if not p.error and not p.skipped
        ),
        "tasks": sorted([t.namespace, t.id, t.pid] for t in tasks if t.status != "stopped"),
        "cri": not isinstance(running.cri, Missing),
    }


def main(arguments: list[str]) -> int:
    answers = probe(arguments[0])
    if answers is None:
        return 1
    sys.stdout.write(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
