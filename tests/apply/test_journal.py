"""The journal: what is announced is on disk first, and a torn end is not a record."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unshim.apply import journal, lock
from unshim.apply.acts.containerd import worse
from unshim.apply.codec import CodecError, decode, encode
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile

PLAN = {"format": 1, "began": 1, "who": "ada", "checks": ["x"], "disturbs": "nothing", "steps": []}


def test_a_torn_last_line_is_no_record(tmp_path: Path) -> None:
    folder = journal.new_run(dict(PLAN), tmp_path)
    written = journal.Journal(folder)
    written.add("prepared", before=[])
    written.add("intent", step=0)
    written.close()
    whole = (folder / "journal").read_bytes()
    assert [r["state"] for r in journal.records(folder)] == ["prepared", "intent"]
    for cut in range(1, 20):
        (folder / "journal").write_bytes(whole[:-cut])
        assert [r["state"] for r in journal.records(folder)] == ["prepared"]
    (folder / "journal").write_bytes(whole.replace(b'"step": 0', b'"step": 7'))
    assert [r["state"] for r in journal.records(folder)] == ["prepared"]


def test_runs_are_listed_newest_first_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first, second = journal.new_run(dict(PLAN), state), journal.new_run(dict(PLAN), state)
    journal.Journal(first).add("applied")
    assert [r.id for r in journal.runs(state)] == [second.name, first.name]
    assert [r.state for r in journal.runs(state)] == ["interrupted", "applied"]
    for path in (state, state / "tx", first):
        assert path.stat().st_mode & 0o777 == 0o700
    assert (first / "plan.json").stat().st_mode & 0o777 == 0o600
    assert (first / "journal").stat().st_mode & 0o777 == 0o600


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    path = tmp_path / "run" / "lock"
    held = lock.take(path)
    with pytest.raises(lock.Locked, match="applies or undoes since"):
        lock.take(path)
    os.close(held)
    os.close(lock.take(path))


@pytest.mark.parametrize(
    "step",
    [
        WriteFile("/etc/x", b"\xff", None),
        WriteFile("/etc/x", None, b"new", 0o600),
        ReloadSystemd(),
        RestartUnit("containerd.service"),
        ShareImage("/s", "default", "k8s.io", "busybox", "sha256:a", ("sha256:b",)),
    ],
)
def test_steps_survive_json(step: Step) -> None:
    assert decode(encode(step)) == step


@pytest.mark.parametrize("item", [{}, {"kind": "rm-rf"}, {"kind": "restart-unit", "unite": "x"}])
def test_an_unknown_step_is_refused(item: dict[str, object]) -> None:
    with pytest.raises(CodecError):
        decode(item)


def test_a_node_is_worse_when_it_lost_something() -> None:
    was = {"plugins": ["a", "b"], "tasks": [["k8s.io", "x", 7]], "cri": True}
    assert worse(was, was) == ""
    assert worse(None, was) == ""
    assert "tasks were lost" in worse(was, {**was, "tasks": [["k8s.io", "x", 8]]})
    tasks = [["k8s.io", name, 7] for name in "xyz"]
    three = {**was, "tasks": tasks}
    assert "tasks were lost" in worse(three, {**three, "tasks": tasks[:1]})
    assert worse(three, {**three, "tasks": tasks[:2]}) == ""  # one ended by itself
    assert "plugin b" in worse(was, {**was, "plugins": ["a", "c"]})
    assert "CRI" in worse(was, {**was, "cri": False})


def test_a_run_that_was_cut_off_can_be_taken_back_and_one_that_did_nothing_cannot(
    tmp_path: Path,
) -> None:
    for states, words in (
        (("prepared", "intent", "done"), "unfinished"),
        (("prepared", "intent", "failed", "undoing", "undo-intent"), "unfinished"),
        (("prepared", "intent", "failed", "undoing", "undone"), "undone"),
        (("prepared", "applied", "failed"), "unfinished"),
        (("prepared", "applied", "verified"), "verified"),
    ):
        folder = journal.new_run(dict(PLAN), tmp_path)
        written = journal.Journal(folder)
        for state in states:
            written.add(state)
        assert journal.state_of(folder) == words
        assert (words in journal.STANDING) == (words != "undone")
    refused = journal.new_run(dict(PLAN), tmp_path)
    journal.Journal(refused).add("failed", reason="x", refused=True)
    assert journal.state_of(refused) == "refused"
    assert "refused" not in journal.STANDING
