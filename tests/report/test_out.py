"""The one writer: colours where they help, whole files or none, one line where it cannot write."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from unshim.report import out
from unshim.tell.lines import Ink, Line, line

TOLD = [line("a ", ("b", Ink.ERROR), indent=2), line(("c\x1b[2J", Ink.PASS))]
PLAIN = "  a b\nc\\x1b[2J\n"
PAINTED = "  a \x1b[31mb\x1b[0m\n\x1b[32mc\\x1b[2J\x1b[0m\n"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


def test_a_terminal_gets_colours_and_no_sequence_of_a_node(environ: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    out.write(TOLD, terminal)
    assert terminal.getvalue() == PAINTED


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "")])
def test_nobody_gets_colours_who_wants_none(
    environ: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environ.setenv(name, value)
    terminal = Terminal()
    out.write(TOLD, terminal)
    assert terminal.getvalue() == PLAIN


def test_a_pipe_and_a_file_get_none(environ: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    out.write(TOLD, pipe)
    assert pipe.getvalue() == PLAIN == out.plain(TOLD)


@pytest.mark.parametrize("ink", [ink for ink in Ink if ink is not Ink.PLAIN])
def test_every_ink_shows_on_a_terminal(environ: pytest.MonkeyPatch, ink: Ink) -> None:
    terminal = Terminal()
    out.say("x", ink, terminal)
    assert terminal.getvalue().endswith("mx\x1b[0m\n")


def test_a_charset_without_the_signs_shows_them_as_escapes() -> None:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding="ascii")
    out.write([Line((("✗ ü", Ink.PLAIN),))], stream)
    stream.flush()
    assert data.getvalue() == b"\\u2717 \\xfc\n"


def test_a_stream_that_is_closed_is_one_clear_line() -> None:
    closed = io.StringIO()
    closed.close()
    with pytest.raises(out.OutputError, match="cannot write to standard output"):
        out.write(TOLD, closed)


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old, and longer than the new one")
    path.chmod(0o644)
    out.write_file(str(path), "new ✗\udcff")
    assert path.read_text(encoding="utf-8") == "new ✗\\udcff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["report.txt"]


@pytest.mark.parametrize("kind", ["link", "folder", "fifo"])
def test_what_is_not_a_regular_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    path, target = tmp_path / "report", tmp_path / "target"
    target.write_text("kept")
    if kind == "link":
        path.symlink_to(target)
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    before = path.lstat()
    with pytest.raises(out.OutputError, match="is not a regular file; not written"):
        out.write_file(str(path), "new")
    assert path.lstat() == before
    assert target.read_text() == "kept"


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(out.OutputError, match=r"cannot write .*: No such file or directory"):
        out.write_file(str(tmp_path / "gone" / "report"), "new")
    assert os.listdir(tmp_path) == []
