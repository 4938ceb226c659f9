"""How an apply or undo ended, told alike on every front."""

from __future__ import annotations

import pytest

from unshim.model.plan import Disturbs
from unshim.model.session import Applied, Ended, Progress, Run
from unshim.tell.ending import end, progress, refused, run_to_undo


@pytest.mark.parametrize("ended", Ended)
def test_every_end_has_its_sentence_then_what_is_known(ended: Ended) -> None:
    first, *rest = [line.text for line in end(Applied(ended, "r1", ("one", "two")))]
    assert first[:2] in ("✓ ", "– ", "! ", "✗ ")
    assert rest == ["  one", "  two", "  run r1"]


def test_no_two_ends_are_told_alike() -> None:
    sentences = {next(iter(end(Applied(ended, "", ())))).text for ended in Ended}
    assert len(sentences) == len(Ended)


def test_what_was_not_begun_says_why() -> None:
    told = [line.text for line in refused("another apply is under way")]
    assert told == ["✗ It was refused: nothing was changed.", "  another apply is under way"]


def test_a_step_is_marked_once_it_is_done() -> None:
    assert progress(Progress(1, 2, "write /x", False)).text == "▸ 1/2  write /x"
    assert progress(Progress(1, 2, "write /x", True)).text == "✓ 1/2  write /x"


def test_a_run_says_what_undoing_it_puts_back_and_disturbs() -> None:
    run = Run("r1", 0.0, "root", ("Mend it",), ("/etc/x",), "applied", Disturbs.CONTAINERD)
    assert [line.text for line in run_to_undo(run, "3d ago")] == [
        "  r1, 3d ago, by root: applied",
        "  Mend it",
        "  puts back /etc/x",
        "Undoing it restarts containerd, pods keep running.",
    ]
