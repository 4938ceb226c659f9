"""All of a row of the live table, with nothing cut."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import tasks
from tui.lines.live_card import card, tasks_of
from tui.lines.live_columns import sorts
from tui.lines.live_rows import LiveRow, arranged
from tui.messages import View
from unshim.model.live import Usage

TASKS = tasks(12)
ROWS = arranged(TASKS, sorts(View.TASKS)["name"], ())
POD = next(row for row in ROWS if row.name == "default/web-0")
CONTAINER = next(row for row in ROWS if row.depth == 1)
ALONE = next(row for row in ROWS if not row.task.pod)
NOW = 1_700_000_000.0


def _told(row: LiveRow, width: int = 100) -> list[str]:
    return [line.plain.rstrip() for line in card(row, tasks_of(row, TASKS), NOW, width)]


def test_a_pod_shows_each_of_its_tasks_the_sandbox_last() -> None:
    assert [task.sandbox for task in tasks_of(POD, TASKS)] == [False, True]
    told = _told(POD)
    assert told[0] == "default/web-0"
    whole = "\n".join(told)
    assert all(task.id in whole for task in TASKS if task.pod == "default/web-0")
    assert told.index("app-1   running for 1h") < told.index("sandbox   paused for 0s")


def test_a_container_shows_itself_alone() -> None:
    (task,) = tasks_of(CONTAINER, TASKS)
    assert task == CONTAINER.task
    assert "sandbox" not in "\n".join(_told(CONTAINER))


def test_what_is_not_the_kubelets_says_so() -> None:
    assert any(line.endswith("not kubelet's") for line in _told(ALONE))
    assert not any(line.endswith("not kubelet's") for line in _told(POD))


def test_what_it_uses_stands_with_its_limit() -> None:
    usage = Usage(12.34, 64 << 20, 128 << 20, 7, 0.0, 2048.0)
    row = CONTAINER.task._replace(usage=usage)
    told = [line.plain.strip() for line in card(CONTAINER, (row,), NOW, 120)]
    assert "uses      CPU 12 %, memory 64 of 128 MiB, 7 pids, reads 0, writes 2.0 KiB/s" in told


def test_what_ended_or_is_not_known_is_no_number() -> None:
    task = ALONE.task._replace(
        status="stopped", pid=0, started=None, image="", usage=Usage(), measured=""
    )
    told = [line.plain.strip() for line in card(ALONE, (task,), NOW, 100)]
    assert f"{task.container}   stopped   not kubelet's" in told
    assert "process   none" in told
    assert "image     not known" in told
    assert not any(line.startswith("uses") for line in told)


@pytest.mark.parametrize("width", [40, 80])
def test_nothing_is_lost_at_any_width(width: int) -> None:
    lines = card(POD, tasks_of(POD, TASKS), NOW, width)
    assert all(line.width <= width for line in lines)
    letters = "".join(line.plain.replace("…", "").replace(" ", "") for line in lines)
    assert all(task.id in letters for task in tasks_of(POD, TASKS))
