from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from unshim.model.machine import ParseError
from unshim.text.yaml_marks import flatten, parse
from unshim.text.yaml_values import Marked, scalar


def _one(text: str | bytes) -> Marked:
    data = text.encode() if isinstance(text, str) else text
    found = parse("f", data)
    assert not isinstance(found, ParseError), found
    assert len(found) == 1
    return found[0]


def _wrong(text: str | bytes) -> ParseError:
    data = text.encode() if isinstance(text, str) else text
    found = parse("/etc/f", data)
    assert isinstance(found, ParseError), found
    assert found.path == "/etc/f"
    return found


def test_every_key_with_its_value_and_line() -> None:
    text = "# top\na: 1\nfeatureGates:\n  X: true\n\n  'Y.Z': no\nlist:\n- a\n- b: c\nempty:\n"
    assert flatten(_one(text)) == {
        "a": (1, 2),
        "featureGates": ({"X": True, "Y.Z": False}, 3),
        "featureGates.X": (True, 4),
        "featureGates.Y.Z": (False, 6),
        "list": (["a", {"b": "c"}], 7),
        "empty": (None, 10),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", False),
        ("On", True),
        ("010", 8),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", 1000),
        ("-5", -5),
        ("12:30:45", "12:30:45"),
        ("10Mi", "10Mi"),
        ("5m", "5m"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("~", None),
        ("'no'", "no"),
        ('"5"', "5"),
        ("!!str 5", "5"),
        ("2001-01-01", "2001-01-01"),
        ("1.2.3", "1.2.3"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars_as_kubernetes_reads_them(text: str, value: object) -> None:
    assert flatten(_one(f"a: {text}"))["a"][0] == value


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "a: 1\nb: 2".encode("utf-16")])
def test_bom_crlf_and_utf16(data: bytes) -> None:
    assert flatten(_one(data)) == {"a": (1, 1), "b": (2, 2)}


def test_json_and_many_documents() -> None:
    assert flatten(_one('{\n\t"a": {"b": [1, "x"]}\n}'))["a.b"] == ([1, "x"], 2)
    found = parse("f", b"--- \na: 1\n---\nb: 2\n")
    assert not isinstance(found, ParseError)
    assert [sorted(flatten(d)) for d in found] == [["a"], ["b"]]
    assert parse("f", b"# nothing\n") == ()
    assert parse("f", b"") == ()


def test_invalid_bytes_harm_only_their_value() -> None:
    assert flatten(_one(b"# caf\xe9\na: b\xff\n"))["a"][0] == "b\\xff"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "same key twice"),
        ('{"a": 1, "a": 2}', 1, "same key twice"),
        ("a: 1\n b: 2\n", 2, ""),
        ("a:\n\tb: 1\n", 2, "tab"),
        ("a: [1, 2\nb: 3\n", 2, ""),
        ("a: 'CANARY\n", 2, ""),
        ("a: *none\n", 1, "alias"),
        ("a: &x\n  b: *x\n", 2, "alias"),
        ("? [a, b]\n: 1\n", 1, "as a key"),
        ("a:\n  <<: 5\n", 2, "merge"),
        ("a: @CANARY\n", 1, ""),
        ("a: %CANARY\n", 1, ""),
    ],
)
def test_what_is_wrong_and_where(text: str, line: int, words: str) -> None:
    found = _wrong(text)
    assert found.line == line
    assert words in found.message
    assert "CANARY" not in found.message


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b"{a: " * 5_000,
        b"a:\n" + b"".join(b" " * n + b"b:\n" for n in range(1, 400)),
        b"\0" * 1000,
        b"a: \x1b[2J\n",
        b"a: " + b"x" * 2_000_000,
        b"\xff\xfe\x00",
        b"a: &a ["
        + b"1," * 9
        + b"]\n"
        + b"".join(
            f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n".encode()
            for p, c in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        b"a0: &a0 {k: 1}\n"
        + b"".join(
            f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n".encode() for n in range(1, 9)
        ),
        b"a0: &a0 [1]\n" + b"".join(f"a{n}: &a{n} [*a{n - 1}]\n".encode() for n in range(1, 300)),
    ],
)
def test_bombs_are_refused_at_once(data: bytes) -> None:
    assert isinstance(parse("f", data), ParseError)


def test_anchors_used_as_they_are_meant() -> None:
    text = "base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\nother: *b\n"
    found = flatten(_one(text))
    assert found["mine"][0] == {"y": 3, "x": 1}
    assert found["other.y"][0] == 2


def test_tags_construct_nothing() -> None:
    found = _one("a: !!python/object/apply:os.system ['touch /tmp/unshim-canary']\n")
    assert flatten(found)["a"][0] == ["touch /tmp/unshim-canary"]


def test_without_the_c_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert flatten(_one("a: 1\nb:\n  c: [x]\n"))["b.c"] == (["x"], 3)
    for text in ("a: 'CANARY\n", "a: @CANARY", "a:\n\tb: 1", "- a\nCANARY: 1"):
        assert "CANARY" not in _wrong(text).message
    assert isinstance(parse("f", b"[" * 100_000), ParseError)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcdef-.", min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=6), _VALUES, max_size=4))
def test_what_was_dumped_is_read_again(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, default_style='"' if any(map(_odd, _strings(value))) else None)
    if not any(map(_odd, _strings(value))):
        assert _one(text).value == value


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [s for k, v in value.items() for s in (k, *_strings(v))]
    if isinstance(value, list):
        return [s for v in value for s in _strings(v)]
    return [value] if isinstance(value, str) else []


def _odd(text: str) -> bool:
    """Text that PyYAML would write bare and Kubernetes reads as something else."""
    return not isinstance(scalar(text), str)
