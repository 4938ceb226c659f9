"""The effective configuration, compared with what real daemons made of the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.configs import REFUSED, dumps, names, placed
from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd.config import Place
from unshim.facts.versions import parse
from unshim.host.local import LocalHost
from unshim.model.machine import CgroupDriver, ParseError
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version
from unshim.text.toml_marks import read_toml

RELEASES = {"1.3": "1.3.10", "1.4": "1.4.13", "1.6": "1.6.20", "1.7": "1.7.24", "2.1": "2.1.9"}

TOML_READERS_DIFFER = {
    # Python's reader refuses what the daemon takes: with the binary at hand, it is asked.
    ("leadzero", "1.3"), ("leadzero", "1.4"), ("leadzero", "1.6"), ("leadzero", "1.7"),
    ("lonecr", "1.3"), ("lonecr", "1.4"), ("lonecr", "1.6"), ("lonecr", "1.7"),
    # And it takes what BurntSushi's of 1.3 and 1.4 refuses, or what go-toml v1 reads otherwise.
    ("dottedkeys", "1.3"), ("dt", "1.3"), ("hexint", "1.3"), ("case-runtimes", "1.3"),
    ("dottedkeys", "1.4"), ("dt", "1.4"), ("hexint", "1.4"),
    ("escaped-header", "1.6"), ("escaped-header", "1.7"),
    ("case-runtimes", "1.4"),
}  # fmt: skip
if isinstance(read_toml(FileText("/probe", b"a = {b = 1,}")), ParseError):
    # tomllib before TOML 1.1: no line ends and no trailing comma in an inline table.
    TOML_READERS_DIFFER |= {("inline-nl", "1.6"), ("inline-nl", "1.7"), ("inline-nl", "2.1")}
    TOML_READERS_DIFFER |= {("inline-trail", line) for line in ("1.3", "1.4", "2.1")}
else:
    # tomli from 2.4 on, and tomllib of a later Python, take both.
    TOML_READERS_DIFFER |= {("inline-nl", "1.3"), ("inline-nl", "1.4")}
    TOML_READERS_DIFFER |= {("inline-trail", "1.6"), ("inline-trail", "1.7")}

DUMP_IS_MILDER = {
    # 2.1's dump forgives a missing import, with which its daemon does not start.
    ("imp-missing", "2.1"), ("imp-q", "2.1"), ("tilde", "2.1"),
    # The daemons of 1.x make a runtime of default_runtime; a dump is of before that.
    *(("default-runtime-old", line) for line in ("1.3", "1.4", "1.6", "1.7")),
}  # fmt: skip

OPTIONS_HIDDEN = ("1.3", "1.4")
"""Their dumps leave a runtime's options out."""


def read(main: Path, release: str) -> ContainerdConfig | ParseError | Missing:
    version = parse(release)
    assert version is not None
    source = Source(Origin.COMMAND, "containerd --version")
    place = Place(Setting(str(main), Source(Origin.FLAG, "unit")), named=True)
    return containerd_config.read(LocalHost(), place, Setting(version, source))


def config(folder: Path, release: str, **files: str) -> ContainerdConfig:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    found = read(folder / "config.toml", release)
    assert isinstance(found, ContainerdConfig), found
    return found


def view(found: ContainerdConfig) -> dict[str, Any]:
    image = found.sandbox_image
    return {
        "disabled": sorted(setting.value for setting in found.disabled_plugins),
        "address": found.address.value,
        "sandbox": None if isinstance(image, Missing) else image.value,
        "snapshotter": found.snapshotter.value,
        "discard": found.discard_unpacked_layers.value,
        "default": found.default_handler.value,
        "handlers": {
            h.name: [h.runtime_type.value, WRONG_TYPE if h.fault else h.systemd_cgroup.value]
            for h in found.handlers
        },
    }


WRONG_TYPE = "neither true nor false"


def told(dump: Any) -> Any:
    """A dump without what its release does not have: 1.3 knows no discard_unpacked_layers."""
    if dump == REFUSED or "handlers" not in dump:
        return dump
    handlers = {
        # Without a type nothing decodes the options.
        name: [kind, driver if isinstance(driver, bool) else WRONG_TYPE if kind else False]
        for name, (kind, driver) in dump["handlers"].items()
    }
    return {key: value for key, value in dump.items() if value is not None} | {"handlers": handlers}


COMPARED = [
    (name, line)
    for line in RELEASES
    for name in names()
    if (name, line) not in TOML_READERS_DIFFER | DUMP_IS_MILDER
]


@pytest.mark.parametrize(("name", "line"), COMPARED)
def test_the_view_is_the_daemons(name: str, line: str, tmp_path: Path) -> None:
    theirs = told(dumps()[name][line])
    found = read(placed(name, tmp_path), RELEASES[line])
    if theirs == REFUSED:
        assert isinstance(found, ParseError), found
        return
    assert isinstance(found, ContainerdConfig), found
    ours = {key: value for key, value in view(found).items() if key in theirs}
    if line in OPTIONS_HIDDEN and "handlers" in theirs:
        for side in (ours, theirs):
            side["handlers"] = {name: kind for name, (kind, _) in side["handlers"].items()}
    assert ours == theirs


