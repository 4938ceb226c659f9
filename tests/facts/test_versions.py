"""Releases of programs that may not be asked: of packages, as assumed, or not known and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import installed, recorded, texts, tree
from unshim.facts import versions
from unshim.facts.versions import CONTAINERD, DOCKER, KUBELET, Program
from unshim.host.tree import TreeHost
from unshim.model.values import Missing, Origin, Setting, Version, Why


def _of(host: TreeHost, program: Program, name: str = "") -> Setting[Version] | Missing:
    path = versions.binary(host, (name or program.name,))
    return versions.of_binary(host, path, program, expected=True)


@pytest.mark.parametrize(
    ("program", "name", "package", "text", "release"),
    [
        (KUBELET, "", "kubelet", "1.23.17-00", "1.23.17"),
        (KUBELET, "", "kubelet", "1.28.2-1.1", "1.28.2"),
        (CONTAINERD, "", "containerd.io", "1.2.13-2", "1.2.13"),
        (CONTAINERD, "", "containerd", "1.6.20~ds1-1+b1", "1.6.20"),
        (CONTAINERD, "", "containerd", "1.7.2-0ubuntu1~22.04.1", "1.7.2"),
        (CONTAINERD, "", "moby-containerd", "1.4.13+azure-ubuntu18.04u2", "1.4.13"),
        (DOCKER, "dockerd", "docker-ce", "5:19.03.15~3-0~ubuntu-bionic", "19.3.15"),
        (DOCKER, "dockerd", "docker.io", "20.10.24+dfsg1-1+b3", "20.10.24"),
    ],
)
def test_the_forms_of_debian_revisions(
    tmp_path: Path, program: Program, name: str, package: str, text: str, release: str
) -> None:
    host = tree(tmp_path, {f"/usr/bin/{name or program.name}": "", **installed(**{package: text})})
    version = _of(host, program, name)
    assert isinstance(version, Setting)
    assert str(version.value) == release
    assert str(version.source) == f"package {package} in /var/lib/dpkg/status"


def test_a_package_that_is_not_installed_says_nothing(tmp_path: Path) -> None:
    text = installed(kubelet="1.28.2-1.1")["/var/lib/dpkg/status"]
    for state in ("deinstall ok config-files", "install ok half-installed", "hold ok unpacked"):
        files = {"/var/lib/dpkg/status": text.replace("install ok installed", state)}
        version = _of(tree(tmp_path / state, {"/usr/bin/kubelet": "", **files}), KUBELET)
        assert isinstance(version, Missing)
        assert "--assume kubelet=X.Y.Z" in version.reason


def test_apks_database(tmp_path: Path) -> None:
    text = "C:Q1x=\nP:containerd\nV:1.7.10-r3\nF:usr/bin\n\nP:containerd-ctr\nV:1.0.0-r0\n"
    host = tree(tmp_path, {"/usr/bin/containerd": "", "/lib/apk/db/installed": text})
    version = _of(host, CONTAINERD)
    assert isinstance(version, Setting)
    assert (str(version.value), str(version.source)) == (
        "1.7.10",
        "package containerd in /lib/apk/db/installed",
    )
    assert isinstance(_of(host, KUBELET), Missing)


def test_a_package_is_not_of_a_program_beside_it(tmp_path: Path) -> None:
    # A tarball of another release in /usr/local/bin comes first on the search path.
    files = {"/usr/local/bin/containerd": "", **installed(containerd="1.4.13-1")}
    assert isinstance(_of(tree(tmp_path / "a", files), CONTAINERD), Missing)
    host = tree(tmp_path / "b", {"/usr/bin/containerd": "", **installed(containerd="1.4.13-1")})
    (tmp_path / "b/usr/local/bin").mkdir(parents=True)
    (tmp_path / "b/usr/local/bin/containerd").symlink_to("/usr/bin/containerd")
    assert isinstance(_of(host, CONTAINERD), Setting)


def test_what_is_assumed_holds_where_no_text_says_more(tmp_path: Path) -> None:
    tree(
        tmp_path, {"/usr/bin/kubelet": "", "/usr/bin/containerd": "", **installed(kubelet="1.2.3")}
    )
    host = TreeHost(str(tmp_path), {"kubelet": Version(1, 24, 17), "containerd": Version(1, 6, 20)})
    assumed = _of(host, CONTAINERD)
    assert isinstance(assumed, Setting)
    assert (assumed.value, assumed.source.origin) == (Version(1, 6, 20), Origin.ASSUMED)
    assert str(assumed.source) == "assumed (--assume containerd=1.6.20)"
    read = _of(host, KUBELET)
    assert isinstance(read, Setting)
    assert read.value == Version(1, 2, 3)
    assert str(read.source) == "package kubelet in /var/lib/dpkg/status, not 1.24.17 as assumed"


def test_an_rpm_node_says_what_to_do(tmp_path: Path) -> None:
    # Its database is no text.
    host = tree(tmp_path, {"/usr/bin/kubelet": "", "/var/lib/rpm/rpmdb.sqlite": "SQLite format 3"})
    assert _of(host, KUBELET) == Missing(
        "no text in this tree names the release of kubelet; --assume kubelet=X.Y.Z says it",
        Why.NOT_PRESENT,
    )


def test_a_part_of_a_machine_may_lack_its_programs(tmp_path: Path) -> None:
    host = tree(tmp_path / "etc", {"/etc/hostname": "n\n"})
    assert versions.binary(host, ("kubelet",)) == Missing(
        "this tree has no /usr/bin", Why.NOT_PRESENT
    )
    host = tree(tmp_path / "usr", {"/usr/bin/ls": ""})
    assert versions.binary(host, ("kubelet",)) is None
    # What a unit starts from a folder that was not mounted.
    assert versions.binary(host, ("kubelet",), ["/opt/kube/kubelet"]) == Missing(
        "this tree has no /opt/kube", Why.NOT_PRESENT
    )
    assert versions.binary(host, ("kubelet",), ["/usr/bin/kubelet"]) is None


def test_a_recorded_node_is_no_tree(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths=texts(installed(kubelet="1.28.2-1.1")))
    assert versions.binary(host, ("kubelet",)) is None
    missing = versions.of_binary(host, None, KUBELET)
    assert missing == Missing("kubelet is not installed", Why.NOT_PRESENT)
    # Where its unit is there, the package says what the next start would have been.
    version = versions.of_binary(host, None, KUBELET, expected=True)
    assert isinstance(version, Setting)
    assert str(version.value) == "1.28.2"
