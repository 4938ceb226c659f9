"""`unshim record` and `--root`: names that cannot be meant, and what could not be read."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tests.cli.test_bad_input import unshim
from tests.laws.nodes import host
from unshim.cli.recording import not_permitted
from unshim.facts.gather import gather
from unshim.host.once import RecordingHost


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("node.txt", "node.tar.gz"),
        ("node.tar", "node.tar.gz"),
        ("node.tar.xz", "node.tar.gz"),
        ("worker-3.example.com.zip", "worker-3.example.com.tar.gz"),
    ],
)
def test_a_name_of_another_kind_of_file_is_refused(tmp_path: Path, name: str, instead: str) -> None:
    done = unshim("record", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f": give {tmp_path / instead}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["there.tar.gz", "there", "full", "link"])
def test_what_is_there_already_is_said_before_the_machine_is_looked_at(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "there.tar.gz").write_text("kept")
    (tmp_path / "there").write_text("kept")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("kept")
    (tmp_path / "link").symlink_to("nowhere")
    place = tmp_path / name
    done = unshim("record", str(place))
    assert (done.returncode, done.stderr) == (2, f"unshim: {place} already exists\n")
    assert (tmp_path / "there").read_text() == "kept"


def test_a_folder_is_named_as_one_and_read_again(tmp_path: Path) -> None:
    place = tmp_path / "worker-3.example.com"
    done = unshim("record", str(place))
    assert done.returncode == 0
    assert done.stdout.startswith(f"Recorded in the folder {place}, secrets removed.")
    assert unshim("--root", str(place), "facts", "machine").returncode == 0


def test_who_is_not_root_is_told_what_is_not_in_the_record() -> None:
    recording = RecordingHost(host("containerd-healthy-seen-by-nobody"))
    gather(recording)
    told = not_permitted(recording)
    assert len(told) == len(set(told))
    assert {
        "/etc/kubernetes/manifests/web.yaml",
        "/run/containerd/containerd.sock",
        "processes of others",
    } == set(told)


def test_root_is_told_of_nothing() -> None:
    recording = RecordingHost(host("containerd-healthy"))
    gather(recording)
    assert not_permitted(recording) == []


def _tar(path: Path, name: str) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path


def test_a_root_that_is_something_else_is_told_what_it_may_be(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"x")
    done = unshim("--root", str(tmp_path / "x.tar"), "--report", "text")
    assert done.returncode == 2
    assert "neither a folder nor a .tar.gz that `unshim record` made" in done.stderr
    other = unshim("--root", str(_tar(tmp_path / "oci.tar.gz", "oci-layout")), "facts")
    assert other.returncode == 2
    assert "is not an unshim recording (contains 'oci-layout')" in other.stderr
