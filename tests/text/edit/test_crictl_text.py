"""crictl's configuration is corrected line by line."""

from __future__ import annotations

import pytest
import yaml

from unshim.text.edit.crictl_text import correct, fresh, leads

SOCKET = "unix:///run/containerd/containerd.sock"


def test_a_fresh_one_names_the_socket_for_both_services() -> None:
    assert yaml.safe_load(fresh(SOCKET)) == {
        "runtime-endpoint": SOCKET,
        "image-endpoint": SOCKET,
        "timeout": 10,
        "debug": False,
    }


def test_a_wrong_endpoint_is_set_right_and_all_else_stays() -> None:
    text = "# ours\r\nruntime-endpoint: unix:///var/run/dockershim.sock  # old\r\ntimeout: 10\r\n"
    want = f"# ours\r\nruntime-endpoint: {SOCKET}  # old\r\ntimeout: 10\r\n"
    assert correct(text.encode(), SOCKET, set(), images=False).decode() == want


@pytest.mark.parametrize(
    ("line", "want"),
    [
        ("timeout: 2s\n", "timeout: 2\n"),
        ("timeout: '10s' # slow disks\n", "timeout: 10 # slow disks\n"),
        ("timeout: soon\n", ""),
        (f"timeout: {2**63}\n", ""),
        ("timeout: ٣\n", ""),
        ("colour: true\n", ""),
        ("debug: maybe\n", ""),
    ],
)
def test_a_bad_line_is_mended_or_goes(line: str, want: str) -> None:
    text = f"runtime-endpoint: {SOCKET}\n{line}pull-image-on-create: true\n"
    after = correct(text.encode(), SOCKET, {2}, images=False).decode()
    assert after == f"runtime-endpoint: {SOCKET}\n{want}pull-image-on-create: true\n"


def test_an_endpoint_is_added_where_none_is_left() -> None:
    assert correct(b"timeout: 10", SOCKET, set(), images=False).decode() == (
        f"timeout: 10\nruntime-endpoint: {SOCKET}\n"
    )


def test_a_quoted_endpoint_that_is_right_is_not_touched() -> None:
    text = f"runtime-endpoint: \"{SOCKET}\"\nimage-endpoint: '{SOCKET}'\n".encode()
    assert correct(text, SOCKET, set(), images=True) == text


def test_quoted_keys_and_spaces_before_the_colon_are_understood() -> None:
    text = '"runtime-endpoint" : unix:///var/run/dockershim.sock\n'
    after = correct(text.encode(), SOCKET, set(), images=False)
    assert yaml.safe_load(after) == {"runtime-endpoint": SOCKET}
    assert after.count(b"runtime-endpoint") == 1


def test_a_bad_line_that_opens_a_block_goes_with_its_block() -> None:
    text = f"runtime-endpoint: {SOCKET}\nextra:\n  deep:\n  - 1\ntimeout: 10\n"
    after = correct(text.encode(), SOCKET, {2}, images=False)
    assert yaml.safe_load(after) == {"runtime-endpoint": SOCKET, "timeout": 10}


def test_an_endpoint_without_a_value_or_with_a_block_gets_one() -> None:
    want = {"runtime-endpoint": SOCKET, "timeout": 10}
    for text in ("runtime-endpoint:\ntimeout: 10\n", "runtime-endpoint:\n- a\n- b\ntimeout: 10\n"):
        assert yaml.safe_load(correct(text.encode(), SOCKET, {1}, images=False)) == want


def test_other_bytes_than_utf_8_stay_as_they_are() -> None:
    text = b"# sch\xf6n\nruntime-endpoint: unix:///var/run/dockershim.sock\n"
    after = correct(text, SOCKET, set(), images=False)
    assert after == b"# sch\xf6n\nruntime-endpoint: " + SOCKET.encode() + b"\n"


@pytest.mark.parametrize(
    ("text", "leads_there"),
    [
        (f"runtime-endpoint: {SOCKET}\n", True),
        (f"runtime-endpoint: '{SOCKET}'\nimage-endpoint:\n", True),
        (f"runtime-endpoint: /a\nruntime-endpoint: {SOCKET}\n", False),
        (f"runtime-endpoint: {SOCKET}\nruntime-endpoint: /a\n", False),
        (f"runtime-endpoint: {SOCKET}\nimage-endpoint: /a\n", False),
        (f"image-endpoint: {SOCKET}\n", False),
        (f"runtime-endpoint: {SOCKET}\n\tdebug: true\n", False),
    ],
)
def test_where_a_file_leads(text: str, leads_there: bool) -> None:
    assert leads(text.encode(), SOCKET) is leads_there


def test_settings_are_kept_beside_the_endpoints() -> None:
    want = {"runtime-endpoint": SOCKET, "image-endpoint": SOCKET, "timeout": 3, "debug": True}
    assert yaml.safe_load(fresh(SOCKET, {"timeout": "3", "debug": "true"})) == want
