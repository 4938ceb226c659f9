"""What systemd says of unit files counts where it is new, and of the plan's own files."""

from __future__ import annotations

import pytest

from unshim.model.steps import WriteFile
from unshim.plan.gates.asking import Said
from unshim.plan.gates.units import new_words, units_of

DROP_IN = "/etc/systemd/system/containerd.service.d/50-x.conf"
WRITES = [WriteFile(DROP_IN, None, b"[Service]\nRestrat=always\n")]
UNKNOWN = f"{DROP_IN}:2: Unknown key name 'Restrat' in section 'Service', ignoring."
OTHERS = "/lib/systemd/system/other.service:4: Unit uses KillMode=none."


def _said(*lines: str, code: int = 0) -> Said:
    return Said(code, "", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("path", "units"),
    [
        (DROP_IN, ("containerd.service",)),
        ("/etc/systemd/system/kubelet.service", ("kubelet.service",)),
        ("/usr/lib/systemd/system/docker.socket", ("docker.socket",)),
        ("/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", ("kubelet.service",)),
        ("/etc/systemd/system/getty@.service", ()),
        ("/etc/systemd/system.conf", ()),
        ("/etc/containerd/config.toml", ()),
        ("/etc/systemd/system/x.service.wants/y", ()),
    ],
)
def test_a_unit_is_known_by_the_place_of_its_files(path: str, units: tuple[str, ...]) -> None:
    assert units_of([WriteFile(path, None, b"")]) == units


def test_a_new_complaint_of_a_file_of_the_plan_speaks_against_it() -> None:
    assert new_words(_said(OTHERS), _said(OTHERS, UNKNOWN), WRITES) == UNKNOWN


def test_a_new_complaint_of_the_unit_speaks_against_it_too() -> None:
    word = "containerd.service: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing."
    assert new_words(_said(), _said(word, code=1), WRITES) == word


def test_complaints_of_before_and_of_others_do_not() -> None:
    assert new_words(_said(UNKNOWN), _said(UNKNOWN), WRITES) == ""
    assert new_words(_said(), _said(OTHERS, code=1), WRITES) == ""


def test_a_complaint_that_moved_to_another_line_is_no_new_one() -> None:
    assert new_words(_said(UNKNOWN.replace(":2:", ":7:")), _said(UNKNOWN), WRITES) == ""


@pytest.mark.parametrize("answers", [(None, _said(UNKNOWN)), (_said(), None), (None, None)])
def test_what_was_not_answered_is_compared_with_nothing(
    answers: tuple[Said | None, Said | None],
) -> None:
    assert new_words(*answers, WRITES) == ""


def test_what_is_told_cannot_steer_a_terminal() -> None:
    told = new_words(
        _said(), _said(f"{DROP_IN}:1: \x1b]52;c;aGk=\x07 token=abcdefghijklmnop"), WRITES
    )
    assert "\x1b" not in told and "\x07" not in told
    assert "abcdefghijklmnop" not in told


def test_what_systemd_quotes_of_a_file_is_not_told() -> None:
    line = f'{DROP_IN}:2: Invalid syntax, ignoring: "LICENCE=abcd'
    assert new_words(_said(), _said(line), WRITES) == f"{DROP_IN}:2: Invalid syntax, ignoring"
