"""Which run an undo takes back, and when it must not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from unshim.apply import journal
from unshim.apply.acts.files import Before
from unshim.apply.codec import encode
from unshim.model.session import Choice
from unshim.model.steps import MaskUnit, ReloadSystemd, RestartUnit, Step, StopUnit, WriteFile
from unshim.model.values import Missing
from unshim.plan import undo

PLAN: dict[str, Any] = {"format": 1, "began": 1, "who": "ada", "checks": ["x"], "commands": {}}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    return tmp_path / "state"


def _run(state: Path, *steps: Step, ended: str = "verified") -> Path:
    folder = journal.new_run({**PLAN, "steps": [encode(s) for s in steps]}, state)
    lines = journal.Journal(folder)
    lines.add("prepared", before=[_former(step) for step in steps])
    for number in range(len(steps)):
        lines.add("intent", step=number)
    lines.add(ended)
    lines.close()
    return folder


def _former(step: Step) -> dict[str, Any] | None:
    if not isinstance(step, WriteFile):
        return None
    return Before(step.before is not None, step.before or b"", real=step.path).as_json()


def _number(folder: Path) -> str:
    return folder.name.partition("-")[0]


def test_the_newest_that_stands_is_chosen(state: Path) -> None:
    assert undo.chosen("", state) == Missing("there is nothing to undo")
    first = _run(state, ReloadSystemd())
    _run(state, ReloadSystemd(), ended="undone")
    assert undo.chosen("", state) == first
    last = _run(state, ReloadSystemd(), ended="applied")
    assert undo.chosen("", state) == last


def test_a_run_is_chosen_by_its_id_or_its_number(state: Path) -> None:
    first, second = _run(state, ReloadSystemd()), _run(state, ReloadSystemd())
    for folder in (first, second):
        assert undo.chosen(folder.name, state) == folder
        assert undo.chosen(_number(folder), state) == folder
    assert undo.chosen("00", state) == Missing("there is no run 00; see `unshim journal`")


def test_what_was_undone_is_not_undone_again(state: Path) -> None:
    folder = _run(state, ReloadSystemd(), ended="undone")
    says = f"run {_number(folder)} is undone: there is nothing to undo"
    assert undo.chosen(folder.name, state) == Missing(says)


def test_what_could_not_be_undone_whole_may_be_tried_again(state: Path, tmp_path: Path) -> None:
    """Half of it may be back already."""
    path = tmp_path / "x"
    folder = _run(state, WriteFile(str(path), b"before", b"after"), ended="broken")
    assert undo.chosen("", state) == undo.chosen(folder.name, state) == folder
    for stands in (b"before", b"after"):
        path.write_bytes(stands)
        assert undo.why_not(folder, state) == ""
    path.write_bytes(b"another's")
    assert "was changed since that run" in undo.why_not(folder, state)


def test_the_other_runs_that_may_be_undone_are_named(state: Path, tmp_path: Path) -> None:
    (tmp_path / "y").write_bytes(b"after")
    first = _run(state, WriteFile(str(tmp_path / "y"), b"before", b"after"))
    _run(state, WriteFile(str(tmp_path / "changed"), b"before", b"after"))
    _run(state, ReloadSystemd(), ended="undone")
    journal.new_run({**PLAN, "steps": [{"kind": "fly-away"}]}, state)
    fifth, newest = _run(state, ReloadSystemd()), _run(state, ReloadSystemd())
    assert undo.others(newest.name, state) == (_number(fifth), _number(first))
    assert undo.others("", state) == (_number(newest), _number(fifth), _number(first))


def test_a_journal_that_is_no_file_is_named(state: Path) -> None:
    folder = _run(state, ReloadSystemd())
    (folder / "journal").unlink()
    os.mkfifo(folder / "journal")
    number, says = _number(folder), "cannot be read: its journal cannot be read: "
    for found in (undo.chosen("", state), undo.chosen(number, state)):
        assert isinstance(found, Missing)
        assert found.reason.startswith(f"run {number} {says}")
        assert f"`unshim forget {number}`" in found.reason


@pytest.mark.parametrize(
    ("mine", "later", "what"),
    [
        (WriteFile("/etc/x", b"", b"1"), WriteFile("/etc/x", b"1", b"2"), "/etc/x"),
        (StopUnit("docker.service"), MaskUnit("docker.service"), "docker.service"),
        (WriteFile("/etc/x", b"", b"1"), WriteFile("/etc/y", b"", b"2"), ""),
        (RestartUnit("docker.service"), RestartUnit("docker.service"), ""),
        (ReloadSystemd(), ReloadSystemd(), ""),
    ],
)
def test_a_later_run_on_the_same_is_undone_first(
    state: Path, mine: Step, later: Step, what: str
) -> None:
    first, second = _run(state, mine), _run(state, later)
    reason = undo.why_not(first, state)
    if not what:
        assert "the later run" not in reason
        return
    assert reason == (f"the later run {second.name} changed {what} too; undo that one first")
    with journal.Journal(second) as lines:
        lines.add("undone")
    assert "the later run" not in undo.why_not(first, state)


@pytest.mark.parametrize(
    ("stands", "half", "may"),
    [
        (b"after", False, True),
        (b"after", True, True),
        (b"before", True, True),
        (b"before", False, True),
        (b"another's", False, False),
        (b"another's", True, False),
        (None, False, False),
    ],
)
def test_a_file_that_somebody_changed_since_is_not_overwritten(
    state: Path, tmp_path: Path, stands: bytes | None, half: bool, may: bool
) -> None:
    path = tmp_path / "x"
    if stands is not None:
        path.write_bytes(stands)
    step = WriteFile(str(path), b"before", b"after")
    folder = _run(state, step, ended="failed" if half else "verified")
    reason = undo.why_not(folder, state)
    assert reason == "" if may else reason.startswith(f"{path} was changed since that run, ")
    if may:
        return
    assert f"undo with --keep {path} leaves it so, with --force {path} puts back" in reason
    for choice in (Choice(keep=(str(path),)), Choice(force=(str(path),))):
        assert undo.why_not(folder, state, choice) == ""


def test_where_only_some_was_changed_since_the_rest_goes_back(state: Path, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"after")
    steps = [WriteFile(str(tmp_path / name), b"before", b"after") for name in "ab"]
    folder = _run(state, *steps, ReloadSystemd())
    (tmp_path / "a").write_bytes(b"another's")
    assert list(undo.losses(folder)) == [str(tmp_path / "a")]
    assert undo.why_not(folder, state) == ""
    keep = Choice(keep=(str(tmp_path / "b"),))
    assert "a was changed since" in undo.why_not(folder, state, keep), "nothing is left to undo"


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        (Choice(keep=("/etc/other",)), "/etc/other is not of run 000001, which changed /etc/x"),
        (Choice(("/etc/x",), ("/etc/x",)), "/etc/x cannot be both kept and put back"),
    ],
)
def test_a_choice_must_be_of_the_run(state: Path, choice: Choice, why: str) -> None:
    folder = _run(state, WriteFile("/etc/x", None, b"1"))
    assert undo.why_not(folder, state, choice).startswith(why)


def test_a_run_of_another_release_is_not_undone_in_part(state: Path) -> None:
    folder = journal.new_run({**PLAN, "steps": [{"kind": "fly-away"}]}, state)
    with pytest.raises(ValueError, match="unknown kind of step: fly-away"):
        undo.why_not(folder, state)
