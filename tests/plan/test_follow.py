"""What the worker is given, and how its front follows it to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.apply.acts.test_files import folder as folder
from tests.laws.nodes import plan
from tests.steps import EXAMPLES
from unshim.apply import journal, lock
from unshim.apply.codec import decode
from unshim.model.session import Progress
from unshim.model.steps import (
    ShareImage,
    Step,
    WriteFile,
)
from unshim.plan.follow import as_json, follow, notes_of, reasons_of, start

MADE = plan("containerd-cri-disabled")
SHARE = ShareImage("/s", "default", "k8s.io", "busybox", "sha256:a")


def _given(*steps: Step, **facts: str) -> dict[str, Any]:
    return as_json(MADE._replace(steps=steps, facts=facts))


def test_the_worker_is_given_every_step() -> None:
    given = _given(*EXAMPLES)
    assert tuple(decode(item) for item in given["steps"]) == EXAMPLES
    assert given["checks"] == [f.check_id for f in MADE.fixes]


def test_the_worker_is_told_which_containerd_to_ask() -> None:
    assert _given(**{"containerd socket": "/run/c.sock"})["socket"] == "/run/c.sock"
    assert _given()["socket"] == ""


def _followed(run: Path, verb: str, *steps: Step) -> tuple[int, list[Progress]]:
    told: list[Progress] = []
    with lock.taken(run.parent / "lock") as held:
        worker = start(verb, run, held)
    return follow(worker, run, steps, told.append), told


def test_a_run_is_followed_to_its_end_and_back(folder: Path) -> None:
    path = folder / "x"
    path.write_bytes(b"old")
    steps = (WriteFile(str(path), b"old", b"new"), WriteFile(str(folder / "y"), None, b"y"))
    run = journal.new_run(_given(*steps), folder / "state")
    code, told = _followed(run, "apply", *steps)
    assert code == 0 and path.read_bytes() == b"new"
    assert told == [
        Progress(1, 2, f"write {path}", False),
        Progress(1, 2, f"write {path}", True),
        Progress(2, 2, f"create {folder / 'y'}", False),
        Progress(2, 2, f"create {folder / 'y'}", True),
    ]
    code, told = _followed(run, "undo", *steps)
    assert code == 4 and path.read_bytes() == b"old"
    assert told == [
        Progress(1, 2, f"remove {folder / 'y'}   (it did not exist before)", False),
        Progress(1, 2, f"remove {folder / 'y'}   (it did not exist before)", True),
        Progress(2, 2, f"put back {path}", False),
        Progress(2, 2, f"put back {path}", True),
    ]


def test_the_last_words_of_a_run_are_its_reason_and_what_is_left_to_do(tmp_path: Path) -> None:
    run = journal.new_run(_given(), tmp_path)
    number = run.name[:6]
    says = f"run {number} was cut off before it changed anything"
    assert reasons_of(run) == (says,)
    with journal.Journal(run) as lines:
        lines.add("prepared")
        lines.add("intent", step=0)
    says = f"run {number} was cut off half-way; `unshim undo {number}` puts back what it changed"
    assert reasons_of(run)[0].startswith(says)
    lines = journal.Journal(run)
    lines.add("failed", reason="x does not stay up")
    lines.add("broken", problems=["put back /a by hand", "put back /b by hand"])
    lines.close()
    assert reasons_of(run) == ("x does not stay up", "put back /a by hand", "put back /b by hand")


def test_what_came_of_a_run_is_told_with_all_that_was_noted_on_its_way(tmp_path: Path) -> None:
    run = journal.new_run(_given(), tmp_path)
    assert notes_of(run) == ()
    lines = journal.Journal(run)
    lines.add("prepared", before=[], notes=["x was not tried"])
    assert notes_of(run) == ("x was not tried",)
    lines.add("verified", notes=["y now passes"])
    lines.add("settled", notes=["z is somebody's"])
    lines.close()
    assert notes_of(run) == ("y now passes", "x was not tried", "z is somebody's")
