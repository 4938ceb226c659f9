"""Reports: the published schema, the exit codes, and what may change between two runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.cli.test_bad_input import TOP, unshim
from unshim.cli import exits
from unshim.model.checks import Check, Finding, Outcome, Result, Scope, Severity

NODES = sorted(p for p in (TOP / "tests" / "nodes").iterdir() if (p / "index.json").exists())
SCHEMA = json.loads((TOP / "unshim" / "report" / "schema.json").read_text())


def _named(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("node", NODES, ids=_named)
def test_every_recorded_node_gives_a_valid_report(node: Path) -> None:
    first = unshim("--report", "json", "--root", str(node))
    second = unshim("--report", "json", "--root", str(node))
    one, other = json.loads(first.stdout), json.loads(second.stdout)
    jsonschema.validate(one, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert not [r for r in one["results"] if r["outcome"] == "error"]
    del one["run"], other["run"]
    assert json.dumps(one) == json.dumps(other)
    assert first.stderr == ""
    failing = any(r["severity"] == "error" for r in one["results"])
    blind = any(
        r["outcome"] == "unknown" and r["highest_severity"] == "error" for r in one["results"]
    )
    assert first.returncode == (1 if failing else 3 if blind else 0)


def test_only_and_skip_choose_checks() -> None:
    root = str(NODES[0])
    only = unshim("--report", "json", "--root", root, "--only", "crictl-missing,log-rotation-unset")
    ids = [r["id"] for r in json.loads(only.stdout)["results"]]
    assert ids == ["crictl-missing", "log-rotation-unset"]
    skipped = unshim("--report", "json", "--root", root, "--skip", "crictl-missing")
    assert "crictl-missing" not in [r["id"] for r in json.loads(skipped.stdout)["results"]]


def _result(outcome: Outcome, severity: Severity, lowered: Severity | None = None) -> Result:
    check = Check("x", "s", "t", "e", severity, "r", Scope(), lambda _: ())
    findings = (Finding("f", (), severity=lowered),) if outcome is Outcome.FAIL else ()
    return Result(check, outcome, findings)


@pytest.mark.parametrize(
    ("results", "fail_on", "code"),
    [
        ([], "error", 0),
        ([_result(Outcome.PASS, Severity.ERROR)], "info", 0),
        ([_result(Outcome.FAIL, Severity.ERROR)], "error", 1),
        ([_result(Outcome.FAIL, Severity.ERROR, Severity.WARNING)], "error", 0),
        ([_result(Outcome.FAIL, Severity.ERROR, Severity.WARNING)], "warning", 1),
        ([_result(Outcome.FAIL, Severity.INFO)], "warning", 0),
        ([_result(Outcome.FAIL, Severity.INFO)], "info", 1),
        ([_result(Outcome.FAIL, Severity.ERROR)], "never", 0),
        ([_result(Outcome.UNKNOWN, Severity.ERROR)], "error", 3),
        ([_result(Outcome.UNKNOWN, Severity.WARNING)], "error", 0),
        ([_result(Outcome.UNKNOWN, Severity.WARNING)], "warning", 3),
        ([_result(Outcome.ERROR, Severity.ERROR)], "error", 3),
        ([_result(Outcome.UNKNOWN, Severity.ERROR)], "never", 0),
        (
            [_result(Outcome.UNKNOWN, Severity.ERROR), _result(Outcome.FAIL, Severity.ERROR)],
            "error",
            1,
        ),
    ],
)
def test_exit_codes(results: list[Result], fail_on: str, code: int) -> None:
    assert exits.of_results(results, fail_on) == code


def test_a_json_report_loads_no_screens_and_no_grpc() -> None:
    """The start of an audit costs nothing that it does not use."""
    words = ["unshim", "--report", "json", "--root", str(NODES[0])]
    code = (
        "import sys, runpy\n"
        f"sys.argv = {words!r}\n"
        "try:\n    runpy.run_module('unshim', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'textual', 'rich', 'grpc', 'psutil', 'asyncio', 'tomlkit'} & set(sys.modules)\n"
        "sys.stderr.write(repr(sorted(heavy)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]"


@pytest.mark.parametrize("script", ["scripts/docs.py", "scripts/completions.py"])
def test_what_scripts_make_is_current(script: str) -> None:
    done = subprocess.run([sys.executable, script, "--check"], cwd=TOP, check=False)
    assert done.returncode == 0, f"run {script}"


def test_list_and_explain_know_every_check() -> None:
    rows = json.loads(unshim("list", "--json").stdout)["checks"]
    assert len(rows) >= 23
    for row in rows[:3]:
        text = unshim("explain", row["id"])
        assert text.returncode == 0 and row["id"] in text.stdout and "Remedy:" in text.stdout
