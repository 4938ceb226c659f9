"""What holds for every test: which skips are allowed where skips are forbidden, that drills are run
only where they are asked for, and no property that fails because the machine is busy."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("unshim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unshim")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell gives that to what it runs in the background, and it goes on to every program here.
    signal.signal(signal.SIGINT, signal.default_int_handler)

DRILLS = os.environ.get("UNSHIM_DRILLS") == "1"
STRICT = os.environ.get("UNSHIM_NO_SKIPS") == "1"


def _allowed() -> list[str]:
    lines = (Path(__file__).parent / "allowed_skips.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long drills stand behind `make drills`; everything else is run everywhere."""
    drills = [item for item in items if item.get_closest_marker("drill")]
    if drills and not DRILLS:
        config.hook.pytest_deselected(items=drills)
        items[:] = [item for item in items if item not in drills]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.CallInfo[object], None]:
    """Where skips are forbidden, one that the committed list does not name is a failure."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if STRICT and report.skipped and not any(item.nodeid.startswith(n) for n in _allowed()):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if any(reason.startswith(f"Skipped: {text}") for text in _allowed()):
            return
        report.outcome = "failed"
        report.longrepr = f"skipped where skips are forbidden: {reason}"
