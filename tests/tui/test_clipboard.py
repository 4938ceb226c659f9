"""Where a copy goes, and that what is said of it is so. The tmux here is a real one."""

from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.pty_run import SERVE
from tests.waiting import until
from tui.terminal.clipboard import LIMIT, Clipboard

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def _osc(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


@pytest.mark.parametrize("term", ["xterm-kitty", "alacritty", "foot", "xterm-ghostty"])
def test_a_terminal_known_for_it_is_told_and_nothing_is_written(term: str, tmp_path: Path) -> None:
    done = Clipboard({"TERM": term, "XDG_RUNTIME_DIR": str(tmp_path)}).copy("text")
    assert done == ((_osc("text"),), "Sent to the terminal's clipboard.", False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "tmux-256color", ""])
def test_any_other_is_told_and_a_file_has_it_too(term: str, tmp_path: Path) -> None:
    clipboard = Clipboard({"TERM": term, "XDG_RUNTIME_DIR": str(tmp_path)})
    done = clipboard.copy("one")
    (path,) = tmp_path.iterdir()
    assert done == ((_osc("one"),), f"Sent to the terminal, and written to {path}", False)
    assert path.read_text() == "one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    clipboard.copy("2")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["2"]


@pytest.mark.parametrize("environ", [{"TERM": "linux"}, {"TERM": "vt100"}])
def test_a_console_gets_a_file_alone(environ: dict[str, str], tmp_path: Path) -> None:
    done = Clipboard({**environ, "XDG_RUNTIME_DIR": str(tmp_path)}).copy("text")
    (path,) = tmp_path.iterdir()
    assert done == ((), f"Written to {path}", False)


def test_what_is_too_long_for_a_terminal_goes_into_a_file(tmp_path: Path) -> None:
    done = Clipboard({"TERM": "foot", "XDG_RUNTIME_DIR": str(tmp_path)}).copy("x" * LIMIT)
    (path,) = tmp_path.iterdir()
    assert done == ((), f"Written to {path}", False)
    assert path.read_text() == "x" * LIMIT


def test_gnu_screen_passes_it_on_in_an_envelope(tmp_path: Path) -> None:
    environ = {"TERM": "screen", "STY": "1.pts", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert Clipboard(environ).copy("text").sequences == (f"\x1bP{_osc('text')}\x1b\\",)


def test_a_file_put_in_the_way_is_not_followed(tmp_path: Path) -> None:
    clipboard = Clipboard({"TERM": "linux", "XDG_RUNTIME_DIR": str(tmp_path)})
    clipboard.copy("one")
    (path,) = tmp_path.iterdir()
    path.unlink()
    other = tmp_path / "other"
    other.write_text("kept")
    path.symlink_to(other)
    done = clipboard.copy("two")
    assert done.bad
    assert done.said.startswith("Not copied: no file could be written")
    assert other.read_text() == "kept"


def test_a_tmux_that_does_not_answer_is_not_said_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", f"{tmp_path}/gone,1,0")
    environ = {"TERM": "tmux", "TMUX": f"{tmp_path}/gone,1,0", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert Clipboard(environ).copy("text").said.startswith("Sent to the terminal, and written to")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """A tmux server of our own, as it comes, with the screens in it."""
    words = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    command = f"{sys.executable} -I {SERVE}"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TMUX")}
    subprocess.run(
        [*words, "new-session", "-d", "-x", "80", "-y", "24", command],
        check=True,
        env={**clean, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
    )
    yield words
    subprocess.run([*words, "kill-server"], check=False)


def _says(words: list[str], *more: str) -> str:
    ran = subprocess.run([*words, *more], capture_output=True, text=True, check=False)
    return ran.stdout


@needs_tmux
def test_a_copy_is_in_tmux_as_it_comes(tmux: list[str]) -> None:
    until(lambda: "1.23.17" in _says(tmux, "capture-pane", "-p"), "the overview")
    _says(tmux, "send-keys", "f")
    until(lambda: "by severity" in _says(tmux, "capture-pane", "-p"), "the findings")
    _says(tmux, "send-keys", "y")
    until(lambda: "Copied into tmux's buffer" in _says(tmux, "capture-pane", "-p"), "the notice")
    assert "  kubelet: systemd   /var/lib/kubelet/config.yaml:9\n" in _says(tmux, "show-buffer")
