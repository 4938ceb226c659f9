"""A file's change as it is shown: what a line holds depends on those above it, shown or not."""

from __future__ import annotations

import pytest

from unshim.model.steps import WriteFile
from unshim.plan.diff import diff_of

S = "zq9Xk7Lw9"
FILLING = "".join(f"port{number}: 1\n" for number in range(9))


def _diff(before: str | None, after: str | None) -> str:
    def data(text: str | None) -> bytes | None:
        return None if text is None else text.encode()

    return "\n".join(diff_of(WriteFile("/etc/x.yaml", data(before), data(after))).lines)


@pytest.mark.parametrize(
    "hidden",
    [
        "key: |\n  -----BEGIN RSA PRIVATE KEY-----\n"
        + "".join(f"  {S}{n}\n" for n in range(9))
        + "  -----END RSA PRIVATE KEY-----\n",
        "password: |\n" + "".join(f"  {S}{n}\n" for n in range(9)),
        "Authorization:\n" + "".join(f"- {S}{n}\n" for n in range(9)),
        "annotations:\n" + "".join(f"  name: {S}{n}\n" for n in range(9)),
        'x = """\n' + "".join(f"name = {S}{n}\n" for n in range(9)) + '"""\n',
        "[a.headers]\n" + "".join(f'path = "{S}{n}"\n' for n in range(9)) + "[b]\n",
    ],
    ids=["key", "block", "list", "annotations", "quotes", "headers"],
)
def test_what_stands_above_a_hunk_is_not_forgotten(hidden: str) -> None:
    told = _diff(f"{hidden}cgroupDriver: a\n", f"{hidden}cgroupDriver: b\n")
    assert "-cgroupDriver: a\n+cgroupDriver: b" in told
    assert S not in told


@pytest.mark.parametrize(
    "line",
    [
        f"auth: {S}",
        f'username = "{S}"',
        f"pass: {S}",
        f"REG_PASS={S}",
        f"- --token={S}",
        f"- -p{S}",
        f"# {S}",
        f'"auth": "{S}",',
    ],
)
def test_a_line_that_goes_or_comes_is_no_other(line: str) -> None:
    for told in (
        _diff(f"{line}\n{FILLING}", FILLING),
        _diff(f"{FILLING}{line}\nport: 1\n", f"{FILLING}port: 1\n{line}\n"),
        _diff(f"{line}\nport: 1\n", None),
    ):
        assert S not in told
        assert "removed" in told


def test_it_is_a_unified_diff() -> None:
    lines = [f"port{number}: 1" for number in range(20)]
    before = "\n".join(lines) + "\n"
    changed = [*lines[:2], "port: 2", *lines[3:15], *lines[16:]]
    assert _diff(before, "\n".join(changed) + "\n").split("\n") == [
        "--- /etc/x.yaml",
        "+++ /etc/x.yaml",
        "@@ -1,6 +1,6 @@",
        " port0: 1",
        " port1: 1",
        "-port2: 1",
        "+port: 2",
        " port3: 1",
        " port4: 1",
        " port5: 1",
        "@@ -13,7 +13,6 @@",
        " port12: 1",
        " port13: 1",
        " port14: 1",
        "-port15: 1",
        " port16: 1",
        " port17: 1",
        " port18: 1",
    ]
    assert _diff(before, before) == ""


def test_files_that_come_and_go() -> None:
    assert _diff(None, "port: 1\n").split("\n") == [
        "--- /dev/null",
        "+++ /etc/x.yaml",
        "@@ -0,0 +1 @@",
        "+port: 1",
    ]
    assert _diff("port: 1\n", None).split("\n")[1:3] == ["+++ /dev/null", "@@ -1 +0,0 @@"]


def test_values_that_differ_are_told_though_they_read_alike() -> None:
    told = _diff(f"mine: {S}1\n", f"mine: {S}2\n")
    assert told.endswith("-mine: (removed)\n+mine: (removed)")


def test_what_a_fix_says_of_itself_is_told() -> None:
    assert _diff(f"# {S}\nport: 1\n", f"# {S}\n# Written by unshim.\nport: 1\n").endswith(
        " # (removed)\n+# Written by unshim.\n port: 1"
    )
