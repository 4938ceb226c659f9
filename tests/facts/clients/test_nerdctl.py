from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import recorded, tree
from unshim.facts.clients import nerdctl
from unshim.model.parts.clients import Nerdctl
from unshim.model.values import Missing, Origin, Why, known

CONFIG = "/etc/nerdctl/nerdctl.toml"


def _read(folder: Path, text: str | bytes | None, release: str = "") -> Nerdctl:
    files: dict[str, str | bytes] = {} if text is None else {CONFIG: text}
    if release:
        block = f"Package: nerdctl\nStatus: install ok installed\nVersion: {release}\n"
        files |= {"/usr/bin/nerdctl": "", "/var/lib/dpkg/status": block}
    return nerdctl.read(tree(folder, files))


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    found = _read(tmp_path, None)
    assert (found.binary, found.config_file, found.values, found.problems) == (None, None, {}, ())
    effective = known(found.effective)
    assert {key: setting.value for key, setting in effective.items()} == {
        "address": "/run/containerd/containerd.sock",
        "namespace": "default",
        "snapshotter": "overlayfs",
        "cni_path": "/opt/cni/bin",
        "cni_netconfpath": "/etc/cni/net.d",
        "data_root": "/var/lib/nerdctl",
        "hosts_dir": ["/etc/containerd/certs.d", "/etc/docker/certs.d"],
        "insecure_registry": False,
    }
    assert {setting.source.origin for setting in effective.values()} == {Origin.DEFAULT}


def test_the_first_folder_of_plugins_that_is_there(tmp_path: Path) -> None:
    for path in ("usr/lib/cni", "usr/libexec/cni"):
        (tmp_path / path).mkdir(parents=True)
    assert known(_read(tmp_path, None).effective)["cni_path"].value == "/usr/libexec/cni"


def test_values_and_their_lines(tmp_path: Path) -> None:
    text = 'debug = true\nnamespace = "k8s.io"\nHosts_Dir = ["/a"]\nkube_hide_dupe = true\n'
    found = _read(tmp_path, text)
    assert found.problems == ()
    effective = known(found.effective)
    assert (effective["namespace"].value, str(effective["namespace"].source)) == (
        "k8s.io",
        f"{CONFIG}:2",
    )
    assert effective["hosts_dir"].value == ["/a"]
    assert known(found.values)["debug"].value is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('namespaces = "x"\n', "namespaces: nerdctl knows no such option"),
        ("namespace = 1\n", "namespace: must be text"),
        ('debug = "true"\n', "debug: must be true or false"),
        ("hosts_dir = [1]\n", "hosts_dir: must be a list of texts"),
        ('hosts_dir = "/a"\n', "hosts_dir: must be a list of texts"),
        ("[namespace]\n", "namespace: must be text"),
        ('[plugins."io.containerd.grpc.v1.cri"]\nx = 1\n', "plugins: nerdctl knows no such option"),
        ('"\x1b[31m" = 1\n', ""),
        ("namespace\n", "an equals sign is missing"),
        (b'namespace = "\xff"\n', "is not UTF-8"),
    ],
)
def test_a_file_that_is_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    found = _read(tmp_path, text)
    (problem,) = known(found.problems)
    assert words in problem.text
    assert (problem.source.where, problem.source.line) == (CONFIG, 1)
    assert "\x1b" not in problem.text
    assert isinstance(found.effective, Missing)


def test_an_option_that_came_later(tmp_path: Path) -> None:
    text = "kube_hide_dupe = true\n"
    (problem,) = known(_read(tmp_path / "a", text, "1.7.7-1").problems)
    assert "nerdctl 1.7.7 knows no such option" in problem.text
    assert _read(tmp_path / "b", text, "2.0.3-1").problems == ()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    denied = {"missing": "not root", "why": "not-permitted"}
    found = nerdctl.read(recorded(tmp_path, paths={CONFIG: denied}))
    assert isinstance(found.effective, Missing)
    assert found.effective.why is Why.NOT_PERMITTED
    assert isinstance(found.problems, Missing)
