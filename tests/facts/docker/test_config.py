"""daemon.json as dockerd takes it: JSON and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from unshim.facts.docker.config import parse
from unshim.model.machine import ParseError
from unshim.model.values import FileText, Origin, Setting, Source

PATH = "/etc/docker/daemon.json"


def _parsed(data: str | bytes) -> Mapping[str, Setting[object]] | ParseError:
    return parse(FileText(PATH, data.encode() if isinstance(data, str) else data))


def _values(data: str | bytes) -> dict[str, object]:
    found = _parsed(data)
    assert not isinstance(found, ParseError), found
    return {key: setting.value for key, setting in found.items()}


@pytest.mark.parametrize("data", ["", " \n\t", "{}", "\ufeff", "\ufeff{}\r\n"])
def test_a_file_without_values(data: str) -> None:
    assert _parsed(data) == {}


def test_values_have_the_line_of_their_key() -> None:
    found = _parsed('{\n  "a": 1,\n  "b": {\r\n    "c": ["x"]\n  }\n}\n')
    assert found == {
        "a": Setting(1, Source(Origin.FILE, PATH, 2)),
        "b": Setting({"c": ["x"]}, Source(Origin.FILE, PATH, 3)),
        "b.c": Setting(["x"], Source(Origin.FILE, PATH, 4)),
    }


def test_what_is_json_alone_has_its_values_without_a_line() -> None:
    """Of a key that stands there twice YAML knows no line, and JSON the last value."""
    found = _parsed('{"a": 1, "a": 2}')
    assert not isinstance(found, ParseError)
    assert found["a"] == Setting(2, Source(Origin.FILE, PATH))


@pytest.mark.parametrize(
    ("data", "message", "line", "column"),
    [
        ("{", "expecting property name enclosed in double quotes", 1, 2),
        ('{\n"a": 1,\n}', None, 2, None),
        ('{"a" 1}', "expecting ':' delimiter", 1, 6),
        ('{"a": 1}\n{"b": 2}', "something stands after the end of the object", 2, 1),
        ("{} # comment", "something stands after the end of the object", 1, 4),
        ("a: 1\n", "expecting value", 1, 1),
        (b"\x00", "expecting value", 1, 1),
        ("{'a': 1}", "expecting property name enclosed in double quotes", 1, 2),
        ("[]", "not an object of settings", 1, 1),
        ("null", "not an object of settings", 1, 1),
        ('{"a": NaN}', "not readable as JSON", None, None),
        ('{"a": -Infinity}', "not readable as JSON", None, None),
        ("[" * 100_000, "not readable as JSON", None, None),
        ('{"a":' * 100_000, "not readable as JSON", None, None),
    ],
)
def test_what_dockerd_refuses(
    data: str | bytes, message: str | None, line: int | None, column: int | None
) -> None:
    found = _parsed(data)
    assert isinstance(found, ParseError)
    if message is None:  # Python 3.13 has words of its own for a comma at the end
        assert found.line in (line, 3)
    else:
        assert found == ParseError(PATH, message, line, column)


def test_no_message_tells_what_the_file_holds() -> None:
    assert "CANARY7f3a" not in repr(_parsed('{"registry-token": "CANARY7f3a" x}'))


def test_secrets_and_signs_do_not_come_through() -> None:
    values = _values(
        '{"proxies": {"http-proxy": "http://u:CANARY7f3a@p"}, "a\\u001b": true, "group": "\\u202e"}'
    )
    assert values == {
        "proxies": {"http-proxy": "http://(removed)@p"},
        "proxies.http-proxy": "http://(removed)@p",
        r"a\x1b": True,
        "group": r"\u202e",
    }


@pytest.mark.parametrize("data", [b'{"a": "\xff"}', '{"a": "\ufffd"}'.encode()])
def test_bytes_that_are_not_utf_8_are_replaced_as_go_does(data: bytes) -> None:
    assert _values(data) == {"a": "\ufffd"}
