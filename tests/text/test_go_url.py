"""Addresses come apart as Go's net/url takes them apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text.go_url import Address, clean_path, host_and_port, split


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("https://r.io/v2/a", Address("https", "r.io", "/v2/a"), id="a plain one"),
        pytest.param(
            "HTTPS://R.io", Address("https", "R.io", ""), id="the scheme alone is lowered"
        ),
        pytest.param("//r.io/v2", Address("", "r.io", "/v2"), id="no scheme, but a host"),
        pytest.param("r.io/v2", Address("", "", "r.io/v2"), id="neither: all is path"),
        pytest.param("", Address("", "", ""), id="nothing"),
        pytest.param("http://u:p@r.io/x", Address("http", "r.io", "/x"), id="a login is no host"),
        pytest.param("http://a@b@r.io", Address("http", "r.io", ""), id="up to the last @"),
        pytest.param("http://r.io:5000/", Address("http", "r.io:5000", "/"), id="a port"),
        pytest.param("http://r.io:", Address("http", "r.io:", ""), id="a colon without a port"),
        pytest.param("http://[::1]:80/x", Address("http", "[::1]:80", "/x"), id="IPv6 and a port"),
        pytest.param("http://r/a?b=/c", Address("http", "r", "/a"), id="without the query"),
        pytest.param("http://r/a#b?c", Address("http", "r", "/a"), id="without the fragment"),
        pytest.param("http://r/a%2Fb%41", Address("http", "r", "/a/bA"), id="the path is decoded"),
        pytest.param("http://r/%C3%A4", Address("http", "r", "/ä"), id="as UTF-8"),
        pytest.param("http://r/%ff", Address("http", "r", r"/\xff"), id="a byte that is not"),
        pytest.param("http://r/\ud800%41", Address("http", "r", "/?A"), id="half a letter"),
        pytest.param("mailto:a@b", Address("mailto", "", ""), id="an opaque one has no parts"),
        pytest.param("unix:/run/x", Address("unix", "", "/run/x"), id="a scheme and a path"),
        pytest.param("a/b:c", Address("", "", "a/b:c"), id="a colon behind the first slash"),
        pytest.param("http://ä.io", Address("http", "ä.io", ""), id="a host not of ASCII"),
        pytest.param("http://%C3%A4.io", Address("http", "%C3%A4.io", ""), id="or escaped"),
    ],
)
def test_the_parts_of_an_address(text: str, address: Address) -> None:
    assert split(text) == address


CHARACTER = "has a host name with a character that none may have"
PORT = "has a port that is not a number"
COLON = "has a colon in its first part"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("http://r\n/", "holds a control character", id="a line feed"),
        pytest.param("http://r/\x7f", "holds a control character", id="DEL in the path"),
        pytest.param("://r", "has no scheme", id="a colon first"),
        pytest.param("1http://r", COLON, id="a scheme that begins with a digit"),
        pytest.param("r.io:5000", Address("r.io", "", ""), id="a host and port is taken as scheme"),
        pytest.param("127.0.0.1:5000/a", COLON, id="unless a digit begins it"),
        pytest.param("ht_tp://r", COLON, id="a scheme with an underscore"),
        pytest.param("http://r io", CHARACTER, id="a blank in the host"),
        pytest.param("http://r%41", CHARACTER, id="an escape of ASCII in the host"),
        pytest.param("http://r^", CHARACTER, id="a caret in the host"),
        pytest.param("http://[::1", "has a host without its closing bracket", id="no bracket"),
        pytest.param("http://r:x", PORT, id="letters as port"),
        pytest.param("http://r:-1", PORT, id="a negative port"),
        pytest.param("http://[::1]x", PORT, id="something else behind the bracket"),
        pytest.param("http://r/%", "holds a % that escapes nothing", id="a % at the end"),
        pytest.param("http://r/%zz", "holds a % that escapes nothing", id="a % and letters"),
        pytest.param("%zz", "holds a % that escapes nothing", id="in a path alone"),
    ],
)
def test_what_go_refuses_or_takes_unexpectedly(text: str, why: object) -> None:
    assert split(text) == why


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        pytest.param("", ".", id="nothing is here"),
        pytest.param("/", "/", id="the root"),
        pytest.param("//a", "/a", id="two slashes in front, which POSIX would keep"),
        pytest.param("///a//b/", "/a/b", id="and all others that are too many"),
        pytest.param("/a/./b/../c", "/a/c", id="dots"),
        pytest.param("/../a", "/a", id="nothing is above the root"),
        pytest.param("../a", "../a", id="but above here there is"),
    ],
)
def test_the_shortest_spelling_of_a_path(path: str, clean: str) -> None:
    assert clean_path(path) == clean
    assert clean_path(clean) == clean


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        pytest.param("r.io", ("r.io", ""), id="a host alone"),
        pytest.param("r.io:5000", ("r.io", "5000"), id="a host and its port"),
        pytest.param("r.io:", ("r.io", ""), id="a colon and no port"),
        pytest.param("[::1]:80", ("::1", "80"), id="IPv6 in brackets and a port"),
        pytest.param("[::1]", ("::1", ""), id="IPv6 in brackets"),
        pytest.param("::1", ("::1", ""), id="IPv6 alone: its last group is no port"),
        pytest.param("", ("", ""), id="nothing"),
    ],
)
def test_a_host_and_its_port(host: str, parts: tuple[str, str]) -> None:
    assert host_and_port(host) == parts


_name = st.from_regex(r"[a-z][a-z0-9.-]{0,8}", fullmatch=True)
_path = st.text(
    st.characters(codec="utf-8", min_codepoint=0x20, exclude_characters="\x7f"), max_size=8
)


@given(_name, st.integers(0, 65535), _path)
def test_what_is_escaped_comes_back(name: str, port: int, path: str) -> None:
    escaped = "".join(f"%{byte:02X}" for byte in path.encode())
    address = split(f"https://{name}:{port}/{escaped}")
    assert address == Address("https", f"{name}:{port}", f"/{path}")
    assert host_and_port(address.host) == (name, str(port))
