"""`unshim apply` up to the moment where it would change something."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

import pytest

from tests import TOP
from tests.cli.test_bad_input import unshim
from tests.laws.nodes import CHECKS, FIXES, FOLDER
from unshim.cli.changing import apply
from unshim.cli.declared import Options
from unshim.cli.opening import Opened
from unshim.engine import Engine
from unshim.model.plan import Plan
from unshim.model.session import Applied, Ended, Progress
from unshim.model.values import FileText, Missing
from unshim.record.recorded import RecordedHost
from unshim.report import out

CLEAN, FINDINGS, USAGE, NOT_EVALUATED, REFUSED = 0, 1, 2, 3, 6


class _Live(RecordedHost):
    """A recorded node that says it is the machine itself, and tells what was read of it."""

    live = True

    def __init__(self, name: str) -> None:
        super().__init__(str(FOLDER / name))
        self.asked: list[str] = []

    def read(self, path: str, limit: int = 1 << 24) -> FileText | None | Missing:
        self.asked.append(path)
        return super().read(path, limit)


def _apply(host: RecordedHost, *ids: str, yes: bool = True, partial: bool = False) -> int:
    options = Options("apply", ids, yes=yes, partial=partial)
    return apply(Opened(Engine(host, CHECKS, FIXES, only_reads=False), ""), options)


@pytest.fixture(autouse=True)
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_who_is_not_root_is_told_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    host = _Live("containerd-healthy-seen-by-nobody")
    assert _apply(host, "crictl-config-missing") == REFUSED
    assert "not root" in capsys.readouterr().out
    assert host.asked == []


def test_a_plan_that_is_refused_in_part_is_refused_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _apply(_Live("dockershim-logs-limited-otherwise")) == REFUSED
    said = capsys.readouterr().out
    assert "✗ Refused: " in said
    assert "1 of 2 fixes cannot be done; --partial applies the rest" in said
    assert "nothing was changed" in said


def test_a_named_check_without_a_fix_is_a_part_that_cannot_be_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name, ids = "dockershim-logs-limited-otherwise", ("log-rotation-not-carried-over",)
    assert _apply(_Live(name), *ids, "crictl-missing") == REFUSED
    said = capsys.readouterr().out
    assert "crictl-missing has no fix" in said
    assert "1 of 2 fixes cannot be done" in said


def test_the_rest_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It goes as far as the question, which nobody is there to answer."""
    name = "dockershim-logs-limited-otherwise"
    assert _apply(_Live(name), yes=False, partial=True) == REFUSED
    assert "nobody is there to confirm; give --yes to apply" in capsys.readouterr().err


class _Done(Engine):
    """An engine that carries out nothing, and says that it did."""

    def apply(self, plan: Plan, progress: Callable[[Progress], None], within: float = 0) -> Applied:
        progress(Progress(1, 2, "write /etc/x", True))
        progress(Progress(2, 2, "systemctl restart kubelet", True))
        return Applied(Ended.DONE, "000001-20260101-000000", ())


@pytest.mark.parametrize(
    ("ids", "code"), [((), FINDINGS), (("log-rotation-not-carried-over",), CLEAN)]
)
def test_a_part_that_was_done_is_not_told_as_the_whole(
    ids: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = _Done(_Live("dockershim-logs-limited-otherwise"), CHECKS, FIXES, only_reads=False)
    options = Options("apply", ids, yes=True, partial=True)
    assert apply(Opened(engine, ""), options) == code
    ended = capsys.readouterr().out.partition("✓ 1/2  write /etc/x\n")[2]
    assert ended.startswith("✓ 2/2  systemctl restart kubelet\n▸ looking at what came of it …\n")


@pytest.mark.parametrize(
    ("name", "ids", "code", "says"),
    [
        ("containerd-healthy", (), CLEAN, "Nothing to do."),
        ("containerd-healthy", ("crictl-config-missing",), CLEAN, "passes: nothing to do."),
        (
            "containerd-healthy-seen-by-nobody",
            (),
            NOT_EVALUATED,
            "checks could not be evaluated (not root",
        ),
        ("containerd-without-crictl", ("crictl-missing",), REFUSED, "has no fix. By hand: "),
        ("containerd-without-crictl", (), FINDINGS, "crictl-missing has no fix. By hand: "),
    ],
)
@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_where_nothing_is_done_the_words_and_the_code_say_why(
    name: str,
    ids: tuple[str, ...],
    code: int,
    says: str,
    verb: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if verb == "apply":
        assert _apply(_Live(name), *ids) == code
        assert says in " ".join(capsys.readouterr().out.split())
        return
    done = unshim("plan", "--root", str(FOLDER / name), *ids)
    assert done.returncode == code, done.stderr
    assert says in " ".join(done.stdout.split())


def test_a_pipe_for_a_plan_is_told_so_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "plan.json"
    os.mkfifo(pipe)
    done = unshim("apply", str(pipe))
    assert done.returncode == USAGE
    (line,) = done.stderr.splitlines()
    assert line == f"unshim: {pipe}: not a regular file; give a plan that `unshim plan -o` saved"


class _Untouched:
    """An engine that plans on a recorded node and notes whether it was asked to apply."""

    def __init__(self, name: str) -> None:
        self._engine = Engine(_Live(name), CHECKS, FIXES, only_reads=False)
        self.applied = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def apply(self, plan: Plan, tell: object, within: float) -> Applied:
        self.applied = True
        return Applied(Ended.INCOMPLETE, "000001-x", ("look at this",))


@pytest.mark.parametrize(("path", "error"), [("/dev/full", out.OutputError), ("", out.ReaderGone)])
def test_a_plan_that_could_not_be_shown_is_not_applied(
    monkeypatch: pytest.MonkeyPatch, path: str, error: type[Exception]
) -> None:
    engine = _Untouched("half-migrated")
    with _nowhere(path) as stream, pytest.raises(error):
        monkeypatch.setattr(sys, "stdout", stream)
        apply(
            Opened(cast(Engine, engine), ""), Options("apply", ("crictl-config-missing",), yes=True)
        )
    assert not engine.applied


ENDED = """
import sys
from unshim.cli.changing import end
from unshim.model.session import Applied, Ended
code = end(Applied(Ended.INCOMPLETE, "000001-x", ("look at this",)))
sys.stdout.write("more that nobody reads")
sys.exit(code)
"""


@pytest.mark.parametrize("path", ["/dev/full", ""])
def test_what_was_begun_ends_with_its_own_code_whoever_reads(path: str) -> None:
    with _nowhere(path) as stream:
        done = subprocess.run(
            [sys.executable, "-c", ENDED],
            stdout=stream,
            stderr=subprocess.PIPE,
            cwd=TOP,
            check=False,
        )
    assert done.returncode == 5
    assert done.stderr.count(b"\n") == (1 if path else 0)


@contextmanager
def _nowhere(path: str) -> Iterator[TextIO]:
    """A full disk, or "" for a pipe that nobody reads."""
    if path:
        handle = os.open(path, os.O_WRONLY)
    else:
        reads, handle = os.pipe()
        os.close(reads)
    stream = os.fdopen(os.dup(handle), "w")
    try:
        yield stream
    finally:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        stream.close()
        os.close(handle)


def test_nobody_confirms_on_a_closed_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert _apply(_Live("half-migrated"), "crictl-config-missing", yes=False) == REFUSED
    assert "nobody is there to confirm" in capsys.readouterr().err
