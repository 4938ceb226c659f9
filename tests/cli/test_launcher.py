"""The installed command: nothing in the environment or the current folder steers it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_bad_input import TOP
from unshim import __version__

COMMAND = Path(sys.executable).parent / "unshim"
MODULES = ("sitecustomize", "usercustomize", "unshim", "checks", "json", "argparse", "yaml", "evil")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder whose modules, if one were loaded, would leave a mark."""
    mark = tmp_path / "mark"
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w').write({name!r})\n")
    return tmp_path


def _steered(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
        "PYTHONHOME": str(folder),
        "PYTHONSTARTUP": str(folder / "evil.py"),
        "PYTHONINSPECT": "1",
        "PYTHONUSERBASE": str(folder),
        "PYTHONWARNINGS": "error",
        "PYTHONBREAKPOINT": "evil.x",
        "PYTHONPYCACHEPREFIX": str(folder),
        "TEXTUAL_DRIVER": "evil:Driver",
        "TEXTUAL_PRESS": "y,enter",
        "TEXTUAL_LOG": str(folder / "mark"),
        "TEXTUAL_SCREENSHOT": "0",
        "GRPC_TRACE": "all",
        "GRPC_VERBOSITY": "debug",
        "ENV": str(folder / "evil.sh"),
        "BASH_ENV": str(folder / "evil.sh"),
        "TERM": "dumb",
        "HOME": str(folder),
    }


@pytest.mark.parametrize("words", [["--version"], ["--report", "json", "--demo"], ["--demo"]])
def test_no_variable_and_no_file_here_runs_code(hostile: Path, words: list[str]) -> None:
    (hostile / "evil.sh").write_text(f"echo x > {hostile}/mark\n")
    done = subprocess.run(
        [str(COMMAND), *words],
        cwd=hostile,
        env=_steered(hostile),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        text=True,
    )
    assert done.returncode in (0, 1, 3), done.stderr
    assert done.stderr == ""
    assert done.stdout
    assert not (hostile / "mark").exists()


def test_a_link_to_the_command_finds_its_environment(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(COMMAND)
    (tmp_path / "two").symlink_to("one")
    done = subprocess.run([str(tmp_path / "two"), "--version"], capture_output=True, text=True)
    assert done.stdout == f"unshim {__version__}\n", done.stderr


def test_the_installed_script_is_the_one_in_the_repository() -> None:
    assert COMMAND.read_text() == (TOP / "bin" / "unshim").read_text()
