"""Records that were made to fill the memory: refused in one line, or read in little of it."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import TOP
from unshim.model.values import Missing
from unshim.record.errors import RecordError
from unshim.record.files import FILE_LIMIT, INDEX_LIMIT, UNPACKED_LIMIT
from unshim.record.index import Index
from unshim.record.recorded import open_root

MEGABYTE = 1 << 20
MOST = 300 * 1024
"""Kilobytes that a report may take, whatever the record."""


def _folder(place: Path, index: bytes) -> Path:
    place.mkdir()
    (place / "index.json").write_bytes(index)
    return place


def _lists(count: int) -> bytes:
    return b'{"format": 1, "x": [' + b"[]," * count + b"0]}"


def _paths(count: int, below: str) -> bytes:
    paths = ",".join(f'"/a{number}{below}": {{"kind": "file"}}' for number in range(count))
    return f'{{"format": 1, "nothing_else_below": ["/"], "paths": {{{paths}}}}}'.encode()


def _archive(place: Path, *members: tuple[str, bytes]) -> Path:
    with tarfile.open(place, "w:gz", compresslevel=1) as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return place


def _long_header(place: Path) -> Path:
    """One entry of a name that is most of what an archive may hold."""
    value = b"v" * (UNPACKED_LIMIT - 64 * 1024)
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(value)
    place.write_bytes(gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + value, 1))
    return place


BOMBS: dict[str, Callable[[Path], Path]] = {
    "lists in an index": lambda place: _folder(place, _lists(7 << 20)),
    "as many lists as an index may hold": lambda place: _folder(place, _lists(490_000)),
    "paths": lambda place: _folder(place, _paths(500_000, "")),
    "folders above paths": lambda place: _folder(place, _paths(100_000, "/b" * 60)),
    "as many paths as there may be": lambda place: _folder(place, _paths(44_000, "/b" * 7)),
    "an index in an archive": lambda place: _archive(
        place.with_suffix(".tar.gz"), ("index.json", _lists(64 << 20))
    ),
    "a file in an archive": lambda place: _archive(
        place.with_suffix(".tar.gz"), ("files/1", b"\0" * (400 * MEGABYTE))
    ),
    "files in an archive": lambda place: _archive(
        place.with_suffix(".tar.gz"),
        *((f"files/{number}", b"\0" * (40 * MEGABYTE)) for number in range(10)),
    ),
    "a header in an archive": lambda place: _long_header(place.with_suffix(".tar.gz")),
}


REPORT = """
import re, sys
from unshim.__main__ import run
sys.argv[1:] = ["--report", "json", "--root", sys.argv[1]]
code = run()
sys.stdout.flush()
# Of this program alone: getrusage also counts what stood here before it was executed.
print(code, re.search("VmHWM:[^0-9]*([0-9]+)", open("/proc/self/status").read())[1])
"""


def _told(place: Path) -> tuple[int, int, str]:
    """Of a report: its exit code, the most kilobytes that it had, and its standard error."""
    argv = [sys.executable, "-c", REPORT, str(place)]
    done = subprocess.run(argv, cwd=TOP, capture_output=True, text=True, check=True)
    code, kilobytes = done.stdout.splitlines()[-1].split()
    return int(code), int(kilobytes), done.stderr


@pytest.mark.parametrize("bomb", BOMBS)
def test_whatever_a_record_is_it_takes_little_memory(tmp_path: Path, bomb: str) -> None:
    place = BOMBS[bomb](tmp_path / "node")
    code, kilobytes, error = _told(place)
    assert kilobytes < MOST
    if "as many" in bomb:
        assert (code, error) == (3, "")
    else:
        assert code == 2
        assert error.startswith(f"unshim: --root {place}: ")
        assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (_lists(1 << 20), "index.json holds more than 1000000 values"),
        (_paths(60_000, ""), "index.json: more paths than any record has"),
        (_paths(10_000, "/b" * 50), "index.json: more paths than any record has"),
        (b'{"format": 1, "x": NaN}', "index.json is not JSON"),
        (b'{"format": 1, "x": Infinity}', "index.json is not JSON"),
    ],
    ids=["values", "paths", "folders", "NaN", "Infinity"],
)
def test_what_is_wrong_is_said(index: bytes, words: str) -> None:
    with pytest.raises(RecordError) as caught:
        Index.parse("/node", index)
    assert caught.value.wrong == words


HUGE = "1" + "0" * 400


@pytest.mark.parametrize(
    "parts",
    [
        f'"paths": {{"/a": {{"mtime": {HUGE}}}}}',
        f'"paths": {{"/a": {{"size": {HUGE}}}}}',
        f'"paths": {{"/a": {{"uid": -{HUGE}}}}}',
        '"paths": {"/a": {"mtime": 1e999}}',
        f'"processes": [{{"started": {HUGE}}}]',
        f'"processes": [{{"pid": {HUGE}}}]',
        f'"commands": [{{"argv": [], "code": {HUGE}}}]',
    ],
    ids=["mtime", "size", "uid", "infinite mtime", "started", "pid", "code"],
)
def test_numbers_beyond_all_bounds_are_told(parts: str) -> None:
    with pytest.raises(RecordError, match=r"^/node: index.json: \w+ is a number beyond all bounds"):
        Index.parse("/node", f'{{"format": 1, {parts}}}'.encode())


def test_an_archive_cut_off_behind_its_last_file_is_found_out(tmp_path: Path) -> None:
    whole = _archive(tmp_path / "whole.tar.gz", ("index.json", b'{"format": 1}')).read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[:-8])
    with pytest.raises(RecordError, match="the archive is cut off"):
        open_root(str(tmp_path / "cut.tar.gz"))


def _naming(place: Path, name: str, **entry: Any) -> str:
    paths = {"/etc/crictl.yaml": {"kind": "file", "file": name, **entry}}
    return str(_folder(place, json.dumps({"format": 1, "paths": paths}).encode()))


def test_a_file_that_the_index_names_and_is_not_there_is_said_so(tmp_path: Path) -> None:
    host = open_root(_naming(tmp_path / "node", "files/1"))
    for found in (host.read("/etc/crictl.yaml"), host.stat("/etc/crictl.yaml")):
        assert isinstance(found, Missing)
        assert found.reason == "the record is damaged: files/1 is not there"
    argv = [sys.executable, "-m", "unshim", "facts", "crictl", "--root", str(tmp_path / "node")]
    done = subprocess.run(argv, cwd=TOP, capture_output=True, text=True, check=True)
    assert "the record is damaged: files/1 is not there" in done.stdout


def test_a_large_content_is_not_read_to_find_that_it_is_too_large(tmp_path: Path) -> None:
    host = open_root(_naming(tmp_path / "node", "files/1"))
    (tmp_path / "node" / "files").mkdir()
    with (tmp_path / "node" / "files" / "1").open("wb") as file:
        file.truncate(FILE_LIMIT)
    found = host.read("/etc/crictl.yaml", 10)
    assert isinstance(found, Missing)
    assert "larger than 10 bytes" in found.reason


def test_the_index_of_a_large_node_is_within_bounds() -> None:
    """2,000 pods' logs, and 12,000 blobs as containerd lists them."""
    paths = {
        f"/var/log/pods/namespace_pod-{n}_0123{part}": {
            "kind": "file", "mode": "0644", "uid": 0, "gid": 0, "mtime": 1.5, "size": 7
        }
        for n in range(2000)
        for part in ("", "/c", "/c/0.log")
    }  # fmt: skip
    calls = [{"socket": "/s", "method": "/M*", "answers": ["QUFB" * 150] * 12_000}]
    data = json.dumps({"format": 1, "paths": paths, "calls": calls}).encode()
    assert len(data) < INDEX_LIMIT
    assert len(Index.parse("/node", data).paths) == 6000
