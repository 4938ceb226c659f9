"""What an undo acts on must be root's alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from unshim.apply import journal
from unshim.apply.records import Damaged
from unshim.apply.trust import distrust, untrusted

PLAN = {"format": 1, "began": 1, "who": "ada", "checks": ["x"], "disturbs": "nothing", "steps": []}
INSIDE = ("", "tx", "tx/RUN", "tx/RUN/plan.json", "tx/RUN/journal")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run in a state folder as unshim makes it."""
    folder = journal.new_run(dict(PLAN), tmp_path / "state")
    with journal.Journal(folder) as lines:
        lines.add("applied")
    (folder / "RESTORE.sh").touch(0o600)
    return folder


def test_what_unshim_made_is_trusted_and_what_is_not_there_no_reason(
    run: Path, tmp_path: Path
) -> None:
    assert untrusted(tmp_path / "state", run) == ""
    assert untrusted(tmp_path / "state") == ""
    assert untrusted(tmp_path / "nowhere") == ""


@pytest.mark.parametrize("below", [*INSIDE, "tx/RUN/RESTORE.sh"])
@pytest.mark.parametrize("mode", [0o722, 0o720, 0o702])
def test_what_others_may_write_to_is_not(run: Path, tmp_path: Path, below: str, mode: int) -> None:
    path = tmp_path / "state" / below.replace("RUN", run.name)
    path.chmod(mode)
    assert untrusted(tmp_path / "state", run) == f"{path} can be written to by others than root"
    assert distrust(tmp_path / "state", run).endswith("to root alone (chown, chmod go-w)")
    with pytest.raises(Damaged, match="can be written to by others than root"):
        journal.Journal(run)
    path.chmod(0o700)
    journal.Journal(run).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("below", [*INSIDE, "tx/RUN/RESTORE.sh"])
def test_what_belongs_to_another_is_not(run: Path, tmp_path: Path, below: str) -> None:
    path = tmp_path / "state" / below.replace("RUN", run.name)
    os.chown(path, 1000, 1000)
    assert untrusted(tmp_path / "state", run) == f"{path} belongs to uid 1000, not to root"


def _linked(path: Path) -> None:
    moved = path.with_name("moved")
    path.rename(moved)
    path.symlink_to(moved)


def _loose(path: Path) -> None:
    path.parent.chmod(0o777)


@pytest.mark.parametrize(
    ("change", "says"),
    [(_linked, "state is a symlink"), (_loose, "can be written to by others than root")],
)
def test_a_folder_that_can_be_swapped_is_not(
    run: Path, tmp_path: Path, change: Callable[[Path], None], says: str
) -> None:
    change(tmp_path / "state")
    assert says in untrusted(tmp_path / "state", run)
