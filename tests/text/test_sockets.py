"""Addresses of sockets, as containerd, the kubelet and crictl write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unshim.text.sockets import (
    CONTAINERD_ENDPOINT,
    DOCKER_PRIVATE,
    KNOWN_SCHEMES,
    dialed,
    endpoint_problem,
    same_socket,
    socket_path,
)

SOCKET = "/run/containerd/containerd.sock"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        pytest.param(f"unix://{SOCKET}", SOCKET, id="an endpoint in full"),
        pytest.param(f"unix:{SOCKET}", SOCKET, id="without its two slashes"),
        pytest.param(SOCKET, SOCKET, id="a path alone"),
        pytest.param("unix://run/x.sock", "", id="one slash too few is a host name"),
        pytest.param("unix:run/x.sock", "", id="a relative path"),
        pytest.param("run/x.sock", "", id="a relative path alone"),
        pytest.param("tcp://127.0.0.1:1", "", id="another scheme"),
        pytest.param("unix://unix:/run/x", "", id="the scheme goes once only"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_path_in_an_address(address: str, path: str) -> None:
    assert socket_path(address) == path


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(f"unix://{SOCKET}", SOCKET, True, id="with the scheme and without"),
        pytest.param(f"/var{SOCKET}", SOCKET, True, id="/var/run is /run"),
        pytest.param(f"unix:///var{SOCKET}", f"unix://{SOCKET}", True, id="in endpoints too"),
        pytest.param(f"unix:////{SOCKET}", SOCKET, True, id="slashes in front count once"),
        pytest.param("/var/running/x", "/running/x", False, id="/var/running is not /running"),
        pytest.param("/var/lib/x", "/lib/x", False, id="no other folder of /var is meant"),
        pytest.param(SOCKET, DOCKER_PRIVATE, False, id="Docker's own is another"),
        pytest.param(f"unix:/{SOCKET}", SOCKET, False, id="a slash too few is a host's name"),
        pytest.param(f"unix:{SOCKET}", SOCKET, True, id="no slashes but the path's"),
        pytest.param("tcp://a", "tcp://b", False, id="two that lead nowhere"),
    ],
)
def test_two_endpoints_of_one_socket(one: str, other: str, same: bool) -> None:
    assert same_socket(one, other) is same
    assert same_socket(other, one) is same
    assert same_socket(one, one)


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        pytest.param(f"UNIX://{SOCKET}", SOCKET, id="a scheme in capitals"),
        pytest.param("unix://run/x.sock", "/x.sock", id="the first folder is a host's name"),
        pytest.param("run/x.sock", "/x.sock", id="in a relative path too"),
        pytest.param(f"unix://{SOCKET}?a#b", SOCKET, id="a query and a fragment"),
        pytest.param("unix:///run/%78.sock", "/run/x.sock", id="an escaped letter"),
        pytest.param("unix:///run/%zz", "", id="what escapes nothing"),
        pytest.param("/run/a:b", "/run/a:b", id="a colon in a path"),
        pytest.param("unix:run/x.sock", "", id="no path after the scheme"),
        pytest.param("x.sock", "", id="a name alone"),
        pytest.param("tcp://127.0.0.1:1", "", id="another scheme"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_where_a_client_connects(endpoint: str, path: str) -> None:
    assert dialed(endpoint) == path


NOT_WRITTEN = "is not written as unix:///path"
NOT_LOCAL = "is not a local socket"


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [
        pytest.param(CONTAINERD_ENDPOINT, "", id="containerd's own is right"),
        pytest.param(KNOWN_SCHEMES, "", id="what is told as an example is right"),
        pytest.param(SOCKET, "", id="a path alone is right"),
        pytest.param("unix://unix:///run/x", "names its scheme more than once", id="twice unix"),
        pytest.param("tcp://127.0.0.1:2375", NOT_LOCAL, id="tcp"),
        pytest.param("npipe:////./pipe/x", NOT_LOCAL, id="a pipe of Windows"),
        pytest.param("http://x", NOT_LOCAL, id="http"),
        pytest.param("https://x", NOT_LOCAL, id="https"),
        pytest.param("unix:/run/x", NOT_WRITTEN, id="one slash"),
        pytest.param("unix://run/x", NOT_WRITTEN, id="two slashes"),
        pytest.param("unix:////run/x", NOT_WRITTEN, id="four slashes"),
        pytest.param("unix://", NOT_WRITTEN, id="no path"),
        pytest.param("run/x", NOT_WRITTEN, id="a relative path"),
        pytest.param("", NOT_WRITTEN, id="nothing"),
        pytest.param(
            f"unix:///var{DOCKER_PRIVATE}",
            "is the containerd that Docker keeps for itself",
            id="Docker's own, by its other path",
        ),
    ],
)
def test_what_is_wrong_with_the_form_of_an_endpoint(endpoint: str, problem: str) -> None:
    assert endpoint_problem(endpoint) == problem


_path = st.from_regex(r"(/[a-z.]{1,5}){1,4}", fullmatch=True)


@given(_path)
def test_an_endpoint_that_is_right_leads_to_one_path(path: str) -> None:
    for written in (path, f"unix://{path}"):
        assert dialed(written) == socket_path(written) == path
        assert same_socket(written, path)
        assert endpoint_problem(written) in ("", endpoint_problem(path))
