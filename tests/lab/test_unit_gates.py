"""What systemd's own program says of a drop-in with each fault: it needs no running systemd, and is
asked behind walls. The first are tried every time, all of them in drills."""

from __future__ import annotations

from pathlib import Path

import pytest

from unshim.model.steps import WriteFile
from unshim.plan.gates.asking import Question, Said, ask
from unshim.plan.gates.units import new_words

UNIT = "/etc/systemd/system/unshim-lab.service"
DROP_IN = f"{UNIT}.d/50-lab.conf"
SOUND = WriteFile(UNIT, None, b"[Service]\nExecStart=/bin/true\n")
FAULTS = {
    "a key written wrongly": b"[Service]\nKilMode=process\n",
    "a program that is not there": b"[Service]\nExecStart=\nExecStart=/nowhere/x\n",
    "a second program": b"[Service]\nExecStart=/bin/false\n",
    "a section written wrongly": b"[Servce]\nRestart=always\n",
    "a word that is none": b"[Service]\nRestart=sometimes\n",
    "a merge that was left": b"[Service]\n<<<<<<< HEAD\nRestart=no\n=======\n>>>>>>> x\n",
    "a zero byte": b"[Service]\nRestart=al\0ways\n",
    "no section": b"Restart=always\n",
    "a time that is none": b"[Service]\nTimeoutStartSec=soon\n",
    "a relative program": b"[Service]\nExecStart=\nExecStart=bin/true\n",
    "a quote that is left open": b'[Service]\nEnvironment="A=b\n',
    "no program": b"[Service]\nExecStart=\n",
    "a mode that is none": b"[Service]\nUMask=999\n",
    "a switch that is none": b"[Service]\nDelegate=perhaps\n",
    "itself before it": b"[Unit]\nAfter=unshim-lab.service\n",
}
EVERY_TIME = tuple(FAULTS)[:3]
FINE = {
    "a kill mode": b"[Service]\nKillMode=process\n",
    "another program": b"[Service]\nExecStart=\nExecStart=/bin/false\n",
}


def _said(*writes: WriteFile) -> Said:
    said = ask(Question(units=("unshim-lab.service",)), [SOUND, *writes]).verify
    assert said is not None
    return said


@pytest.fixture(scope="module")
def before(lab: None) -> Said:
    """What is said of the unit alone."""
    return _said()


def _told(before: Said, drop_in: bytes) -> str:
    step = WriteFile(DROP_IN, None, drop_in)
    return new_words(before, _said(step), [step])


@pytest.mark.parametrize("fault", EVERY_TIME)
def test_a_fault_is_complained_of(before: Said, fault: str) -> None:
    assert "unshim-lab.service" in _told(before, FAULTS[fault])
    assert not Path(UNIT).exists()


@pytest.mark.drill
@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in EVERY_TIME])
def test_so_is_each_other(before: Said, fault: str) -> None:
    assert "unshim-lab.service" in _told(before, FAULTS[fault])


@pytest.mark.parametrize("name", FINE)
def test_what_is_fine_is_not(before: Said, name: str) -> None:
    assert _told(before, FINE[name]) == ""
