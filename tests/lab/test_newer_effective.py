"""The effective settings of kubelets 1.23, 1.27 and 1.36 against their own /configz, and of 1.36
those of --config-dir.

Some arrangements of each are asked everywhere, the others by `make drills`. In the `misleading`
ones the files say one thing and the kubelet does another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from unshim.facts.gather import gather
from unshim.model.values import known
from unshim.record.recorded import RecordedHost

from .arrangement import Arrangement
from .drop_in_arrangements import DROP_INS, FOLDER, HEAD, REFUSED_DROP_INS
from .hostile_states import CANARY
from .kubelet import config
from .kubelet_told import compare, refused, sampled, standalone, tell
from .newer_arrangements import NEWER, arrangements
from .node import Node
from .tell_kubelet import plain
from .test_records_equal import beyond, contents, record_by_sh, unanswered

pytestmark = pytest.mark.slow

RECORDED = "links to files count, links to folders do not"


@pytest.fixture(scope="module")
def kubelet_1_23(node_layers: None) -> Iterator[Node]:
    """A node with that kubelet, which runs no pods."""
    with standalone("1.23") as node:
        yield node


@pytest.fixture(scope="module")
def kubelet_1_27(node_layers: None) -> Iterator[Node]:
    """A node with that kubelet, which runs no pods."""
    with standalone("1.27") as node:
        yield node


@pytest.fixture(scope="module")
def kubelet_1_36(node_layers: None) -> Iterator[Node]:
    """A node with that kubelet, which runs no pods."""
    with standalone("1.36") as node:
        yield node


@pytest.mark.parametrize("arranged", sampled(arrangements("1.23")))
def test_settings_of_1_23(kubelet_1_23: Node, arranged: Arrangement) -> None:
    compare(tell(kubelet_1_23, arranged), arranged)


@pytest.mark.parametrize("arranged", sampled(arrangements("1.27")))
def test_settings_of_1_27(kubelet_1_27: Node, arranged: Arrangement) -> None:
    compare(tell(kubelet_1_27, arranged), arranged)


@pytest.mark.parametrize("arranged", sampled(arrangements("1.36")))
def test_settings_of_1_36(kubelet_1_36: Node, arranged: Arrangement) -> None:
    compare(tell(kubelet_1_36, arranged), arranged)


@pytest.mark.parametrize("arranged", sampled(DROP_INS))
def test_settings_of_1_36_with_drop_ins(kubelet_1_36: Node, arranged: Arrangement) -> None:
    compare(tell(kubelet_1_36, arranged), arranged)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        pytest.param(
            text,
            setting,
            id=name.replace(" ", "-"),
            marks=[] if number % 4 == 0 else [pytest.mark.drill],
        )
        for number, (name, text, setting) in enumerate(REFUSED_DROP_INS)
    ],
)
def test_a_drop_in_that_the_kubelet_ends_on_gives_no_value(
    kubelet_1_36: Node, text: str, setting: str
) -> None:
    kubelet_1_36.write("/etc/lab/refused.yaml", config("1.36"))
    kubelet_1_36.write("/etc/lab/refused.d/10.conf", text)
    flags = ["--config=/etc/lab/refused.yaml", "--config-dir=/etc/lab/refused.d"]
    found = refused(kubelet_1_36, flags, setting, (1, 36, 3))
    assert found.startswith("Missing("), found


def test_every_line_has_its_share_of_arrangements() -> None:
    for line in NEWER:
        of_line = arrangements(line)
        assert len({one.name for one in of_line}) == len(of_line) >= 12
        assert any(one.misleading for one in of_line)
    assert len({one.name for one in DROP_INS}) == len(DROP_INS) >= 12


def test_both_records_hold_the_drop_ins_that_count(kubelet_1_36: Node, tmp_path: Path) -> None:
    (arranged,) = (one for one in DROP_INS if one.name == RECORDED)
    secret = f"staticPodURLHeader:\n  Authorization: [Bearer {CANARY}]\n"
    folder = f"{FOLDER}/50/below"
    write = {**arranged.changed, f"{folder}/1.conf": f"{HEAD}podsPerCore: 21\n{secret}"}
    told = tell(kubelet_1_36, arranged._replace(changed=write))
    kubelet_1_36.run(["/opt/unshim/bin/unshim", "record", "/root/own.tar.gz"])
    record_by_sh(kubelet_1_36, "/root/sh.tar.gz")
    own, by_sh = tmp_path / "own.tar.gz", tmp_path / "sh.tar.gz"
    for file in (own, by_sh):
        file.write_bytes(kubelet_1_36.read(f"/root/{file.name}"))
        found = known(gather(RecordedHost(str(file))).kubelet)
        assert plain(found.effective) == told["effective"]
        assert [one.path for one in found.config_drop_ins] == [
            f"{FOLDER}/10.conf",
            f"{FOLDER}/20.conf",
            f"{folder}/1.conf",
        ]
        assert CANARY.encode() not in b"".join(contents(file))
    assert [one for one in unanswered(own, by_sh) if "/etc/lab" in one] == []
    assert [one for one in beyond(own, by_sh) if "/etc/lab" in one] == []
