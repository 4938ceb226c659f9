"""Live samples kept with a record: written, read again as they were, and shown in a loop."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests import NODES
from tests.tui.by_hand import HOST, tasks
from unshim.live.replay import Replay, Taken, dumps, loads, open_replay
from unshim.model.live import Sample, TaskRow, Usage
from unshim.model.values import Missing
from unshim.record.recorded import RecordedHost

ENDED = TaskRow("default", "x", 0, "stopped", "web:1", "", "x", False, None, Usage(), "")
TAKEN = tuple(
    Taken(
        1_700_000_000.0 + n,
        Sample(1_700_000_000.0 + n, (*tasks(3, n), ENDED), HOST._replace(cpu=n / 2), "1.6.20"),
    )
    for n in range(4)
)


def _document() -> Any:
    return json.loads(dumps(TAKEN))


def test_samples_are_read_again_as_they_were_taken() -> None:
    for read, taken in zip(loads(dumps(TAKEN)), TAKEN, strict=True):
        assert isinstance(taken.sample.tasks, tuple) and isinstance(read.sample.tasks, tuple)
        for row, as_taken in zip(read.sample.tasks, taken.sample.tasks, strict=True):
            assert row._replace(usage=Usage()) == as_taken._replace(usage=Usage())
            for number, measured in zip(row.usage, as_taken.usage, strict=True):
                assert number == (None if measured is None else pytest.approx(measured, abs=0.01))
        assert read.sample._replace(tasks=()) == taken.sample._replace(tasks=())


def test_what_stays_the_same_of_a_task_stands_once() -> None:
    assert len(_document()["tasks"]) == 4
    assert dumps(TAKEN).count(b"registry.example.com/web:1") == 3


def test_a_replay_goes_round() -> None:
    replay = Replay(TAKEN)
    loads_seen = [replay.sample().host.cpu for _ in range(6)]
    assert loads_seen == [0.0, 0.5, 1.0, 1.5, 0.0, 0.5]
    replay.close()


def test_what_ran_for_a_time_then_is_shown_to_have_run_for_that_time() -> None:
    replay = Replay(TAKEN)
    for taken in (*TAKEN, *TAKEN):
        sample, now = replay.sample(), time.time()
        assert isinstance(sample.tasks, tuple) and isinstance(taken.sample.tasks, tuple)
        for shown, recorded in zip(sample.tasks, taken.sample.tasks, strict=True):
            if recorded.started is None:
                assert shown.started is None
            else:
                assert shown.started is not None
                assert now - shown.started == pytest.approx(taken.at - recorded.started, abs=60)


def test_the_recorded_node_with_cgroup_v2_replays_what_its_cgroups_said() -> None:
    samples = RecordedHost(str(NODES / "containerd-2.1-cgroup-v2")).samples()
    assert isinstance(samples, bytes)
    replay = open_replay(samples, "the recorded node")
    assert isinstance(replay, Replay)
    for _ in range(3):
        sample = replay.sample()
        assert isinstance(sample.tasks, tuple)
        assert sample.daemon.startswith("2.1.")
        pods = {(task.pod, task.sandbox) for task in sample.tasks}
        names = ("default/api-worker-1", "default/web-worker-1")
        assert pods == {(name, sandbox) for name in names for sandbox in (True, False)}
        for task in sample.tasks:
            assert (task.status, task.measured) == ("running", "cgroup")
            assert task.usage.memory and task.usage.pids
        cpu = {task.container: task.usage.cpu for task in sample.tasks if not task.sandbox}
        assert cpu["web"] == 0.0
        assert cpu["api"] is not None and cpu["api"] > 0.0


def test_a_daemon_that_was_silent_leaves_no_task() -> None:
    silent = TAKEN[0].sample._replace(tasks=Missing("no answer"))
    (read,) = loads(dumps([TAKEN[0]._replace(sample=silent)]))
    assert read.sample.tasks == ()


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": None},
        {"samples": []},
        {"samples": [{}]},
        {"samples": [{"at": "now"}] * 601},
        {"samples": 5},
        {"tasks": [["default"]]},
        {"tasks": [[None] * 10] * 4},
        {"tasks": []},
        {"samples": [{"at": 0, "daemon": "", "host": [0] * 5, "tasks": []}]},
        {"samples": [{"at": 0, "daemon": "", "host": [0, 0, 0, "/", 0, 0], "tasks": [[0, "x"]]}]},
        {"samples": [{"at": 0, "daemon": "", "host": [0, 0, 0, "/", 0, 0], "tasks": [["a", 1]]}]},
    ],
    ids=str,
)
def test_what_is_not_samples_says_so_and_breaks_nothing(change: dict[str, object]) -> None:
    data = json.dumps({**_document(), **change}).encode()
    with pytest.raises(ValueError, match=r".+"):
        loads(data)
    found = open_replay(data, "the recorded node x")
    assert isinstance(found, Missing)
    assert found.reason.startswith("the recorded node x: ")


@pytest.mark.parametrize("data", [b"", b"[", b"[]", b"5", b"\xff", b"[" * 9000, b'{"a":NaN}'])
def test_what_is_not_even_json_is_missing(data: bytes) -> None:
    assert isinstance(open_replay(data, "x"), Missing)
