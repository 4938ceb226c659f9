"""The kubelet's effective settings against a real kubelet 1.20: its /configz for what is a field
there, the flags it logs at its start for the rest.

What neither shows here: values under which /configz does not answer without an API server (CLOSED),
and the settings of later releases, which this kubelet does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from unshim.releases.kubelet_flags import BARE_FLAGS

from .arrangement import Arrangement
from .kubelet import CONFIG
from .kubelet_arrangements import ARRANGEMENTS, REFUSED
from .kubelet_told import compare, refused, sampled, seen, tell
from .kubelet_told import standalone as booted
from .node import Node

pytestmark = pytest.mark.slow

MINOR = 20


@pytest.fixture(scope="module")
def standalone() -> Iterator[Node]:
    """A node with a kubelet that runs no pods."""
    with booted("1.20") as node:
        yield node


@pytest.mark.parametrize("arranged", sampled(ARRANGEMENTS, 10))
def test_effective_settings_are_those_of_the_kubelet(
    standalone: Node, arranged: Arrangement
) -> None:
    compare(tell(standalone, arranged), arranged)


def test_what_changes_after_the_start_is_staged(standalone: Node) -> None:
    arranged = ARRANGEMENTS[0]
    before = tell(standalone, arranged)
    text = CONFIG.replace("syncFrequency: 2s", "syncFrequency: 7s")
    files = {
        "/var/lib/kubelet/config.yaml": text,
        "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--v=2 --max-pods=33\n",
    }
    after = tell(standalone, arranged, again=True, write=files)
    assert after["configz"] == before["configz"]
    assert after["staged"] == [
        ["environment file", "/etc/default/kubelet"],
        ["configuration", "/var/lib/kubelet/config.yaml"],
        ["--max-pods=33", "/etc/default/kubelet"],
    ]
    assert after["effective"]["syncFrequency"][1] == "7s"
    assert after["effective"]["maxPods"][1] == 33
    assert after["running"]["syncFrequency"][0] == "missing"
    assert after["running"]["cni-bin-dir"][1] == "/usr/lib/cni"
    replaced = tell(standalone, arranged, again=True, replace=["/usr/bin/kubelet"])
    assert ["binary", "/usr/bin/kubelet"] in replaced["staged"]
    # What runs is asked itself, by the file that it was started from: its defaults stay known.
    assert replaced["running"]["cni-cache-dir"][1] == "/var/lib/cni/cache"


@pytest.mark.parametrize(("setting", "flags", "config"), REFUSED)
def test_a_value_that_the_kubelet_refuses_is_no_value(
    standalone: Node, setting: str, flags: str, config: str
) -> None:
    standalone.write("/etc/lab/refused.yaml", CONFIG + config)
    argv = ["--config=/etc/lab/refused.yaml", *flags.split()]
    found = refused(standalone, argv, setting, (1, 20, 2))
    assert found.startswith("Missing("), found


def test_flags_that_take_no_value(standalone: Node) -> None:
    """`--help` shows a kind behind each flag that takes a value, and none behind the others."""
    shown = standalone.text("/usr/bin/kubelet", "--help")
    flags = re.findall(r"^ +(?:-\w, )?--([\w-]+)( [\w.]+)?  ", shown, re.MULTILINE)
    bare = {name for name, kind in flags if not kind}
    assert len(bare) > 30
    assert bare <= BARE_FLAGS
    assert not {name for name, kind in flags if kind} & BARE_FLAGS
    known = {name for name, _ in flags}
    # Hidden in the help, but logged at the start as all others are.
    hidden = {"experimental-dockershim-root-directory"}
    assert {
        flag for row in seen(MINOR) for flag in row.flags if row.has_flag(MINOR)
    } <= known | hidden
