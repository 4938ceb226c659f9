"""Where each release looks for CRI settings, and what 2.x makes of the old table."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from unshim.facts.containerd.sections import (
    Refused,
    Sections,
    pick,
    plugin_tables,
    sections,
    with_migrated_server,
)
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Setting, Version
from unshim.text.toml_marks import Table, read_toml

V14, V17, V20, V21, V22, V23 = (
    Version(*numbers)
    for numbers in ((1, 4, 13), (1, 7, 24), (2, 0, 9), (2, 1, 9), (2, 2, 0), (2, 3, 0))
)
OLD = "plugins.'io.containerd.grpc.v1.cri'"
IMAGES = "plugins.'io.containerd.cri.v1.images'"
RUNTIME = "plugins.'io.containerd.cri.v1.runtime'"
Plain = Mapping[str, object]


def _table(text: str) -> Table:
    document = read_toml(FileText("/c", text.encode()))
    assert isinstance(document, Table), document
    return document


def _plain(entry: Setting[object] | Table | None) -> object:
    if isinstance(entry, Table):
        return {key: _plain(value) for key, value in entry.entries.items()}
    return None if entry is None else entry.value


def _sections(text: str, version: int, release: Version) -> Sections:
    return sections(plugin_tables(_table(text), version, release), version, release)


def _plugins(text: str, release: Version, version: int = 2) -> Plain:
    found = _plain(plugin_tables(_table(text), version, release))
    assert isinstance(found, dict)
    return {name.rpartition(".")[2]: value for name, value in found.items()}


def test_1_x_reads_one_table_by_the_documents_version() -> None:
    text = f"[plugins.cri]\nsandbox_image = 'one'\n[{OLD}]\nsandbox_image = 'two'\n"
    for version, image in ((0, "one"), (1, "one"), (2, "two")):
        found = _sections(text, version, V17)
        assert found.sandbox_key == "sandbox_image"
        assert found.sandbox is found.cri
        assert found.images is found.containerd
        assert _plain(pick(found.sandbox, found.sandbox_key, V17)) == image


@pytest.mark.parametrize("release", [V20, V22, V23])
def test_2_x_reads_two_tables(release: Version) -> None:
    text = (
        f"[{IMAGES}]\nsnapshotter = 'native'\n[{IMAGES}.pinned_images]\nsandbox = 'pause'\n"
        f"[{RUNTIME}]\nenable_cdi = false\n[{RUNTIME}.containerd]\ndefault_runtime_name = 'x'\n"
    )
    found = _sections(text, 3, release)
    assert found.sandbox_key == "sandbox"
    assert _plain(found.sandbox) == {"sandbox": "pause"}
    assert _plain(found.containerd) == {"default_runtime_name": "x"}
    assert "enable_cdi" in found.cri.entries
    assert "snapshotter" in found.images.entries


@pytest.mark.parametrize("release", [V17, V21])
def test_without_any_table_there_are_empty_ones(release: Version) -> None:
    found = _sections("", 2, release)
    assert [_plain(table) for table in found if isinstance(table, Table)] == [{}] * 4


@pytest.mark.parametrize(
    ("release", "text", "message"),
    [
        (V17, f"[{OLD}]\ncontainerd = 1\n", "containerd must be a table"),
        (V21, f"[{IMAGES}]\npinned_images = 1\n", "pinned_images must be a table"),
        (V21, f"[{RUNTIME}]\ncontainerd = 1\n", "containerd must be a table"),
    ],
)
def test_a_value_where_a_table_belongs(release: Version, text: str, message: str) -> None:
    with pytest.raises(Refused) as caught:
        _sections(text, 2 if release == V17 else 3, release)
    assert caught.value.error == ParseError("/c", message, 2)
    assert not caught.value.syntax


def test_the_spelling_that_each_release_takes() -> None:
    table = _table("KEYNAME = 1\nKeyName = 2\nkeyname = 3\n")
    taken = {release: _plain(pick(table, "keyName", release)) for release in (V14, V17, V21)}
    assert taken == {V14: 3, V17: 3, V21: 3}
    assert _plain(pick(_table("KeyName = 2\n"), "keyName", V17)) is None
    own = _table("keyname = 1\nkeyName = 2\n")
    assert [_plain(pick(own, "keyName", release)) for release in (V14, V17, V21)] == [2, 2, 1]
    assert pick(own, "other", V21) is None


def test_images_of_the_old_table_overwrite_and_runtime_settings_fill_gaps() -> None:
    text = (
        f"[{OLD}]\nsandbox_image = 'old'\nmax_concurrent_downloads = 1\nenable_selinux = true\n"
        "enable_cdi = true\nstream_server_port = '1'\n"
        f"[{IMAGES}]\nmax_concurrent_downloads = 9\n[{IMAGES}.pinned_images]\nsandbox = 'new'\n"
        "other = 'kept'\n"
        f"[{RUNTIME}]\nenable_cdi = false\n"
    )
    assert _plugins(text, V21) == {
        "images": {
            "max_concurrent_downloads": 1,
            "pinned_images": {"sandbox": "old", "other": "kept"},
        },
        "runtime": {"enable_cdi": False, "enable_selinux": True},
        "cri": {"stream_server_port": "1"},
    }


@pytest.mark.parametrize(("version", "release"), [(3, V20), (3, V22), (2, V23), (2, V17)])
def test_nothing_is_migrated_here(version: int, release: Version) -> None:
    """From version 3 on; 2.3 has migrated each file before."""
    text = f"[{OLD}]\nenable_selinux = true\n"
    assert _plugins(text, release, version) == {"cri": {"enable_selinux": True}}


def test_the_snapshotter_moves_only_where_runtimes_stand_beside_it() -> None:
    lone = f"[{OLD}.containerd]\nsnapshotter = 'native'\ndefault_runtime_name = 'x'\n"
    assert _plugins(lone, V21)["images"] == {}
    assert _plugins(lone, V21)["runtime"] == {"containerd": {"default_runtime_name": "x"}}
    beside = f"{lone}[{OLD}.containerd.runtimes.x]\nruntime_type = 't'\n"
    assert _plugins(beside, V21)["images"] == {"snapshotter": "native"}


def test_sandbox_mode_gets_its_new_name_where_that_is_not_set() -> None:
    old = f"[{OLD}.containerd.runtimes"
    text = f"{old}.a]\nsandbox_mode = 'shim'\n{old}.b]\nsandbox_mode = 'x'\nsandboxer = 'y'\n"
    runtime = _plugins(text, V21)["runtime"]
    assert runtime == {
        "containerd": {
            "runtimes": {"a": {"sandboxer": "shim"}, "b": {"sandbox_mode": "x", "sandboxer": "y"}}
        }
    }


@pytest.mark.parametrize(
    ("release", "cni"),
    [
        (V20, {"bin_dir": "/b", "conf_dir": "/c"}),
        (V21, {"bin_dirs": ["/b"], "conf_dir": "/c"}),
        (V22, {"bin_dirs": ["/b"], "conf_dir": "/c"}),
    ],
)
def test_since_2_1_the_folder_of_plugins_is_a_list(release: Version, cni: Plain) -> None:
    text = f"[{OLD}.cni]\nbin_dir = '/b'\nconf_dir = '/c'\n"
    assert _plugins(text, release)["runtime"] == {"cni": cni}


def test_the_old_folder_of_plugins_goes_over_a_list_that_stands_there() -> None:
    text = f"[{OLD}.cni]\nbin_dir = '/b'\n[{RUNTIME}.cni]\nbin_dirs = ['/x']\nconf_dir = '/y'\n"
    assert _plugins(text, V21)["runtime"] == {"cni": {"bin_dirs": ["/b"], "conf_dir": "/y"}}


def test_what_migration_makes_leaves_the_document_as_it_was() -> None:
    document = _table(f"[{OLD}]\nsandbox_image = 'old'\n[{RUNTIME}]\nenable_cdi = true\n")
    before = _plain(document)
    plugin_tables(document, 2, V21)
    assert _plain(document) == before


def test_sockets_move_to_plugins_where_those_do_not_stand() -> None:
    text = (
        "[grpc]\naddress = '/g'\nuid = 0\ngid = 5\ntcp_address = 'a:1'\ntcp_tls_ca = '/ca'\n"
        "[ttrpc]\nuid = 3\n[debug]\nuid = 4\n[metrics]\naddress = ''\n"
    )
    plugins = _plain(with_migrated_server(_table(text), V23).table("plugins"))
    assert plugins == {
        "io.containerd.server.v1.grpc": {"address": "/g", "gid": 5, "uid": 0},
        "io.containerd.server.v1.ttrpc": {"uid": 3},
        "io.containerd.server.v1.grpc-tcp": {"address": "a:1", "tls_ca": "/ca"},
    }
    standing = "[plugins.'io.containerd.server.v1.grpc']\nuid = 1\n[grpc]\naddress = '/g'\n"
    kept = _plain(with_migrated_server(_table(standing), V23).table("plugins"))
    assert kept == {"io.containerd.server.v1.grpc": {"uid": 1}}
    empty = _table("root = '/r'\n")
    assert with_migrated_server(empty, V23) is empty
