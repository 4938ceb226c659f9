"""A new kind of step, as CONTRIBUTING.md says it is added: one noun, one row, this test.

The row of `Greeting` is taken through all that unshim does with a step: saved and read again,
ordered, joined, carried out, undone, shown, priced and rehearsed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.laws.nodes import host
from unshim.apply import codec
from unshim.apply.kind import Kind, Kinds
from unshim.apply.kinds import KINDS, kind_of
from unshim.apply.rows import shared
from unshim.apply.turn import Former, Turn
from unshim.model.nouns import NamedTuple
from unshim.model.plan import Disturbs
from unshim.model.steps import ReloadSystemd, RestartUnit, WriteFile
from unshim.plan.order import merged
from unshim.plan.pictures.node import with_steps


class Greeting(NamedTuple):
    """Have the file at `path` end with a greeting."""

    path: str
    words: str


def note(step: Greeting) -> Former:
    """What the file holds now."""
    return {"text": Path(step.path).read_text()}


def greet(step: Greeting, former: Former, turn: Turn) -> None:
    """Write the file with the greeting."""
    Path(step.path).write_text(former["text"] + step.words)


def part(step: Greeting, former: Former, turn: Turn) -> None:
    """Write the file as it was."""
    Path(step.path).write_text(former["text"])


def lost(step: Greeting, former: Former) -> str:
    """Whether somebody wrote to the file since."""
    kept = Path(step.path).read_text() in (former["text"], former["text"] + step.words)
    return "" if kept else f"{step.path} was changed since"


GREET = Kind(
    Greeting,
    "greet",
    encode=lambda s: s._asdict(),
    decode=lambda fields: Greeting(**fields),
    joined=lambda first, second: first if first == second else None,
    order=lambda _: (shared.WRITE, 1),
    undo_order=lambda _: (shared.WRITE, 1),
    children=(),
    note=note,
    do=greet,
    undo=part,
    touches=lambda s: s.path,
    lost=lost,
    command=lambda s: f"echo {s.words} >> {s.path}",
    undo_command=lambda s, former: f"put back {s.path}",
    disturbs=lambda _: Disturbs.NOTHING,
    pictured=lambda s, picture: picture.file_is(s.path, s.words.encode(), 0o644),
)
WITH_IT: Kinds = {**KINDS, Greeting: GREET}
STEP: Any = Greeting("/etc/motd", "hello")


def test_it_is_saved_and_read_again() -> None:
    saved = json.loads(json.dumps(codec.encode(STEP, WITH_IT)))
    assert saved == {"kind": "greet", "path": "/etc/motd", "words": "hello"}
    assert codec.decode(saved, WITH_IT) == STEP
    with pytest.raises(codec.CodecError, match="unknown kind of step: greet"):
        codec.decode(saved)
    with pytest.raises(codec.CodecError):
        codec.decode({**saved, "words": 5}, WITH_IT)


def test_it_is_carried_out_once_and_in_its_order() -> None:
    write, reload, restart = WriteFile("/a", None, b""), ReloadSystemd(), RestartUnit("x")
    given = [restart, STEP, reload, STEP, write]
    assert merged(given, WITH_IT) == (write, STEP, reload, restart)


def test_it_is_done_and_undone(tmp_path: Path) -> None:
    path = tmp_path / "motd"
    path.write_text("welcome, ")
    step: Any = Greeting(str(path), "ada")
    kind, turn = kind_of(step, WITH_IT), Turn("run-0", {})
    former = json.loads(json.dumps(kind.note(step)))
    kind.do(step, former, turn)
    assert path.read_text() == "welcome, ada"
    assert kind.lost(step, former) == ""
    kind.settle(step, former, turn)
    assert path.read_text() == "welcome, ada", "it keeps nothing aside, so nothing is dropped"
    kind.undo(step, former, turn)
    assert path.read_text() == "welcome, "
    path.write_text("by hand")
    assert "was changed since" in kind.lost(step, former)


def test_it_is_shown_and_priced() -> None:
    kind = kind_of(STEP, WITH_IT)
    assert kind.command(STEP) == "echo hello >> /etc/motd"
    assert kind.undo_command(STEP, {"text": ""}) == "put back /etc/motd"
    assert kind.disturbs(STEP) is Disturbs.NOTHING
    assert kind.touches(STEP) == "/etc/motd"


def test_it_is_rehearsed() -> None:
    overlay = with_steps(host("containerd-healthy"), [STEP], WITH_IT).overlay
    text: Any = overlay.read("/etc/motd")
    assert text.data == b"hello"
