"""Limits of logs: whose file they are written to, with which values, and what is left alone."""

from __future__ import annotations

import pytest

from checks.logs.rotation import (
    log_rotation_invalid,
    log_rotation_not_carried_over,
    log_rotation_unset,
)
from tests.checks.changed import BEFORE, FLAGS, HEALTHY, with_kubelet, with_settings
from tests.fixes.carried_out import ENV, acts, file_of, notes, refusal, steps, texts
from tests.laws.nodes import node
from unshim.model.machine import Flag
from unshim.model.node import Node
from unshim.model.values import Origin, Setting, Source, known

CONFIG, DOCKER = "/var/lib/kubelet/config.yaml", "/etc/docker/daemon.json"
PLACE = Source(Origin.FILE, DOCKER, 3)


def _asks(seen: Node, **opts: str) -> Node:
    """A node whose daemon.json has these log-opts."""
    settings = {key.replace("_", "-"): Setting(value, PLACE) for key, value in opts.items()}
    return seen._replace(docker=known(seen.docker)._replace(log_opts=settings))


def _bare(seen: Node, text: str = "kind: KubeletConfiguration\n") -> Node:
    return with_kubelet(seen, config_file=file_of(CONFIG, text))


def _limits(text: str) -> dict[str, str]:
    """The log limits in a kubelet's configuration."""
    lines = (line.partition(": ") for line in text.splitlines())
    return {key[len("containerLog") :]: value for key, _, value in lines if "Log" in key}


@pytest.mark.parametrize(
    ("opts", "limits"),
    [
        ({"max_size": "100m", "max_file": "3"}, {"MaxSize": "100Mi", "MaxFiles": "3"}),
        ({"max_size": "1g"}, {"MaxSize": "1Gi"}),
        ({"max_size": "100m", "max_file": "1"}, {"MaxSize": "100Mi"}),
        ({"max_size": "100m", "max_file": "03"}, {"MaxSize": "100Mi", "MaxFiles": "3"}),
        ({"max_size": "100m", "max_file": "many"}, {"MaxSize": "100Mi"}),
    ],
)
def test_what_docker_was_told_is_carried_over(opts: dict[str, str], limits: dict[str, str]) -> None:
    done = steps(log_rotation_not_carried_over, _asks(_bare(node(HEALTHY)), **opts))
    assert _limits(texts(done)[CONFIG]) == limits
    assert acts(done) == ["kubelet.service"]


@pytest.mark.parametrize("opts", [{}, {"max_size": "-1"}, {"max_size": "soon"}, {"max_file": "3"}])
def test_what_docker_does_not_limit_is_not(opts: dict[str, str]) -> None:
    seen = _asks(_bare(node(HEALTHY)), **opts)
    assert texts(steps(log_rotation_not_carried_over, seen)) == {}


def test_a_flag_that_overrides_the_file_is_changed_in_its_place() -> None:
    text = 'KUBELET_KUBEADM_ARGS="--container-log-max-size=1Mi --v=2"\n'
    flag = Flag(
        "container-log-max-size", "1Mi", Source(Origin.FLAG, ENV, 1), "KUBELET_KUBEADM_ARGS"
    )
    seen = with_kubelet(_bare(node(HEALTHY)), env_files=(file_of(ENV, text),), flags=(flag,))
    written = texts(steps(log_rotation_not_carried_over, _asks(seen, max_size="9m", max_file="4")))
    assert written[ENV] == text.replace("1Mi", "9Mi")
    assert _limits(written[CONFIG]) == {"MaxFiles": "4"}


def test_a_kubelet_without_a_file_gets_flags() -> None:
    seen = _asks(with_kubelet(node(HEALTHY), config_file=None), max_size="9m", max_file="4")
    written = texts(steps(log_rotation_not_carried_over, seen))
    assert list(written) == [ENV]
    assert "--container-log-max-size=9Mi --container-log-max-files=4 " in written[ENV]


def test_a_stopped_kubelet_is_not_started() -> None:
    seen = with_kubelet(_asks(_bare(node(HEALTHY)), max_size="9m"), process=None)
    assert acts(steps(log_rotation_not_carried_over, seen)) == []


