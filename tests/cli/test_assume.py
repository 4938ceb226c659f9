"""--assume: releases for a plain tree, said on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import TOP
from tests.plain_trees import SOUND
from tests.trees import installed, tree
from unshim.cli.assumed import assumed
from unshim.cli.exits import UsageError
from unshim.model.values import Version

from .test_bad_input import unshim

RECORD = str(TOP / "tests" / "nodes" / "dockershim")
# An RPM node: its package database is no text.
RPM = {path: text for path, text in SOUND.items() if path != "/var/lib/dpkg/status"}


def test_items_add_up() -> None:
    wanted = {"kubelet": Version(1, 24, 17), "containerd": Version(1, 6, 20)}
    assert assumed(["kubelet=1.24.17", "containerd=v1.6.20", "kubelet=1.24.17"]) == wanted
    assert assumed([]) == {}


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (["kublet=1.24.17"], "--assume knows no program 'kublet'; did you mean kubelet?"),
        (["x=1.2.3"], "no program 'x': it takes kubelet, containerd, docker, crictl"),
        (["kubelet"], "--assume kubelet names no release; say kubelet=1.24.17, for example"),
        (["kubelet=1.24"], "--assume kubelet=1.24 names no release"),
        (["kubelet=1.24.x"], "names no release"),
        (["kubelet=1.24.١"], "names no release"),
        (["kubelet=1.24.17", "kubelet=1.25.0"], "says kubelet=1.24.17 and kubelet=1.25.0"),
    ],
)
def test_what_cannot_be_used_is_one_line(items: list[str], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        assumed(items)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_it_is_for_plain_trees(tmp_path: Path) -> None:
    for words, told in (
        ([], "--assume is for a tree that --root names"),
        (["--demo"], "--assume is for a tree that --root names"),
        (["--root", RECORD], "is a record and holds its releases; leave --assume out"),
        (["--root", str(tmp_path), "--assume", "x"], "--assume knows no program 'x'"),
    ):
        done = unshim("--report", "json", "--assume", "kubelet=1.24.17", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert told in done.stderr


def test_a_tree_is_judged_by_what_is_assumed(tmp_path: Path) -> None:
    tree(tmp_path, RPM)
    blind = unshim("--report", "json", "--root", str(tmp_path))
    assert blind.returncode == 3
    assert "--assume kubelet=X.Y.Z says it" in blind.stdout
    options = ("--root", str(tmp_path), "--assume", "kubelet=1.28.2,containerd=1.6.33")
    done = unshim("--report", "json", *options)
    assert done.returncode == 0, done.stdout
    versions = json.loads(done.stdout)["node"]["versions"]
    assert (versions["kubelet"]["value"], versions["kubelet"]["source"]) == (
        "1.28.2",
        "assumed (--assume kubelet=1.28.2)",
    )
    # What the release no longer takes is found by what is assumed.
    wrong = unshim("--report", "json", *options[:2], "--assume", "kubelet=1.26.0,containerd=1.5.0")
    assert wrong.returncode == 1
    told = unshim("--report", "text", *options).stdout
    assert "Assumed unless it says otherwise: kubelet 1.28.2, containerd 1.6.33." in told
    facts = unshim("facts", "kubelet", *options).stdout
    assert "assumed (--assume kubelet=1.28.2)" in facts


def test_what_is_read_counts_before_what_is_assumed(tmp_path: Path) -> None:
    tree(tmp_path, {**RPM, **installed(kubelet="1.28.2-1.1", containerd="1.6.20~ds1-1")})
    options = ("--root", str(tmp_path), "--assume", "kubelet=1.20.1")
    versions = json.loads(unshim("--report", "json", *options).stdout)["node"]["versions"]
    assert versions["kubelet"]["value"] == "1.28.2"
    assert versions["kubelet"]["source"] == (
        "package kubelet in /var/lib/dpkg/status, not 1.20.1 as assumed"
    )
