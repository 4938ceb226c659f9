"""Of the runs on a machine, the newest that is not at its end."""

from __future__ import annotations

import pathlib
from typing import Any

from unshim.apply.journal import Journal, new_run
from unshim.apply.open_run import open_run


def _run(state: pathlib.Path, *records: str, **plan: Any) -> pathlib.Path:
    folder = new_run({"format": 1, "steps": [], "checks": ["a-check"], **plan}, state)
    journal = Journal(folder)
    for record in records:
        journal.add(record, **({"step": 0} if record == "intent" else {}))
    journal.close()
    return folder


def test_a_machine_without_runs_has_none(tmp_path: pathlib.Path) -> None:
    assert open_run(tmp_path / "nothing") is None


def test_runs_at_their_end_are_not_told(tmp_path: pathlib.Path) -> None:
    _run(tmp_path, "prepared", "applied", "verified")
    _run(tmp_path, "prepared", "applied", "verified", "undoing", "undone")
    assert open_run(tmp_path) is None


def test_the_newest_that_is_not_at_its_end_is_told_with_its_checks(tmp_path: pathlib.Path) -> None:
    _run(tmp_path, "prepared")
    cut = _run(tmp_path, "prepared", "intent")
    _run(tmp_path, "prepared", "applied", "verified")
    found = open_run(tmp_path)
    assert found is not None
    assert (found.id, found.state, found.fixes) == (cut.name, "unfinished", ("a-check",))


def test_one_that_nobody_verified_is_told(tmp_path: pathlib.Path) -> None:
    _run(tmp_path, "prepared", "applied")
    found = open_run(tmp_path)
    assert found is not None and found.state == "applied"


def test_a_run_whose_plan_cannot_be_read_is_told_all_the_same(tmp_path: pathlib.Path) -> None:
    cut = _run(tmp_path, "prepared", "intent")
    (cut / "plan.json").write_text("{")
    found = open_run(tmp_path)
    assert found is not None and found.id == cut.name
