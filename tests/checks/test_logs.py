"""Limits of logs: Docker's and the kubelet's, each in their own words for sizes."""

from __future__ import annotations

import pytest

from tests.laws.nodes import CHECKS, node
from unshim.judge.diagnose import diagnose_one
from unshim.model.checks import Result
from unshim.model.parts.docker import Docker
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Origin, Setting, Source, known

DAEMON = Source(Origin.FILE, "/etc/docker/daemon.json", 3)
CONFIG = Source(Origin.FILE, "/var/lib/kubelet/config.yaml", 9)


def _carried(asked: str, kept: str) -> Result:
    """What the check comes to where Docker is asked for one size and the kubelet keeps another."""
    seen = node("dockershim-logs-limited")
    docker: Docker = known(seen.docker)
    kubelet: Kubelet = known(seen.kubelet)
    changed = seen._replace(
        docker=docker._replace(log_opts={"max-size": Setting(asked, DAEMON)}),
        kubelet=kubelet._replace(
            effective={**kubelet.effective, "containerLogMaxSize": Setting[object](kept, CONFIG)}
        ),
    )
    check = next(c for c in CHECKS if c.id == "log-rotation-not-carried-over")
    return diagnose_one(changed, check)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        pytest.param("100m", "100M", id="the same number of bytes"),
        pytest.param("100m", "100Mi", id="the same number in the kubelet's usual unit"),
        pytest.param("100MiB", "100Mi", id="Docker's MiB"),
        pytest.param("100mb", "100000k", id="in another unit"),
        pytest.param("1.5g", "1536Mi", id="a fraction of Docker's"),
        pytest.param("-1", "10Mi", id="unlimited is nothing to carry over"),
        pytest.param("soon", "10Mi", id="nor is what Docker cannot use"),
    ],
)
def test_limits_that_are_carried_over(asked: str, kept: str) -> None:
    assert str(_carried(asked, kept).outcome) == "pass"


@pytest.mark.parametrize(
    ("asked", "kept", "expected"),
    [
        pytest.param("100m", "10Mi", "100Mi", id="the kubelet's default is less"),
        pytest.param("100m", "100Ki", "100Mi", id="the same number in another unit"),
        pytest.param("1g", "1001M", "1Gi", id="a little more"),
        pytest.param("1536k", "10Mi", "1536Ki", id="what is not whole in a larger unit"),
    ],
)
def test_limits_that_are_not(asked: str, kept: str, expected: str) -> None:
    (finding,) = _carried(asked, kept).findings
    docker, kubelet = finding.evidence
    assert (docker.value, docker.source) == (asked, DAEMON)
    assert (kubelet.value, kubelet.expected, kubelet.source) == (kept, expected, CONFIG)
