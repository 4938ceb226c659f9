"""What is left of any file: keys, and values that may be told; the same in every awk."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.sh.awks import AWKS, cleaned, every_awk
from unshim.releases import containerd_keys
from unshim.releases.kubelet_kinds import Kind
from unshim.releases.kubelet_table import TABLE
from unshim.text import allowed, kept, sieve

S = "zq9Xk7Lw9"
CASES = {
    "a known key": ('root = "/data/x"', 'root = "/data/x"'),
    "an unknown key": (f'mine = "{S}"', 'mine = "(removed)"'),
    "an unknown number of TOML": ("mine = 77315", "mine = 0"),
    "an unknown number of YAML": ("mine: 77315", "mine: (removed)"),
    "a switch": ("mine = true", "mine = true"),
    "a path": ("mine: /etc/x/y.conf", "mine: /etc/x/y.conf"),
    "no path": (f"mine: /etc/x?{S}", "mine: (removed)"),
    "an amount": ("memory.odd: 100Mi", "memory.odd: 100Mi"),
    "a comment": (f"root: /x # {S}\n#{S}\n;{S}", "root: /x # (removed)\n# (removed)\n; (removed)"),
    "a comment without blanks": (f"ca = 1#{S}", f"ca = 1#{S}"),
    "a list in brackets": (f'args = ["--key", "{S}"]', 'args = ["--key", "(removed)"]'),
    "a list of YAML": (f"x:\n- --key\n- {S}\n", "x:\n- --key\n- (removed)\n"),
    "a known list": ("clusterDNS:\n- 10.0.0.10\n", "clusterDNS:\n- 10.0.0.10\n"),
    "a list that has ended": (f"name: a\n- {S}", "name: a\n- (removed)"),
    "a header of a closed section": (
        f'[a.headers]\npath = "{S}"\n[b]\npath = "/x"',
        '[a.headers]\npath = "(removed)"\n[b]\npath = "/x"',
    ),
    "a closed section by indent": (
        f"annotations:\n  name: {S}\nname: x",
        "annotations:\n  name: (removed)\nname: x",
    ),
    "a closed section in braces": (
        f'{{"labels": {{"name": "{S}"}}, "name": "x"}}',
        '{"labels": {"name": "(removed)"}, "name": "x"}',
    ),
    "a closed value among others": (
        f'{{"header": "{S}", "name": "x"}}',
        '{"header": "(removed)", "name": "x"}',
    ),
    "a closed section on the next line": (
        f'"data":\n{{\n"name": "{S}"\n}}\n',
        '"data":\n{\n"name": "(removed)"\n}\n',
    ),
    "a block": (f"x: |\n  {S}\n  name: {S}\nname: y", "x: |\n  (removed)\n  (removed)\nname: y"),
    "a block in a list": (f"- |\n  {S}\nname: y", "- |\n  (removed)\nname: y"),
    "three quotes": (f'x = """\n{S}\n"""\nroot = "/x"', 'x = """\n(removed)\n"""\nroot = "/x"'),
    "three quotes on a line": (f"x = '''{S}'''", "x = '''(removed)'''"),
    "quotes over lines": (
        f'x: "a\n  name: {S}"\nname: y',
        'x: "(removed)\n  (removed)"\nname: y',
    ),
    "quotes that never end": (
        f'x: "{S}\nname: y',
        'x: "(removed)\nname: y',
    ),
    "a unit's variables": (
        f'Environment="A={S}" B={S} "HTTP_PROXY=http://u:{S}@h"',
        'Environment="A=(removed)" B=(removed) "HTTP_PROXY=http://(removed)@h"',
    ),
    "a line that goes on": (f"Environment=X=\\\n  {S}", "Environment=X=\\\n  (removed)"),
    "a program": (f"ExecStart=/k8s/bin/x {S}", "ExecStart=/k8s/bin/x (removed)"),
    "a broken header": ("[plugins", "[plugins"),
    "a header in quotes": ('["a.b"]', '["a.b"]'),
    "a list where a value is due": (f'args:\n  ["{S}"]', 'args:\n  ["(removed)"]'),
    "what is no key": (f"{S} {S}", "(removed) (removed)"),
    "a document's mark": ("---\n...", "---\n..."),
    "a byte order mark": ("\xef\xbb\xbf[Service]", "\xef\xbb\xbf[Service]"),
    "line ends of another system": (f"x: {S}\r\nname: y\r\n", "x: (removed)\r\nname: y\r\n"),
    "a query": (f"server = 'https://h/p?sig={S}'", "server = 'https://h/p?(removed)'"),
    "a login cut off by a quote": (f"HTTP_PROXY='http://u:{S}\"x@h'", None),
    "a long line": ("name: " + "x" * 40_000, "(removed)"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_left(case: str) -> None:
    text, left = CASES[case]
    told = sieve.text(text)
    assert S not in told.replace(f"1#{S}", "")
    assert left is None or told == left
    assert told.count("\n") == text.count("\n")
    assert sieve.text(told) == told


@every_awk
def test_every_awk_leaves_the_same(awk: str, programs: tuple[str, str]) -> None:
    for case, (text, _) in CASES.items():
        data = text.encode("latin-1")
        assert cleaned(awk, programs[0], "sieve", data + b".") == sieve.data(data), case


_WORD = st.sampled_from(
    (
        *" \t\n=:,[]{}\"'\\#;|-a",
        *("  ", "\n  ", "\n- ", "\r\n", ": ", '"""', " #", "--", "---", "name", "headers", "root"),
        *("password", "77315", "true", "/etc/x", "/x", "--v", "--token", "-p", S, "HTTP_PROXY"),
        *("http://u:p@h", "https://h?x", "Environment", "ExecStart", "10m", "\xe9", "$A"),
        "[x.y]\n",
    )
)


@settings(max_examples=60)
@given(st.lists(_WORD, max_size=30).map("".join))
def test_every_awk_leaves_the_same_of_anything(programs: tuple[str, str], whole: str) -> None:
    data = whole.encode("latin-1")
    told = sieve.data(data)
    assert told.count(b"\n") == data.count(b"\n")
    for awk in AWKS:
        assert cleaned(awk, programs[0], "sieve", data + b".") == told, awk


def test_what_the_kubelet_is_told_is_kept() -> None:
    """Every setting of the table that is no switch, by its flag and by its field."""
    fields = [row.name for row in TABLE if row.kind in (Kind.TEXT, Kind.NUMBER, Kind.DURATION)]
    flags = [flag for row in TABLE if row.kind is not Kind.BOOLEAN for flag in row.flags]
    written = [name for name in fields if "-" not in name and name not in flags]
    assert [name for name in written if not allowed.key_kept(name)] == []
    assert [name for name in flags if not allowed.flag_kept(name)] == []


def test_what_containerd_is_told_is_kept() -> None:
    """Every key of a text or a number that a release reads, but for logins and what is free."""
    lost = {
        key.rpartition(".")[2]
        for plugin in containerd_keys.plugins()
        for key, span in containerd_keys.spans(plugin).items()
        if span.kind in ("string", "[]string", "int", "float", "duration")
        and not allowed.key_kept(key)
    }
    assert lost == {"auth", "identitytoken", "password", "username", "args", "env", "*"}


def test_the_table_is_written_for_both_languages() -> None:
    words = (*kept.WORDS, *kept.FORMS)
    assert [word for word in words if word != word.lower() or "\\" in word or "(?" in word] == []
    assert not {"password", "token", "secret", "username", "auth", "value"} & kept.KEYS
    assert not {"password", "token", "secret", "username", "auth", "value"} & kept.FLAGS
