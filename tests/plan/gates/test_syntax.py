"""New files are read by a second parser, and what was broken before is not the plan's."""

from __future__ import annotations

import pytest

from unshim.model.steps import WriteFile
from unshim.plan.gates.syntax import Fault, faults


def _write(path: str, after: bytes | None, before: bytes | None = None) -> WriteFile:
    return WriteFile(path, before, after)


BROKEN = {
    "/a.toml": [
        b"a = 1\na = 2\n",
        b"[x\n",
        b"a = \xff\n",
        b"[a]\n[a]\n",
        b"a = 1 2\n",
        b"x.y = 1\nx = 2",
    ],
    "/a.yaml": [
        b"a: 1\na: 2\n",
        b"a: [1\n",
        b"\ta: 1\n",
        b"a: &x {b: *y}\n",
        b"- a\nb: c\n",
        b"a = 1\n",
    ],
    "/a.yml": [b"x:\n  y: 1\n  y: 2\n"],
    "/a.json": [b'{"a": 1, "a": 2}', b"{", b"{'a': 1}", b"[]", b"\xff", b'{"a": {"b": 1, "b": 2}}'],
    "/a.conflist": [b"[1,]"],
}
SOUND = {
    "/a.toml": [b"a = 1\n[b]\nc = 'd'\n", b"", b"\xef\xbb\xbfa = 1\n", b"# \xc3\xbc\n"],
    "/a.yaml": [b"a: 1\nb: [x, {y: z}]\n", b"", b"---\na: 1\n---\nb: 2\n", b"t: 12:30:45\n"],
    "/a.json": [b'{"a": [1, {"b": null}], "b": 1}'],
    "/a.env": [b"FLAGS='--a=b\n"],
}


@pytest.mark.parametrize(("path", "data"), [(p, d) for p, all_ in BROKEN.items() for d in all_])
def test_what_a_parser_refuses_is_a_fault_of_its_file(path: str, data: bytes) -> None:
    (fault,) = faults([_write(path, data)])
    assert fault.path == path
    assert fault.reason
    assert faults([_write("/sound.json", b"{}"), _write(path, data)]) == (fault,)


@pytest.mark.parametrize(("path", "data"), [(p, d) for p, all_ in SOUND.items() for d in all_])
def test_what_both_parsers_read_is_none(path: str, data: bytes) -> None:
    assert faults([_write(path, data)]) == ()


@pytest.mark.parametrize(("path", "data"), [(p, all_[0]) for p, all_ in BROKEN.items()])
def test_a_fault_that_the_file_had_before_is_not_the_plans(path: str, data: bytes) -> None:
    assert faults([_write(path, data + b"\n", before=data)]) == ()


def test_a_file_that_goes_cannot_be_broken() -> None:
    assert faults([_write("/a.toml", None, before=b"[x\n")]) == ()


def test_containerds_files_are_toml_whatever_they_are_called() -> None:
    write = _write("/etc/containerd/containerd.conf", b"a = 1\nb c\n")
    assert faults([write]) == ()
    assert faults([write], frozenset({write.path})) == (Fault(write.path, "is not TOML (line 2)"),)


@pytest.mark.parametrize("path", ["/a.toml", "/a.yaml", "/a.json"])
def test_no_word_of_the_file_is_told(path: str) -> None:
    data = b'password = s3cr3t "s3cr3t" {s3cr3t: s3cr3t, [s3cr3t\n- [s3cr3t'
    (fault,) = faults([_write(path, data)])
    assert "s3cr3t" not in fault.reason
