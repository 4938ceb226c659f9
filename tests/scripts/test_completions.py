"""What the shells offer: verbs, options, checks after a comma, runs, plans, records."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scripts.completions import FOLDER, completion
from scripts.shells import manual
from tests.laws.nodes import CHECKS
from tests.scripts.shells import offered
from unshim.cli.table import EXITS, OPTIONS, VERBS
from unshim.facts.subjects import SUBJECTS

SHELLS = ("bash", "zsh", "fish")
IDS = [check.id for check in CHECKS]
BEGIN = "crictl-"
BEGUN = {name for name in IDS if name.startswith(BEGIN)}
FIRST, SECOND = sorted(BEGUN)[:2]
RUN = "000001-20260102-030405"


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state" / "tx" / RUN).mkdir(parents=True)
    return tmp_path / "state"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    (folder / "folder").mkdir(parents=True)
    for name in ("plan.json", "node.tar.gz", "notes.txt"):
        (folder / name).write_text("")
    return folder


def test_verbs(shell: str, state: Path, here: Path) -> None:
    assert offered(shell, "unshim ", state, here) == set(VERBS)
    assert offered(shell, "unshim --demo fa", state, here) == {"facts"}


@pytest.mark.parametrize("verb", ["explain", "plan", "apply"])
def test_checks(shell: str, state: Path, here: Path, verb: str) -> None:
    assert offered(shell, f"unshim {verb} {BEGIN}", state, here) == BEGUN


@pytest.mark.parametrize("option", ["--only ", "--skip "])
def test_checks_after_a_comma_and_none_twice(
    shell: str, state: Path, here: Path, option: str
) -> None:
    assert offered(shell, f"unshim {option}{BEGIN}", state, here) == BEGUN
    more = offered(shell, f"unshim {option}{FIRST},{BEGIN}", state, here)
    assert more == {f"{FIRST},{name}" for name in BEGUN - {FIRST}}


def test_a_list_behind_an_equals_sign_in_bash(state: Path, here: Path) -> None:
    more = offered("bash", f"unshim --only={FIRST},{SECOND[:-1]}", state, here)
    assert more == {f"{FIRST},{SECOND}"}
    assert offered("bash", "unshim --report=", state, here) == {"text", "json"}


def test_options_of_the_verb_and_of_no_other(shell: str, state: Path, here: Path) -> None:
    told = offered(shell, "unshim facts --", state, here)
    assert {"--json", "--output", "--root", "--demo", "--help"} <= told
    assert not {"--yes", "--fail-on", "--demo-if-no-node"} & told
    assert "--yes" in offered(shell, "unshim undo --", state, here)


def test_values(shell: str, state: Path, here: Path) -> None:
    words = {subject.word for subject in SUBJECTS}
    assert offered(shell, "unshim facts ", state, here) == words
    assert offered(shell, "unshim facts --root x kubel", state, here) == {"kubelet"}
    assert offered(shell, "unshim facts kubelet ", state, here) == set()
    assert offered(shell, f"unshim plan {FIRST} {BEGIN}", state, here) >= BEGUN - {FIRST}
    assert offered(shell, "unshim --fail-on w", state, here) == {"warning"}
    assert offered(shell, "unshim completion ", state, here) == set(SHELLS)


def test_runs_to_undo(shell: str, state: Path, here: Path) -> None:
    assert offered(shell, "unshim undo ", state, here) == {RUN}
    (state / "tx" / RUN).rmdir()
    assert offered(shell, "unshim undo ", state, here) == set()


def test_saved_plans_and_records(shell: str, state: Path, here: Path) -> None:
    assert offered(shell, "unshim apply pl", state, here) == {"plan.json"}
    told = {name.rstrip("/") for name in offered(shell, "unshim --root ", state, here)}
    assert {"node.tar.gz", "folder"} <= told
    if shell != "fish":  # which puts the others behind
        assert told == {"node.tar.gz", "folder"}


@pytest.mark.parametrize("name", SHELLS)
def test_every_check_verb_and_option_stands_in_the_file(name: str) -> None:
    text = completion(name)
    shown = [o.name[2:] for o in OPTIONS.values() if not o.hidden]
    assert [word for word in (*IDS, *VERBS, *shown) if word not in text] == []
    assert "demo-if" not in text


def test_the_manual_has_every_verb_option_and_code() -> None:
    page = manual.page().replace("\\-", "-")
    shown = [o.name for o in OPTIONS.values() if not o.hidden]
    assert [word for word in (*VERBS, *shown) if word not in page] == []
    assert [code for code, _ in EXITS if f".B {code}\n" not in page] == []


def test_groff_has_no_complaint_about_the_manual() -> None:
    try:
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-rF0", str(FOLDER / "unshim.1")],
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("groff is not installed")
    assert done.stderr == ""
    shown = re.sub(r"\x1b\[\d*m|.\x08", "", done.stdout)
    assert "-o, --output FILE" in shown and "‐-" not in shown
