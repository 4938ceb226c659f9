"""The check and fix of CONTRIBUTING.md, word for word: found, run, told and planned."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import NODES
from tests.judge.packages import package
from tests.laws.nodes import host, node
from unshim.judge.diagnose import diagnose
from unshim.judge.discover import Catalogue, catalogue
from unshim.judge.verdict import verdict
from unshim.model.checks import Outcome, Seen
from unshim.model.session import Look
from unshim.model.steps import WriteFile
from unshim.plan.rehearse import make_plan
from unshim.report.as_json import as_json, checks_as_json
from unshim.report.as_text import as_text, explained, listed
from unshim.report.formats import Contents

FAULTY, FINE = "containerd-crictl-without-configuration", "containerd-healthy"
PAGE = (NODES.parent.parent / "CONTRIBUTING.md").read_text()
CHECK_ID = "crictl-has-no-file"


def _example(heading: str) -> str:
    """The first Python block below a heading of CONTRIBUTING.md."""
    block = re.search(rf"## {heading}\n.*?```python\n(.*?)```", PAGE, re.S)
    assert block is not None, f"CONTRIBUTING.md shows no Python under {heading}"
    return block[1]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """The example in packages of its own, the fix importing the check from where it lies."""
    checks = package(
        tmp_path, monkeypatch, "checks", {"cri_client/example.py": _example("A new check")}
    )
    fix = _example("A new fix").replace("from checks.", f"from {checks}.")
    return catalogue(
        checks, package(tmp_path, monkeypatch, "fixes", {"cri_client/example.py": fix})
    )


def _look(known: Catalogue, name: str) -> Look:
    return Look(node(name), diagnose(node(name), known.checks), 0.1)


def test_it_is_found_with_what_it_declares(written: Catalogue) -> None:
    (check,), (fix,) = written.checks, written.fixes
    assert (check.id, check.subject, fix.check_id) == (CHECK_ID, "cri-client", CHECK_ID)
    assert all(isinstance(proof, Seen) for proof in check.proof)


@pytest.mark.parametrize(("name", "outcome"), [(FAULTY, Outcome.FAIL), (FINE, Outcome.PASS)])
def test_it_fails_on_one_recorded_node_and_passes_on_another(
    written: Catalogue, name: str, outcome: Outcome
) -> None:
    assert [r.outcome for r in _look(written, name).results] == [outcome]


def test_every_report_tells_of_it(written: Catalogue) -> None:
    look = _look(written, FAULTY)
    contents = Contents(look, verdict(look, written.fixes), written.fixes, {})
    text = "\n".join(line.text for line in as_text(contents))
    assert f"Fix: unshim apply {CHECK_ID}   disturbs nothing, 1 file" in text
    (row,) = json.loads(as_json(contents))["results"]
    assert (row["id"], row["outcome"]) == (CHECK_ID, "fail")
    assert row["fix"] == {"id": "write-a-crictl-file", "disturbs": "nothing"}


def test_explain_and_list_know_it(written: Catalogue) -> None:
    (check,), (fix,) = written.checks, written.fixes
    explanation = "\n".join(line.text for line in explained(check, fix))
    assert check.title in explanation and "Proof: seen with " in explanation
    assert f"Fix: {fix.title} (disturbs nothing)." in explanation
    assert CHECK_ID in listed(written.checks, written.fixes).text
    assert json.loads(checks_as_json(written.checks, written.fixes))["checks"][0]["id"] == CHECK_ID


def test_its_fix_cures_it(written: Catalogue) -> None:
    plan = make_plan(host(FAULTY), written.checks, written.fixes, [CHECK_ID])
    assert [s.path for s in plan.steps if isinstance(s, WriteFile)] == ["/etc/crictl.yaml"]
    assert [(f.check_id, f.after) for f in plan.forecast] == [(CHECK_ID, Outcome.PASS)]
