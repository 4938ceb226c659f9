"""containerd started for a moment behind walls: which plugins load, and its words where it ends."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

from unshim.model.search_path import PATH
from unshim.model.values import Missing

DEADLINE = 30.0
"""Seconds that a containerd without anything to look after has to answer."""
_HOME = Path("/run/unshim-shadow")


def start(binary: str, config: str) -> dict[str, Any]:
    """How a containerd with this configuration comes up: `failed`, by plugin, in its own words; or
    `ended`, its last words; or `silent`."""
    _HOME.mkdir()
    address, log = _HOME / "s", _HOME / "log"
    argv = [binary, f"--config={config}", f"--root={_HOME}/root", f"--state={_HOME}/state"]
    with open(log, "wb") as stream:
        daemon = subprocess.Popen(
            [*argv, f"--address={address}"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd="/",
            env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
        )
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        if daemon.poll() is not None:
            return {"ended": _last_words(log)}
        failed = _failed(str(address))
        if failed is not None:
            return {"failed": failed}
        time.sleep(0.05)
    return {"silent": True}


def _failed(address: str) -> dict[str, str] | None:
    """The plugins that did not load, None where it does not answer yet."""
    if not Path(address).exists():
        return None
    from unshim.facts.containerd import running as containerd_running  # gRPC: after the fork
    from unshim.host.local import LocalHost

    host = LocalHost()
    running = containerd_running.read(host, host.socket(address))
    if isinstance(running, Missing) or isinstance(running.plugins, Missing):
        return None
    return {f"{p.type}.{p.id}": p.error for p in running.plugins if p.error and not p.skipped}


def _last_words(log: Path) -> str:
    lines = log.read_bytes().decode("utf-8", "backslashreplace").strip().splitlines()
    return lines[-1] if lines else ""
