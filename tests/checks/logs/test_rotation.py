"""Limits of container logs: who has none, what the kubelet cannot use, what was carried over."""

from __future__ import annotations

from typing import Any

import pytest

from checks.logs.rotation import (
    log_rotation_invalid,
    log_rotation_not_carried_over,
    log_rotation_unset,
)
from tests.checks.changed import (
    BEFORE,
    FILE,
    HEALTHY,
    evidence,
    result,
    verdict,
    with_settings,
)
from tests.laws.nodes import node
from unshim.model.machine import ParseError
from unshim.model.node import Node
from unshim.model.values import Origin, Setting, Source, known

DAEMON = Source(Origin.FILE, "/etc/docker/daemon.json", 4)
DEFAULT = Source(Origin.DEFAULT, "default of kubelet 1.20")


def _docker(seen: Node, **facts: Any) -> Node:
    return seen._replace(docker=known(seen.docker)._replace(**facts))


def _logs_to(driver: str, **opts: str) -> dict[str, object]:
    options = {key.replace("_", "-"): Setting(value, DAEMON) for key, value in opts.items()}
    return {"log_driver": Setting(driver, DAEMON), "log_opts": options}


def _keeps(seen: Node, size: str, files: str, source: Source = FILE) -> Node:
    return with_settings(seen, source, containerLogMaxSize=size, containerLogMaxFiles=files)


@pytest.mark.parametrize(
    ("facts", "want"),
    [
        pytest.param(_logs_to("json-file"), "warning", id="nothing limits it"),
        pytest.param(_logs_to("json-file", max_file="5"), "warning", id="files without a size"),
        pytest.param(_logs_to("json-file", max_size="10m"), "pass", id="a size"),
        pytest.param(_logs_to("local"), "pass", id="a driver with a limit of its own"),
        pytest.param(_logs_to("journald"), "pass", id="a driver that writes no files"),
        pytest.param({"config": ParseError("/d.json", "no")}, "unknown", id="it cannot be read"),
    ],
)
def test_docker_s_limit_while_pods_run_through_it(facts: dict[str, object], want: str) -> None:
    assert verdict(log_rotation_unset, _docker(node(BEFORE), **facts)) == want


def test_the_driver_and_the_file_to_edit_are_shown() -> None:
    shown = evidence(log_rotation_unset, _docker(node(BEFORE), **_logs_to("json-file")))
    assert shown["log driver"].source == DAEMON
    assert str(shown["log-opts max-size"].source) == "/etc/docker/daemon.json"


def test_the_kubelet_s_default_is_information_once_it_holds() -> None:
    seen = _keeps(node(HEALTHY), "10Mi", "5", DEFAULT)
    assert verdict(log_rotation_unset, seen) == "info"
    (finding,) = result(log_rotation_unset, seen).findings
    assert finding.summary.endswith("default, 10Mi in 5 files")
    one_is_set = with_settings(seen, FILE, containerLogMaxFiles="5")
    assert verdict(log_rotation_unset, one_is_set) == "pass"


@pytest.mark.parametrize(
    ("size", "files", "summaries"),
    [
        pytest.param("10Mi", "2", [], id="the fewest files"),
        pytest.param("10Mi", "1", ["containerLogMaxFiles must"], id="one file"),
        pytest.param("10Mi", "-3", ["containerLogMaxFiles must"], id="less than none"),
        pytest.param("10Mi", "many", ["containerLogMaxFiles must"], id="not a number"),
        pytest.param("10mb", "5", ["containerLogMaxSize is not"], id="Docker's unit"),
        pytest.param("0", "5", [], id="a size of nothing"),
        pytest.param("-1", "5", ["a negative containerLogMaxSize"], id="switched off"),
        pytest.param(
            "", "0", ["containerLogMaxSize is not", "containerLogMaxFiles must"], id="both"
        ),
    ],
)
def test_values_that_the_kubelet_cannot_use(size: str, files: str, summaries: list[str]) -> None:
    findings = result(log_rotation_invalid, _keeps(node(HEALTHY), size, files)).findings
    assert [" ".join(f.summary.split()[: len(s.split())]) for f, s in
            zip(findings, summaries, strict=True)] == summaries  # fmt: skip
    assert all(f.evidence[0].source == FILE for f in findings)


