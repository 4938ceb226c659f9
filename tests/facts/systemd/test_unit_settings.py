"""What is left of a directive after all files: sums, resets, and the last valid one."""

from __future__ import annotations

import pytest

from unshim.facts.systemd.unit_settings import KILL_MODES, kill_mode, merge
from unshim.model.values import FileText, Origin, Setting, Source


def _files(*texts: str) -> list[FileText]:
    return [FileText(f"/{number}", text.encode()) for number, text in enumerate(texts)]


def _values(key: str, *texts: str) -> list[str]:
    return [setting.value for setting in merge(_files(*texts)).get(key, ())]


def test_each_value_knows_its_file_and_line() -> None:
    merged = merge(_files("[Unit]\nAfter=a\n", "[Unit]\n\nAfter=b c\n"))
    assert merged == {
        "Unit.After": (
            Setting("a", Source(Origin.UNIT, "/0", 2)),
            Setting("b c", Source(Origin.UNIT, "/1", 3)),
        )
    }


@pytest.mark.parametrize(
    "key",
    [
        *("After", "Before", "Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Upholds"),
        *("Conflicts", "OnFailure", "OnSuccess", "PropagatesReloadTo", "ReloadPropagatedFrom"),
        "JoinsNamespaceOf",
    ],
)
def test_an_empty_dependency_takes_nothing_back(key: str) -> None:
    assert _values(f"Unit.{key}", f"[Unit]\n{key}=a\n", f"[Unit]\n{key}=\n{key}=b\n") == ["a", "b"]


@pytest.mark.parametrize("key", ["ExecStart", "Environment", "EnvironmentFile", "ExecStartPre"])
def test_an_empty_directive_takes_all_before_it_back(key: str) -> None:
    texts = (f"[Service]\n{key}=a\n{key}=b\n", f"[Service]\n{key}=\n{key}=c\n")
    assert _values(f"Service.{key}", *texts) == ["c"]
    assert _values(f"Service.{key}", *texts, f"[Service]\n{key}=  \n") == []


def test_a_reset_counts_for_its_own_section_and_spelling_alone() -> None:
    text = "[Service]\nExecStart=/a\n[Other]\nExecStart=\n[Service]\nexecstart=\n"
    assert _values("Service.ExecStart", text) == ["/a"]


def test_secrets_and_signs_do_not_come_through() -> None:
    text = '[Service]\nEnvironment="API_TOKEN=CANARY7f3a"\nUser=\u202eb\nA\x1b=\u202eb\n'
    merged = merge(_files(text))
    assert "CANARY7f3a" not in repr(merged)
    assert [s.value for s in merged[r"Service.A\x1b"]] == [r"\(removed)"]
    assert [s.value for s in merged["Service.User"]] == [r"\u202eb"]


@pytest.mark.parametrize(
    ("lines", "mode", "line"),
    [
        ("", "control-group", None),
        ("KillMode=process\n", "process", 2),
        ("KillMode=process\nKillMode=mixed\n", "mixed", 3),
        ("KillMode=process\nKillMode=nonsense\n", "process", 2),
        ("KillMode=Process\n", "control-group", None),
        ("KillMode=process\nKillMode=\n", "control-group", None),
        ("KillMode=none\n", "none", 2),
    ],
)
def test_the_last_kill_mode_that_systemd_knows_holds(
    lines: str, mode: str, line: int | None
) -> None:
    found = kill_mode(merge(_files(f"[Service]\n{lines}")))
    default = Source(Origin.DEFAULT, "default of systemd")
    assert found == Setting(mode, default if line is None else Source(Origin.UNIT, "/0", line))
    assert found.value in KILL_MODES
