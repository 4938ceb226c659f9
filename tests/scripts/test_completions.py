"""Completion files: verbs, and checks for the verbs that take one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.completions import completion
from tests.laws.nodes import CHECKS

IDS = [check.id for check in CHECKS]


@pytest.fixture(scope="module", params=["bash", "zsh"])
def text(request: pytest.FixtureRequest) -> str:
    return completion(str(request.param))


def test_every_check_can_be_completed(text: str) -> None:
    assert [name for name in IDS if name not in text] == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file for bash, made now."""
    file = tmp_path_factory.mktemp("completions") / "unshim.bash"
    file.write_text(completion("bash"))
    return file


def _completed(made: Path, *words: str) -> set[str]:
    """What bash offers for the last of these words."""
    script = (
        f"source {made}\n"
        f"COMP_WORDS=({' '.join(map(repr, words))}); COMP_CWORD={len(words) - 1}\n"
        'function_of=$(complete -p unshim | sed "s/.*-F \\([^ ]*\\).*/\\1/")\n'
        '"$function_of"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return {word.strip() for word in done.stdout.splitlines() if word.strip()}


def test_bash_offers_verbs(made: Path) -> None:
    assert {"explain", "plan", "apply", "undo", "facts", "record"} <= _completed(made, "unshim", "")


@pytest.mark.parametrize("verb", ["explain", "plan", "apply"])
def test_bash_offers_checks_to_the_verbs_that_take_one(made: Path, verb: str) -> None:
    prefix = IDS[0][:4]
    want = {name for name in IDS if name.startswith(prefix)}
    assert want <= _completed(made, "unshim", verb, prefix)
    assert not {name for name in IDS if not name.startswith(prefix)} & _completed(
        made, "unshim", verb, prefix
    )
