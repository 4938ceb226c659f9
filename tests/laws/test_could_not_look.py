"""What cannot be seen is unknown: it never looks like a pass, and never like a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unshim.facts.gather import gather
from unshim.judge.diagnose import diagnose
from unshim.model.checks import Outcome, Result
from unshim.record.recorded import RecordedHost

from .hiding import HidingHost
from .nodes import CHECKS, NAMES, asked, host, results

PAIRS = [(n.removesuffix("-seen-by-nobody"), n) for n in NAMES if n.endswith("-seen-by-nobody")]
# What becomes of an outcome when less can be seen.
ALLOWED = {
    Outcome.PASS: {Outcome.PASS, Outcome.UNKNOWN},
    Outcome.FAIL: {Outcome.FAIL, Outcome.UNKNOWN},
    Outcome.NOT_APPLICABLE: {Outcome.NOT_APPLICABLE, Outcome.UNKNOWN},
    Outcome.UNKNOWN: {Outcome.UNKNOWN},
}
SAMPLE = ("dockershim", "half-migrated", "containerd-healthy", "containerd-killed-with-its-pods")


def _turned(whole: dict[str, Result], part: dict[str, Result]) -> dict[str, str]:
    """The checks whose outcome turned into another one instead of becoming unknown."""
    return {
        i: f"{whole[i].outcome} became {r.outcome}: {[f.summary for f in r.findings]}"
        for i, r in part.items()
        if r.outcome not in ALLOWED[whole[i].outcome]
    }


def test_nothing_is_known_of_a_node_of_which_nothing_was_recorded(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps({"format": 1}))
    found = diagnose(gather(RecordedHost(str(tmp_path))), CHECKS)
    assert {r.check.id: r.outcome for r in found} == {c.id: Outcome.UNKNOWN for c in CHECKS}
    assert all(r.reason for r in found)


@pytest.mark.parametrize("name", NAMES)
def test_a_node_that_may_not_be_read_is_unknown(name: str) -> None:
    found = diagnose(gather(HidingHost(host(name), lambda _: True)), CHECKS)
    assert {r.outcome for r in found} == {Outcome.UNKNOWN}


@pytest.mark.parametrize(("whole", "part"), PAIRS)
def test_nobody_sees_less_than_root_and_never_something_else(whole: str, part: str) -> None:
    assert not host(part).root
    assert _turned(results(whole), results(part)) == {}
    assert any(r.outcome is Outcome.UNKNOWN for r in results(part).values())


@pytest.mark.parametrize("name", SAMPLE)
def test_hiding_any_single_thing_turns_no_outcome_into_another(name: str) -> None:
    turned: dict[str, dict[str, str]] = {}
    for hidden in asked(name):
        found = diagnose(gather(HidingHost(host(name), hidden.__eq__)), CHECKS)
        wrong = _turned(results(name), {r.check.id: r for r in found})
        if wrong:
            turned[hidden] = wrong
    assert turned == {}
