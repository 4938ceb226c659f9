"""Runtime handlers of which no pod can be made: what is missing, what was lost, what is of a wrong
type."""

from __future__ import annotations

import pytest

from checks.runtime.config import containerd_config_parse_error
from checks.runtime.handlers import (
    containerd_default_handler_unusable,
    containerd_handler_options_invalid,
    default_handler,
)
from tests.checks.changed import BEFORE, HEALTHY, HOST, evidence, result, verdict, with_config
from tests.laws.nodes import node
from unshim.model.node import Node
from unshim.model.parts.containerd import ContainerdConfig, Handler
from unshim.model.values import Origin, Setting, Source, known

PLACE = Source(Origin.FILE, "/etc/containerd/config.toml", 9)
RUNC = Handler("runc", Setting("io.containerd.runc.v2", PLACE), Setting(False, PLACE), True)
UNTYPED = RUNC._replace(runtime_type=Setting("", PLACE))
FAULTY = RUNC._replace(fault=Setting("SystemdCgroup must be true or false", PLACE))


def _handlers(name: str, *handlers: Handler, default: str = "runc") -> Node:
    return with_config(node(name), handlers=handlers, default_handler=Setting(default, PLACE))


@pytest.mark.parametrize(
    ("name", "want", "hurts"),
    [(HEALTHY, "error", "next start"), (BEFORE, "warning", ""), (HOST, "info", "")],
)
def test_a_handler_of_no_type_makes_no_pod(name: str, want: str, hurts: str) -> None:
    seen = _handlers(name, UNTYPED)
    assert verdict(containerd_default_handler_unusable, seen) == want
    assert hurts in result(containerd_default_handler_unusable, seen).findings[0].hurts
    assert evidence(containerd_default_handler_unusable, seen)["runtime_type"].source == PLACE


def test_a_handler_that_is_not_there_keeps_cri_from_loading() -> None:
    seen = _handlers(HEALTHY, RUNC, default="kata")
    (finding,) = result(containerd_default_handler_unusable, seen).findings
    assert 'handler "kata" is not defined' in finding.summary
    assert "CRI plugin does not load" in finding.hurts


def test_another_handler_of_no_type_is_not_spoken_of() -> None:
    other = UNTYPED._replace(name="other")
    assert verdict(containerd_default_handler_unusable, _handlers(HEALTHY, RUNC, other)) == "pass"


def test_what_an_import_took_away_is_shown_on_a_real_node() -> None:
    """Recorded from containerd 1.6, which runs so: the table of the main file counts no more."""
    shown = evidence(
        containerd_default_handler_unusable, node("containerd-import-took-the-runtime")
    )
    assert shown["sandbox_image set before"].source == Source(
        Origin.FILE, "/etc/containerd/config.toml", 6
    )
    assert "runtime_type set before" in shown


@pytest.mark.parametrize(
    ("name", "default", "want"),
    [
        (HEALTHY, "runc", "error"),
        (HEALTHY, "other", "warning"),
        (BEFORE, "runc", "warning"),
        (BEFORE, "other", "warning"),
        (HOST, "runc", "info"),
        (HOST, "other", "info"),
    ],
)
def test_an_option_of_a_wrong_type_hurts_by_who_asks_for_its_handler(
    name: str, default: str, want: str
) -> None:
    seen = _handlers(name, FAULTY, RUNC._replace(name="other"), default=default)
    assert verdict(containerd_handler_options_invalid, seen) == want


def test_it_is_a_fault_of_pods_and_not_of_containerds_start() -> None:
    """Recorded from containerd 1.6, which was restarted with it, runs and serves CRI."""
    seen = node("containerd-option-of-a-wrong-type")
    assert verdict(containerd_config_parse_error, seen) == "pass"
    (finding,) = result(containerd_handler_options_invalid, seen).findings
    assert "Each new pod fails" in finding.hurts
    assert finding.evidence[0].value == "SystemdCgroup must be true or false"
    assert finding.evidence[0].source is not None
    assert finding.evidence[0].source.line == 15


def test_sound_options_pass() -> None:
    assert verdict(containerd_handler_options_invalid, _handlers(HEALTHY, RUNC)) == "pass"


def test_the_default_handler_is_the_one_that_is_named() -> None:
    config = known(_handlers(HEALTHY, RUNC, default="kata").containerd).config
    assert isinstance(config, ContainerdConfig)
    assert default_handler(config) is None
    assert default_handler(config._replace(default_handler=Setting("runc", PLACE))) == RUNC
