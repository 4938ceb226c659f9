"""What a plan costs: one gather of the node, and one more for each fix that is tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.laws.nodes import CHECKS, FIXES, NAMES, failing, host, look, node, plan
from tests.trees import tree
from unshim.facts.gather import gather
from unshim.host.host import Host
from unshim.judge.disturbs import cure_by
from unshim.model.checks import Check, Finding, Outcome, Scope, Severity
from unshim.model.machine import Runtime
from unshim.model.node import Node
from unshim.model.plan import Disturbs, Fix, Plan, Refused
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, WriteFile
from unshim.model.values import FileText, Missing, Unknown, known
from unshim.plan import rehearse
from unshim.plan.pictures import node as picture
from unshim.plan.rehearse import make_plan
from unshim.plan.stale import basis_of, stale


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
    vain = [r for r in made.refusals if "would not fix" in r.reason]
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
    assert [r.reason for r in made.refusals] == ["it would not fix what was found on this node"]
    assert made.steps == () and made.diffs == () and made.facts == {}


def test_a_fix_after_which_nothing_is_known_is_not_offered() -> None:
    name = "containerd-cri-disabled"
    check = next(c for c in CHECKS if c.id == "cri-plugin-disabled")
    (whole,) = plan(name, check.id).fixes

    def fails_or_knows_nothing(node: Node) -> Iterator[Finding]:
        findings = tuple(check.run(node))
        if not findings:
            raise Unknown(Missing("it is not known any more"))
        yield from findings

    unsure = check._replace(run=fails_or_knows_nothing)
    made = make_plan(host(name), [unsure], [whole], [check.id])
    assert [r.reason for r in made.refusals] == ["it would not fix what was found on this node"]


def _hurts_more_on_containerd(node: Node) -> Iterator[Finding]:
    moved = known(node.runtime).value is Runtime.CONTAINERD
    words = "the kubelet asks for it" if moved else "nobody asks for it"
    yield Finding("a note of no matter", (), severity=Severity.INFO)
    yield Finding(words, (), severity=Severity.WARNING if moved else Severity.INFO)


def test_a_severity_that_rises_with_the_move_is_forecast_in_words() -> None:
    name = "dockershim-ready-to-move"
    rising = CHECKS[0]._replace(id="rising", run=_hurts_more_on_containerd, scope=Scope())
    move = "kubelet-dockershim-reference"
    made = make_plan(host(name), [*CHECKS, rising], FIXES, [move])
    (risen,) = (f for f in made.forecast if f.check_id == "rising")
    assert (risen.before, risen.severity_before) == (Outcome.FAIL, Severity.INFO)
    assert (risen.after, risen.severity_after) == (Outcome.FAIL, Severity.WARNING)
    assert risen.finding == "the kubelet asks for it"


def _cured_only_before_the_move(hurts: Severity | None) -> tuple[Check, Fix]:
    """A check that crictl's file says what the kubelet uses, and a fix that adds a line for it."""

    def file(node: Node) -> FileText:
        found = known(known(node.crictl).config_file)
        assert found is not None
        return found

    def line(node: Node) -> bytes:
        return f"# for {known(node.runtime).value}\n".encode()

    def unset(node: Node) -> Iterator[Finding]:
        if line(node) not in file(node).data:
            on = known(node.runtime).value is Runtime.CONTAINERD
            yield Finding("it is not set", (), severity=hurts if on else None)

    def set_it(node: Node) -> Iterator[Step]:
        old = file(node)
        yield WriteFile(old.path, old.data, old.data + line(node))

    check = CHECKS[0]._replace(id="phased", run=unset, scope=Scope(), severity=Severity.WARNING)
    fix = FIXES[0]._replace(id="phased", check_id="phased", disturbs=Disturbs.NOTHING, run=set_it)
    return check, fix


def _all_with(check: Check, fix: Fix) -> Plan:
    return make_plan(host("dockershim-ready-to-move"), [*CHECKS, check], [fix, *FIXES], ())


def test_what_a_later_fix_makes_wrong_again_is_cured_again() -> None:
    made = _all_with(*_cured_only_before_the_move(None))
    (phased,) = (f for f in made.forecast if f.check_id == "phased")
    assert (phased.before, phased.after) == (Outcome.FAIL, Outcome.PASS)
    (text,) = (s.after for s in made.steps if isinstance(s, WriteFile) and "crictl" in s.path)
    assert text is not None and text.endswith(b"# for dockershim\n# for containerd\n")
    assert [f.check_id for f in made.fixes].count("phased") == 1


@pytest.mark.parametrize("hurts", [None, Severity.INFO])
def test_a_plan_that_is_made_again_by_its_checks_is_the_same(hurts: Severity | None) -> None:
    """As it is made before it is applied."""
    check, fix = _cured_only_before_the_move(hurts)
    made = _all_with(check, fix)
    names = [f.check_id for f in made.fixes]
    assert "phased" in names and "kubelet-dockershim-reference" in names
    again = make_plan(host("dockershim-ready-to-move"), [*CHECKS, check], [fix, *FIXES], names)
    assert stale(basis_of(made), basis_of(again)) == ""


