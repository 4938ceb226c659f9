"""What real shells offer for a line, by a completion file of ours."""

from __future__ import annotations

import os
import pty
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.completions import completion

PATIENCE = 60


def offered(shell: str, line: str, state: Path, here: Path) -> set[str]:
    """What this shell offers at the end of a line, standing in a folder; a file of ours that is
    made now, for the runs below `state`. Skips where there is no such shell."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    file = state / f"unshim.{shell}"
    file.write_text(completion(shell, state))
    words = _ASKED[shell](program, file, line, here)
    return {word for word in words if word}


def _bash(program: str, file: Path, line: str, here: Path) -> list[str]:
    words = line.replace("=", " = ").split(" ")  # as COMP_WORDBREAKS has it
    asked = " ".join(map(shlex.quote, words))
    script = (
        f"source {file}\ncd {shlex.quote(str(here))}\n"
        f"COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}\n"
        'function_of=$(complete -p unshim | sed "s/.*-F \\([^ ]*\\).*/\\1/")\n'
        '"$function_of"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run([program, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def _fish(program: str, file: Path, line: str, here: Path) -> list[str]:
    script = f"source {file}; cd {shlex.quote(str(here))}; complete -C {shlex.quote(line)}"
    home = {**os.environ, "HOME": str(file.parent)}
    done = subprocess.run(
        [program, "--no-config", "-c", script], capture_output=True, text=True, check=True, env=home
    )
    assert done.stderr == ""
    return [row.partition("\t")[0] for row in done.stdout.splitlines()]


_ZSH = """\
autoload -Uz compinit
compinit -u -D
source {file}
compadd() {{
    if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a hits
    builtin compadd -A hits "$@"
    for hit in $hits; do print -r -- "$IPREFIX$hit" >> {hits}; done
    builtin compadd "$@"
}}
asked() {{
    BUFFER={line}
    CURSOR=${{#BUFFER}}
    zle complete-word
    exit
}}
zle -N asked
bindkey '^X' asked
cd {here}
print -n READY
"""


def _zsh(program: str, file: Path, line: str, here: Path) -> list[str]:
    """By a widget in a terminal: zsh completes nowhere else."""
    hits = file.with_suffix(".hits")
    hits.write_text("")
    (file.parent / ".zshrc").write_text(
        _ZSH.format(file=file, hits=hits, line=shlex.quote(line), here=shlex.quote(str(here)))
    )
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        [program, "-d", "-i"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "ZDOTDIR": str(file.parent), "TERM": "dumb", "HOME": str(file.parent)},
        start_new_session=True,
    )
    os.close(theirs)
    told = b""
    try:
        os.write(ours, b"\x18")
        while piece := _read(ours):
            told += piece
        shell.wait(PATIENCE)
    finally:
        shell.kill()
        os.close(ours)
    assert b"command not found" not in told, told
    return hits.read_text().splitlines()


def _read(handle: int) -> bytes:
    """What comes next; nothing where the other end is gone."""
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""


_ASKED: dict[str, Callable[[str, Path, str, Path], list[str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
