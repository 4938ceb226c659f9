"""No secret is in what a run, a fault of unshim's own or a process is told with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from tests import planted
from tests.apply.acts.test_files import folder as folder
from tests.carried import apply
from tests.judge.nodes import check
from tests.laws import nodes
from tui.terminal.crash import crash_message, where
from unshim.apply import journal
from unshim.apply.codec import encode
from unshim.apply.ends import APPLIED
from unshim.host.processes import read_processes
from unshim.judge.diagnose import diagnose
from unshim.model.checks import Outcome
from unshim.model.node import Node
from unshim.model.session import Undoing
from unshim.model.steps import Step, WriteFile
from unshim.model.values import Missing
from unshim.plan.undoing import undoing

ARGUMENTS = (
    ("--token={}",),
    ("--token", "{}"),
    ("-p{}",),
    ("-u", "user:{}"),
    ("--a-flag-that-nobody-listed={}",),
    ("--a-flag-that-nobody-listed", "{}"),
    ("DB_PASS={}",),
    ("{}",),
    ("--registry=https://user:{}@example.org/v2?sig={}",),
    ("--header", "Authorization: Bearer {}"),
)
"""How people hand secrets to a program, {} in the place of each."""


def test_none_is_in_a_run_or_in_the_way_back(folder: Path) -> None:
    steps: list[Step] = []
    written = [text for path, text in planted.FILES.items() if not path.startswith("/proc/")]
    for number, text in enumerate(written):
        path, before = folder / str(number), text.encode()
        path.write_bytes(before)
        steps.append(WriteFile(str(path), before, b"# one\n" + before + b"# two\n"))
    plan = {
        "format": 1,
        "commands": {},
        "checks": ["x"],
        "steps": [encode(step) for step in steps],
    }
    assert apply(journal.new_run(plan, folder / "state")) == APPLIED
    shown = undoing("", folder / "state")
    assert isinstance(shown, Undoing) and len(shown.diffs) == len(steps)
    assert planted.leaked(f"{shown!r} {journal.runs(folder / 'state')!r}") == []


def test_none_is_in_what_is_said_of_a_fault() -> None:
    secret = planted.SECRETS[0]

    def broken(node: Node) -> NoReturn:
        raise ValueError(f"token {secret} of {node.origin}")

    (result,) = diagnose(nodes.node(nodes.NAMES[0]), [check()._replace(run=broken)])
    assert result.outcome is Outcome.ERROR
    try:
        broken(nodes.node(nodes.NAMES[0]))
    except ValueError as error:
        told = crash_message(where(error))
    assert "ValueError" in told
    assert planted.leaked(f"{result.reason} {told}") == []


def test_none_is_in_the_arguments_of_a_process() -> None:
    secrets = iter(planted.SECRETS)
    words = [word for form in ARGUMENTS for word in form]
    given = [word.replace("{}", next(secrets)) for word in words]
    named = "open('/proc/self/comm', 'w').write('kubelet')"
    script = f"{named}; print('ready', flush=True); import time; time.sleep(600)"
    argv = [sys.executable, "-c", script, *given]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            found = read_processes()
        finally:
            process.kill()
    assert not isinstance(found, Missing)
    (one,) = [p for p in found if p.pid == process.pid]
    assert len(one.argv) == len(argv)
    assert planted.leaked(" ".join(one.argv)) == []
