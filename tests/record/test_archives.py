"""The files of a record: packed by whatever tar, shared by several records, never leading out."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.trees import recorded, tree
from unshim.host.once import RecordingHost
from unshim.host.tree import TreeHost
from unshim.model.values import FileText, Missing, Why
from unshim.record.files import name_of
from unshim.record.recorded import RecordedHost, RecordError, open_root
from unshim.record.writing import write_record


def _packed(place: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> str:
    with tarfile.open(place, "w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return str(place)


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


INDEX = json.dumps({"format": 1, "paths": {"/a": {"kind": "file", "file": "files/1"}}}).encode()


@pytest.mark.parametrize("prefix", ["", "./", "node/"])
def test_archives_made_by_tar_are_read(tmp_path: Path, prefix: str) -> None:
    members = [(_member(prefix + "index.json"), INDEX), (_member(prefix + "files/1"), b"x")]
    if prefix:
        members = [(_member(prefix, tarfile.DIRTYPE), b""), *members]
    found = open_root(_packed(tmp_path / "n.tar.gz", members)).read("/a")
    assert isinstance(found, FileText)
    assert found.data == b"x"


@pytest.mark.parametrize(
    ("name", "kind", "link"),
    [
        ("files/1", tarfile.SYMTYPE, "/etc/shadow"),
        ("files/1", tarfile.LNKTYPE, "/etc/shadow"),
        ("files/1", tarfile.CHRTYPE, ""),
        ("files/1", tarfile.FIFOTYPE, ""),
        ("files/../../x", tarfile.REGTYPE, ""),
        ("/etc/cron.d/x", tarfile.REGTYPE, ""),
        ("other", tarfile.REGTYPE, ""),
    ],
)
def test_hostile_archives_are_refused(tmp_path: Path, name: str, kind: bytes, link: str) -> None:
    members = [(_member("index.json"), INDEX), (_member(name, kind, link), b"")]
    with pytest.raises(RecordError):
        open_root(_packed(tmp_path / "n.tar.gz", members))


def test_archives_that_are_none(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * (65 << 20), 1)
    good = Path(_packed(tmp_path / "good.tar.gz", [(_member("index.json"), INDEX)])).read_bytes()
    negative = bytearray(gzip.decompress(good))
    negative[124:136] = b"\xff" * 12
    for number, data in enumerate(
        (b"", b"x", gzip.compress(b"x" * 600), good[:-20], bomb, gzip.compress(bytes(negative)))
    ):
        place = tmp_path / f"{number}.tar.gz"
        place.write_bytes(data)
        with pytest.raises(RecordError) as caught:
            open_root(str(place))
        assert ("unpacks to more than" in str(caught.value)) == (data is bomb)
    with pytest.raises(RecordError):
        open_root(str(tmp_path / "none.tar.gz"))
    with pytest.raises(RecordError):
        open_root(str(tmp_path / "none"))


def test_a_file_missing_beside_the_index(tmp_path: Path) -> None:
    host = open_root(_packed(tmp_path / "n.tar.gz", [(_member("index.json"), INDEX)]))
    assert host.read("/a") == Missing(
        "the record is damaged: is not whole (no files/1)", Why.NOT_RECORDED
    )


def test_a_folder_without_index_is_a_tree(tmp_path: Path) -> None:
    assert isinstance(open_root(str(tmp_path)), TreeHost)


def test_archives_of_gnu_tar_and_pax_under_a_long_folder_are_read(tmp_path: Path) -> None:
    """A name of more than 100 letters stands in a header of its own: that is not a link."""
    for number, form in enumerate((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)):
        place = tmp_path / f"{number}.tar.gz"
        with tarfile.open(place, "w:gz", format=form) as archive:
            for name, data in (("index.json", INDEX), ("files/1", b"one")):
                member = _member(f"{'x' * 120}/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        content = open_root(str(place)).read("/a")
        assert isinstance(content, FileText)
        assert content.data == b"one"


def test_a_sparse_member_is_refused(tmp_path: Path) -> None:
    """A few bytes of an archive must not become terabytes."""
    folder = tmp_path / "node" / "files"
    folder.mkdir(parents=True)
    (folder.parent / "index.json").write_bytes(INDEX)
    with (folder / "1").open("wb") as file:
        file.truncate(1 << 32)
    place = tmp_path / "n.tar.gz"
    subprocess.run(["tar", "-C", str(folder.parent), "-Sczf", str(place), "."], check=True)
    with pytest.raises(RecordError, match="links or special files"):
        open_root(str(place))


def _sharing(folder: Path, content: bytes) -> RecordedHost:
    """A record that has not its own content, beside a folder `files` that may have it."""
    entry = {"kind": "file", "file": name_of(content)}
    return recorded(folder, paths={"/a": entry})


def test_records_in_one_folder_may_share_contents(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / name_of(b"one")).write_bytes(b"one")
    content = _sharing(tmp_path / "node", b"one").read("/a")
    assert isinstance(content, FileText)
    assert content.data == b"one"


def test_a_shared_content_must_be_what_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / name_of(b"one")).write_bytes(b"another one")
    another = _sharing(tmp_path / "node", b"one").read("/a")
    assert isinstance(another, Missing)
    assert another.reason.endswith("is not what its name says")
    (tmp_path / "files" / "1").write_bytes(b"by number")
    numbered = recorded(tmp_path / "n", paths={"/a": {"kind": "file", "file": "files/1"}})
    absent = numbered.read("/a")
    assert isinstance(absent, Missing)
    assert absent.reason.endswith("is not there")


def test_a_content_stands_once_in_a_record(tmp_path: Path) -> None:
    recording = RecordingHost(tree(tmp_path / "tree", {"/a": "\n", "/b": "\n", "/c": ""}))
    for path in ("/a", "/b", "/c"):
        recording.read(path)
    write_record(recording, str(tmp_path / "out"))
    names = {p.name for p in (tmp_path / "out" / "files").iterdir()}
    assert names == {name_of(data).removeprefix("files/") for data in (b"\n", b"")}
