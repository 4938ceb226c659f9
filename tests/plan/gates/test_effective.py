"""The settings that change in containerd's dump must be those that the plan changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.containerds import CONFIG, configured, release
from tests.trees import tree
from unshim.host.host import Host
from unshim.model.parts.containerd import ContainerdConfig
from unshim.plan.gates.effective import Seen, unlike

RELEASE = release("1.7.24")
CRI = '[plugins."io.containerd.grpc.v1.cri"]\n'
RUNC = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\n'
OPTIONS = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n'


def _seen(tmp_path: Path, name: str, text: str, dump: str) -> tuple[Host, Seen]:
    host = tree(tmp_path / name, {CONFIG: "version = 2\n" + text})
    config = configured(host, RELEASE).config
    assert isinstance(config, ContainerdConfig)
    return host, Seen(config, dump and "version = 2\n" + dump)


def _unlike(tmp_path: Path, before: tuple[str, str], after: tuple[str, str]) -> str:
    """Each as what the file says, and what containerd dumps of it."""
    _, old = _seen(tmp_path, "before", *before)
    host, new = _seen(tmp_path, "after", *after)
    return unlike(host, RELEASE, old, new)


IMAGE, OTHER = 'sandbox_image = "a/pause:1"\n', 'sandbox_image = "b/pause:2"\n'
REST = "max_container_log_line_size = 16384\n"


def test_what_the_plan_means_may_change(tmp_path: Path) -> None:
    assert _unlike(tmp_path, (CRI + IMAGE, CRI + IMAGE), (CRI + OTHER, CRI + OTHER)) == ""


def test_what_containerd_does_not_take_over_is_told(tmp_path: Path) -> None:
    told = _unlike(tmp_path, (CRI + IMAGE, CRI + IMAGE), (CRI + OTHER, CRI + IMAGE))
    assert told == "sandbox_image would be 'a/pause:1' to containerd, not 'b/pause:2'"


def test_the_files_that_a_dump_names_are_not_read_once_more(tmp_path: Path) -> None:
    dumps = [f'imports = ["{CONFIG}"]\n{CRI}{image}' for image in (IMAGE, OTHER)]
    assert _unlike(tmp_path, (CRI + IMAGE, dumps[0]), (CRI + OTHER, dumps[1])) == ""
    assert _unlike(tmp_path / "2", (CRI + IMAGE, dumps[0]), (CRI + OTHER, dumps[0])) != ""


def test_what_changes_beside_it_is_told(tmp_path: Path) -> None:
    before = (CRI + IMAGE + REST, CRI + IMAGE + REST)
    lost = CRI + OTHER + "max_container_log_line_size = 8192\n"
    told = _unlike(tmp_path, before, (CRI + OTHER + REST, lost))
    assert told == "max_container_log_line_size would change to 8192, which the plan does not mean"


def test_what_unshim_knows_no_setting_of_is_looked_at_too(tmp_path: Path) -> None:
    other = '[plugins."io.containerd.foreign.v1.x"]\n'
    before = (CRI + IMAGE, CRI + IMAGE + other + "depth = 3\n")
    for after in (other + "depth = 4\n", ""):
        told = _unlike(tmp_path, before, (CRI + OTHER, CRI + OTHER + after))
        assert told.startswith("plugins.io.containerd.foreign.v1.x.depth would change too")


def test_a_plugin_that_was_disabled_told_nothing_before(tmp_path: Path) -> None:
    """Debian's 1.6 has another default than its release, which shows once the plugin is dumped."""
    disabled = 'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
    now = CRI[:-2] + '.cni]\nbin_dir = "/usr/lib/cni"\n'
    assert _unlike(tmp_path, (disabled, disabled), ("", "disabled_plugins = []\n" + now)) == ""


def test_a_default_may_be_written_out(tmp_path: Path) -> None:
    """Which it is not for a distribution that has another built in."""
    first, then = (CRI[:-2] + f'.cni]\nbin_dir = "{d}"\n' for d in ("/usr/lib/cni", "/opt/cni/bin"))
    assert _unlike(tmp_path, ("", first), (then, then)) == ""
    assert _unlike(tmp_path / "2", ("", first), (CRI + REST, then)).startswith("cni.bin_dirs would")


def test_a_key_that_goes_leaves_the_default_that_the_build_has(tmp_path: Path) -> None:
    first, then = (CRI[:-2] + f'.cni]\nbin_dir = "{d}"\n' for d in ("/opt/x", "/usr/lib/cni"))
    assert _unlike(tmp_path, (first, first), (CRI + REST, then + CRI + REST)) == ""


def test_a_handler_that_is_named_first_may_lose_what_it_had_built_in(tmp_path: Path) -> None:
    before = ("", RUNC + 'runtime_type = "io.containerd.runc.v2"\nsandbox_mode = "podsandbox"\n')
    text = RUNC + 'runtime_type = "io.containerd.runc.v2"\n' + OPTIONS + "SystemdCgroup = true\n"
    assert _unlike(tmp_path, before, (text, text)) == ""


def test_a_key_that_counts_for_nothing_is_told(tmp_path: Path) -> None:
    typo = CRI + 'sandbox_imgae = "a"\n'
    assert "sandbox_imgae does not count" in _unlike(tmp_path, ("", ""), (typo, ""))
    assert _unlike(tmp_path, (typo, ""), (typo + REST, "")) == ""


def test_a_duration_may_be_written_otherwise(tmp_path: Path) -> None:
    texts = (CRI + 'stream_idle_timeout = "90m"\n', CRI + 'stream_idle_timeout = "1h30m0s"\n')
    assert _unlike(tmp_path, ("", ""), texts) == ""


@pytest.mark.parametrize("dump", ["", "no = TOML = at all"])
def test_without_a_dump_that_can_be_read_nothing_is_compared(tmp_path: Path, dump: str) -> None:
    assert _unlike(tmp_path, (CRI + IMAGE, ""), (CRI + OTHER, dump)) == ""


def test_files_that_could_not_be_read_before_are_compared_by_what_is_set_now(
    tmp_path: Path,
) -> None:
    host, new = _seen(tmp_path, "after", CRI + OTHER, CRI + IMAGE)
    assert "sandbox_image would be" in unlike(host, RELEASE, Seen(None, ""), new)
    host, new = _seen(tmp_path, "again", CRI + OTHER, CRI + OTHER)
    assert unlike(host, RELEASE, Seen(None, ""), new) == ""
