"""The folder of programs: what it has is taken, what it says and has not is told."""

from __future__ import annotations

import hashlib
import lzma
import subprocess
from pathlib import Path

import pytest

from . import programs
from .cache import LabError, Unavailable
from .programs import MANIFEST, UNSET, VARIABLE, binary, layer, listed, program

SCRIPT = b"#!/bin/sh\necho 1.36.3\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one program, which is a script, and a cache of its own."""
    packed = lzma.compress(SCRIPT)
    (tmp_path / "kubelet-1.36.3.xz").write_bytes(packed)
    total = hashlib.sha256(packed).hexdigest()
    (tmp_path / MANIFEST).write_text(f"{total}  kubelet-1.36.3.xz\n")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setenv("UNSHIM_LAB_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_a_program_is_unpacked_once_and_runs(folder: Path) -> None:
    path = binary("kubelet", "1.36")
    assert subprocess.check_output([path], text=True) == "1.36.3\n"
    (folder / "kubelet-1.36.3.xz").write_bytes(b"")
    assert binary("kubelet", "1.36") == path
    (folder / "kubelet-1.36.3.xz").write_bytes(lzma.compress(SCRIPT))
    assert (layer("kubelet", "1.36", "kubelet.new") / "usr/bin/kubelet.new").read_bytes() == SCRIPT


def test_a_line_is_not_the_beginning_of_another(folder: Path) -> None:
    assert program("kubelet", "1").version == "1.36.3"
    with pytest.raises(Unavailable, match=r"has no kubelet 1\.3$"):
        program("kubelet", "1.3")
    with pytest.raises(Unavailable, match="has no crictl"):
        program("crictl", "1.36")


def test_another_file_than_the_manifest_names_is_a_failure(folder: Path) -> None:
    (folder / "kubelet-1.36.3.xz").write_bytes(lzma.compress(b"another"))
    with pytest.raises(LabError, match="is not the file"):
        layer("kubelet", "1.36")


@pytest.mark.parametrize("text", ["kubelet-1.36.3.xz\n", f"{'0' * 64}  ../kubelet-1.36.3.xz\n"])
def test_a_manifest_that_is_none_is_a_failure(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(LabError, match="not a line"):
        listed()


def test_a_folder_without_a_manifest_is_a_failure_and_none_at_all_a_skip(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / MANIFEST).unlink()
    with pytest.raises(LabError, match=VARIABLE) as failure:
        listed()
    assert not isinstance(failure.value, Unavailable)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(Unavailable, match=UNSET):
        listed()


def test_each_program_of_the_real_folder_runs(lab: None) -> None:
    for one in programs.listed():
        path = binary(one.name, one.version)
        said = subprocess.run([path, _version_of(one.name)], capture_output=True, text=True)
        assert one.version in said.stdout + said.stderr, one


def _version_of(name: str) -> str:
    return {"kubeadm": "version", "containerd-shim-runc-v2": "-v"}.get(name, "--version")
