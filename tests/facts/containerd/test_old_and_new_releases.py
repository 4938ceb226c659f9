"""Releases of the age that migrates, and releases that nobody here knows: no fact is ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configs import names, placed
from tests.trees import tree
from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd import containerd
from unshim.facts.containerd.config import Place
from unshim.facts.systemd import units as systemd
from unshim.host.local import LocalHost
from unshim.model.machine import CgroupDriver, ParseError
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.values import Missing, Origin, Setting, Source, Version

from .test_effective import read

V1_SYSTEMD = "[plugins.cri]\nsystemd_cgroup = true\n"


def driver(found: ContainerdConfig) -> CgroupDriver:
    assert isinstance(found.cgroup_driver, Setting), found.cgroup_driver
    return found.cgroup_driver.value


@pytest.mark.parametrize("release", ["1.0.3", "1.1.8", "1.2.13", "1.3.7", "2.5.0", "3.0.0"])
def test_no_configuration_is_lost_to_a_release(release: str, tmp_path: Path) -> None:
    version = Setting(Version(*map(int, release.split("."))), Source(Origin.COMMAND, "x"))
    for name in names():
        main = placed(name, tmp_path / name)
        place = Place(Setting(str(main), Source(Origin.FLAG, "unit")), named=True)
        found = containerd_config.read(LocalHost(), place, version)
        assert isinstance(found, ContainerdConfig | ParseError), name


def _of_package(folder: Path, release: str, config: str) -> Containerd:
    status = f"Package: containerd.io\nStatus: install ok installed\nVersion: {release}-1\n"
    files = {
        "/usr/bin/containerd": "",
        "/etc/containerd/config.toml": config,
        "/lib/systemd/system/containerd.service": "[Service]\nExecStart=/usr/bin/containerd\n"
        "KillMode=process\n",
        "/var/lib/dpkg/status": status,
    }
    host = tree(folder, files)
    return containerd.read(host, Missing("not asked"), systemd.read(host))


@pytest.mark.parametrize("release", ["1.1.8", "1.2.13", "1.3.7", "1.4.9", "2.5.0"])
def test_dockers_own_file_is_read_as_what_it_is(release: str, tmp_path: Path) -> None:
    found = _of_package(tmp_path, release, 'disabled_plugins = ["cri"]\n')
    assert isinstance(found.version, Setting)
    assert str(found.version.value) == release
    assert isinstance(found.config, ContainerdConfig)
    assert [disabled.value for disabled in found.config.disabled_plugins] in (
        ["cri"],
        ["io.containerd.grpc.v1.cri"],
    )
    assert found.unit


def test_1_2_has_a_default_without_a_name_and_its_driver_is_the_old_key(tmp_path: Path) -> None:
    """From the source of 1.2.14; no such daemon was run."""
    found = read(tmp_path, Version(1, 2, 14), config=V1_SYSTEMD)
    assert found.default_handler.value == "default"
    assert [h.name for h in found.handlers] == ["default"]
    assert found.handlers[0].runtime_type.value == "io.containerd.runtime.v1.linux"
    assert driver(found) is CgroupDriver.SYSTEMD
    assert driver(read(tmp_path / "b", Version(1, 2, 14), config="")) is CgroupDriver.CGROUPFS


def test_1_2_lays_default_runtime_over_its_own(tmp_path: Path) -> None:
    text = '[plugins.cri.containerd.default_runtime]\nruntime_engine = "/usr/bin/kata"\n'
    found = read(tmp_path, Version(1, 2, 14), config=text)
    assert found.handlers[0].runtime_type.value == "io.containerd.runtime.v1.linux"


def test_1_2_reads_no_version_and_no_imports(tmp_path: Path) -> None:
    text = f'version = 2\nimports = ["{tmp_path}/other.toml"]\n[plugins.cri]\nsandbox_image = "a"\n'
    other = '[plugins.cri]\nsandbox_image = "b"\n'
    found = read(tmp_path, Version(1, 2, 14), config=text, other=other)
    assert found.version.value == 1
    assert [Path(file.path).name for file in found.files] == ["config.toml"]
    assert isinstance(found.sandbox_image, Setting)
    assert found.sandbox_image.value == "a"


def test_an_empty_value_counts_in_the_one_file_of_1_2(tmp_path: Path) -> None:
    old, new = (
        read(tmp_path / release, Version(1, minor, 10), config='root = ""\n').effective["root"]
        for release, minor in (("a", 2), ("b", 3))
    )
    assert isinstance(old, Setting) and isinstance(new, Setting)
    assert (old.value, new.value) == ("", "/var/lib/containerd")


def test_1_3_runs_runc_by_the_first_shim(tmp_path: Path) -> None:
    found = read(tmp_path, Version(1, 3, 10), config="version = 2\n")
    assert found.handlers[0].runtime_type.value == "io.containerd.runc.v1"
    assert driver(found) is CgroupDriver.CGROUPFS
    assert found.discard_unpacked_layers.value is False
    assert isinstance(found.effective["discard_unpacked_layers"], Missing)


@pytest.mark.parametrize("release", [Version(1, 1, 8), Version(2, 5, 0)])
def test_an_unknown_release_costs_the_defaults_that_change_and_no_more(
    release: Version, tmp_path: Path
) -> None:
    text = "[plugins.cri.cni]\nmax_conf_num = 2\n" if release.line < (2, 0) else "version = 4\n"
    found = read(tmp_path, release, config='disabled_plugins = ["x.y"]\n' + text)
    assert [s.value for s in found.disabled_plugins]
    image = found.sandbox_image
    assert isinstance(image, Missing)
    assert str(release) in image.reason and "than those known" in image.reason
    assert isinstance(found.effective["cni.conf_dir"], Setting)
    assert isinstance(found.address, Setting)
    assert found.unread == ()


LINUX = 'runtime_type = "io.containerd.runtime.v1.linux"\n'
OLD = 'plugins."io.containerd.grpc.v1.cri"'
RUNC = f"[{OLD}.containerd.runtimes.runc]\n"


@pytest.mark.parametrize("minor", [3, 4, 5, 6, 7])
@pytest.mark.parametrize(
    ("key", "options", "expected"),
    [
        ("", "", CgroupDriver.CGROUPFS),
        ("systemd_cgroup = true\n", "", CgroupDriver.SYSTEMD),
        ("systemd_cgroup = true\n", 'Runtime = "runc"\n', CgroupDriver.CGROUPFS),
        ("", "SystemdCgroup = true\n", CgroupDriver.SYSTEMD),
    ],
)
def test_the_first_runtime_has_the_driver_that_the_old_key_names(
    minor: int, key: str, options: str, expected: CgroupDriver, tmp_path: Path
) -> None:
    text = f"version = 2\n[{OLD}]\n{key}{RUNC}{LINUX}"
    if options:
        text += f"[{OLD}.containerd.runtimes.runc.options]\n{options}"
    assert driver(read(tmp_path, Version(1, minor, 10), config=text)) is expected


def test_2_x_has_no_such_runtime_any_more(tmp_path: Path) -> None:
    found = read(tmp_path, Version(2, 1, 9), config=f"version = 2\n{RUNC}{LINUX}")
    assert isinstance(found.cgroup_driver, Missing)
