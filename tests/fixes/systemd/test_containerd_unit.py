"""The drop-in that spares the containers, and the drop-ins that would undo it."""

from __future__ import annotations

import pytest

from checks.systemd.containerd_unit import containerd_unit_killmode
from fixes.systemd.containerd_unit import DROP_IN
from tests.checks.changed import HEALTHY, with_containerd
from tests.fixes.carried_out import acts, file_of, refusal, steps
from tests.laws.nodes import node
from unshim.model.machine import Unit
from unshim.model.node import Node
from unshim.model.steps import WriteFile
from unshim.model.values import Origin, Setting, Source, known

FOLDER = "/etc/systemd/system/containerd.service.d"


def _set_by(path: str, *others: str) -> Node:
    """A node whose KillMode is set in this file, and whose unit has these files too."""
    unit = known(known(node(HEALTHY).containerd).unit)
    assert isinstance(unit, Unit)
    mode = Setting("mixed", Source(Origin.UNIT, path, 2))
    files = (*unit.files, *(file_of(other, "[Service]\n") for other in others))
    return with_containerd(node(HEALTHY), unit=unit._replace(kill_mode=mode, files=files))


@pytest.mark.parametrize(
    "path",
    [
        "/lib/systemd/system/containerd.service",
        "systemd's default",
        f"{FOLDER}/10-a.conf",
        "/run/systemd/system/containerd.service.d/10-a.conf",
    ],
)
def test_it_is_written_where_nothing_later_sets_it(path: str) -> None:
    done = steps(containerd_unit_killmode, _set_by(path))
    assert done[0] == WriteFile(DROP_IN, None, b"[Service]\nKillMode=process\n")
    assert acts(done) == ["reload"]


@pytest.mark.parametrize("path", [f"{FOLDER}/99-a.conf", f"{FOLDER}/limits.conf"])
def test_a_later_drop_in_would_win_and_is_left_to_a_person(path: str) -> None:
    refused = refusal(containerd_unit_killmode, _set_by(path))
    assert refused.reason == f"{path} sets KillMode after any drop-in of ours"
    assert refused.by_hand == (f"edit {path}: KillMode=process", "systemctl daemon-reload")


def test_our_own_drop_in_from_before_is_replaced() -> None:
    first = steps(containerd_unit_killmode, _set_by(DROP_IN, DROP_IN))[0]
    assert isinstance(first, WriteFile) and first.before == b"[Service]\n"


def test_without_a_unit_there_is_nothing_to_add_to() -> None:
    refused = refusal(containerd_unit_killmode, with_containerd(node(HEALTHY), unit=None))
    assert refused.reason == "containerd has no unit here"
