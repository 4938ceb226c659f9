"""What a command may not load, so that it starts at once: why imports stand inside functions.

An import inside a function of unshim or tui keeps a module of this table out; no other needs one.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from tests import TOP

NODE = ["--root", str(TOP / "tests" / "nodes" / "half-migrated")]

SLOW = {
    "textual",
    "rich",
    "grpc",
    "psutil",
    "tomlkit",
    "asyncio",
    "logging",
    "textwrap",
    "argparse",
    "tui",
}
"""What takes long to load and only screens, live panes or edits need."""

NOUNS = {"dataclasses", "inspect"}
"""What makes ordinary dataclasses: a tenth of what a report may take to start."""

PARSERS = {"yaml", "json", "google.protobuf", "unshim.rpc", "unshim.record"}
"""What reads a node."""

CATALOGUE = {"checks", "fixes"}
ENGINE = {"unshim.facts.gather", "unshim.plan", "unshim.live", "unshim.apply"}

NEVER: dict[str, tuple[list[str], set[str]]] = {
    "version": (
        ["--version"],
        {*SLOW, *NOUNS, *PARSERS, *CATALOGUE, *ENGINE, "unshim.cli", "unshim.engine"},
    ),
    "help": (["--help"], {*SLOW, *NOUNS, *PARSERS, *CATALOGUE, *ENGINE}),
    "completion": (["completion", "bash"], {*SLOW, *NOUNS, *PARSERS, *CATALOGUE, *ENGINE}),
    "list": (
        ["list"],
        {*SLOW, *NOUNS, *ENGINE, *PARSERS, "unshim.report.as_json"} - {"json"},
    ),
    "explain": (
        ["explain", "crictl-missing"],
        {*SLOW, *NOUNS, "yaml", "unshim.rpc", "unshim.plan"},
    ),
    "report": (
        ["--report", "text", *NODE],
        {*SLOW, *NOUNS, "unshim.plan", "unshim.live", "unshim.report.as_json", "subprocess"},
    ),
    "report as JSON": (
        ["--report", "json", *NODE],
        {*SLOW, *NOUNS, "unshim.plan", "unshim.live", "unshim.report.as_text", "subprocess"},
    ),
    "facts": (["facts", *NODE], {*SLOW, *NOUNS, *CATALOGUE, "unshim.plan", "unshim.live"}),
    "plan": (["plan", *NODE], {*SLOW, "unshim.live", "unshim.plan.carry_out"}),
    "journal": (["journal"], {*SLOW, *NOUNS, *CATALOGUE, "yaml", "unshim.rpc", "unshim.plan"}),
}

RUN = """
import sys
from unshim.__main__ import run
try:
    run()
except SystemExit:
    pass
sys.stderr.write("\\n".join(["", "loaded", *sys.modules]))
"""
WORKER = RUN.replace("unshim.__main__ import run", "unshim.apply.__main__ import main").replace(
    "    run()", "    main(['confirm', '/nowhere'])"
)
SCREENS = RUN.replace("unshim.__main__ import run", "tui.run import run").replace(
    "    run()", "    0"
)


def _loaded(script: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOP, check=True)
    said, _, modules = done.stderr.rpartition("\nloaded\n")
    assert not said.strip(), said
    return set(modules.split())


def _among(loaded: set[str], never: set[str]) -> list[str]:
    return sorted(n for n in loaded if any(f"{n}.".startswith(f"{name}.") for name in never))


@pytest.mark.parametrize("command", NEVER)
def test_a_command_loads_nothing_that_it_does_not_need(command: str) -> None:
    arguments, never = NEVER[command]
    assert _among(_loaded(RUN, *arguments), never) == []


def test_the_worker_loads_little_but_the_standard_library() -> None:
    """It must work, and start at once, when everything else on the node is broken."""
    loaded = _loaded(WORKER)
    ours = {name for name in loaded if name.partition(".")[0] in ("unshim", "checks", "fixes")}
    rooms = {name for name in ours if not f"{name}.".startswith(("unshim.apply.", "unshim.model."))}
    assert rooms == {"unshim"}
    never = {*SLOW, *NOUNS, *CATALOGUE, "unshim.model.node", "subprocess", "calendar", "yaml"}
    assert _among(loaded, never) == []


def test_the_opening_screen_waits_for_no_other() -> None:
    screens = {f"tui.screens.{name}" for name in ("findings", "change", "live", "undo", "help")}
    never = {*screens, "grpc", "psutil", "tomlkit", "unshim.plan", "unshim.live", "unshim.rpc"}
    assert _among(_loaded(SCREENS), never) == []


def test_every_name_of_the_table_is_a_module() -> None:
    names = {name for _, never in NEVER.values() for name in never}
    assert [name for name in sorted(names) if importlib.util.find_spec(name) is None] == []
