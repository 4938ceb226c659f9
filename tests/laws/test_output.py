"""Nothing of a node reaches an output unescaped, and no secret reaches one at all."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import shelve
from tests.lab.hostile_states import CANARY
from unshim.facts.gather import gather
from unshim.judge.diagnose import diagnose
from unshim.judge.verdict import verdict
from unshim.model.checks import Outcome
from unshim.model.plan import Plan
from unshim.model.session import Look
from unshim.plan import saved as plan_file
from unshim.plan.rehearse import make_plan
from unshim.report import facts
from unshim.report.as_json import as_json
from unshim.report.as_text import as_text, plan_as_text
from unshim.report.formats import Contents

from .hiding import PlantingHost
from .nodes import CHECKS, FIXES, FOLDER, NAMES, host, look, plan

UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
HOSTILE = "containerd-hostile-names"
SECRETS = "containerd-with-secrets"


def _texts(name: str) -> dict[str, str]:
    """Everything that is said of a node, before the last door (`out.harmless`)."""
    return _said(look(name), lambda *check_ids: plan(name, *check_ids))


def _contents(seen: Look) -> Contents:
    return Contents(seen, verdict(seen, FIXES), FIXES, {}, width=100)


def _said(seen: Look, planned: Callable[..., Plan]) -> dict[str, str]:
    found = {
        "text": "\n".join(
            line.text for line in as_text(_contents(seen)._replace(banner="a banner"))
        ),
        "json": json.dumps(json.loads(as_json(_contents(seen)))),
        "facts": "\n".join(line.text for line in facts.as_text(seen.node)),
        "facts json": json.dumps(json.loads(facts.as_json(seen.node, "", {}))),
    }
    failed = [r.check.id for r in seen.results if r.outcome is Outcome.FAIL]
    for check_ids in ((), *((i,) for i in failed)):
        made = planned(*check_ids)
        found[f"plan {check_ids}"] = "\n".join(line.text for line in plan_as_text(made))
        found[f"plan file {check_ids}"] = plan_file.dumps(made)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_output_holds_anything_a_terminal_acts_on(name: str) -> None:
    for kind, text in _texts(name).items():
        assert not UNSEEN.search(text), f"{kind}: {UNSEEN.search(text)}"
        decoded = json.loads(text) if text.startswith("{") else ""
        assert not UNSEEN.search(_strings(decoded)), kind


def _strings(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_strings(v) for item in value.items() for v in item)
    if isinstance(value, list):
        return " ".join(_strings(v) for v in value)
    return value if isinstance(value, str) else ""


def test_what_is_hostile_on_the_node_is_shown_escaped() -> None:
    texts = _texts(HOSTILE)
    assert "\\x1b" in texts["text"]
    assert "\\u202e" in texts["text"]
    assert "[bold red]x" in texts["text"]


@pytest.mark.parametrize("name", NAMES)
def test_no_output_holds_a_secret(name: str) -> None:
    for kind, text in _texts(name).items():
        assert CANARY not in text.lower(), f"{kind}: {_around(text)}"


def test_no_output_of_a_node_that_still_has_its_secrets_holds_one() -> None:
    planted = PlantingHost(host(SECRETS), f"{CANARY}99s3cret")
    node = gather(planted)
    seen = Look(node, diagnose(node, CHECKS), 0.0)
    texts = _said(seen, lambda *check_ids: make_plan(planted, CHECKS, FIXES, check_ids))
    assert any("(removed)" in text for text in texts.values())
    for kind, text in texts.items():
        assert CANARY not in text.lower(), f"{kind}: {_around(text)}"


@pytest.mark.parametrize("name", NAMES)
def test_no_recording_holds_a_secret(name: str) -> None:
    contents = [FOLDER / content for content in shelve.contents(FOLDER / name)]
    for file in (FOLDER / name / "index.json", FOLDER / name / "report.txt", *contents):
        text = file.read_text(encoding="latin-1")
        assert CANARY not in text.lower(), f"{file.name}: {_around(text)}"
    for answer in _answers(FOLDER / name):
        assert CANARY.encode() not in answer.lower()


def _answers(folder: Path) -> list[bytes]:
    index = json.loads((folder / "index.json").read_text())
    return [base64.b64decode(a) for call in index["calls"] for a in call.get("answers", ())]


def _around(text: str) -> str:
    at = text.lower().find(CANARY)
    return text[max(0, at - 100) : at + 40]


def test_secrets_were_there_to_be_removed() -> None:
    """The recording of the node with secrets still shows where they stood."""
    contents = shelve.contents(FOLDER / SECRETS)
    files = b"".join((FOLDER / content).read_bytes() for content in contents)
    assert files.count(b"(removed)") >= 8


@pytest.mark.parametrize("name", NAMES)
def test_one_record_gives_the_same_report_twice(name: str) -> None:
    first, second = (_fresh(name) for _ in range(2))
    assert first == second


def _fresh(name: str) -> str:
    node = gather(host(name))
    seen = Look(node, diagnose(node, CHECKS), 0.0)
    return as_json(_contents(seen))
