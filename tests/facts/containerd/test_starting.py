"""With which names, versions and proxies each release starts."""

from __future__ import annotations

import pytest

from unshim.facts.containerd.document import Document, document
from unshim.facts.containerd.merging import ConfigFile
from unshim.facts.containerd.sections import Refused
from unshim.facts.containerd.starting import check, check_proxies, counted_version, plugin_names
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Origin, Setting, Source, Version
from unshim.text.toml_marks import Table, read_toml

V14, V16, V17, V20, V21 = (
    Version(*numbers) for numbers in ((1, 4, 13), (1, 6, 20), (1, 7, 24), (2, 0, 0), (2, 1, 9))
)
CRI = "io.containerd.grpc.v1.cri"


def _document(release: Version, *texts: str) -> Document:
    files = []
    for number, text in enumerate(texts):
        file = FileText(f"/{number}", text.encode())
        read = read_toml(file)
        assert isinstance(read, Table)
        version = read.entries.get("version")
        value = version.value if isinstance(version, Setting) else 0
        assert isinstance(value, int)
        files.append(ConfigFile(file, read, value))
    return document(tuple(files), release)


def _error(found: Document) -> ParseError | None:
    try:
        check(found)
        check_proxies(found)
    except Refused as refused:
        return refused.error
    return None


@pytest.mark.parametrize(
    ("release", "version", "newest"),
    [
        (V14, 3, None),
        (Version(1, 6, 31), 3, None),
        (Version(1, 6, 32), 3, 2),
        (Version(1, 7, 16), 3, None),
        (Version(1, 7, 17), 3, 2),
        (V20, 3, None),
        (V20, 4, 3),
        (Version(2, 2, 7), 4, 3),
        (Version(2, 3, 0), 4, None),
        (Version(2, 3, 0), 5, 4),
    ],
)
def test_a_version_above_its_own(release: Version, version: int, newest: int | None) -> None:
    error = _error(_document(release, f"\nversion = {version}\n"))
    words = f"version {version}: containerd {release} reads versions up to {newest}"
    assert error == (None if newest is None else ParseError("/0", words, 2))


@pytest.mark.parametrize("key", ["disabled_plugins", "required_plugins"])
@pytest.mark.parametrize(
    ("release", "version", "name", "taken"),
    [
        (V16, 1, "cri", True),
        (V16, 2, "cri", False),
        (V16, 2, CRI, True),
        (V16, 2, "a.b.c.d", True),
        (V17, 2, "a.b.c.d", False),
        (V17, 2, "io.containerd.cri", False),
        (V17, 2, CRI, True),
        (V21, 2, "a.b", True),
        (V21, 2, "cri", False),
        (V21, 1, "cri", True),
    ],
)
def test_names_that_are_full(
    key: str, release: Version, version: int, name: str, taken: bool
) -> None:
    error = _error(_document(release, f'version = {version}\n{key} = ["{name}"]\n'))
    words = f'{key}: "{name}" is not a full plugin name, such as {CRI}'
    assert error == (None if taken else ParseError("/0", words, 2))


def test_1_x_refuses_short_names_of_tables_too() -> None:
    text = "version = 2\n[plugins.cri]\n"
    error = _error(_document(V17, text))
    assert error is not None
    assert error.message.startswith('plugins: "cri" is not a full plugin name')
    assert _error(_document(V21, text)) is None


@pytest.mark.parametrize(
    ("kind", "since"),
    [
        ("snapshot", V14),
        ("io.containerd.content.v1", V14),
        ("diff", V17),
        ("io.containerd.differ.v1", V17),
        ("sandbox", V20),
        ("io.containerd.sandbox.controller.v1", V20),
        ("Snapshot", None),
        ("", None),
    ],
)
def test_proxies_by_the_types_each_release_knows(kind: str, since: Version | None) -> None:
    for release in (V14, V16, V17, V20, V21):
        text = f'version = 2\n[proxy_plugins.x]\naddress = "/x"\ntype = "{kind}"\n'
        error = _error(_document(release, text))
        assert (error is None) is (since is not None and release >= since), release


@pytest.mark.parametrize("value", ["[proxy_plugins.x]\n", "[proxy_plugins.x]\ntype = 1\n"])
def test_a_proxy_without_a_type(value: str) -> None:
    error = _error(_document(V21, value))
    assert error is not None
    assert error.message == "proxy plugin x is of no type that containerd knows"


def test_which_files_version_counts() -> None:
    texts = ("version = 2\n", "\nversion = 3\n", "root = '/'\n")
    assert counted_version(_document(V21, *texts)) == Setting(2, Source(Origin.FILE, "/0", 1))
    assert counted_version(_document(V16, *texts)) == Setting(3, Source(Origin.FILE, "/1", 2))
    none = Setting(1, Source(Origin.DEFAULT, "no version line"))
    for release in (V16, V21):
        assert counted_version(_document(release, "root = '/'\n")) == none


def test_2_x_gives_full_names_to_those_of_a_file_of_version_1() -> None:
    texts = (f'version = 2\ndisabled_plugins = ["{CRI}"]\n', 'disabled_plugins = ["cri", "zfs"]\n')
    names = plugin_names(_document(V21, *texts), "disabled_plugins")
    assert [(name.value, str(name.source)) for name in names] == [
        (CRI, "/0:2"),
        ("io.containerd.snapshotter.v1.zfs", "/1:1"),
    ]
    assert plugin_names(_document(V21, *texts), "required_plugins") == ()
