"""The node that ships with unshim moves: its live panes show what was recorded of a real one."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from tests.laws.nodes import CHECKS, FIXES, NAMES, host
from tests.tui.driving import opened, picture, seen
from unshim.cli.opening import DEMO
from unshim.engine import Engine
from unshim.live.replay import Replay
from unshim.model.live import TaskRow
from unshim.model.values import Missing
from unshim.record.recorded import RecordedHost

SAMPLES = "half-migrated"
SAMPLED = (SAMPLES, "containerd-2.1-cgroup-v2")


def _engine(host: RecordedHost) -> Engine:
    return Engine(host, CHECKS, FIXES, only_reads=True)


def _samples(engine: Engine) -> list[tuple[TaskRow, ...]]:
    sampler = engine.sampler()
    assert isinstance(sampler, Replay)
    rows = [sampler.sample().tasks for _ in range(30)]
    return [row for row in rows if isinstance(row, tuple)]


def test_the_demo_holds_samples_of_pods_that_work_and_of_tasks_beside_them() -> None:
    moments = _samples(_engine(RecordedHost(DEMO)))
    assert len(moments) == 30
    namespaces = {task.namespace for task in moments[0]}
    assert namespaces == {"k8s.io", "default", "moby"}
    assert {task.status for task in moments[0]} == {"running", "stopped"}
    busy = {t.pod for moment in moments for t in moment if (t.usage.cpu or 0) > 1 and t.pod}
    assert busy == {"default/web-worker-3", "default/api-worker-3"}
    assert len({tuple(task.usage.cpu for task in moment) for moment in moments}) > 20


@pytest.mark.parametrize(("key", "words"), [("t", "by name"), ("m", "by CPU")])
async def test_its_panes_open_and_say_that_they_are_recorded(key: str, words: str) -> None:
    async with opened(_engine(RecordedHost(DEMO)), key, size=(120, 30)) as pilot:
        await seen(pilot, "default/web-worker-3", "nightly-copy", " recorded ", words)
        assert "no fresh tasks" not in picture(pilot)


async def test_a_live_node_is_not_marked_recorded() -> None:
    async with opened(None, "t") as pilot:
        await seen(pilot, "default/web-0")
        assert "recorded" not in picture(pilot)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in SAMPLED])
def test_a_node_without_samples_offers_no_live_pane(name: str) -> None:
    engine = _engine(host(name))
    assert not engine.has_live_panes
    found = engine.sampler()
    assert isinstance(found, Missing)
    assert found.reason == f"the recorded node {name} holds no live samples"


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ("files/gone", "the record is damaged: "),
        ("files/index.json", "the record is damaged: "),
        ("files/text", "not samples"),
    ],
)
def test_samples_that_are_not_there_or_none_are_missing(
    tmp_path: Path, samples: str, words: str
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/text").write_text("[]")
    (tmp_path / "index.json").write_text(json.dumps({"format": 1, "samples": samples}))
    engine = _engine(RecordedHost(str(tmp_path)))
    found = engine.sampler()
    assert engine.has_live_panes
    assert isinstance(found, Missing)
    assert words in found.reason


@pytest.mark.parametrize("samples", ["", "../x", "/etc/passwd", "files/../index.json"])
def test_a_name_that_leads_out_of_the_record_is_no_samples(tmp_path: Path, samples: str) -> None:
    (tmp_path / "index.json").write_text(json.dumps({"format": 1, "samples": samples}))
    assert not _engine(RecordedHost(str(tmp_path))).has_live_panes


def test_the_demo_is_small() -> None:
    assert Path(DEMO).stat().st_size < 60_000
    with tarfile.open(DEMO) as archive:
        assert "index.json" in archive.getnames()


async def test_no_key_stands_for_a_moment_and_goes() -> None:
    """While the node is looked at, live panes are offered only where there will be some."""
    import threading

    from tests.tui.by_hand import HandEngine

    engine = HandEngine(live=False, hold=threading.Event())
    async with opened(engine) as pilot:
        await seen(pilot, "Looking at this node", "q quit")
        assert "t tasks" not in picture(pilot)
        assert engine.hold is not None
        engine.hold.set()
        await seen(pilot, "still runs its pods")
        assert "t tasks" not in picture(pilot)
