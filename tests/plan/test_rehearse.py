"""What a plan costs: one gather of the node, and one more for each fix that is tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.laws.nodes import CHECKS, FIXES, NAMES, failing, host, plan
from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.model.node import Node
from unshim.model.plan import Fix, Refused
from unshim.model.steps import Step
from unshim.plan import picture, rehearse
from unshim.plan.rehearse import make_plan


@pytest.fixture
def gathers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is gathered, as it happens."""
    gathered: list[str] = []

    def counted(host: Host) -> Node:
        gathered.append(host.origin)
        return gather(host)

    monkeypatch.setattr(rehearse, "gather", counted)
    monkeypatch.setattr(picture, "gather", counted)
    return gathered


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_of_n_fixes_gathers_n_and_one_times(name: str, gathers: list[str]) -> None:
    made = make_plan(host(name), CHECKS, FIXES, ())
    tried = len(made.fixes)
    vain = [r for r in made.refusals if "would not cure" in r.reason]
    assert len(gathers) == 1 + tried + len(vain)


def test_a_fix_that_is_refused_or_not_needed_costs_no_gather(gathers: list[str]) -> None:
    def refuse(_: Node) -> Iterator[Step]:
        raise Refused("not now")
        yield

    name = "half-migrated"
    fixes = [f._replace(run=refuse) for f in FIXES]
    made = make_plan(host(name), CHECKS, fixes, ())
    assert made.refusals and not made.fixes
    assert len(gathers) == 1
    passing = [f.check_id for f in FIXES if f.check_id not in failing(name)]
    make_plan(host(name), CHECKS, FIXES, passing)
    assert len(gathers) == 2


def test_a_fix_that_does_not_cure_is_not_offered_and_leaves_nothing_behind() -> None:
    name = "containerd-cri-disabled"
    (whole,) = plan(name, "cri-plugin-disabled").fixes

    def vain(node: Node) -> list[Any]:
        return [s for s in whole.run(node) if type(s).__name__ == "RestartUnit"]

    fix: Fix = whole._replace(run=vain)
    made = make_plan(host(name), CHECKS, [fix], ["cri-plugin-disabled"])
    assert [r.reason for r in made.refusals] == ["it would not cure what was found on this node"]
    assert made.steps == () and made.diffs == () and made.facts == {}
