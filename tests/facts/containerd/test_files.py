"""A configuration's files: which are read, in which order, and with what the daemon stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.containerd.files import FILES_LIMIT, FOLDERS_LIMIT, Unreadable, glob, load
from unshim.facts.containerd.sections import Refused
from unshim.host.host import Host
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Missing, Version, Why

MAIN = "/etc/containerd/config.toml"
V14, V15, V16, V17, V20, V21 = (
    Version(*numbers)
    for numbers in ((1, 4, 13), (1, 5, 18), (1, 6, 20), (1, 7, 24), (2, 0, 0), (2, 1, 9))
)


def _load(host: Host, release: Version) -> tuple[list[str], bool]:
    first = host.read(MAIN)
    assert isinstance(first, FileText)
    files, complete = load(host, MAIN, first, release)
    return [file.text.path for file in files], complete


def _refused(folder: Path, release: Version, text: str | bytes, **others: str) -> ParseError:
    files = {MAIN: text, **{f"/etc/containerd/{name}.toml": t for name, t in others.items()}}
    with pytest.raises(Refused) as caught:
        _load(tree(folder, files), release)
    return caught.value.error


def test_imports_are_read_breadth_first_each_once(tmp_path: Path) -> None:
    files = {
        MAIN: 'imports = ["b.toml", "./sub/../a.toml", "/abs.toml"]\n',
        "/etc/containerd/a.toml": 'imports = ["b.toml", "config.toml"]\n',
        "/etc/containerd/b.toml": 'imports = ["sub/c.toml"]\n',
        "/etc/containerd/sub/c.toml": 'imports = ["d.toml"]\n',
        "/etc/containerd/sub/d.toml": "",
        "/abs.toml": "",
    }
    beside = "/etc/containerd"
    names = ["b.toml", "a.toml"], ["sub/c.toml", "sub/d.toml"]
    first, second = ([f"{beside}/{name}" for name in group] for group in names)
    assert _load(tree(tmp_path, files), V17) == ([MAIN, *first, "/abs.toml", *second], True)


@pytest.mark.parametrize(
    ("release", "beside_the_file"),
    [
        (V15, False),
        (Version(1, 6, 28), False),
        (Version(1, 6, 29), True),
        (Version(1, 7, 15), False),
        (Version(1, 7, 16), True),
        (V20, True),
    ],
)
def test_where_a_relative_pattern_begins(
    tmp_path: Path, release: Version, beside_the_file: bool
) -> None:
    here, there = "/etc/containerd/conf.d/x.toml", "/conf.d/x.toml"
    files = {MAIN: 'imports = ["conf.d/*.toml"]\n', here: "", there: ""}
    assert _load(tree(tmp_path, files), release)[0] == [MAIN, here if beside_the_file else there]


def test_an_import_that_is_not_there_stops_all_but_1_4(tmp_path: Path) -> None:
    text = 'version = 2\nimports = ["b.toml", "none.toml", "c.toml"]\n'
    files = {MAIN: text, "/etc/containerd/b.toml": "", "/etc/containerd/c.toml": ""}
    assert _load(tree(tmp_path, files), V14) == ([MAIN], False)
    for release in (V15, V21):
        error = _refused(tmp_path, release, text, b="", c="")
        words = "imports /etc/containerd/none.toml, which is not there"
        assert error == ParseError(MAIN, words, 2)


def test_a_pattern_that_matches_nothing_is_none(tmp_path: Path) -> None:
    assert _load(tree(tmp_path, {MAIN: 'imports = ["/none/*.toml"]\n'}), V15) == ([MAIN], True)


def test_a_folder_cannot_be_imported(tmp_path: Path) -> None:
    error = _refused(tmp_path, V17, '\nimports = ["."]\n')
    assert error == ParseError(MAIN, "imports /etc/containerd, which is a folder", 2)


@pytest.mark.parametrize(
    ("look", "why"),
    [
        ({"kind": "file", "missing": "not root", "why": "not-permitted"}, Why.NOT_PERMITTED),
        ({"missing": "not recorded", "why": "not-recorded"}, Why.NOT_RECORDED),
    ],
)
def test_an_import_that_may_not_be_read_is_not_one_that_is_not_there(
    tmp_path: Path, look: dict[str, str], why: Why
) -> None:
    main = texts({MAIN: 'imports = ["/x.toml"]\n'})
    for release in (V14, V21):
        with pytest.raises(Unreadable) as caught:
            _load(recorded(tmp_path, paths={**main, "/x.toml": look}), release)
        assert caught.value.missing == Missing(f"/x.toml: {look['missing']}", why)


def test_a_chain_of_imports_has_an_end(tmp_path: Path) -> None:
    files = {f"/{n}.toml": f'imports = ["/{n + 1}.toml"]\n' for n in range(FILES_LIMIT)}
    files[MAIN] = 'imports = ["/0.toml"]\n'
    with pytest.raises(Unreadable) as caught:
        _load(tree(tmp_path, files), V17)
    assert caught.value.missing.reason == f"more than {FILES_LIMIT} files are imported"


BOM = b"\xef\xbb\xbfversion = 2\n"


@pytest.mark.parametrize(
    ("release", "taken"), [(V14, False), (V15, True), (V16, True), (V17, True), (V20, False)]
)
def test_a_byte_order_mark(tmp_path: Path, release: Version, taken: bool) -> None:
    if taken:
        assert _load(tree(tmp_path, {MAIN: BOM}), release) == ([MAIN], True)
    else:
        assert _refused(tmp_path, release, BOM) == (
            ParseError(MAIN, "begins with a byte order mark", 1, 1)
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\ngrpc = []\n", "grpc must be a table"),
        ('\nversion = "2"\n', "version must be a number"),
        ("\nversion = true\n", "version must be a number"),
        ("\n[version]\na = 1\n", "version must be a number"),
        ('\nimports = "x"\n', "imports must be a list of strings"),
        ("\nimports = [1]\n", "imports must be a list of strings"),
        ("\n[imports]\n", "imports must be a list of strings"),
    ],
)
@pytest.mark.parametrize("release", [V14, V17, V21])
def test_values_of_another_type(tmp_path: Path, release: Version, text: str, message: str) -> None:
    assert _refused(tmp_path, release, text) == ParseError(MAIN, message, 2)


@pytest.mark.parametrize("release", [V17, V21])
def test_plugins_are_tables_since_1_5(tmp_path: Path, release: Version) -> None:
    for text, what in (("\nplugins = 1\n", "plugins"), ("[plugins]\ncri = 1\n", "plugins.cri")):
        refused = ParseError(MAIN, f"{what} must be a table", 2)
        assert _refused(tmp_path, release, text) == refused


def test_1_4_looks_at_no_plugin_that_reads_no_table(tmp_path: Path) -> None:
    text = "[plugins]\nother = 1\n"
    assert _load(tree(tmp_path, {MAIN: text}), V14) == ([MAIN], True)
    assert _refused(tmp_path, V15, text).message == "plugins.other must be a table"


@pytest.mark.parametrize("data", [b"\x00", b"\xff\xfe", b"= 1\n", b"[a\n", b"a = 1\na = 2\n"])
def test_what_is_not_toml_names_its_file(tmp_path: Path, data: bytes) -> None:
    first = tree(tmp_path, {MAIN: data}).read(MAIN)
    assert isinstance(first, FileText)
    with pytest.raises(Refused) as caught:
        load(tree(tmp_path, {}), MAIN, first, V21)
    assert caught.value.syntax
    assert caught.value.error.path == MAIN


def test_patterns(tmp_path: Path) -> None:
    names = [
        "/a/b.toml",
        "/a/.hidden.toml",
        "/a/c.txt",
        "/b/x/d.toml",
        "/b/y/d.toml",
        "/a/[x].toml",
    ]
    host = tree(tmp_path, dict.fromkeys(names, ""))
    assert glob(host, "/a/*.toml") == ("/a/.hidden.toml", "/a/[x].toml", "/a/b.toml")
    assert glob(host, "/b/*/d.toml") == ("/b/x/d.toml", "/b/y/d.toml")
    assert glob(host, "/a/?.toml") == ("/a/b.toml",)
    assert glob(host, "/*/*.toml") == ("/a/.hidden.toml", "/a/[x].toml", "/a/b.toml")
    assert glob(host, "/a/c.txt/*") == ()
    assert glob(host, "/none/*") == ()


def test_a_pattern_over_a_folder_that_may_not_be_listed(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths={"/x": {"missing": "not root", "why": "not-permitted"}})
    with pytest.raises(Unreadable) as caught:
        glob(host, "/x/*")
    assert caught.value.missing == Missing("/x: not root", Why.NOT_PERMITTED)


def test_a_pattern_over_too_many_folders(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths=texts({f"/x/{n}/a": "" for n in range(FOLDERS_LIMIT)}))
    with pytest.raises(Unreadable) as caught:
        glob(host, "/x/*/*")
    assert f"more than {FOLDERS_LIMIT} folders" in caught.value.missing.reason
