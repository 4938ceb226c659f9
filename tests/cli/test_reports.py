"""Reports: the published schema, the exit codes, and what may change between two runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.cli.test_bad_input import TOP, unshim

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


def test_of_chosen_checks_the_report_speaks_for_those_alone() -> None:
    """On a node with errors, of which one check that passes is asked for."""
    root = str(TOP / "tests" / "nodes" / "half-migrated")
    words = ("--root", root, "--only", "crictl-missing")
    text = unshim("--report", "text", *words)
    every = len(json.loads(unshim("--report", "json", "--root", root).stdout)["results"])
    assert f"1 of {every} checks was run; it passes." in text.stdout
    assert f"1 check, {every - 1} left out." in text.stdout
    summary = json.loads(unshim("--report", "json", *words).stdout)["summary"]
    assert (summary["standing"], summary["left_out"]) == ("not-all-run", every - 1)
    assert text.returncode == 0


def test_only_and_skip_choose_checks() -> None:
    root = str(NODES[0])
    only = unshim("--report", "json", "--root", root, "--only", "crictl-missing,log-rotation-unset")
    ids = [r["id"] for r in json.loads(only.stdout)["results"]]
    assert ids == ["crictl-missing", "log-rotation-unset"]
    skipped = unshim("--report", "json", "--root", root, "--skip", "crictl-missing")
    assert "crictl-missing" not in [r["id"] for r in json.loads(skipped.stdout)["results"]]


@pytest.mark.parametrize("script", ["scripts.docs", "scripts.completions"])
def test_what_scripts_make_is_current(script: str) -> None:
    done = subprocess.run([sys.executable, "-m", script, "--check"], cwd=TOP, check=False)
    assert done.returncode == 0, f"run {script}"


def test_list_and_explain_know_every_check() -> None:
    rows = json.loads(unshim("list", "--json").stdout)["checks"]
    assert len(rows) >= 23
    for row in rows[:3]:
        text = unshim("explain", row["id"])
        assert text.returncode == 0 and row["id"] in text.stdout and "Remedy:" in text.stdout
