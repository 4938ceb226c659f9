"""A run told whole: each step and how long it took, why it ended so, and what can be done now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import carried
from tests.apply.acts.test_files import folder as folder
from tests.journals import tear
from unshim.apply import ends, journal, recover
from unshim.apply.codec import encode
from unshim.apply.kinds import kind_of
from unshim.model.session import Story
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing
from unshim.plan.story import story
from unshim.tell.lines import Line
from unshim.tell.story import story as told


def _run(folder: Path, *steps: Step, **more: Any) -> Path:
    plan = {"format": 1, "began": 1, "who": "ada", "checks": ["a-check"], **more}
    return journal.new_run({**plan, "steps": [encode(s) for s in steps]}, folder / "state")


def _story(run: Path) -> Story:
    found = story(run.name[:6], run.parent.parent)
    assert isinstance(found, Story)
    return found


def _text(one: Story) -> list[str]:
    lines: list[Line] = list(told(one, "3m ago"))
    return [line.text for line in lines]


@pytest.fixture
def two(folder: Path) -> tuple[Step, ...]:
    """A file whose secret is not told, and one that is made."""
    (folder / "a").write_bytes(b"password: hunter2\nmode: a\n")
    after = b"password: hunter2\nmode: b\n"
    first = WriteFile(str(folder / "a"), b"password: hunter2\nmode: a\n", after)
    return first, WriteFile(str(folder / "b"), None, b"mode: b\n")


def test_a_run_that_is_not_there_is_missing(folder: Path) -> None:
    says = "there is no run 000009; see `unshim journal`"
    assert story("000009", folder / "state") == Missing(says)


def test_each_step_stands_once_and_tells_how_long_it_took(
    folder: Path, two: tuple[Step, ...]
) -> None:
    run = _run(folder, *two)
    assert carried.apply(run) == ends.APPLIED
    one = _story(run)
    assert [(m.state, m.step, m.words) for m in one.moments] == [
        ("prepared", 0, "what was before each step is noted"),
        ("intent", 1, f"write {folder / 'a'}"),
        ("intent", 2, f"create {folder / 'b'}"),
        ("applied", 0, "each step is carried out"),
    ]
    assert all(m.seconds is not None and 0 <= m.seconds < 600 for m in one.moments if m.step)
    assert [diff.path for diff in one.diffs] == [str(folder / "a"), str(folder / "b")]
    assert "+mode: b" in one.diffs[0].lines
    assert "hunter2" not in repr(one)
    assert one.ways[0] == "`unshim undo 000001` puts back what it changed"
    assert one.trouble == ""
    said = _text(one)
    assert said[1] == "Run 000001 was carried out, and never verified."
    assert "What can be done now" in said
    assert any(f"✓ 1  write {folder / 'a'}  " in line for line in said)


def test_what_undid_it_and_why_is_told_too(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    carried.apply(run)
    with journal.Journal(run) as lines:
        lines.add("failed", reason="kubelet-down fails since")
        recover.undo(run, lines)
    one = _story(run)
    states = [moment.state for moment in one.moments]
    assert states[3:] == ["applied", "failed", "undoing", "undo-intent", "undo-intent", "undone"]
    assert one.moments[4].words == "failed: kubelet-down fails since"
    assert {m.words for m in one.moments if m.state == "undo-intent"} == {
        f"put back {folder / 'a'}",
        f"remove {folder / 'b'}   (it did not exist before)",
    }
    assert one.ways == ()


def test_what_waits_tells_for_how_long(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    with journal.Journal(run) as lines:
        lines.add("prepared", before=[kind_of(step).note(step) for step in two])
        lines.add("armed", deadline=7.0, boot="x", seconds=340.5)
        lines.add("waiting", deadline=7.0, boot="x", seconds=60)
    assert [m.words for m in _story(run).moments[1:]] == [
        "it is undone by itself unless it is verified within 340.5 s",
        "it waits to be confirmed within 60 s",
    ]


def test_what_somebody_chose_for_an_undo_is_told(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    with journal.Journal(run) as lines:
        lines.add("chosen", keep=["/a"], force=["/b"])
        lines.add("chosen", keep=[], force=[])
        lines.add("verified")
        lines.add("chosen", only=["/b"])
        lines.add("undoing")
        lines.add("verified", notes=["/b is undone"])
    assert [m.words for m in _story(run).moments] == [
        "keep /a as it is; put /b back whatever it is",
        "keep and force nothing, and undo all of it",
        "the node is as expected",
        "undo /b alone",
        "it is being undone",
        "what was not to be undone stands: /b is undone",
    ]


def test_a_step_that_did_not_end_is_told_as_such(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    with journal.Journal(run) as lines:
        lines.add("prepared", before=[kind_of(step).note(step) for step in two])
        lines.add("intent", step=0)
        lines.add("failed", reason="the worker was killed")
        lines.add("undoing")
        lines.add("undo-intent", step=0)
        lines.add("broken", problems=["put back /a by hand", "and look"])
    one = _story(run)
    assert [m.seconds for m in one.moments] == [None] * 6
    assert one.moments[-1].words == "not everything is as it was: put back /a by hand; and look"
    assert sum(line.endswith("  did not end") for line in _text(one)) == 2


def test_a_damaged_journal_is_told_as_far_as_it_goes(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    carried.apply(run)
    bad = (run / "journal").read_bytes().replace(b'"state": "applied"', b'"state": "appliee"')
    (run / "journal").write_bytes(bad)
    one = _story(run)
    assert one.means.startswith("run 000001 cannot be read: record 6 of its journal is damaged")
    assert [m.state for m in one.moments] == ["prepared", "intent", "intent"]
    assert len(one.diffs) == 2
    assert "  what follows cannot be read" in _text(one)
    assert one.ways == (
        f"`sh {run}/RESTORE.sh` puts its files back without unshim",
        "`unshim forget 000001` sets it aside, and leaves the node as it is",
    )
    (run / "RESTORE.sh").write_bytes(b"#!/bin/sh\n")
    assert _story(run).ways[0].startswith(f"`sh {run / 'RESTORE.sh'}` puts its files back")


def test_what_nothing_can_be_read_of_is_told_too(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    carried.apply(run)
    for name in ("plan.json", "journal"):
        (run / name).unlink()
        one = _story(run)
        assert (one.run.id, one.diffs) == (run.name, ())
        assert one.ways and name in one.means


def test_steps_of_another_release_are_counted_and_the_run_is_not_undone(folder: Path) -> None:
    plan = {"format": 1, "checks": [], "steps": [{"kind": "paint-node"}]}
    run = journal.new_run(plan, folder / "state")
    with journal.Journal(run) as lines:
        lines.add("prepared", before=[{}])
        lines.add("intent", step=0)
    one = _story(run)
    assert [m.words for m in one.moments if m.step] == ["step 1"]
    assert one.ways[-1] == "an undo is refused as it stands: unknown kind of step: paint-node"


def test_a_torn_line_is_told_once_it_is_cut_off(folder: Path, two: tuple[Step, ...]) -> None:
    run = _run(folder, *two)
    carried.apply(run)
    tear(run, 5)
    assert [m.state for m in _story(run).moments][-1] == "intent"
    journal.Journal(run).close()
    assert _story(run).moments[-1].words == "a line that a power cut tore is cut off here"