def test_the_lists_of_differences_are_not_stale(tmp_path: Path) -> None:
    for name, line in sorted(TOML_READERS_DIFFER | DUMP_IS_MILDER):
        theirs = dumps()[name][line]
        found = read(placed(name, tmp_path / f"{name}-{line}"), RELEASES[line])
        refused = isinstance(found, ParseError)
        same = refused == (theirs == REFUSED)
        if same and isinstance(found, ContainerdConfig):
            ours = view(found)
            same = all(ours[key] == theirs[key] for key in theirs if key != "handlers")
        assert not same, (name, line)


V2 = """\
version = 2
imports = ["extra.toml"]
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
    SystemdCgroup = true
"""
EXTRA = 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "p:1"\n'


def test_values_name_their_file_and_line_or_their_release(tmp_path: Path) -> None:
    found = config(tmp_path, "2.1.9", config=V2, extra=EXTRA)
    main, extra = (str(tmp_path / name) for name in ("config.toml", "extra.toml"))
    assert [file.path for file in found.files] == [main, extra]
    assert found.version == Setting(2, Source(Origin.FILE, main, 1))
    runc = found.handlers[0]
    assert runc.systemd_cgroup == Setting(True, Source(Origin.FILE, main, 6))
    assert runc.runtime_type.source == Source(Origin.FILE, main, 4)
    assert found.sandbox_image == Setting("p:1", Source(Origin.FILE, extra, 3))
    assert found.snapshotter == Setting(
        "overlayfs", Source(Origin.DEFAULT, "default of containerd 2.1")
    )
    key = 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options.SystemdCgroup'
    assert found.values[key] == runc.systemd_cgroup
    assert found.cgroup_driver == Setting(CgroupDriver.SYSTEMD, runc.systemd_cgroup.source)


def test_a_drop_in_clobbers_on_1_and_merges_on_2(tmp_path: Path) -> None:
    """The drop-in that a GPU operator writes, which deletes SystemdCgroup on 1.x."""
    old = config(tmp_path, "1.6.20", config=V2, extra=EXTRA)
    assert not isinstance(old.cgroup_driver, Missing)
    assert old.cgroup_driver.value is CgroupDriver.CGROUPFS
    assert old.cgroup_driver.source.origin is Origin.DEFAULT


def test_a_default_handler_of_another_kind_has_no_driver(tmp_path: Path) -> None:
    text = V2.replace("runc.v2", "kata.v2").replace('imports = ["extra.toml"]\n', "")
    found = config(tmp_path, "1.7.24", config=text)
    assert isinstance(found.cgroup_driver, Missing)
    assert "kata" in found.cgroup_driver.reason


def test_2_3_reads_a_version_1_file_and_refuses_a_newer_drop_in(tmp_path: Path) -> None:
    """From the source of 2.3.4; no such daemon was run."""
    text = '[plugins.cri]\nsandbox_image = "p:1"\n'
    found = config(tmp_path, "2.3.4", config=text)
    assert not isinstance(found.sandbox_image, Missing)
    assert found.sandbox_image.value == "p:1"
    (tmp_path / "config.toml").write_text('version = 3\nimports = ["d.toml"]\n')
    (tmp_path / "d.toml").write_text("version = 4\n")
    assert isinstance(read(tmp_path / "config.toml", "2.3.4"), ParseError)


def test_no_file_at_the_default_path_means_defaults() -> None:
    place = Place(Setting("/nonexistent/config.toml", Source(Origin.DEFAULT, "default")))
    release = Setting(Version(1, 6, 8), Source(Origin.COMMAND, "x"))
    found = containerd_config.read(LocalHost(), place, release)
    assert isinstance(found, ContainerdConfig)
    assert found.files == ()
    assert found.sandbox_image == Setting(
        "k8s.gcr.io/pause:3.6", Source(Origin.DEFAULT, "default of containerd 1.6")
    )
    unknown = containerd_config.read(LocalHost(), place, Missing("who knows"))
    assert isinstance(unknown, ContainerdConfig)
    assert isinstance(unknown.sandbox_image, Missing)


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert isinstance(read(tmp_path / "config.toml", "1.6.20"), ParseError)


@pytest.mark.parametrize("pattern", ["/*/*/*/*/*.toml", "*" * 60])
def test_wild_imports_end(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'version = 2\nimports = ["{pattern}"]\n')
    assert isinstance(read(tmp_path / "config.toml", "1.7.24"), ContainerdConfig | Missing)


@pytest.mark.parametrize("line", RELEASES)
@pytest.mark.lab
def test_the_recorded_dumps_are_what_daemons_say(line: str) -> None:
    from tests.configs.record import dump
    from tests.lab.containerd import LINES

    for known in LINES:
        if known == line:
            assert {name: dump(known, name) for name in names()} == {
                name: dumps()[name][line] for name in names()
            }
