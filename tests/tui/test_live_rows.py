"""Pods over their containers: what they use together, in which order, folded and filtered."""

from __future__ import annotations

import pytest

from tests.tui.by_hand import tasks
from tui.lines.live_columns import sorts
from tui.lines.live_rows import arranged, summed
from tui.messages import View
from unshim.model.live import TaskRow, Usage

POD = "default/web-0"
ROW = tasks(1)[0]._replace(namespace="k8s.io", pod=POD, started=None)
PAUSE = ROW._replace(id="pause", sandbox=True, container="", usage=Usage(1.0, 10, None, 1, 0, 0))
FIRST = ROW._replace(id="a", container="app", sandbox=False, usage=Usage(2.0, 20, 100, 2, 5.0, 1.0))
SECOND = FIRST._replace(id="b", container="log", usage=Usage(3.0, 30, 200, 3, 6.0, 2.0))
ALONE = FIRST._replace(id="c", container="alone", pod="", namespace="moby")
BY_NAME = sorts(View.TASKS)["name"]


@pytest.mark.parametrize(
    ("together", "usage"),
    [
        ((PAUSE, FIRST, SECOND), Usage(6.0, 60, 300, 6, 11.0, 3.0)),
        ((PAUSE,), Usage(1.0, 10, None, 1, 0, 0)),
        (
            (FIRST, SECOND._replace(usage=Usage(3.0, 30, None, 3, 6.0, 2.0))),
            Usage(5.0, 50, None, 5, 11.0, 3.0),
        ),
        ((FIRST, SECOND._replace(usage=Usage())), Usage(2.0, 20, None, 2, 5.0, 1.0)),
        ((FIRST._replace(usage=Usage()), PAUSE._replace(usage=Usage())), Usage()),
    ],
)
def test_a_pod_uses_what_its_tasks_do_and_has_a_limit_if_each_container_has(
    together: tuple[TaskRow, ...], usage: Usage
) -> None:
    assert summed(together) == usage


def test_a_pod_stands_over_its_containers_and_its_pause_is_its_own_row() -> None:
    rows = arranged((SECOND, PAUSE, ALONE, FIRST), BY_NAME, ())
    assert [(row.name, row.depth, row.folded) for row in rows] == [
        ("alone", 0, None),
        (POD, 0, False),
        ("app", 1, None),
        ("log", 1, None),
    ]
    assert rows[1].task.id == "pause"


def test_a_folded_pod_hides_its_containers_alone() -> None:
    key = f"k8s.io {POD}"
    rows = arranged((PAUSE, FIRST, ALONE), BY_NAME, {key})
    assert [(row.name, row.folded) for row in rows] == [("alone", None), (POD, True)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("log", [POD, "app", "log"]),
        ("moby", ["alone"]),
        ("running nothing", []),
    ],
)
def test_a_filter_keeps_a_pod_whole(words: str, names: list[str]) -> None:
    rows = arranged((PAUSE, FIRST, SECOND, ALONE), BY_NAME, (), words)
    assert [row.name for row in rows] == names


@pytest.mark.parametrize(
    ("view", "sort", "names"),
    [
        (View.METRICS, "CPU", ["b", "a", "none"]),
        (View.METRICS, "memory", ["b", "a", "none"]),
        (View.TASKS, "uptime", ["a", "b", "none"]),
        (View.TASKS, "status", ["b", "a", "none"]),
        (View.TASKS, "name", ["a", "b", "none"]),
    ],
)
def test_what_is_not_known_stands_last(view: View, sort: str, names: list[str]) -> None:
    rows = (
        ALONE._replace(id="1", container="a", usage=Usage(1.0, 1), started=5.0, status="running"),
        ALONE._replace(id="2", container="b", usage=Usage(2.0, 2), started=9.0, status="paused"),
        ALONE._replace(id="3", container="none", usage=Usage(), started=None, status="stopped"),
    )
    assert [row.name for row in arranged(rows, sorts(view)[sort], ())] == names
