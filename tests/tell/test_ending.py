"""How an apply or undo ended, told alike on every front."""

from __future__ import annotations

import pytest

from unshim.model.plan import Disturbs, FileDiff
from unshim.model.session import Applied, Changed, Ended, Progress, Run, Undoing
from unshim.tell.ending import end, progress, refused, undoing


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


def test_undoing_says_what_it_disturbs_changes_and_does() -> None:
    run = Run("r1", 0.0, "root", ("broken",), ("/etc/x",), "applied", Disturbs.CONTAINERD)
    back = FileDiff("/etc/x", ("--- /etc/x", "+++ /etc/x", "-b", "+a"))
    one = Undoing(run, ("put back /etc/x", "systemctl restart containerd"), (back,))
    told = [
        "r1  3d ago, by root  broken  applied",
        "Undoing it restarts containerd, pods keep running.",
        "",
        *back.lines,
        "",
        "2 steps",
        "  1  put back /etc/x",
        "  2  systemctl restart containerd",
    ]
    assert [line.text for line in undoing(one, "3d ago")] == told
    theirs = FileDiff("/etc/y", ("--- /etc/y", "+++ /etc/y", "+c"))
    changed = Changed("/etc/y", "/etc/y was changed since that run", theirs, back)
    stays = [line.text for line in undoing(one._replace(changed=(changed,)), "3d ago")]
    assert stays == [
        *told[:3],
        "! /etc/y was changed since that run",
        "  changed since:",
        *theirs.lines,
        "unshim undo r1 --keep /etc/y leaves it so, and",
        "unshim undo r1 --force /etc/y puts back what stood there:",
        *back.lines,
        *told[2:],
    ]
    refused = [line.text for line in undoing(one._replace(refused="/etc/x is gone"), "3d ago")]
    assert refused == [*told[:2], "✗ It cannot be undone now: /etc/x is gone", *told[2:]]
