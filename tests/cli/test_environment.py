"""What of the caller's environment reaches a program that root runs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import TOP

SHOW = """
import json, os, sys
from unshim.cli.environment import keep_allowed
from unshim.model.search_path import PATH
keep_allowed()
mask = os.umask(0)
json.dump({"environ": dict(os.environ), "umask": mask, "path": PATH}, sys.stdout)
"""


def _kept(**environ: str) -> dict[str, str]:
    """The variables that are left of these, without those that are always set."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW], env=environ, cwd=TOP, capture_output=True, check=True
    )
    told = json.loads(done.stdout)
    left: dict[str, str] = told["environ"]
    assert left.pop("PATH") == told["path"]
    assert left.pop("GRPC_VERBOSITY") == "NONE"
    assert told["umask"] == 0o022
    left.pop("LC_CTYPE", None)  # Python sets it itself where the locale is C
    return left


@pytest.mark.parametrize(
    "name",
    ["LD_PRELOAD", "TEXTUAL", "TEXTUAL_DRIVER", "GRPC_TRACE", "https_proxy", "BASH_ENV", "PATH"],
)
def test_what_could_steer_it_is_dropped(name: str) -> None:
    assert _kept(**{name: "/tmp/evil"}) == {}


def test_the_terminal_the_person_and_our_own_are_kept() -> None:
    ours = {"TERM": "xterm", "LANG": "C.UTF-8", "SUDO_USER": "ann", "UNSHIM_LAB_CACHE": "/x"}
    assert _kept(**ours) == ours


@pytest.mark.parametrize(("value", "kept"), [("1", {"NO_COLOR": "1"}), ("", {})])
def test_an_empty_wish_for_no_colour_is_none(value: str, kept: dict[str, str]) -> None:
    assert _kept(NO_COLOR=value) == kept
