"""A file written as a step, and put back with the folders that were made for it."""

from __future__ import annotations

from pathlib import Path

from unshim.apply.acts import writes
from unshim.apply.turn import Turn
from unshim.model.steps import WriteFile

TURN = Turn("000001-0", {})


def test_folders_that_were_made_go_again(tmp_path: Path) -> None:
    step = WriteFile(str(tmp_path / "a/b/x.conf"), None, b"text")
    former = writes.note(step)
    writes.write(step, former, TURN)
    writes.put_back(step, former, TURN)
    assert list(tmp_path.iterdir()) == []


def test_they_go_too_where_the_write_was_cut_off_behind_them(tmp_path: Path) -> None:
    step = WriteFile(str(tmp_path / "a/b/x.conf"), None, b"text")
    former = writes.note(step)
    (tmp_path / "a/b").mkdir(parents=True)
    writes.put_back(step, former, TURN)
    assert list(tmp_path.iterdir()) == []


def test_they_go_where_an_undo_was_cut_off_before_them(tmp_path: Path) -> None:
    step = WriteFile(str(tmp_path / "a/b/x.conf"), None, b"text")
    former = writes.note(step)
    writes.write(step, former, TURN)
    (tmp_path / "a/b/x.conf").unlink()
    writes.put_back(step, former, TURN)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_which_somebody_put_something_stays(tmp_path: Path) -> None:
    step = WriteFile(str(tmp_path / "a/b/x.conf"), None, b"text")
    former = writes.note(step)
    writes.write(step, former, TURN)
    (tmp_path / "a/theirs").write_text("mine")
    writes.put_back(step, former, TURN)
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["theirs"]
