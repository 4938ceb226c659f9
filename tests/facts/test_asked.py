"""A node that is read as it is asked: the same node, and nothing read that nobody asked for."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence

import pytest

from tests import NODES
from tests.laws.nodes import CHECKS, NAMES
from unshim.engine import Engine
from unshim.facts.asked import asked_node
from unshim.facts.gather import gather
from unshim.host.host import Output
from unshim.judge.diagnose import diagnose
from unshim.model.node import Node
from unshim.model.values import Missing
from unshim.record.recorded import RecordedHost


def _host(name: str) -> RecordedHost:
    return RecordedHost(str(NODES / name))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_node_that_is_read_at_once(name: str) -> None:
    whole, asked = gather(_host(name)), gather(_host(name), whole=False)
    assert diagnose(asked, CHECKS) == diagnose(whole, CHECKS)
    assert asked == whole
    assert whole == asked


def _counted() -> tuple[Node, list[str]]:
    """A node of answers that say what they are, and which of them were asked for."""
    asked: list[str] = []

    def answer(name: str) -> str:
        asked.append(name)
        return f"the {name}"

    return asked_node("a test", False, answer), asked


def test_a_subject_is_asked_for_when_somebody_wants_it() -> None:
    node, asked = _counted()
    assert (node.origin, node.live, asked) == ("a test", False, [])
    assert isinstance(node, Node)
    assert str(node.kubelet) == "the kubelet"
    assert asked == ["kubelet"]


def test_it_has_every_answer_where_it_is_taken_as_a_whole() -> None:
    node, _ = _counted()
    plain = Node(*node)
    assert type(plain) is Node
    assert plain == node and node == plain and not node != plain  # noqa: SIM202  (it is asked)
    assert hash(node) == hash(plain)
    assert node._asdict() == plain._asdict()
    assert node[3] == plain[3] == "the kubelet"
    assert repr(node).partition("(")[2] == repr(plain).partition("(")[2]
    assert node._replace(origin="else") == plain._replace(origin="else") != node
    assert copy.copy(node) == pickle.loads(pickle.dumps(node)) == plain
    assert type(pickle.loads(pickle.dumps(node))) is Node


class _Listening(RecordedHost):
    """A record that notes which programs were asked."""

    def __init__(self, name: str) -> None:
        super().__init__(str(NODES / name))
        self.ran: list[str] = []

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        self.ran.append(argv[0])
        return super().run(argv, timeout)


def test_a_look_at_a_record_reads_what_its_checks_ask_for() -> None:
    """No check asks for disks yet, whose room `df` tells; `facts` does."""
    host = _Listening("half-migrated")
    look = Engine(host, CHECKS, (), True).look()
    assert "df" not in host.ran
    assert not isinstance(look.node.storage, Missing)
    assert "df" in host.ran
