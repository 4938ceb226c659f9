"""crictl's file: the socket it gets, and the lines that stay."""

from __future__ import annotations

from typing import Any

import pytest

from checks.cri_client.crictl import (
    crictl_config_endpoint_wrong,
    crictl_config_invalid,
    crictl_config_missing,
)
from tests.checks.changed import BEFORE, FLAGS, HEALTHY, with_containerd, with_settings
from tests.fixes.carried_out import file_of, refusal, steps, texts
from tests.laws.nodes import node
from unshim.model.machine import Reference
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, Unknown, known
from unshim.text.edit.crictl_text import fresh

PATH = "/etc/crictl.yaml"
SOCKET = "unix:///run/containerd/containerd.sock"


def _crictl(seen: Node, text: str, *bad: int | None, **values: str) -> Node:
    """A node with this file, of which these lines are bad (None: the whole of it)."""
    facts: dict[str, Any] = {
        "config_file": file_of(PATH, text),
        "problems": tuple(Reference("?", Source(Origin.FILE, PATH, line)) for line in bad),
        "values": {
            k.replace("_", "-"): Setting(v, Source(Origin.FILE, PATH, 1)) for k, v in values.items()
        },
    }
    return seen._replace(crictl=known(seen.crictl)._replace(**facts))


def _without_file(seen: Node) -> Node:
    return seen._replace(crictl=known(seen.crictl)._replace(config_file=None))


@pytest.mark.parametrize(
    ("seen", "socket"),
    [
        (node(HEALTHY), SOCKET),
        (node(BEFORE), SOCKET),
        (with_settings(node(HEALTHY), FLAGS, containerRuntimeEndpoint="/run/a.sock"),
         "unix:///run/a.sock"),
        (with_containerd(node(BEFORE), binary=None), SOCKET),
    ],
    ids=["the kubelet's", "containerd's before the move", "an old spelling", "no containerd yet"],
)  # fmt: skip
def test_a_new_file_names_the_socket(seen: Node, socket: str) -> None:
    (text,) = texts(steps(crictl_config_missing, _without_file(seen))).values()
    assert f"runtime-endpoint: {socket}\n" in text
    assert f"image-endpoint: {socket}\n" in text
    assert "timeout: 10\n" in text


def test_before_the_move_another_socket_of_containerd_is_taken_over() -> None:
    socket = known(node(BEFORE).containerd).socket._replace(path="/run/k3s/containerd.sock")
    (text,) = texts(
        steps(crictl_config_missing, _without_file(with_containerd(node(BEFORE), socket=socket)))
    ).values()
    assert "runtime-endpoint: unix:///run/k3s/containerd.sock\n" in text


def test_where_the_kubelet_s_socket_is_not_known_nothing_is_written() -> None:
    seen = with_settings(node(HEALTHY), FLAGS, containerRuntimeEndpoint="unix://unix:///a")
    with pytest.raises(Unknown):
        steps(crictl_config_missing, seen)


def test_a_wrong_endpoint_changes_and_the_rest_stays() -> None:
    text = "# ours\nruntime-endpoint: unix:///var/run/dockershim.sock\ntimeout: 3\n"
    seen = _crictl(node(HEALTHY), text, runtime_endpoint="unix:///var/run/dockershim.sock")
    after = texts(steps(crictl_config_endpoint_wrong, seen))[PATH]
    assert after == f"# ours\nruntime-endpoint: {SOCKET}\ntimeout: 3\n"


def test_an_endpoint_for_images_is_corrected_and_never_added() -> None:
    wrong = "runtime-endpoint: unix:///a\nimage-endpoint: unix:///b\n"
    seen = _crictl(node(HEALTHY), wrong, runtime_endpoint="unix:///a", image_endpoint="unix:///b")
    after = texts(steps(crictl_config_endpoint_wrong, seen))[PATH]
    assert after == f"runtime-endpoint: {SOCKET}\nimage-endpoint: {SOCKET}\n"


def test_bad_lines_go_and_a_missing_endpoint_comes() -> None:
    seen = _crictl(node(HEALTHY), "colour: true\ndebug: false\n", 1)
    after = texts(steps(crictl_config_invalid, seen))[PATH]
    assert "colour" not in after
    assert "debug: false\n" in after and f"runtime-endpoint: {SOCKET}\n" in after


def test_a_file_that_is_bad_as_a_whole_is_written_anew() -> None:
    seen = _crictl(node(HEALTHY), "- not\n- a mapping\n", None)
    after = texts(steps(crictl_config_invalid, seen))[PATH]
    assert after == fresh(SOCKET).decode()


def test_a_file_without_an_endpoint_gets_one() -> None:
    seen = _crictl(node(HEALTHY), "# ours\ntimeout: 3\n", timeout="3")
    after = texts(steps(crictl_config_missing, seen))[PATH]
    assert after == f"# ours\ntimeout: 3\nruntime-endpoint: {SOCKET}\n"


@pytest.mark.parametrize(
    "text",
    [
        '{"runtime-endpoint": "unix:///a", "timeout": 3}\n',
        "? runtime-endpoint\n: unix:///a\n? timeout\n: 3\n",
        "- runtime-endpoint\n- unix:///a\n- timeout\n- 3\n",
        "runtime-endpoint: >-\n  unix:///a\ntimeout: 3\n",
        "  runtime-endpoint: unix:///a\n  timeout: 3\n",
    ],
)
def test_a_file_that_has_not_a_key_to_a_line_is_written_anew(text: str) -> None:
    seen = _crictl(node(HEALTHY), text, runtime_endpoint="unix:///a", timeout="3")
    after = texts(steps(crictl_config_endpoint_wrong, seen))[PATH]
    assert after == fresh(SOCKET, {"timeout": "3"}).decode()


def test_a_setting_that_crictl_did_not_take_is_not_kept() -> None:
    seen = _crictl(node(HEALTHY), '{"timeout": "2s"', 1, timeout="2s")
    after = texts(steps(crictl_config_invalid, seen))[PATH]
    assert after == f"runtime-endpoint: {SOCKET}\n"


def test_a_file_that_is_right_already_is_not_touched() -> None:
    seen = _crictl(node(HEALTHY), f"runtime-endpoint: {SOCKET}\n", runtime_endpoint=SOCKET)
    assert steps(crictl_config_endpoint_wrong, seen) == []


def test_a_file_that_is_gone_is_not_corrected() -> None:
    gone = known(node(HEALTHY).crictl)._replace(config_file=None)
    refused = refusal(crictl_config_invalid, node(HEALTHY)._replace(crictl=gone))
    assert refused.reason == "crictl's configuration is gone"
    unseen = known(node(HEALTHY).crictl)._replace(config_file=Missing("not root"))
    with pytest.raises(Unknown, match="not root"):
        steps(crictl_config_invalid, node(HEALTHY)._replace(crictl=unseen))