def test_a_file_that_it_cannot_edit_is_left_with_the_lines_to_write() -> None:
    seen = _asks(_bare(node(HEALTHY), "{kind: KubeletConfiguration, a: 1}\n"), max_size="9m")
    refused = refusal(log_rotation_not_carried_over, seen)
    assert refused.by_hand == (
        f"edit {CONFIG}: containerLogMaxSize: 9Mi",
        "systemctl restart kubelet",
    )
    seen = _asks(node("dockershim"))
    docker = known(seen.docker)._replace(config_file=file_of(DOCKER, '{"a": 1, "a": 2}\n'))
    refused = refusal(log_rotation_unset, seen._replace(docker=docker))
    assert refused.by_hand == (
        f'edit {DOCKER}: "log-opts": {{"max-size": "10m", "max-file": "5"}}',
    )


def test_that_docker_s_limits_come_with_its_next_start_is_said() -> None:
    (said,) = notes(log_rotation_unset, node("dockershim"))
    assert "at its next start" in said.text and "those of now go on without" in said.text
    assert notes(log_rotation_unset, _bare(node(HEALTHY))) == []


def test_on_containerd_the_default_is_written_down_where_docker_says_nothing() -> None:
    plain = texts(steps(log_rotation_unset, _bare(node(HEALTHY))))
    assert _limits(plain[CONFIG]) == {"MaxSize": "10Mi", "MaxFiles": "5"}
    asked = texts(steps(log_rotation_unset, _asks(_bare(node(HEALTHY)), max_size="9m")))
    assert _limits(asked[CONFIG]) == {"MaxSize": "9Mi", "MaxFiles": "5"}


@pytest.mark.parametrize(
    ("size", "files", "written"),
    [
        ("10Mi", "5", ["10m", "5"]),
        ("1Gi", "3", ["1024m", "3"]),
        ("100Ki", "3", ["10m", "3"]),
        ("soon", "1", ["10m", "5"]),
        ("2Mi", "x", ["2m", "5"]),
    ],
)
def test_docker_is_told_what_the_kubelet_will_keep(
    size: str, files: str, written: list[str]
) -> None:
    seen = with_settings(node(BEFORE), FLAGS, containerLogMaxSize=size, containerLogMaxFiles=files)
    done = steps(log_rotation_unset, seen)
    words = texts(done)[DOCKER].split('"')
    assert [words[words.index(key) + 2] for key in ("max-size", "max-file")] == written
    assert acts(done) == []


def test_how_many_files_somebody_chose_stays_and_so_does_the_rest() -> None:
    text = '{\n  "debug": true,\n  "log-opts": {\n    "max-file": "9"\n  }\n}\n'
    seen = _asks(node(BEFORE), max_file="9")
    docker = known(seen.docker)._replace(config_file=file_of(DOCKER, text))
    after = texts(steps(log_rotation_unset, seen._replace(docker=docker)))[DOCKER]
    assert '"debug": true' in after and '"max-file": "9"' in after
    assert '"max-size": "10m"' in after and after.count("max-file") == 1


@pytest.mark.parametrize(
    ("size", "files", "limits"),
    [
        ("10mb", "5", {"MaxSize": "10Mi"}),
        ("-1", "5", {"MaxSize": "10Mi"}),
        ("3Mi", "1", {"MaxFiles": "5"}),
        ("10mb", "x", {"MaxSize": "10Mi", "MaxFiles": "5"}),
    ],
)
def test_only_what_cannot_be_used_is_corrected(
    size: str, files: str, limits: dict[str, str]
) -> None:
    seen = with_settings(
        _bare(node(HEALTHY)), FLAGS, containerLogMaxSize=size, containerLogMaxFiles=files
    )
    assert _limits(texts(steps(log_rotation_invalid, seen))[CONFIG]) == limits


def test_what_can_be_used_is_refused() -> None:
    refused = refusal(log_rotation_invalid, node(HEALTHY))
    assert refused.reason == "the kubelet's log limits can be used as they are"
