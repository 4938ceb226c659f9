"""What is asked behind walls, as one question and one answer (gates/inside.py)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from unshim.model.nouns import NamedTuple
from unshim.model.search_path import PATH
from unshim.model.steps import WriteFile
from unshim.text import redact
from unshim.text.escape import visible

_PATIENCE = 120.0


class Said(NamedTuple):
    """A program's exit code and words."""

    code: int
    out: str
    err: str


class Started(NamedTuple):
    """How a containerd came up behind walls: the plugins that did not load, in its own words; or
    its last words where it ended; neither where it never answered."""

    failed: Mapping[str, str] | None = None
    ended: str | None = None


class Question(NamedTuple):
    """`config` is dumped by the containerd `binary`, and that started where `shadow`; `units` are
    verified. `writable` and `hidden` are folders."""

    binary: str = ""
    config: str = ""
    units: tuple[str, ...] = ()
    shadow: bool = False
    writable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What was said; None for what was not asked or not answered. `why` is why nothing was."""

    dump: Said | None = None
    verify: Said | None = None
    shadow: Started | None = None
    why: str = ""


def ask(question: Question, writes: Iterable[WriteFile] = ()) -> Answer:
    """Ask with these files in their places; none: with those that stand there now."""
    asked = {
        **question._asdict(),
        "dump": bool(question.binary),
        "verify": list(question.units),
        "posts": [
            [s.path, None if s.after is None else base64.b64encode(s.after).decode(), s.mode]
            for s in writes
        ],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "unshim.plan.gates.inside"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            cwd="/",
            env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
        )
        answers = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return Answer(why="it gave no answer")
    if not isinstance(answers, dict):
        lines = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        return Answer(why=words(lines[-1]) if lines else f"it ended with {done.returncode}")
    return Answer(_said(answers, "dump"), _said(answers, "verify"), _started(answers.get("shadow")))


def _said(answers: Mapping[str, Any], name: str) -> Said | None:
    answer = answers.get(name)
    return None if answer is None else Said(answer["code"], answer["out"], answer["err"])


def _started(answer: Mapping[str, Any] | None) -> Started | None:
    return None if answer is None else Started(answer.get("failed"), answer.get("ended"))


def words(text: str) -> str:
    """A program's words as they may be told: visible, short, and without secrets."""
    return redact.text(visible(text.strip()))[:400]
