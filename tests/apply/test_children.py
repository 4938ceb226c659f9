"""The programs that a worker may start: named in the code, never by what a run's folder holds."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from unshim.apply.children import NAMES, commands
from unshim.apply.kinds import KINDS

RUN = Path("/var/lib/unshim/tx/000001-20260101-000000")
SOCKET = "/run/containerd/containerd.sock"


def test_each_child_is_a_module_of_unshims_own_run_by_this_python_alone() -> None:
    for argv in commands({"socket": SOCKET}, RUN, NAMES).values():
        assert argv[:3] == [sys.executable, "-I", "-m"]
        assert argv[3].startswith("unshim.")
        assert importlib.util.find_spec(argv[3]) is not None


def test_every_child_that_a_kind_names_is_known() -> None:
    assert {child for kind in KINDS.values() for child in kind.children} <= NAMES


def test_containerd_is_asked_by_the_plans_socket_and_the_node_looked_at_by_the_runs_folder() -> (
    None
):
    found = commands({"socket": SOCKET}, RUN, NAMES)
    assert found["probe"][4:] == [SOCKET]
    assert found["look"][4:] == [str(RUN)]


@pytest.mark.parametrize(
    "socket", ["", "relative.sock", "--help", "/run/a\nb", "/" + "a" * 107, ["/run/x"], None, 5]
)
def test_no_containerd_is_asked_by_what_can_be_no_socket(socket: object) -> None:
    assert "probe" not in commands({"socket": socket}, RUN, NAMES)


def test_a_program_that_a_run_names_is_never_started() -> None:
    planted = {"socket": SOCKET, "commands": {"probe": ["/tmp/evil"], "look": ["/tmp/evil"]}}
    assert commands(planted, RUN, NAMES) == commands({"socket": SOCKET}, RUN, NAMES)


def test_no_other_child_is_started_than_those_that_are_asked_for() -> None:
    assert set(commands({"socket": SOCKET}, RUN, ["images"])) == {"images"}
    assert commands({"socket": SOCKET}, RUN, []) == {}
    with pytest.raises(KeyError):
        commands({}, RUN, ["sh"])
