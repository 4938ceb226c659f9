"""A YAML file as settings: each with its line, visible, and without secrets."""

from __future__ import annotations

import pytest

from unshim.model.machine import ParseError
from unshim.model.values import Origin, Setting, Source
from unshim.text.marked_settings import clean, named, settings
from unshim.text.secrets import REMOVED
from unshim.text.yaml_marks import parse

PATH = "/var/lib/kubelet/config.yaml"


def _settings(text: str, path: str = PATH) -> dict[str, Setting[object]]:
    documents = parse(path, text.encode())
    assert not isinstance(documents, ParseError)
    return dict(settings(path, documents[0]))


def test_each_value_stands_under_its_dotted_key_with_its_line() -> None:
    found = _settings("a: 1\nb:\n  c: x\n  d: [p, q]\n")
    assert found["a"] == Setting(1, Source(Origin.FILE, PATH, 1))
    assert found["b.c"] == Setting("x", Source(Origin.FILE, PATH, 3))
    assert found["b.d"] == Setting(["p", "q"], Source(Origin.FILE, PATH, 4))


def test_neither_a_key_nor_a_value_nor_the_path_reaches_a_terminal_raw() -> None:
    found = _settings('"port\\e[31m": 1\nname: "v\\u202e"\n', "/etc/\x1bx")
    assert list(found) == [r"port\x1b[31m", "name"]
    assert found["name"] == Setting(r"v\u202e", Source(Origin.FILE, r"/etc/\x1bx", 2))


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        pytest.param("port", 10250, 10250, id="a number stays"),
        pytest.param("on", True, True, id="true stays"),
        pytest.param("x", None, None, id="nothing stays nothing"),
        pytest.param("podCIDR", "10.0.0.0/8", "10.0.0.0/8", id="what facts read stays"),
        pytest.param("unknown", "10.0.0.0/8", REMOVED, id="what nobody reads does not"),
        pytest.param("unknown", 4711, REMOVED, id="nor as a number"),
        pytest.param("unknown", "/etc/x", "/etc/x", id="but for what is plainly no secret"),
        pytest.param("a.b.password", "x", REMOVED, id="the last part of a key tells of a secret"),
        pytest.param("password.file", "x", "x", id="a part above does not"),
        pytest.param("staticPodURLHeader.X", "x", REMOVED, id="what stands below a header"),
        pytest.param("manifest-headers", "x", REMOVED, id="headers of any spelling"),
        pytest.param("leader", "x", "x", id="a word that ends alike is none"),
        pytest.param("headerless", "x", "x", id="nor one that begins alike"),
        pytest.param("words", ["a", "b"], ["a", "b"], id="a list stays a list"),
        pytest.param(
            "a", {"b": {"token": "x", "c": 1}}, {"b": {"token": REMOVED, "c": 1}}, id="at any depth"
        ),
        pytest.param(
            "staticPodURLHeader",
            {"X-Any": ["x"], "Y": {"deep": "x"}},
            {"X-Any": [REMOVED], "Y": {"deep": REMOVED}},
            id="every value of a mapping of headers",
        ),
        pytest.param(
            "command",
            ["etcd", "--token", "x", "--v=2"],
            [REMOVED, "--token", REMOVED, "--v=2"],
            id="a secret that is a word of its own",
        ),
        pytest.param(
            "command",
            ["--v", 2, {"token": "x"}],
            ["--v", 2, {"token": REMOVED}],
            id="what is no text in a command line",
        ),
        pytest.param(
            "command", ["etcd", "12", "x"], [REMOVED, "12", "x"], id="words without flags"
        ),
    ],
)
def test_a_value_as_it_may_be_shown(key: str, value: object, shown: object) -> None:
    assert clean(key, value) == shown


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        pytest.param("registry", "registry", id="a plain key"),
        pytest.param("a\tb", r"a\x09b", id="a tab in one"),
        pytest.param("me@example", "me@example", id="an @ alone is no login"),
    ],
)
def test_a_key_as_it_may_be_shown(key: str, shown: str) -> None:
    assert named(key) == shown


def test_a_login_in_a_key_is_removed() -> None:
    shown = named("https://u:CANARY@r.io")
    assert "CANARY" not in shown
    assert shown.endswith("r.io")
