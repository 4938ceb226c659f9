"""Which of a daemon's variables Go programs go by."""

from __future__ import annotations

import pytest

from unshim.model.parts.proxy import Proxies, ServiceProxy, Variables, in_force
from unshim.model.values import Missing, Origin, Setting, Source

PLACE = Source(Origin.FILE, "/etc/default/docker", 1)


def _set(**values: str) -> Variables:
    return {name: Setting(value, PLACE) for name, value in values.items()}


@pytest.mark.parametrize(
    ("variables", "value"),
    [
        pytest.param(_set(HTTP_PROXY="a", http_proxy="b"), "a", id="capitals go before"),
        pytest.param(_set(http_proxy="b"), "b", id="small letters count"),
        pytest.param(_set(HTTP_PROXY="", http_proxy="b"), "b", id="also where capitals are empty"),
        pytest.param(_set(HTTP_PROXY="", http_proxy=""), None, id="empty is not set"),
        pytest.param(_set(Http_Proxy="c"), None, id="a mixed case does not count"),
        pytest.param(_set(HTTPS_PROXY="d"), None, id="nor does another one"),
    ],
)
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_which_variable_is_in_force(variables: Variables, value: str | None, name: str) -> None:
    found = in_force(variables, name)
    assert (found.value if found else None) == value


def test_a_daemon_is_found_by_its_name_and_is_none_where_it_is_not_there() -> None:
    kubelet = ServiceProxy("kubelet", {}, None)
    proxies = Proxies((ServiceProxy("docker", None, Missing("x")), kubelet), {}, {})
    assert proxies.of("kubelet") is kubelet
    assert proxies.of("containerd") is None
