"""Files that few people write, as each release takes them; real daemons showed every one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.containerds import configured, release
from unshim.host.local import LocalHost
from unshim.model.machine import ParseError
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import Missing

OLD = "io.containerd.grpc.v1.cri"
SERVER = "io.containerd.server.v1.grpc"


def _config(version: str, folder: Path, **texts: str) -> ContainerdConfig | ParseError | Missing:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
    return configured(LocalHost(), release(version), str(folder / "main.toml")).config


def _view(version: str, folder: Path, **texts: str) -> ContainerdConfig:
    found = _config(version, folder, **texts)
    assert isinstance(found, ContainerdConfig), found
    return found


def _refusal(version: str, folder: Path, **texts: str) -> str:
    found = _config(version, folder, **texts)
    assert isinstance(found, ParseError), found
    return found.message


def _value(found: ContainerdConfig, name: str) -> object:
    setting = found.effective[name]
    return setting if isinstance(setting, Missing) else setting.value


@pytest.mark.parametrize("version", ["2.0.11", "2.3.4"])
def test_a_list_of_one_passes_for_a_table(version: str, tmp_path: Path) -> None:
    text = 'version = {}\n[plugins]\n"io.containerd.cri.v1.runtime" = {}\n'
    _view(version, tmp_path, main=text.format(3, "[1]"))
    for value in ("[1, 2]", "[]", "1", "[{ a = 1 }]"):
        assert "must be a table" in _refusal(version, tmp_path, main=text.format(3, value))
    assert "must be a table" in _refusal("2.1.9", tmp_path, main=text.format(3, "[1]"))


def test_what_moves_an_old_table_takes_no_list_for_one(tmp_path: Path) -> None:
    lists = f'[plugins]\n"{OLD}" = [1]\n'
    for version, first in (("2.3.4", 3), ("2.0.11", 2)):
        assert "table" in _refusal(version, tmp_path, main=f"version = {first}\n{lists}")
        _view(version, tmp_path, main=f"version = {first + 1}\n{lists}")
    short = "version = 1\n[plugins]\ncri = [1]\n"
    assert "table" in _refusal("2.3.4", tmp_path, main=short)
    _view("2.0.11", tmp_path, main=short)


def test_a_negative_version_has_full_names_and_2_3_takes_none(tmp_path: Path) -> None:
    text = 'version = -1\n[plugins.cri]\nsandbox_image = "short"\n'
    text += f'[plugins."{OLD}"]\nsandbox_image = "long"\n'
    for version in ("1.3.10", "1.7.24", "2.0.11"):
        found = _view(version, tmp_path, main=text)
        assert (found.version.value, _value(found, "sandbox_image")) == (-1, "long")
    assert _refusal("2.3.4", tmp_path, main=text) == "version must not be negative"


def test_short_names_are_told_as_unread_where_full_ones_count(tmp_path: Path) -> None:
    text = 'version = 3\n[plugins.cri]\nsandbox_image = "short"\n'
    for version in ("1.4.13", "2.0.11", "2.3.4"):
        found = _view(version, tmp_path, main=text)
        assert _value(found, "sandbox_image") != "short"
        assert [(u.key, u.reason) for u in found.unread] == [
            (
                "plugins.cri.sandbox_image",
                f'from `version = 2` on this table is called plugins."{OLD}"',
            )
        ]
    assert "is not a full plugin name" in _refusal("1.5.18", tmp_path, main=text)


@pytest.mark.parametrize("version", ["1.3.10", "1.4.13"])
def test_up_to_1_4_disabled_plugins_and_maps_may_be_anything(version: str, tmp_path: Path) -> None:
    off = f'version = 2\ndisabled_plugins = ["{OLD}"]\n[plugins]\n"{OLD}" = 5\n'
    assert [s.value for s in _view(version, tmp_path, main=off).disabled_plugins] == [OLD]
    assert "must be a table" in _refusal("1.5.18", tmp_path, main=off)
    on = off.replace(f'"{OLD}"]', '"io.containerd.gc.v1.scheduler"]')
    assert "must be a table" in _refusal(version, tmp_path, main=on)
    other = f'[plugins]\n"{OLD}" = 5\n'
    _view(version, tmp_path, main=other)  # of version 1, where it is called cri
    _view(version, tmp_path, main="version = 2\nplugins = 5\ntimeouts = 5\n")
    auths = f'version = 2\n[plugins."{OLD}".registry]\nauths = "x"\n'
    (unread,) = _view(version, tmp_path, main=auths).unread
    assert unread.reason == "it must be a table"


def test_up_to_1_4_options_that_are_none_stop_the_pods_alone(tmp_path: Path) -> None:
    text = f'version = 2\n[plugins."{OLD}".containerd.runtimes.runc]\n'
    text += 'runtime_type = "io.containerd.runc.v2"\noptions = 5\n'
    (handler,) = _view("1.4.13", tmp_path, main=text).handlers
    assert handler.fault is not None
    assert handler.fault.value == "options must be a table"
    assert handler.fault.source.line == 4
    assert "options must be a table" in _refusal("1.5.18", tmp_path, main=text)
    none = f'version = 2\n[plugins."{OLD}".containerd]\nruntimes = 5\n'
    assert [h.name for h in _view("1.4.13", tmp_path, main=none).handlers] == ["runc"]


def test_a_disabled_name_of_the_other_kind_disables_nothing(tmp_path: Path) -> None:
    text = 'disabled_plugins = ["io.containerd.gc.v1.scheduler"]\n[plugins.scheduler]\n'
    text += 'schedule_delay = "text"\n'
    assert "schedule_delay" in _refusal("1.4.13", tmp_path, main=text)
    _view("1.4.13", tmp_path, main=text.replace("io.containerd.gc.v1.", ""))


def test_2_3_takes_no_drop_in_above_the_first_version_that_is_named(tmp_path: Path) -> None:
    main = 'imports = ["a.toml", "b.toml"]\n'
    texts = {"main": main, "a": "version = 2\n", "b": "version = 3\n"}
    assert "higher than the main file's 2" in _refusal("2.3.4", tmp_path, **texts)
    assert isinstance(
        _config("2.3.4", tmp_path, **{**texts, "b": "version = 2\n"}), ContainerdConfig
    )


def test_in_the_server_s_table_2_3_sets_an_address_of_its_own_spelling(tmp_path: Path) -> None:
    text = f'version = 4\n[plugins."{SERVER}"]\nAddress = "/a.sock"\nGid = 7\n'
    found = _view("2.3.4", tmp_path, main=text)
    assert found.address.value == "/run/containerd/containerd.sock"
    assert _value(found, "grpc.gid") == 7
    assert [u.key for u in found.unread] == [f'plugins."{SERVER}".Address']
    own = text.replace("Address", "address")
    assert _view("2.3.4", tmp_path, main=own).address.value == "/a.sock"


def test_the_validator_of_nri_has_keys_of_its_own(tmp_path: Path) -> None:
    table = "io.containerd.nri.v1.nri"
    text = f'version = 3\n[plugins."{table}".default_validator]\nenable = true\nenabled = true\n'
    (unread,) = _view("2.3.4", tmp_path, main=text).unread
    assert (unread.key, unread.nearest) == (
        f'plugins."{table}".default_validator.enabled',
        "enable",
    )