@pytest.mark.parametrize(("name", "want"), [(HEALTHY, "error"), (BEFORE, "warning")])
@pytest.mark.parametrize("values", [("soon", "5"), ("-1", "5"), ("10Mi", "1")], ids=str)
def test_they_stop_a_kubelet_on_containerd_only(
    name: str, want: str, values: tuple[str, str]
) -> None:
    assert verdict(log_rotation_invalid, _keeps(node(name), *values)) == want


@pytest.mark.parametrize(
    ("facts", "differ"),
    [
        pytest.param(_logs_to("json-file", max_size="10m", max_file="5"), [], id="the same"),
        pytest.param(
            _logs_to("json-file", max_size="10m", max_file="3"), ["Docker's max-file"], id="files"
        ),
        pytest.param(
            _logs_to("local", max_size="50m", max_file="3"),
            ["Docker's max-size", "Docker's max-file"],
            id="both, of the other driver that rotates",
        ),
        pytest.param(_logs_to("json-file", max_size="10m", max_file="1"), [], id="one file"),
        pytest.param(_logs_to("json-file", max_size="10m", max_file="x"), [], id="no number"),
        pytest.param(_logs_to("json-file", max_file="3"), [], id="files without a size"),
        pytest.param(_logs_to("syslog", max_size="50m"), [], id="a driver that does not rotate"),
    ],
)
def test_what_was_not_carried_over(facts: dict[str, object], differ: list[str]) -> None:
    seen = _docker(_keeps(node(BEFORE), "10Mi", "5"), **facts)
    found = result(log_rotation_not_carried_over, seen).findings
    assert [e.what for f in found for e in f.evidence if e.source == DAEMON] == differ


def test_the_number_of_files_asked_for_stands_beside_the_kubelet_s() -> None:
    facts = _logs_to("json-file", max_size="10m", max_file="3")
    shown = evidence(
        log_rotation_not_carried_over, _docker(_keeps(node(BEFORE), "10Mi", "5"), **facts)
    )
    kept = shown["containerLogMaxFiles"]
    assert (kept.value, kept.expected, kept.source) == ("5", "3", FILE)


@pytest.mark.parametrize(
    ("name", "when"), [(BEFORE, "After the migration logs are kept"), (HEALTHY, "Logs are kept")]
)
def test_it_tells_when_it_will_hurt(name: str, when: str) -> None:
    seen = _docker(_keeps(node(name), "10Mi", "5"), **_logs_to("json-file", max_size="50m"))
    (finding,) = result(log_rotation_not_carried_over, seen).findings
    assert finding.hurts.startswith(when)


def test_nothing_of_a_daemon_json_that_cannot_be_parsed_is_known() -> None:
    seen = _docker(node(HEALTHY), config=ParseError("/etc/docker/daemon.json", "no", 2))
    reason = result(log_rotation_not_carried_over, seen).reason
    assert reason == "/etc/docker/daemon.json cannot be parsed"


def test_the_kubelets_own_limits_are_quoted_as_idle_while_docker_writes() -> None:
    seen = _docker(_keeps(node(BEFORE), "50Mi", "7"), **_logs_to("json-file"))
    shown = evidence(log_rotation_unset, seen)
    assert (shown["containerLogMaxSize"].value, shown["containerLogMaxSize"].source) == (
        "50Mi",
        FILE,
    )
    assert shown["containerLogMaxFiles"].value == "7"
    (finding,) = result(log_rotation_unset, seen).findings
    assert finding.hurts.endswith(
        "Docker ignores containerLogMaxSize and containerLogMaxFiles: they wait for containerd."
    )


def test_the_kubelets_defaults_are_not_quoted_there() -> None:
    seen = _docker(_keeps(node(BEFORE), "10Mi", "5", DEFAULT), **_logs_to("json-file"))
    assert list(evidence(log_rotation_unset, seen)) == ["log driver", "log-opts max-size"]


def test_where_there_is_no_docker_nothing_is_said_of_its_logs() -> None:
    seen = _docker(node(BEFORE), **_logs_to("json-file"), binary=None, unit=None, process=None)
    assert verdict(log_rotation_unset, seen) == "unknown"
    assert "there is no Docker here" in result(log_rotation_unset, seen).reason