def test_what_is_only_a_note_afterwards_is_forecast_as_one() -> None:
    made = _all_with(*_cured_only_before_the_move(Severity.INFO))
    (phased,) = (f for f in made.forecast if f.check_id == "phased")
    assert (phased.after, phased.severity_after) == (Outcome.FAIL, Severity.INFO)
    assert phased.finding == "it is not set"


def test_a_fix_that_rests_on_what_was_not_seen_yet_names_those_before_it() -> None:
    made = make_plan(host("dockershim-containerd-without-cri"), CHECKS, FIXES, ())
    (refused,) = (r for r in made.refusals if r.fix.check_id == "kubelet-dockershim-reference")
    assert refused.reason.endswith("expected to be ready then, and has to be seen so first")
    cured = " ".join(f.check_id for f in made.fixes)
    assert "cri-plugin-disabled" in cured
    assert refused.by_hand == (f"unshim apply {cured}",)
    assert refused.then == ("unshim apply kubelet-dockershim-reference",)


def test_what_comes_of_something_else_is_not_said_to_have_no_fix() -> None:
    name = "containerd-image-only-in-default"
    caused = [r for r in look(name).results if r.findings and r.findings[0].caused_by]
    assert caused, "it shows nothing"
    assert not {r.check.id for r in caused} & {item.check_id for item in plan(name).left}
    asked = plan(name, caused[0].check.id)
    assert [item.check_id for item in asked.left] == [caused[0].check.id]


@pytest.mark.parametrize(
    ("name", "check_id", "disturbs"),
    [
        ("dockershim-ready-to-move", "kubelet-dockershim-reference", Disturbs.DRAIN),
        ("containerd-flags-left-behind", "kubelet-dockershim-reference", Disturbs.KUBELET),
        (
            "containerd-kubelet-1.25-with-a-flag-that-goes",
            "kubelet-container-runtime-flag",
            Disturbs.KUBELET,
        ),
        ("containerd-cgroup-mismatch", "cgroup-driver-mismatch", Disturbs.DRAIN),
    ],
)
def test_a_drain_is_asked_for_only_where_pods_are_recreated(
    name: str, check_id: str, disturbs: Disturbs
) -> None:
    assert plan(name, check_id).disturbs is disturbs
    (fix,) = (f for f in FIXES if f.check_id == check_id)
    assert cure_by(fix, node(name)).disturbs is disturbs


def _limits(key: str) -> tuple[Check, Fix]:
    """A check that the kubelet's unit sets `key`, and its fix: a drop-in of its own."""

    def unset(node: Node) -> Iterator[Finding]:
        unit = known(known(node.units)["kubelet.service"])
        if unit is not None and f"Service.{key}" not in unit.settings:
            yield Finding(f"{key} is not set", ())

    def set_it(node: Node) -> Iterator[Step]:
        path = f"/etc/systemd/system/kubelet.service.d/{key}.conf"
        yield WriteFile(path, None, f"[Service]\n{key}=1\n".encode())
        yield ReloadSystemd()
        yield RestartUnit("kubelet.service")

    some = CHECKS[0]
    check = some._replace(id=key, run=unset, scope=Scope(), severity=Severity.WARNING)
    fix = FIXES[0]._replace(id=key, check_id=key, disturbs=Disturbs.KUBELET, run=set_it)
    return check, fix


def test_ten_fixes_are_planned_together_by_eleven_gathers(gathers: list[str]) -> None:
    pairs = [_limits(f"Lab{number}") for number in range(10)]
    checks, fixes = [c for c, _ in pairs], [f for _, f in pairs]
    made = make_plan(
        host("containerd-killed-with-its-pods"), [*CHECKS, *checks], fixes, [c.id for c in checks]
    )
    assert len(gathers) == 11
    assert len(made.fixes) == 10 and not made.refusals
    kinds = [type(s).__name__ for s in made.steps]
    assert kinds == [*["WriteFile"] * 10, "ReloadSystemd", "RestartUnit"]
    cured = {f.check_id: (f.before, f.after) for f in made.forecast}
    assert {cured[c.id] for c in checks} == {(Outcome.FAIL, Outcome.PASS)}
    assert made.disturbs is Disturbs.KUBELET


def test_flags_that_stop_the_kubelet_are_cured_though_those_of_dockershim_stay(
    tmp_path: Path,
) -> None:
    made = make_plan(tree(tmp_path, planted.FILES), CHECKS, FIXES, ("kubelet-removed-flags",))
    assert made.refusals == ()
    (cured,) = (f for f in made.forecast if f.check_id == "kubelet-removed-flags")
    assert (cured.severity_before, cured.severity_after) == (Severity.ERROR, Severity.INFO)
    (diff,) = made.diffs
    gone = [line for line in diff.lines if "experimental-dockershim" in line]
    assert [line[:1] for line in gone] == ["-"]
