"""containerd's configuration: broken, not seen, or there to be used by other checks."""

from __future__ import annotations

import pytest

from checks.runtime.config import containerd_config, containerd_config_parse_error
from tests.checks.changed import HEALTHY, evidence, result, verdict, with_containerd
from tests.laws.nodes import node
from unshim.model.machine import ParseError
from unshim.model.values import Missing, Origin, Source, Unknown, known

BROKEN = ParseError("/etc/containerd/conf.d/a.toml", "expected a value", 12, 3)


def test_the_message_stands_beside_the_line_it_is_of() -> None:
    seen = with_containerd(node(HEALTHY), config=BROKEN)
    assert verdict(containerd_config_parse_error, seen) == "error"
    message = evidence(containerd_config_parse_error, seen)["message"]
    assert message.value == "expected a value"
    assert message.source == Source(Origin.FILE, BROKEN.path, 12)


def test_a_message_without_a_line_names_the_file() -> None:
    seen = with_containerd(node(HEALTHY), config=BROKEN._replace(line=None))
    message = evidence(containerd_config_parse_error, seen)["message"]
    assert str(message.source) == BROKEN.path


def test_a_configuration_that_can_be_read_is_handed_on() -> None:
    seen = node(HEALTHY)
    assert verdict(containerd_config_parse_error, seen) == "pass"
    assert containerd_config(seen) is known(seen.containerd).config


@pytest.mark.parametrize(
    ("config", "own", "reason"),
    [
        (Missing("not root"), "unknown", "not root"),
        (
            BROKEN,
            "error",
            "/etc/containerd/conf.d/a.toml cannot be read (see containerd-config-parse-error)",
        ),
    ],
    ids=["not seen", "broken"],
)
def test_else_those_who_use_it_are_told_why(
    config: Missing | ParseError, own: str, reason: str
) -> None:
    seen = with_containerd(node(HEALTHY), config=config)
    assert verdict(containerd_config_parse_error, seen) == own
    with pytest.raises(Unknown) as raised:
        containerd_config(seen)
    assert raised.value.missing.reason == reason


def test_without_containerd_there_is_nothing_to_read() -> None:
    seen = with_containerd(node(HEALTHY), config=BROKEN, binary=None, process=None, program=None)
    assert result(containerd_config_parse_error, seen).reason == "there is no containerd here"
