"""One writer at a time: however many contend, whoever is killed, and to whomever it is handed."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from unshim.apply import lock

CONTENDERS = 64


def _probed(path: Path, dice: random.Random) -> str:
    """Whether nobody else holds it at the same time: by a lock of another kind, which a process
    that is killed loses as well."""
    with (path.parent / "probe").open("w") as probe:
        try:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return "two holders"
        time.sleep(dice.random() / 5000)
    return "held"


def _hand_over(held: int, path: Path, dice: random.Random) -> str:
    """A child that is handed the lock holds it, and whoever handed it over lets go of it."""
    child = os.fork()
    if not child:
        os.dup2(held, 0)
        os.close(held)
        mine = lock.received(path)
        said = "not received" if mine is None else _probed(path, dice)
        os._exit({"held": 0, "two holders": 1}.get(said, 2))
    os.close(held)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "handed over", 1: "two holders"}.get(code, f"a child ended {code}")


def _killed_with_it(held: int) -> str:
    """A child that has it alone, and is killed."""
    child = os.fork()
    if not child:
        signal.pause()
    os.close(held)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "killed"


def _contend(path: Path, times: int, number: int, told: int) -> None:
    dice = random.Random(number)
    while times:
        try:
            held = lock.take(path)
        except lock.Locked:
            time.sleep(dice.random() / 20)
            continue
        times -= 1
        what = dice.random()
        if what < 0.05:
            said = _killed_with_it(held)
        elif what < 0.2:
            said = _hand_over(held, path, dice)
        else:
            said = _probed(path, dice)
            os.close(held)
        os.write(told, f"{said}\n".encode())


def _contended(path: Path, times: int) -> Counter[str]:
    """How so many processes fared that all want it so many times."""
    answer, told = os.pipe()
    children = []
    for number in range(CONTENDERS):
        child = os.fork()
        if not child:
            os.close(answer)
            code = 1
            try:
                _contend(path, times, number, told)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    os.close(told)
    with os.fdopen(answer) as lines:
        said = Counter(line.strip() for line in lines)
    assert {os.waitpid(child, 0)[1] for child in children} == {0}
    assert said.total() == times * CONTENDERS
    return said


@pytest.mark.parametrize("times", [5, pytest.param(1000, marks=pytest.mark.drill)])
def test_of_many_contenders_never_two_hold_it(tmp_path: Path, times: int) -> None:
    assert set(_contended(tmp_path / "lock", times)) == {"held", "handed over", "killed"}
    with lock.taken(tmp_path / "lock"):
        pass
