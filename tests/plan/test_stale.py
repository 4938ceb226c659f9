"""Whether a plan still holds: one rule for the screens and for saved plans."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest

from tests.laws.nodes import CHECKS, FIXES, NAMES, host, node, plan
from unshim.host.host import READ_LIMIT
from unshim.host.once import OnceHost
from unshim.model.machine import Process
from unshim.model.steps import ReloadSystemd, RestartUnit, StopUnit
from unshim.model.values import FileText, Missing, known
from unshim.plan import saved
from unshim.plan.basis import UNREADABLE, facts_of, hashes_of
from unshim.plan.rehearse import make_plan
from unshim.plan.stale import Basis, basis_of, fingerprint, stale

X, Y = "/etc/x", "/etc/y"
HOLDS = Basis("worker-1", {X: "aa", Y: ""}, {"CRI": "v1", "runtime": "containerd"}, "s")


def _with(**changes: object) -> Basis:
    return HOLDS._replace(**changes)  # type: ignore[arg-type]


CHANGES = {
    "another node": (_with(node="worker-2"), "it was made for worker-1, this is worker-2"),
    "another file": (_with(hashes={X: "bb", Y: ""}), "/etc/x is another file now"),
    "a file that is gone": (_with(hashes={X: "", Y: ""}), "/etc/x is gone"),
    "a file that came": (_with(hashes={X: "aa", Y: "cc"}), "/etc/y is another file now"),
    "an unreadable file": (_with(hashes={X: UNREADABLE, Y: ""}), "/etc/x cannot be read any more"),
    "one file less": (_with(hashes={X: "aa"}), "it does not rest on /etc/y any more"),
    "one file more": (_with(hashes={X: "aa", Y: "", "/z": ""}), "it rests on /z too now"),
    "another answer": (
        _with(facts={"CRI": "v1alpha2", "runtime": "containerd"}),
        "CRI was v1, is v1alpha2",
    ),
    "an answer that is gone": (_with(facts={"runtime": "containerd"}), "CRI was v1, is not known"),
    "an answer that came": (
        _with(facts={**HOLDS.facts, "kubelet runs": "True"}),
        "kubelet runs was not known, is True",
    ),
    "other steps": (_with(steps="t"), "it would do other things now"),
}


def test_a_plan_that_comes_out_the_same_holds() -> None:
    assert stale(HOLDS, _with()) == ""


@pytest.mark.parametrize("name", CHANGES)
def test_a_plan_that_comes_out_otherwise_does_not(name: str) -> None:
    new, reason = CHANGES[name]
    assert stale(HOLDS, new) == reason
    assert stale(new, HOLDS), "nor the other way round"


def test_a_file_that_could_not_be_read_then_is_not_the_same_now() -> None:
    old = _with(hashes={X: UNREADABLE, Y: ""})
    assert stale(old, HOLDS) == "/etc/x could not be read then"


@pytest.mark.parametrize("name", [n for n in NAMES if plan(n).steps])
def test_the_screens_and_a_saved_plan_come_to_the_same(name: str) -> None:
    made = plan(name)
    kept = saved.basis_in(saved.loads(saved.dumps(made)))
    assert kept == basis_of(made)
    again = basis_of(make_plan(host(name), CHECKS, FIXES, [f.check_id for f in made.fixes]))
    assert stale(kept, again) == ""


def test_a_plan_that_stops_where_it_restarted_is_another_plan() -> None:
    made = plan("containerd-cri-disabled")
    unit = "docker.service"
    assert fingerprint(made._replace(steps=(RestartUnit(unit),))) != fingerprint(
        made._replace(steps=(StopUnit(unit),))
    )
    assert fingerprint(made._replace(steps=(ReloadSystemd(),))) != fingerprint(
        made._replace(steps=())
    )


class Unreadable(OnceHost):
    """A node one file of which cannot be read any more."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(host(name))
        self._path = path

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        return Missing("Input/output error") if path == self._path else super().read(path, limit)


def test_a_file_that_became_unreadable_makes_every_plan_on_it_stale() -> None:
    name = "containerd-cri-disabled"
    made = plan(name)
    path = next(iter(made.hashes))
    hashes = hashes_of(Unreadable(name, path), made.steps, (), made.fixes)
    assert hashes[path] == UNREADABLE
    new = basis_of(made._replace(hashes={**made.hashes, **hashes}))
    assert stale(basis_of(made), new) == f"{path} cannot be read any more"
    again = make_plan(Unreadable(name, path), CHECKS, FIXES, [f.check_id for f in made.fixes])
    assert stale(basis_of(made), basis_of(again))


def test_a_kubelet_that_cannot_be_seen_any_more_makes_a_plan_stale() -> None:
    seen = node("containerd-cri-disabled")
    before, after = facts_of(seen), facts_of(seen._replace(kubelet=Missing("not permitted")))
    old = HOLDS._replace(facts=before)
    assert stale(old, old._replace(facts=after)) == "kubelet runs was True, is not known"


def test_a_kubelet_that_comes_and_goes_makes_no_plan_stale() -> None:
    """Whether it ran in the second that somebody looked is chance."""
    seen = node("containerd-cri-disabled")
    kubelet = known(seen.kubelet)
    unit, process = known(kubelet.unit), known(kubelet.process)
    assert unit is not None and process is not None
    looped = known(unit.state)._replace(restarts=4)

    def facts(process: Process | None, sub: str) -> Mapping[str, str]:
        again = unit._replace(state=looped._replace(sub=sub))
        return facts_of(seen._replace(kubelet=kubelet._replace(unit=again, process=process)))

    up = facts(process._replace(started=time.time()), "running")
    assert up["kubelet runs"] == "comes and goes"
    assert facts(None, "auto-restart") == up
    assert facts(process._replace(started=time.time() - 3600), "running")["kubelet runs"] == "True"
    gone = facts_of(seen._replace(kubelet=kubelet._replace(process=None)))
    assert gone["kubelet runs"] == "False"


def test_a_saved_plan_is_json_that_holds_no_file() -> None:
    document = json.loads(saved.dumps(plan("containerd-cri-disabled")))
    assert len(document["steps"]) == 64
    assert "systemctl restart containerd" in document["commands"]
