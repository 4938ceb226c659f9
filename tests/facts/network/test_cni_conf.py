"""One file of CNI's configuration, as libcni takes it or refuses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.trees import recorded, texts, tree
from unshim.facts.network.cni_conf import parse
from unshim.model.machine import ParseError
from unshim.model.parts.cni import CniNetwork, CniPlugin
from unshim.model.values import FileText, Missing

LIST, CONF = "/etc/cni/net.d/10-a.conflist", "/etc/cni/net.d/10-a.conf"
BRIDGE = CniPlugin("bridge", "", (), False)


def _parsed(
    folder: Path, document: object, path: str = LIST, folders: bool = False, **beside: str
) -> CniNetwork | ParseError | Missing:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    host = tree(folder, {f"/etc/cni/net.d/a/{name}": text for name, text in beside.items()})
    return parse(host, FileText(path, data), folders)


def _plugin(folder: Path, **entries: object) -> CniPlugin | str:
    found = _parsed(folder, {"type": "bridge", **entries}, CONF)
    if isinstance(found, CniNetwork):
        return found.plugins[0]
    assert isinstance(found, ParseError)
    return found.message


def _list(**entries: object) -> dict[str, object]:
    return {"name": "a", "plugins": [{"type": "bridge"}], **entries}


def test_a_list_and_a_single_plugin(tmp_path: Path) -> None:
    assert _parsed(tmp_path, _list(cniVersion="0.4.0")) == CniNetwork("a", "0.4.0", (BRIDGE,))
    single = {"name": "a", "cniVersion": "0.3.1", "type": "bridge"}
    assert _parsed(tmp_path, single, CONF) == CniNetwork("a", "0.3.1", (BRIDGE,))
    assert _parsed(tmp_path, single, "/x.json") == CniNetwork("a", "0.3.1", (BRIDGE,))
    assert _parsed(tmp_path, {"type": "bridge"}, CONF) == CniNetwork("", "", (BRIDGE,))


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"", "is not JSON: expecting value", (1, 1)),
        (b'{\n "a": }', "is not JSON: expecting value", (2, 7)),
        (b"\x00\xff", "is not JSON: expecting value", (1, 1)),
        (b'\xef\xbb\xbf{"type": "x"}', "is not JSON", None),
        (b'{"type": NaN}', "is not JSON", (None, None)),
        (b"[" * 100_000, "is not JSON", (None, None)),
        (b"[]", "is not an object", (None, None)),
        (b'"CANARY7f3a"', "is not an object", (None, None)),
    ],
)
def test_what_is_no_object_of_json(
    tmp_path: Path, data: bytes, message: str, place: tuple[int | None, int | None] | None
) -> None:
    for path in (LIST, CONF):
        found = _parsed(tmp_path, data, path)
        assert isinstance(found, ParseError)
        assert found.path == path
        if place is None:
            assert found.message.startswith(message)
        else:
            assert found == ParseError(path, message, *place)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"name": 1}, "has a name that is not text"),
        ({"name": None}, "has a name that is not text"),
        ({"cniVersion": 1}, "has a cniVersion that is not text"),
        ({"plugins": []}, "has no list of plugins"),
        ({"plugins": {"type": "bridge"}}, "has no list of plugins"),
        ({"plugins": ["bridge"]}, "has a plugin that is not an object"),
        ({"plugins": [{"type": "bridge"}, {}]}, "has a plugin without a type"),
        ({"plugins": [{"type": 1}]}, "has a type that is not text"),
    ],
)
def test_lists_that_are_refused(tmp_path: Path, entries: dict[str, object], message: str) -> None:
    assert _parsed(tmp_path, _list(**entries)) == ParseError(LIST, message)


def test_a_list_without_a_name_and_a_list_in_a_file_of_one(tmp_path: Path) -> None:
    assert _parsed(tmp_path, {"plugins": []}) == ParseError(LIST, "has no name")
    assert _parsed(tmp_path, {"name": "a"}) == ParseError(LIST, "has no list of plugins")
    assert _parsed(tmp_path, _list(), CONF) == ParseError(CONF, "has a plugin without a type")


@pytest.mark.parametrize(
    ("entries", "ipam", "subnets"),
    [
        ({"ipam": {"type": "host-local", "subnet": "10.0.0.0/24"}}, "host-local", ["10.0.0.0/24"]),
        ({"ipam": {"ranges": [[{"subnet": "a"}], {"subnet": "b"}, 1, [2]]}}, "", ["a", "b"]),
        ({"ipam": {"ipv4_pools": ["a", 1], "ipv6_pools": ["b"]}}, "", ["a", "b"]),
        ({"ipam": {"ipv4_pools": "a", "ranges": "b", "subnet": 1}}, "", []),
        ({"IPAM": {"TYPE": "dhcp"}}, "dhcp", []),
        ({"ipam": None}, "", []),
    ],
)
def test_addresses(
    tmp_path: Path, entries: dict[str, object], ipam: str, subnets: list[str]
) -> None:
    assert _plugin(tmp_path, **entries) == CniPlugin("bridge", ipam, tuple(subnets), False)


@pytest.mark.parametrize(
    ("entries", "mapped"),
    [
        ({"capabilities": {"portMappings": True}}, True),
        ({"capabilities": {"portMappings": False}}, False),
        ({"capabilities": {"portMappings": None}}, False),
        ({"capabilities": {"portmappings": True}}, False),
        ({"Capabilities": {"portMappings": True}}, True),
        ({"capabilities": None}, False),
    ],
)
def test_host_ports(tmp_path: Path, entries: dict[str, object], mapped: bool) -> None:
    assert _plugin(tmp_path, **entries) == CniPlugin("bridge", "", (), mapped)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"capabilities": {"x": "yes"}}, "has capabilities that are neither true nor false"),
        ({"capabilities": ["x"]}, "has capabilities that are neither true nor false"),
        ({"ipam": "dhcp"}, "has an ipam that is not an object"),
        ({"ipam": {"type": 1}}, "has a type that is not text"),
        ({"name": 1}, "has a name that is not text"),
        ({"TYPE": ""}, "has a plugin without a type"),
    ],
)
def test_plugins_that_are_refused(tmp_path: Path, entries: dict[str, object], message: str) -> None:
    assert _plugin(tmp_path, **entries) == message


@pytest.mark.parametrize(
    ("inlined", "types"),
    [
        (True, ["bridge"]),
        ("TRUE", ["bridge"]),
        (False, ["bridge", "tuning"]),
        ("false", ["bridge", "tuning"]),
    ],
)
def test_plugins_of_a_folder_beside_the_file(
    tmp_path: Path, inlined: object, types: list[str]
) -> None:
    beside = {"x.conf": '{"type": "tuning"}', "y.json": '{"type": "other"}'}
    document = _list(loadOnlyInlinedPlugins=inlined)
    found = _parsed(tmp_path, document, folders=True, **beside)
    assert isinstance(found, CniNetwork)
    assert [plugin.type for plugin in found.plugins] == types
    before = _parsed(tmp_path, document, folders=False, **beside)
    assert before == CniNetwork("a", "", (BRIDGE,))


def test_a_folder_alone_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    lone = {"name": "a"}
    found = _parsed(tmp_path, lone, folders=True, **{"x.conf": '{"type": "bridge"}'})
    assert found == CniNetwork("a", "", (BRIDGE,))
    broken = _parsed(tmp_path, lone, folders=True, **{"x.conf": "[]"})
    assert broken == ParseError(LIST, "is not an object")
    for name in ("none", "", "../net.d/a"):
        absent = _parsed(tmp_path, {"name": name}, folders=True)
        assert absent == ParseError(LIST, "has no plugins"), name
    odd = _parsed(tmp_path, _list(loadOnlyInlinedPlugins="yes"), folders=True)
    words = "has a loadOnlyInlinedPlugins that is neither true nor false"
    assert odd == ParseError(LIST, words)


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(tmp_path: Path) -> None:
    unread = {"missing": "not root", "why": "not-permitted"}
    file = FileText(LIST, json.dumps(_list()).encode())
    folder = recorded(tmp_path / "folder", paths={"/etc/cni/net.d/a": unread})
    below = {"/etc/cni/net.d/a/x.conf": {"kind": "file", **unread}}
    for host in (folder, recorded(tmp_path / "file", paths={**texts({}), **below})):
        found = parse(host, file, True)
        assert isinstance(found, Missing)
        assert found.reason == "not root"


def test_a_name_is_shown_without_logins_and_signs(tmp_path: Path) -> None:
    found = _parsed(tmp_path, _list(name="a\x1b", plugins=[{"type": "https://u:CANARY7f3a@x"}]))
    assert isinstance(found, CniNetwork)
    assert found.name == r"a\x1b"
    assert "CANARY7f3a" not in repr(found)
