"""Units of systemd's for unshim's own processes: a worker that no session's end reaches, and a
timer that lives when every process of unshim is dead."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from unshim.apply.acts.units import run
from unshim.apply.failures import StepFailed
from unshim.model.search_path import PATH

OLDEST = 236
"""The first systemd that hands a unit its standard input and forgets units that failed.
Source: systemd NEWS, 235 and 236."""
GRACE = 10
"""Seconds that the programs of a worker which died have to end before they are killed."""


def available() -> bool:
    """Whether systemd runs here, can do what is asked of it, and sees the same files as we do."""
    if os.geteuid() != 0 or not Path("/run/systemd/system").is_dir():
        return False
    try:
        if os.stat("/proc/self/ns/mnt").st_ino != os.stat("/proc/1/ns/mnt").st_ino:
            return False
        words = run(["systemctl", "--version"], 30).split()
    except (OSError, StepFailed):
        return False
    return len(words) > 1 and words[1].isdecimal() and int(words[1]) >= OLDEST


def worker(verb: str, folder: Path) -> list[str]:
    """The command that runs a worker on a run in a unit of its own, with the lock that is its
    standard input, and ends as it does. Once it was killed the run's reverter takes over."""
    return [
        *("systemd-run", "--quiet", "--collect", "--pipe", f"--unit={name(verb, folder)}"),
        *_properties(
            f"Description=unshim: {verb} run {folder.name}",
            f"OnFailure={name('revert', folder)}.service",
            "SuccessExitStatus=4 5 6",
            f"TimeoutStopSec={GRACE}",
            "OOMScoreAdjust=-900",
        ),
        *program(verb, folder),
    ]


def program(verb: str, folder: Path) -> list[str]:
    """The command of the worker itself."""
    return [sys.executable, "-I", "-m", "unshim.apply", verb, str(folder)]


def name(verb: str, folder: Path) -> str:
    """A unit of a run, without its kind."""
    return f"unshim-{verb}-{folder.name}"


def environment() -> dict[str, str]:
    """What a program that is started for a worker finds set."""
    return {"PATH": PATH, "LC_ALL": "C.UTF-8"}


def start_timer(folder: Path, verb: str, seconds: float, reverts: str = "recover") -> None:
    """Have systemd run a worker of a run after so many seconds. Raises: StepFailed."""
    run(
        [
            *("systemd-run", "--quiet", "--collect", f"--unit={name(verb, folder)}"),
            *(f"--on-active={seconds:.3f}", "--timer-property=AccuracySec=10ms"),
            *_properties(
                f"Description=unshim: undo run {folder.name} unless it is verified",
                "SuccessExitStatus=4 5 6",
                "OOMScoreAdjust=-900",
            ),
            *program(reverts, folder),
        ],
        timeout=30,
    )


def stop_timer(folder: Path, verb: str) -> None:
    """Have it not run, if it has not begun. Raises: StepFailed."""
    unit = f"{name(verb, folder)}.timer"
    if run(["systemctl", "show", "-p", "LoadState", "--value", unit], 30).strip() == "loaded":
        run(["systemctl", "stop", unit], 30)


def kill_worker(folder: Path) -> None:
    """End the worker of a run and what it started, at once. Raises: StepFailed."""
    unit = f"{name('apply', folder)}.service"
    if run(["systemctl", "show", "-p", "LoadState", "--value", unit], 30).strip() == "loaded":
        run(["systemctl", "kill", "--signal=KILL", unit], 30)


def _properties(*given: str) -> Sequence[str]:
    return [word for one in given for word in ("-p", one)]
