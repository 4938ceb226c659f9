"""`unshim facts`: everything that is known, each value with its source."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import pytest

from tests import NODES
from tests.cli.test_bad_input import TOP, unshim
from unshim.facts.subjects import SUBJECTS
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why
from unshim.report.facts import _inline, _lines
from unshim.report.plain import plain

NODE = str(TOP / "tests" / "nodes" / "containerd-healthy")


def test_every_value_names_its_source() -> None:
    done = unshim("facts", "--json", "--root", NODE)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)["facts"]
    assert list(told) == [subject.word for subject in SUBJECTS]
    assert told["containerd"]["version"] == {
        "value": "1.6.20",
        "source": "/usr/bin/containerd --version",
        "origin": "command",
    }
    assert told["kubelet"]["config"]["staticPodPath"]["source"].startswith("/var/lib/kubelet/")


def test_one_subject_is_shown_alone() -> None:
    done = unshim("facts", "crictl", "--root", NODE)
    lines = done.stdout.splitlines()
    assert lines[1] == "crictl"
    assert [line for line in lines[2:] if line and not line.startswith(" ")] == []
    assert any("/etc/crictl.yaml:" in line for line in lines)


def test_a_subject_that_is_none_is_a_usage_error() -> None:
    done = unshim("facts", "weather")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "kernel" in done.stderr


def test_no_bytes_of_a_file_are_shown() -> None:
    done = unshim("facts", "--json", "--root", NODE)
    index = json.loads((Path(NODE) / "index.json").read_text())
    units = index["paths"]["/lib/systemd/system/containerd.service"]
    comment = (NODES / units["file"]).read_text().splitlines()[0]
    assert comment.startswith("#")
    assert comment not in done.stdout


HERE = Source(Origin.FILE, "/etc/x", 3)


@pytest.mark.parametrize(
    ("value", "text", "data"),
    [
        (None, "none", None),
        (True, "yes", True),
        (Setting(False, HERE), "no   (/etc/x:3)", {"value": False}),
        (Setting("", HERE), "(empty)   (/etc/x:3)", {"value": ""}),
        (
            Setting({"a": [1, "b"]}, HERE),
            '{"a": [1, "b"]}   (/etc/x:3)',
            {"value": {"a": [1, "b"]}},
        ),
        (Missing("not root", Why.NOT_PERMITTED), "? not root", {"missing": "not root"}),
        (("a", "b"), "a, b", ["a", "b"]),
        (frozenset({"b", "a"}), "a, b", ["a", "b"]),
        ((), "none", []),
        ({}, "none", {}),
        (MappingProxyType({}), "none", {}),
        (MappingProxyType({"a": 1}), None, {"a": 1}),
        (Why.TIMEOUT, "timeout", "timeout"),
        (Version(1, 2, 3), "1.2.3", "1.2.3"),
        (FileText("/x", b"secret", 0o600), "/x   0600 0:0", {"path": "/x", "size": 6}),
        (float("nan"), "nan", "nan"),
        ("\x1b[31m", "\\x1b[31m", "\\x1b[31m"),
    ],
)
def test_a_value_reads_the_same_everywhere(value: object, text: str | None, data: object) -> None:
    assert _inline(value) == text
    as_json = plain(value)
    if isinstance(data, dict):
        assert {key: as_json[key] for key in data} == data
    else:
        assert as_json == data


def test_parts_stand_below_their_names() -> None:
    shown = [line.text for line in _lines({"a": {"b": 1, "c": ()}, "d": "e"}, "  ")]
    assert shown == ["  a", "    b  1", "    c  none", "  d  e"]
