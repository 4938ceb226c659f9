"""`unshim facts`: everything that is known, each value with its source."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import pytest

from tests import NODES
from tests.cli.test_bad_input import TOP, unshim
from tests.laws.nodes import NAMES, host
from unshim.facts.gather import gather
from unshim.facts.subjects import SUBJECTS
from unshim.model.machine import Flag
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, Why
from unshim.report.known import below, facts_of, inline, walk, with_word
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
        (Setting(False, HERE), "no", {"value": False}),
        (Setting("", HERE), "(empty)", {"value": ""}),
        (Setting({"a": [1, "b"]}, HERE), '{"a": [1, "b"]}', {"value": {"a": [1, "b"]}}),
        (Flag("v", None, HERE), "given", {"name": "v", "value": None}),
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
    assert inline(value) == text
    as_json = plain(value)
    if isinstance(data, dict):
        assert {key: as_json[key] for key in data} == data
    else:
        assert as_json == data


def test_parts_stand_below_their_names() -> None:
    facts = list(walk({"a": {"b": 1, "c": ()}, "d": Setting("e", HERE)}, ("x",), "x"))
    assert [(fact.name, fact.text, fact.source) for fact in facts] == [
        ("x", None, ""),
        ("x.a", None, ""),
        ("x.a.b", "1", ""),
        ("x.a.c", "none", ""),
        ("x.d", "e", "/etc/x:3"),
    ]


def test_entries_of_one_name_are_told_apart() -> None:
    entries = [("web", (1, 2)), ("web", (3, 4)), ("db", (5, 6))]
    facts = list(walk(entries, ("x",), "x"))
    names = [fact.name for fact in facts]
    assert len(names) == len(set(names))
    assert "x.db" in names and [f.label for f in facts if len(f.path) == 2] == ["web", "web", "db"]


@pytest.mark.parametrize("key", ["cgroupDriver", "CGROUPDRIVER", "cgroup-driver", "cgroup_driver"])
def test_one_value_is_asked_for_and_each_place_that_says_it_is_told(key: str) -> None:
    done = unshim("facts", "kubelet", key, "--root", NODE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == [
        "kubelet.config.cgroupDriver     cgroupfs   (/var/lib/kubelet/config.yaml:9)",
        "kubelet.effective.cgroupDriver  cgroupfs   (/var/lib/kubelet/config.yaml:9)",
        "kubelet.running.cgroupDriver    cgroupfs   (/var/lib/kubelet/config.yaml:9)",
    ]


def test_a_heading_gives_what_stands_below_it() -> None:
    told = json.loads(unshim("facts", "kubelet", "config", "--json", "--root", NODE).stdout)
    assert "kubelet.config.cgroupDriver" in told["facts"]
    assert all(".config" in name for name in told["facts"])
    assert told["facts"]["kubelet.config.cgroupDriver"]["value"] == "cgroupfs"


def test_a_flag_is_asked_for_by_its_name() -> None:
    node = gather(host("containerd-healthy"))
    flag, running = below(facts_of(node, "kubelet"), "container-runtime")[:2]
    assert (flag.text, flag.source) == (
        "remote",
        "/var/lib/kubelet/kubeadm-flags.env:1, KUBELET_KUBEADM_ARGS",
    )
    assert running.path[1] == "running_flags"


def test_a_name_that_nothing_has_is_answered_with_the_nearest() -> None:
    done = unshim("facts", "kubelet", "cgroupDrivr", "--root", NODE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "unshim: kubelet has no 'cgroupDrivr'; did you mean cgroupDriver?\n"
    done = unshim("facts", "cgroupDriver", "--root", NODE)
    assert "--grep WORD looks for a word in all of them" in done.stderr


def test_a_word_is_found_in_names_values_and_places() -> None:
    facts = list(facts_of(gather(host("half-migrated"))))
    for word in ("systemdcgroup", "KUBEADM_ARGS", "k8s.gcr.io/pause", "kubelet.config."):
        found = with_word(facts, word)
        assert found
        for fact in found:
            assert word.lower() in f"{fact.name}\n{fact.text}\n{fact.source}".lower()
    everywhere = {fact.path[0] for fact in with_word(facts, "cgroup")}
    assert {"kubelet", "containerd", "docker"} <= everywhere


def test_only_what_somebody_set() -> None:
    told = json.loads(unshim("facts", "--set", "--json", "--root", NODE).stdout)["facts"]
    assert "containerd.config.effective.sandbox_image" in told
    assert "kubelet.effective.cgroupDriver" in told
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            assert not one["source"].startswith(("default of", "process ", "/run/")), name
    none = unshim("facts", "--set", "--grep", "no such word", "--root", NODE)
    assert (none.returncode, none.stderr) == (0, "unshim: nothing that is known matches\n")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_its_own(name: str) -> None:
    names = [fact.name for fact in facts_of(gather(host(name))) if fact.text is not None]
    assert len(names) == len(set(names))
