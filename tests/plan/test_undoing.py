"""What undoing a run would do, told from its journal before it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.apply.acts.test_files import folder as folder
from tests.carried import apply
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED
from unshim.apply.kinds import kind_of
from unshim.model.session import Choice, Undoing
from unshim.model.steps import (
    EnableUnit,
    MaskUnit,
    ReloadSystemd,
    RestartUnit,
    ShareImage,
    StartUnit,
    Step,
    StopUnit,
    WriteFile,
)
from unshim.model.values import Missing
from unshim.plan.undoing import undoing

DOCKER = "docker.service"


def _applied(folder: Path, *steps: Step) -> Path:
    plan = {"format": 1, "commands": {}, "checks": ["x"], "steps": [encode(s) for s in steps]}
    run = journal.new_run(plan, folder / "state")
    assert apply(run) == APPLIED
    return run


def _pictured(folder: Path, run: str = "") -> Undoing:
    found = undoing(run, folder / "state")
    assert isinstance(found, Undoing)
    return found


def test_each_file_is_shown_the_way_back(folder: Path) -> None:
    (folder / "a").write_bytes(b"port: 1\nmode: a\n")
    (folder / "b").write_bytes(b"uid: 1\n")
    a, b, c = (str(folder / name) for name in "abc")
    _applied(
        folder,
        WriteFile(a, b"port: 1\nmode: a\n", b"port: 1\nmode: b\n"),
        WriteFile(b, b"uid: 1\n", None),
        WriteFile(c, None, b"gid: 1\n"),
    )
    shown = _pictured(folder)
    assert shown.refused == ""
    assert sorted(shown.commands) == [
        f"put back {a}",
        f"put back {b}",
        f"remove {c}   (it did not exist before)",
    ]
    diffs = {diff.path: diff.lines for diff in shown.diffs}
    assert diffs[a] == (
        f"--- {a}",
        f"+++ {a}",
        "@@ -1,2 +1,2 @@",
        " port: 1",
        "-mode: b",
        "+mode: a",
    )
    assert diffs[b] == ("--- /dev/null", f"+++ {b}", "@@ -0,0 +1 @@", "+uid: 1")
    assert diffs[c] == (f"--- {c}", "+++ /dev/null", "@@ -1 +0,0 @@", "-gid: 1")


def test_a_run_that_was_cut_off_shows_what_it_had_begun_alone(folder: Path) -> None:
    steps = [WriteFile(str(folder / name), None, b"x\n") for name in "ab"]
    plan: dict[str, Any] = {"format": 1, "commands": {}, "steps": [encode(s) for s in steps]}
    run = journal.new_run(plan, folder / "state")
    lines = journal.Journal(run)
    lines.add("prepared", before=[kind_of(step).note(step) for step in steps])
    lines.add("intent", step=0)
    lines.close()
    assert _pictured(folder).diffs == (), "it was cut off before it wrote"
    for name in "ab":
        (folder / name).write_bytes(b"x\n")
    assert [diff.path for diff in _pictured(folder).diffs] == [str(folder / "a")]


def test_a_run_that_came_to_nothing_shows_nothing(folder: Path) -> None:
    plan: dict[str, Any] = {"format": 1, "commands": {}, "steps": [encode(ReloadSystemd())]}
    run = journal.new_run(plan, folder / "state")
    lines = journal.Journal(run)
    lines.add("failed", reason="it was killed")
    lines.close()
    number = run.name[:6]
    says = f"run {number} was cut off before it changed anything: there is nothing to undo"
    assert undoing(number, folder / "state") == Missing(says)
    assert undoing("", folder / "state") == Missing("there is nothing to undo")


def test_what_was_changed_since_says_why_it_may_not_be_undone(folder: Path) -> None:
    path = folder / "a"
    _applied(folder, WriteFile(str(path), None, b"made\n"))
    path.write_bytes(b"by hand\n")
    assert "was changed since that run" in _pictured(folder).refused


def _changed_run(folder: Path) -> tuple[Path, str, str]:
    """A run that wrote two files, of which somebody changed the first since."""
    for name in "ab":
        (folder / name).write_bytes(b"port: 1\n")
    a, b = (str(folder / name) for name in "ab")
    run = _applied(folder, *(WriteFile(path, b"port: 1\n", b"port: 2\n") for path in (a, b)))
    Path(a).write_bytes(b"port: 2\nuid: 7\n")
    return run, a, b


def test_what_was_changed_since_is_shown_three_ways_and_stays(folder: Path) -> None:
    _, a, b = _changed_run(folder)
    shown = _pictured(folder)
    (changed,) = shown.changed
    assert (changed.path, shown.refused) == (a, "")
    assert changed.theirs.lines[3:] == (" port: 2", "+uid: 7")
    assert changed.back.lines[3:] == ("-port: 2", "-uid: 7", "+port: 1")
    assert shown.commands == (f"put back {b}",)
    assert [diff.path for diff in shown.diffs] == [b]


def test_what_a_person_chose_of_it_is_shown(folder: Path) -> None:
    run, a, b = _changed_run(folder)
    kept = undoing(run.name, folder / "state", Choice(keep=(a,)))
    forced = undoing(run.name, folder / "state", Choice(force=(a,)))
    assert isinstance(kept, Undoing) and isinstance(forced, Undoing)
    assert kept.changed == forced.changed == ()
    assert kept.commands == (f"put back {b}", f"leave {a} as it is")
    assert [diff.path for diff in kept.diffs] == [b]
    assert forced.commands == (f"put back {b}", f"put back {a}")
    assert forced.diffs[1].lines[3:] == ("-port: 2", "-uid: 7", "+port: 1")


def test_an_older_run_says_which_later_one_stands_in_its_way(folder: Path) -> None:
    path = str(folder / "a")
    first = _applied(folder, WriteFile(path, None, b"one\n"))
    second = _applied(folder, WriteFile(path, b"one\n", b"two\n"))
    refused = _pictured(folder, first.name).refused
    assert second.name in refused
    assert "undo that one first" in refused


def test_there_may_be_nothing_to_undo(folder: Path) -> None:
    assert undoing("", folder / "state") == Missing("there is nothing to undo")


@pytest.mark.parametrize(
    ("step", "former", "command"),
    [
        (ReloadSystemd(), {}, "systemctl daemon-reload"),
        (RestartUnit(DOCKER), {"active": "active"}, "systemctl restart docker"),
        (RestartUnit(DOCKER), {"active": "failed"}, "systemctl restart docker"),
        (RestartUnit(DOCKER), {"active": "inactive"}, "systemctl stop docker"),
        (
            StopUnit(DOCKER),
            {"active": {DOCKER: "active", "docker.socket": "active", "x.service": "inactive"}},
            "systemctl start docker docker.socket",
        ),
        (StopUnit(DOCKER), {"active": {DOCKER: "inactive"}}, ""),
        (StartUnit(DOCKER), {"active": {DOCKER: "failed"}}, "systemctl stop docker"),
        (StartUnit(DOCKER), {"active": {DOCKER: "active"}}, ""),
        (
            EnableUnit(DOCKER, False),
            {"enablement": "enabled"},
            "put back the links of docker   (it was enabled)",
        ),
        (
            MaskUnit(DOCKER),
            {"enablement": ""},
            "put back the links of docker   (it was not known to systemd)",
        ),
        (
            ShareImage("/s", "default", "k8s.io", "web:1", "sha256:a"),
            {},
            "ctr -n k8s.io images rm web:1",
        ),
    ],
)
def test_each_step_says_what_its_undo_does(
    step: Step, former: dict[str, Any], command: str
) -> None:
    assert kind_of(step).undo_command(step, former) == command
