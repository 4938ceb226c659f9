"""The files of one configuration together, as each release reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import tree
from unshim.facts.containerd.document import Document, document
from unshim.facts.containerd.files import load
from unshim.facts.containerd.sections import Refused
from unshim.facts.containerd.starting import check, check_proxies, counted_version, plugin_names
from unshim.model.values import FileText, Setting, Version

MAIN = "/etc/containerd/config.toml"
OLD, NEW = Version(1, 6, 20), Version(2, 1, 9)


def _document(folder: Path, release: Version, **files: str) -> Document:
    host = tree(folder, {f"/etc/containerd/{name}.toml": text for name, text in files.items()})
    first = host.read(MAIN)
    assert isinstance(first, FileText)
    loaded, complete = load(host, MAIN, first, release)
    assert complete
    return document(loaded, release)


def test_of_no_file_it_is_the_releases_own() -> None:
    none = document((), OLD)
    assert (none.version, none.merged.entries, none.plugins.entries) == (2, {}, {})
    assert str(none.default) == "default of containerd 1.6"
    assert counted_version(none) == Setting(2, none.default)
    check(none)


def test_names_of_all_files_add_up_and_2_drops_repetitions(tmp_path: Path) -> None:
    both = ["io.containerd.a.v1.b", "io.containerd.c.v1.d"]
    main = f'version = 2\nimports = ["b.toml"]\ndisabled_plugins = ["{both[0]}"]\n'
    more = f'version = 2\ndisabled_plugins = ["{both[0]}", "{both[1]}"]\n'
    names = {}
    for release in (OLD, NEW):
        whole = _document(tmp_path, release, config=main, b=more)
        names[release] = [name.value for name in plugin_names(whole, "disabled_plugins")]
    assert names == {OLD: [both[0], *both], NEW: both}


@pytest.mark.parametrize(
    ("release", "text", "words"),
    [
        (NEW, "version = 9\n", "version 9"),
        (OLD, 'version = 2\ndisabled_plugins = ["cri"]\n', '"cri" is not a full plugin name'),
        (OLD, "version = 2\n[plugins.cri]\n", "plugins: "),
        (NEW, 'version = 2\nrequired_plugins = ["cri"]\n', "required_plugins: "),
    ],
)
def test_with_what_the_daemon_does_not_start(
    tmp_path: Path, release: Version, text: str, words: str
) -> None:
    with pytest.raises(Refused) as caught:
        check(_document(tmp_path, release, config=text))
    assert words in caught.value.error.message


@pytest.mark.parametrize("release", [OLD, NEW])
def test_with_what_it_starts(tmp_path: Path, release: Version) -> None:
    text = 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
    whole = _document(tmp_path, release, config=text)
    check(whole)
    check_proxies(whole)
    assert str(counted_version(whole).source) == f"{MAIN}:1"


def test_a_proxy_of_no_known_type_is_refused(tmp_path: Path) -> None:
    text = 'version = 2\n[proxy_plugins.x]\n  type = "other"\n'
    with pytest.raises(Refused) as caught:
        check_proxies(_document(tmp_path, NEW, config=text))
    assert caught.value.error.line == 3
