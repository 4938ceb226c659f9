"""What the cluster is told of this node, by the node's kubectl and a kubeconfig of root's."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from unshim.apply.acts.files import check_folders
from unshim.apply.failures import StepFailed, Unsafe
from unshim.apply.turn import Former, Turn
from unshim.model.search_path import PATH
from unshim.model.steps import CordonNode, DrainNode

CACHE = "/run/unshim/kubectl"
"""Where kubectl may keep what it learns of the API; without it that is the folder it runs in."""
LONGEST = 3600
_ASKED, _MOVED = 30.0, 60.0
"""Seconds for a question, and those that kubectl may take beyond its own deadline."""
BESIDE = 2 * _ASKED + _MOVED
"""Seconds that a drain may take beside its own."""

_NAME = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
_PATH = r"(/[A-Za-z0-9_.@-]*[A-Za-z0-9_-])+"
_EMPTY_DIRS, _BEFORE_1_20 = "--delete-emptydir-data", "--delete-local-data"
_AROUND = (
    r'^error: unable to drain node "[^"]*"(?: due to error)?[:,] ?|^There are pending .*'
    r"|,? (?:continuing|aborting) command\.\.\.$| \(will retry after \w+\)"
)
_TELLING = r"^(?:error|Error)[: ]|cannot |violate|timed out|timeout|[Ff]orbidden"


def is_node(name: str, kubeconfig: str) -> bool:
    """Whether a node and a kubeconfig can be named so."""
    return bool(re.fullmatch(_NAME, name) and re.fullmatch(_PATH, kubeconfig))


def note_cordon(step: CordonNode) -> Former:
    """Whether the node takes new pods. Raises: StepFailed, Unsafe, OSError."""
    _check(step.kubeconfig)
    return {"cordoned": _cordoned(step)}


def cordon(step: CordonNode, _: Former, turn: Turn) -> None:
    """Raises: StepFailed."""
    _let(step, step.cordoned)


def note_drain(step: DrainNode) -> Former:
    """Whether the node takes new pods.

    Raises:
        StepFailed: its pods may not leave it, with kubectl's reasons; or the API does not answer.
        Unsafe, OSError: the kubeconfig is not root's alone to write.
    """
    _check(step.kubeconfig)
    former = {"cordoned": _cordoned(step)}
    tried = _drain(step, 5, "--dry-run=server", empty_dirs=_empty_dirs(step))
    _kubectl(step, tried, _MOVED)
    return former


def drain(step: DrainNode, _: Former, turn: Turn) -> None:
    """Raises: StepFailed, with kubectl's reasons."""
    words = _drain(step, step.seconds, empty_dirs=_empty_dirs(step))
    _kubectl(step, words, step.seconds + _MOVED)


def undo(step: CordonNode | DrainNode, former: Former, turn: Turn) -> None:
    """The node takes new pods again, or none, as before. Raises: StepFailed."""
    try:
        _let(step, former["cordoned"])
    except StepFailed as error:
        raise StepFailed(f"{error}; by hand: {' '.join(verb(step, former['cordoned']))}") from None


def verb(step: CordonNode | DrainNode, cordoned: bool) -> tuple[str, ...]:
    """`kubectl cordon NAME`, as a person types it."""
    return ("kubectl", "cordon" if cordoned else "uncordon", step.name)


def options(step: CordonNode | DrainNode) -> tuple[str, ...]:
    """What kubectl is told beside: who asks, where it keeps things, how long an answer may take."""
    return (f"--kubeconfig={step.kubeconfig}", f"--cache-dir={CACHE}", "--request-timeout=20s")


def drain_command(step: DrainNode) -> tuple[str, ...]:
    """`kubectl drain NAME …`, as a person types it."""
    return ("kubectl", *_drain(step, step.seconds))


def _drain(step: DrainNode, seconds: int, *more: str, empty_dirs: str = _EMPTY_DIRS) -> list[str]:
    flags = ["--ignore-daemonsets", *([empty_dirs] if step.empty_dirs else [])]
    return ["drain", step.name, *flags, f"--timeout={seconds}s", *more]


def _empty_dirs(step: DrainNode) -> str:
    """How this kubectl is told that emptyDirs may be lost."""
    if not step.empty_dirs or _EMPTY_DIRS in _kubectl(step, ["drain", "--help"], _ASKED):
        return _EMPTY_DIRS
    return _BEFORE_1_20


def _let(step: CordonNode | DrainNode, cordoned: bool) -> None:
    if _cordoned(step) is cordoned:
        return
    _kubectl(step, verb(step, cordoned)[1:], _MOVED)
    if _cordoned(step) is not cordoned:
        raise StepFailed(f"node {step.name} {'takes' if cordoned else 'does not take'} new pods")


def _cordoned(step: CordonNode | DrainNode) -> bool:
    words = ["get", "node", step.name, "-o", "jsonpath={.spec.unschedulable}"]
    return _kubectl(step, words, _ASKED).strip() == "true"


def _check(path: str) -> None:
    """A kubeconfig can name programs that kubectl runs: nobody else may have written it.
    Raises: Unsafe, OSError."""
    real = os.path.realpath(path)
    status = os.stat(real)
    if not stat.S_ISREG(status.st_mode):
        raise Unsafe(f"{path} is not a regular file")
    if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o022:
        raise Unsafe(f"{path} can be written to by others than root")
    check_folders(Path(real))


def _kubectl(step: CordonNode | DrainNode, words: Sequence[str], timeout: float) -> str:
    """What it prints. Raises: StepFailed with all that it says stands in the way."""
    import subprocess  # dear, and a report starts nothing by this

    shown = " ".join(("kubectl", *words[:2]))
    try:
        done = subprocess.run(
            ["kubectl", *options(step), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
            env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
        )
    except OSError:
        raise StepFailed("kubectl is not on this node, or does not start") from None
    except subprocess.TimeoutExpired:
        raise StepFailed(f"{shown}: did not end within {timeout:g} s") from None
    if done.returncode:
        raise StepFailed(f"{shown}: {reasons(done.stderr.decode('utf-8', 'backslashreplace'))}")
    return done.stdout.decode("utf-8", "backslashreplace")


def reasons(said: str) -> str:
    """Of what kubectl says on its standard error, the lines that tell why, each once: it says most
    of it twice, and that its time is up beside what it waited for."""
    lines = [re.sub(_AROUND, "", line.strip()) for line in said.splitlines()]
    telling = list(dict.fromkeys(line for line in lines if re.search(_TELLING, line)))
    causes = [line for line in telling if "timeout reached" not in line]
    return (
        "; ".join(causes or telling or list(filter(None, lines))[-1:]) or "it ended without a word"
    )
