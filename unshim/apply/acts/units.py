"""systemctl, and whether a unit came back well."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from unshim.apply.failures import StepFailed
from unshim.model.search_path import PATH

SETTLE = 3.0
"""Seconds a restarted unit must keep one main process to count as up."""
LASTING = 60.0
"""Seconds a unit must have run since systemd last had to start it again to count as up."""
RUN_KEYS = ("ActiveState", "NRestarts", "ExecMainStartTimestampMonotonic")
"""What `lasting` goes by."""


def run(argv: Sequence[str], timeout: float = 120.0) -> str:
    """Standard output of a command that must succeed. Raises: StepFailed."""
    import subprocess  # dear, and a report starts nothing by this

    try:
        done = subprocess.run(  # an argv of our own, no shell
            list(argv),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
            env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        late = isinstance(error, subprocess.TimeoutExpired)
        reason = f"did not end within {timeout:g} s" if late else "could not be started"
        raise StepFailed(f"{' '.join(argv[:3])}: {reason}") from None
    if done.returncode:
        # systemctl says first what happened, and last only where to read more.
        lines = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        reason = lines[0 if argv[0] == "systemctl" else -1] if lines else f"code {done.returncode}"
        raise StepFailed(f"{' '.join(argv[:3])}: {reason}")
    return done.stdout.decode("utf-8", "backslashreplace")


def reload() -> None:
    run(["systemctl", "daemon-reload"])


def restart(unit: str) -> None:
    """Restart a unit and see it stay up. Raises: StepFailed."""
    _forgive(unit)
    run(["systemctl", "restart", unit])
    first = _main_pid(unit)
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline:
        time.sleep(0.25)
        if _main_pid(unit) != first or first == "0":
            raise StepFailed(f"{unit} does not stay up after its restart")


def restart_what_was_down(unit: str) -> None:
    """Restart a unit that did not stay up before either. Whether it does now is seen later, by
    whoever looks at the whole node: another cause may keep it down."""
    _forgive(unit)
    with suppress(StepFailed):
        run(["systemctl", "restart", unit])
        time.sleep(SETTLE)


def start(unit: str) -> None:
    """Start a unit of any type and see it stay as it then is. Raises: StepFailed."""
    _forgive(unit)
    run(["systemctl", "start", unit])
    first = show([unit], ("ActiveState", "MainPID"))[0]
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline:
        time.sleep(0.25)
        now = show([unit], ("ActiveState", "MainPID"))[0]
        if now != first or now.get("ActiveState") != "active":
            raise StepFailed(f"{unit} does not stay up after its start")


def stop(unit: str) -> None:
    """Raises: StepFailed."""
    run(["systemctl", "stop", unit])


def restore(unit: str, was: str) -> None:
    """Bring a unit back to the state it was in: up, down, or trying. Raises: StepFailed."""
    if was == "active":
        restart(unit)
    elif was == "inactive":
        stop(unit)
    else:
        start_without_waiting(unit, "restart")


def start_without_waiting(unit: str, verb: str = "start") -> None:
    """For a unit that was not up but on its way: whether it comes up is not waited for.
    Raises: StepFailed."""
    _forgive(unit)
    run(["systemctl", verb, "--no-block", unit])


def _forgive(unit: str) -> None:
    """Failures of before would count: systemd refuses a start after too many of them."""
    with suppress(StepFailed):  # it knows no unit that never ran
        run(["systemctl", "reset-failed", unit], timeout=30)


def state(unit: str) -> str:
    """`active`, `inactive`, `failed`, `activating`, as systemd says. Raises: StepFailed."""
    return run(["systemctl", "show", "-p", "ActiveState", "--value", unit], 30).strip()


def lasting_state(unit: str) -> str:
    """Its state as `lasting` has it. Raises: StepFailed."""
    return lasting(show([unit], RUN_KEYS)[0])


def lasting(answer: Mapping[str, str]) -> str:
    """A unit's ActiveState, judged over a while: `activating` for one that comes and goes, whether
    it runs at the moment or not."""
    state = answer.get("ActiveState", "")
    started = int(answer.get("ExecMainStartTimestampMonotonic") or 0) / 1e6
    again = int(answer.get("NRestarts") or 0) > 0
    if state == "active" and again and time.monotonic() - started < LASTING:
        return "activating"
    return state


def show(units: Sequence[str], keys: Sequence[str]) -> list[Mapping[str, str]]:
    """What systemd says of each unit, in their order. Raises: StepFailed."""
    if not units:
        return []
    output = run(["systemctl", "show", "--no-pager", "-p", ",".join(keys), "--", *units], 30)
    blocks = output.rstrip("\n").split("\n\n")
    if len(blocks) != len(units):
        raise StepFailed(f"systemctl show told of {len(blocks)} units, not {len(units)}")
    return [dict(line.partition("=")[::2] for line in block.splitlines()) for block in blocks]


def _main_pid(unit: str) -> str:
    values = show([unit], ("MainPID", "ActiveState"))[0]
    return values.get("MainPID", "0") if values.get("ActiveState") == "active" else "0"
