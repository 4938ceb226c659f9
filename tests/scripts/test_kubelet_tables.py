"""Flags and fields read from Go sources: what each is, and the releases in which it is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import kubelet_tables
from scripts.go_source import Call, Member, Source, Tree, calls
from scripts.kubelet_tables import Reader, main, table

from . import go_trees
from .go_trees import FILES, OPTIONS, TYPES, commit


def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> dict[str, object]:
    monkeypatch.setattr(kubelet_tables, "OUT", tmp_path / "out.json")
    assert main(list(words)) == 0
    told: dict[str, object] = json.loads((tmp_path / "out.json").read_text())
    return told


def test_a_table_of_two_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    commit(tree, "first", FILES)
    later = {
        "cmd/kubelet/app/options/options.go": OPTIONS.replace('"old"', '"new"').replace(
            '\tfs.MarkDeprecated("new", "it goes")\n', ""
        ),
        "staging/src/k8s.io/kubelet/config/v1beta1/types.go": TYPES.replace("maxPods", "mostPods"),
    }
    commit(tree, "second", later)
    told = written(tmp_path, monkeypatch, f"1.20={tree}:first", f"1.21={tree}:second")
    assert told == {
        "fields": {
            "auth.mode": "string 20",
            "evictionHard": "map-of-string 20",
            "kind": "string 20",
            "logging.flushFrequency": "nanoseconds 20",
            "logging.format": "string 20",
            "logging.verbosity": "int 20",
            "logging.vmodule.*.pattern": "string 20",
            "maxPods": "int 20 21",
            "mostPods": "int 21",
            "registerWithTaints.*.key": "string 20",
            "syncFrequency": "duration 20",
        },
        "flags": {
            "auth-mode": "string auth.mode 20",
            "config": "string - 20",
            "docker-only": "bool - 20 deprecated 20",
            "eviction-hard": "thresholds evictionHard 20",
            "help": "bool - 20",
            "housekeeping-interval": "duration - 20",
            "log-flush-frequency": "duration logging.flushFrequency 20",
            "log-to-stderr": "bool - 20 deprecated 20",
            "new": "bool - 21",
            "node-labels": "labels - 20",
            "old": "bool - 20 21 deprecated 20",
            "register-with-taints": "taints registerWithTaints 20",
            "sync-frequency": "duration syncFrequency 20",
            "v": "int logging.verbosity 20",
            "version": "bool - 20",
        },
    }


def test_a_program_that_has_the_kubelet_among_its_vendored_sources(tmp_path: Path) -> None:
    vendored = {
        path.replace("cmd/", "vendor/k8s.io/kubernetes/cmd/")
        .replace("staging/src/", "vendor/")
        .replace("vendor/vendor/", "vendor/"): text
        for path, text in FILES.items()
    }
    commit(tmp_path, "plain", FILES)
    go_trees.git(tmp_path, "rm", "-rq", ".")
    commit(tmp_path, "vendored", vendored)
    read = [Reader(Tree(str(tmp_path), revision)).release() for revision in ("plain", "vendored")]
    assert read[0] == read[1]


def test_sources_of_something_else_are_refused(tmp_path: Path) -> None:
    commit(tmp_path, "other", {"README.md": "nothing"})
    with pytest.raises(ValueError, match=r"other of .* has no cmd/kubelet/app/options/options\.go"):
        Tree(str(tmp_path), "other")


def test_a_flag_of_a_kind_that_is_not_known_is_refused(tmp_path: Path) -> None:
    strange = OPTIONS.replace("cliflag.NewLangleSeparatedMapStringString", "cliflag.NewStrange")
    commit(tmp_path, "x", {**FILES, "cmd/kubelet/app/options/options.go": strange})
    with pytest.raises(ValueError, match="--eviction-hard is of a kind that is not known"):
        Reader(Tree(str(tmp_path), "x")).release()


def test_what_changes_its_kind_is_refused() -> None:
    flag = kubelet_tables.Flag("bool", "-", False)
    one = kubelet_tables.Release({"x": flag}, {})
    other = kubelet_tables.Release({"x": flag._replace(kind="int")}, {})
    with pytest.raises(ValueError, match=r"x changes between releases: \['bool', 'int'\]"):
        table({20: one, 21: other})


def test_what_goes_and_comes_back_has_a_row_with_its_turns() -> None:
    flag = kubelet_tables.Flag("bool", "-", True)
    with_it, without = kubelet_tables.Release({"x": flag}, {}), kubelet_tables.Release({}, {})
    plain = kubelet_tables.Release({"x": flag._replace(deprecated=False)}, {})
    held = {20: without, 21: with_it, 22: without, 23: with_it, 24: plain}
    assert table(held)["flags"] == {"x": "bool - 21 22 23 deprecated 21 24"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("f.G(a, b)", [Call("f", "G", ("a", "b"))], id="two"),
        pytest.param("f.G()", [Call("f", "G", ())], id="none"),
        pytest.param('f.G("a, (b", c)', [Call("f", "G", ('"a, (b"', "c"))], id="quoted"),
        pytest.param('f.G("\\", b", c)', [Call("f", "G", ('"\\", b"', "c"))], id="escaped"),
        pytest.param("f.G(`a, b`,\n\tc,\n)", [Call("f", "G", ("`a, b`", "c"))], id="raw, in lines"),
        pytest.param(
            "f.G(h(a, b), []int{c, d})", [Call("f", "G", ("h(a, b)", "[]int{c, d}"))], id="nested"
        ),
        pytest.param(
            "f.G(i.J(a), b)",
            [Call("f", "G", ("i.J(a)", "b")), Call("i", "J", ("a",))],
            id="one within another",
        ),
    ],
)
def test_calls(text: str, told: list[Call]) -> None:
    assert list(calls(text)) == told


def test_comments_are_no_source_and_what_looks_like_one_in_a_text_is() -> None:
    source = Source('a := "http://x" // no\n/* no\nno */ b := `/* yes */`\n')
    assert "no" not in source.text
    assert '"http://x"' in source.text
    assert "`/* yes */`" in source.text


def test_members_of_a_struct() -> None:
    source = Source(
        'type A struct {\n\t// words\n\tB   *int32 `json:"b,omitempty"`\n'
        '\tv1.C `json:",inline"`\n\tD []v1.E `json:"-"`\n}\n'
    )
    assert source.members("A") == [
        Member("B", "*int32", "b", False),
        Member("", "v1.C", "", True),
        Member("D", "[]v1.E", "", False),
    ]
    assert source.members("B") is None
    assert source.underlying("A") == ""


def test_names_of_packages_and_constants() -> None:
    source = Source(
        'import (\n\tv1 "k8s.io/api/core/v1"\n\t"k8s.io/klog"\n\t_ "no/name"\n)\n'
        'const (\n\tname = "a-flag"\n\tother string = "b"\n)\ntype T = []string\n'
    )
    assert source.imports["v1"] == "k8s.io/api/core/v1"
    assert source.imports["klog"] == "k8s.io/klog"
    assert "no/name" not in source.imports.values()
    assert [source.constant(word) for word in ("name", "logsapi.other", '"c"', "d")] == [
        *("a-flag", "b", "c"),
        "",
    ]
    assert source.underlying("T") == "[]string"
