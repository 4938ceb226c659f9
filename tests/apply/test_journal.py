"""The journal: what is announced is on disk first, and a torn end is not a record."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journals import tear
from unshim.apply import journal, lock, writing
from unshim.apply.acts.containerd import worse
from unshim.apply.codec import CodecError, decode, encode
from unshim.model import states
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage, Step, WriteFile

PLAN = {"format": 1, "began": 1, "who": "ada", "checks": ["x"], "disturbs": "nothing", "steps": []}


def test_a_torn_last_line_is_cut_off_by_the_next_writer(tmp_path: Path) -> None:
    folder = journal.new_run(dict(PLAN), tmp_path)
    with journal.Journal(folder) as lines:
        lines.add("prepared", before=[])
        lines.add("intent", step=0)
    for count in (1, 5, 30):
        tear(folder, count)
        assert [r["state"] for r in journal.records(folder)][-1] in ("prepared", "cut")
        with journal.Journal(folder) as lines:
            lines.add("undone")
        assert [r["state"] for r in journal.records(folder)][-2:] == ["cut", "undone"]
        assert journal.state_of(folder) == "undone"
    assert not (folder / "journal").read_bytes().partition(b"undone")[2].count(b"intent")


def test_a_step_that_a_torn_line_may_have_announced_counts_as_begun() -> None:
    def begun(*states: str) -> int:
        numbers = iter(range(9))
        return journal.begun(
            [{"state": s, "step": next(numbers)} if s == "intent" else {"state": s} for s in states]
        )

    assert begun() == begun("cut") == begun("prepared") == -1
    assert begun("prepared", "cut") == begun("prepared", "intent") == 0
    assert begun("prepared", "intent", "done", "cut", "failed", "undoing") == 1
    assert begun("prepared", "intent", "done", "undoing", "cut") == 0


def test_a_damaged_journal_is_not_written_to(tmp_path: Path) -> None:
    folder = journal.new_run(dict(PLAN), tmp_path)
    with journal.Journal(folder) as lines:
        lines.add("prepared", before=[])
        lines.add("applied")
    bad = (folder / "journal").read_bytes().replace(b"prepared", b"prepaled")
    (folder / "journal").write_bytes(bad)
    with pytest.raises(journal.Damaged, match="record 1 of its journal is damaged, and good ones"):
        journal.Journal(folder)
    assert journal.state_of(folder) == "damaged"
    assert journal.trouble(folder).startswith("record 1 of its journal")
    assert (folder / "journal").read_bytes() == bad


def test_a_plan_that_is_not_what_the_run_was_begun_with_is_not_acted_on(tmp_path: Path) -> None:
    folder = journal.new_run(dict(PLAN), tmp_path)
    with journal.Journal(folder) as lines:
        lines.add("applied")
    (folder / "plan.json").write_text(json.dumps({**PLAN, "who": "eve"}))
    with pytest.raises(journal.Damaged, match=r"plan\.json is not what"):
        journal.plan_of(folder)
    assert journal.state_of(folder) == "damaged"
    (run,) = journal.runs(tmp_path)
    assert (run.id, run.state, run.who, run.fixes) == (folder.name, "damaged", "?", ())
    assert abs(run.began - time.time()) < 3600


def test_a_run_that_is_being_written_to_is_running_and_has_one_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = journal.new_run(dict(PLAN), tmp_path)
    monkeypatch.setattr(writing, "PATIENCE", 0.05)
    with journal.Journal(folder) as lines:
        assert journal.state_of(folder) == "running"
        for state in ("prepared", "applied", "waiting", "undoing", "broken"):
            lines.add(state)
            now = state if state in ("waiting", "broken") else "running"
            assert journal.state_of(folder) == now
        with pytest.raises(OSError, match="somebody else writes"):
            journal.Journal(folder)
    assert journal.state_of(folder) == "broken"
    with journal.Journal(folder) as lines:
        lines.add("undone")


def test_space_is_set_aside_before_anything_is_changed(tmp_path: Path) -> None:
    plan = {**PLAN, "steps": [encode(ReloadSystemd())] * 10}
    folder = journal.new_run(plan, tmp_path)
    before = (folder / "journal").stat()
    assert before.st_blocks * 512 >= before.st_size > 32768
    with journal.Journal(folder) as lines:
        lines.add("prepared", before=["x" * 100_000])
        aside = (folder / "journal").stat()
        assert aside.st_blocks * 512 >= aside.st_size > 100_000 + 32768
        for number in range(10):
            for state in ("intent", "done", "undo-intent", "undone-step"):
                lines.add(state, step=number)
        lines.add("broken", problems=["a long reason " * 20] * 10)
    assert (folder / "journal").stat().st_size == aside.st_size


def test_runs_are_listed_newest_first_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first, second = journal.new_run(dict(PLAN), state), journal.new_run(dict(PLAN), state)
    with journal.Journal(first) as lines:
        lines.add("applied")
    assert [r.id for r in journal.runs(state)] == [second.name, first.name]
    assert [r.state for r in journal.runs(state)] == ["interrupted", "applied"]
    for path in (state, state / "tx", first):
        assert path.stat().st_mode & 0o777 == 0o700
    assert (first / "plan.json").stat().st_mode & 0o777 == 0o600
    assert (first / "journal").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/x")])
@pytest.mark.parametrize("name", ["journal", "plan.json"])
def test_what_is_no_file_is_neither_waited_for_nor_believed(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    folder = journal.new_run(dict(PLAN), tmp_path)
    with journal.Journal(folder) as lines:
        lines.add("applied")
    (folder / name).unlink()
    make(folder / name)
    if name == "journal":
        assert journal.state_of(folder) == "unreadable"
        assert [run.state for run in journal.runs(tmp_path)] == ["unreadable"]
        assert journal.trouble(folder).startswith("its journal cannot be read: ")
        with pytest.raises(OSError):
            journal.records(folder)
    else:
        with pytest.raises(OSError):
            journal.plan_of(folder)


@pytest.mark.parametrize(
    ("user", "who"),
    [
        ("ada", "ada"),
        ("ada.b-c@example.org", "ada.b-c@example.org"),
        ("", "uid 7"),
        ("ada\n000009-20260101-000000  2026-01-01  root  verified", "uid 7"),
        ("ada\x1b[2J", "uid 7"),
        ("a" * 65, "uid 7"),
    ],
)
def test_who_did_it_is_a_name_or_a_number(
    user: str, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 7)
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.setenv("SUDO_USER", user)
    assert lock.who() == who


@pytest.mark.parametrize(
    "holder",
    [
        b"",
        b"not JSON",
        b"[]",
        b'{"who": "ada", "pid": 1}',
        b'{"who": "ada", "pid": 1, "since": 1%s}' % (b"0" * 400),
        b'{"who": "ada", "pid": 1, "since": 1e400}',
        b'{"who": "ada", "pid": 1, "since": -99999999999999999}',
        b'{"who": "ada", "pid": "x\\ny", "since": 1}',
    ],
)
def test_a_lock_file_of_any_words_is_a_lock_all_the_same(tmp_path: Path, holder: bytes) -> None:
    path = tmp_path / "lock"
    held = lock.take(path)
    path.write_bytes(holder)
    with pytest.raises(lock.Locked) as locked:
        lock.take(path)
    assert str(locked.value) == "another unshim applies or undoes right now"
    path.write_bytes(b'{"who": "ada\\nbob", "pid": 1, "since": 1}')
    with pytest.raises(lock.Locked, match=r"^somebody applies or undoes since .* \(process 1\)$"):
        lock.take(path)
    os.close(held)


@pytest.mark.parametrize("name", ["ada", "uid 0", "uid 1000"])
def test_a_lock_says_who_holds_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "lock"
    held = lock.take(path)
    path.write_text(json.dumps({"who": name, "pid": 7, "since": 1}))
    with pytest.raises(lock.Locked, match=f"^{name} applies or undoes since .* .process 7.$"):
        lock.take(path)
    os.close(held)


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
    for noted, words in (
        (("prepared", "intent", "done"), "unfinished"),
        (("prepared", "intent", "failed", "undoing", "undo-intent"), "unfinished"),
        (("prepared", "intent", "failed", "undoing", "undone"), "undone"),
        (("prepared", "intent", "applied", "failed"), "unfinished"),
        (("prepared", "applied", "verified"), "verified"),
        (("prepared", "applied"), "applied"),
        (("prepared", "applied", "waiting"), "waiting"),
        (("prepared", "applied", "waiting", "confirmed", "settled"), "verified"),
        ((), "interrupted"),
        (("prepared", "armed"), "interrupted"),
        (("prepared", "armed", "intent"), "unfinished"),
        (("prepared", "intent", "undoing", "broken"), "broken"),
    ):
        folder = journal.new_run(dict(PLAN), tmp_path)
        with journal.Journal(folder) as written:
            for state in noted:
                written.add(state, step=0)
        assert journal.state_of(folder) == words
        assert (words in states.STANDING) == (words not in states.ENDED)
    refused = journal.new_run(dict(PLAN), tmp_path)
    with journal.Journal(refused) as written:
        written.add("failed", reason="x", refused=True)
    assert journal.state_of(refused) == "refused"
    assert "refused" not in states.STANDING
