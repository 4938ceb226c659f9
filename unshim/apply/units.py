"""systemctl, and whether a unit came back well."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence

SETTLE = 3.0
"""Seconds a restarted unit must keep one main process to count as up."""


class StepFailed(Exception):
    """A step could not be carried out; the text says why."""


def run(argv: Sequence[str], timeout: float = 120.0) -> str:
    """Standard output of a command that must succeed. Raises: StepFailed."""
    try:
        done = subprocess.run(  # an argv of our own, no shell
            list(argv),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
            env={
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL": "C.UTF-8",
            },
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepFailed(f"{' '.join(argv[:3])}: {type(error).__name__}") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        raise StepFailed(f"{' '.join(argv[:3])}: {words[-1] if words else done.returncode}")
    return done.stdout.decode("utf-8", "backslashreplace")


def reload() -> None:
    run(["systemctl", "daemon-reload"])


def restart(unit: str) -> None:
    """Restart a unit and see it stay up. Raises: StepFailed."""
    run(["systemctl", "reset-failed", unit], timeout=30) if _failed(unit) else None
    run(["systemctl", "restart", unit])
    first = _main_pid(unit)
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline:
        time.sleep(0.25)
        if _main_pid(unit) != first or first == "0":
            raise StepFailed(f"{unit} does not stay up after its restart")


def _failed(unit: str) -> bool:
    return "ActiveState=failed" in run(["systemctl", "show", "-p", "ActiveState", unit], 30)


def _main_pid(unit: str) -> str:
    shown = run(["systemctl", "show", "-p", "MainPID,ActiveState", unit], timeout=30)
    values = dict(line.partition("=")[::2] for line in shown.splitlines())
    active = values.get("ActiveState") == "active"
    return values.get("MainPID", "0") if active else "0"
