"""crictl: there or not, with a file or guessing, asking the kubelet's socket or another."""

from __future__ import annotations

from typing import Any

import pytest

from checks.cri_client.crictl import (
    crictl_config_endpoint_wrong,
    crictl_config_invalid,
    crictl_config_missing,
    crictl_missing,
)
from tests.checks.changed import (
    BEFORE,
    FLAGS,
    HEALTHY,
    SOCKET,
    evidence,
    of_release,
    result,
    verdict,
    with_settings,
)
from tests.laws.nodes import node
from unshim.model.machine import Reference
from unshim.model.node import Node
from unshim.model.values import FileText, Missing, Origin, Setting, Source, known

PLACE = Source(Origin.FILE, "/etc/crictl.yaml", 2)
FILE = FileText("/etc/crictl.yaml", b"debug: perhaps\n")
BAD = Reference("debug: perhaps", PLACE)
BINARY = Setting("/usr/local/bin/crictl", Source(Origin.FILE, "/usr/local/bin/crictl"))


def _crictl(name: str = HEALTHY, **facts: Any) -> Node:
    seen = node(name)
    return seen._replace(crictl=known(seen.crictl)._replace(**facts))


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        pytest.param(_crictl(binary=BINARY), "pass", id="it is here"),
        pytest.param(_crictl(binary=None), "warning", id="it is needed"),
        pytest.param(_crictl(BEFORE, binary=None), "info", id="it will be needed"),
        pytest.param(_crictl(binary=Missing("not root")), "unknown", id="nobody could look"),
    ],
)
def test_a_node_without_crictl(seen: Node, want: str) -> None:
    assert verdict(crictl_missing, seen) == want


def _unconfigured(**facts: Any) -> Node:
    return _crictl(config_file=None, values={}, **facts)


@pytest.mark.parametrize(
    ("facts", "want", "hurts"),
    [
        pytest.param({"version": of_release((1, 20))}, "warning", "warns", id="an old one guesses"),
        pytest.param({"version": of_release((1, 29))}, "warning", "warns", id="the last of them"),
        pytest.param({"version": of_release((1, 30))}, "info", "containerd first", id="a new one"),
        pytest.param({"version": Missing("?")}, "warning", "warns", id="nobody knows which"),
        pytest.param({"binary": None}, "info", "warns", id="there is none to guess"),
        pytest.param({"binary": Missing("?")}, "info", "warns", id="none was seen"),
    ],
)
def test_without_a_file_it_guesses_by_release(
    facts: dict[str, object], want: str, hurts: str
) -> None:
    seen = _unconfigured(**facts)
    assert verdict(crictl_config_missing, seen) == want
    assert hurts in result(crictl_config_missing, seen).findings[0].hurts


def test_what_it_should_name_is_shown_as_far_as_it_is_known() -> None:
    seen = with_settings(_unconfigured(version=Missing("no answer")), FLAGS,
                         containerRuntimeEndpoint=f"unix://{SOCKET}")  # fmt: skip
    shown = evidence(crictl_config_missing, seen)
    assert shown["the kubelet uses"].value == f"unix://{SOCKET}"
    assert shown["crictl version"].value == "not known: no answer"
    alone = seen._replace(kubelet=known(seen.kubelet)._replace(effective={}))
    assert list(evidence(crictl_config_missing, alone)) == ["configuration", "crictl version"]


def test_a_release_is_not_asked_of_a_crictl_that_is_not_here() -> None:
    seen = _unconfigured(binary=None, version=Missing("not installed"))
    assert "crictl version" not in evidence(crictl_config_missing, seen)


def test_its_file_matters_once_the_kubelet_uses_containerd() -> None:
    assert verdict(crictl_config_missing, _crictl(config_file=FILE)) == "pass"
    assert verdict(crictl_config_missing, _crictl(BEFORE)) == "not-applicable"
    assert verdict(crictl_config_missing, _crictl(config_file=Missing("not root"))) == "unknown"


@pytest.mark.parametrize(
    ("values", "want", "line"),
    [
        pytest.param({"runtime-endpoint": "/run/a.sock"}, "pass", None, id="one is named"),
        pytest.param({}, "info", None, id="an empty file"),
        pytest.param({"image-endpoint": "/run/a.sock"}, "info", None, id="for images alone"),
        pytest.param({"runtime-endpoint": ""}, "info", 2, id="left empty"),
    ],
)
def test_a_file_may_name_no_endpoint(values: dict[str, str], want: str, line: int | None) -> None:
    settings = {key: Setting(value, PLACE) for key, value in values.items()}
    seen = _crictl(config_file=FILE, problems=(), values=settings, version=of_release((1, 36)))
    assert verdict(crictl_config_missing, seen) == want
    if want != "pass":
        shown = evidence(crictl_config_missing, seen)["runtime-endpoint"]
        assert (shown.value, shown.source) == ("not set", PLACE._replace(line=line))


def test_of_a_file_that_is_ignored_it_says_nothing() -> None:
    seen = _crictl(config_file=FILE, problems=(BAD,), values={})
    assert result(crictl_config_missing, seen).reason == (
        "crictl ignores its whole file (see crictl-config-invalid)"
    )


def _asks(**values: str) -> Node:
    settings = {key.replace("_", "-"): Setting(v, PLACE) for key, v in values.items()}
    seen = _crictl(config_file=FILE, problems=(), values=settings)
    return with_settings(seen, FLAGS, containerRuntimeEndpoint=f"unix://{SOCKET}")


OTHER = "unix:///run/crio/crio.sock"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        pytest.param({"runtime_endpoint": f"unix://{SOCKET}"}, [], id="the same"),
        pytest.param({"runtime_endpoint": SOCKET}, [], id="in the older spelling"),
        pytest.param({"runtime_endpoint": f"unix:///var{SOCKET}"}, [], id="by way of /var/run"),
        pytest.param({"runtime_endpoint": ""}, [], id="left empty"),
        pytest.param({"timeout": "2"}, [], id="not set"),
        pytest.param({"runtime_endpoint": OTHER}, ["runtime-endpoint"], id="another runtime's"),
        pytest.param({"image_endpoint": OTHER}, ["image-endpoint"], id="images alone"),
        pytest.param(
            {"runtime_endpoint": f"unix:/{SOCKET}"}, ["runtime-endpoint"], id="a slash too few"
        ),
        pytest.param({"runtime_endpoint": "~"}, ["runtime-endpoint"], id="a tilde"),
        pytest.param(
            {"image_endpoint": OTHER, "runtime_endpoint": OTHER},
            ["runtime-endpoint", "image-endpoint"],
            id="both",
        ),
    ],
)
def test_the_socket_that_it_asks(values: dict[str, str], wrong: list[str]) -> None:
    seen = _asks(**values)
    found = result(crictl_config_endpoint_wrong, seen).findings
    assert [e.what for f in found for e in f.evidence[:-1]] == wrong
    if wrong:
        shown = evidence(crictl_config_endpoint_wrong, seen)
        assert (shown[wrong[0]].value, shown[wrong[0]].source) == (
            next(iter(values.values())),
            PLACE,
        )
        assert shown["the kubelet uses"].source == FLAGS


def test_a_file_that_is_ignored_names_no_socket() -> None:
    seen = _asks(runtime_endpoint=OTHER)
    ignored = seen._replace(crictl=known(seen.crictl)._replace(problems=(BAD,)))
    assert result(crictl_config_endpoint_wrong, ignored).reason == (
        "crictl ignores its whole file (see crictl-config-invalid)"
    )
    none = seen._replace(crictl=known(seen.crictl)._replace(config_file=None))
    assert verdict(crictl_config_endpoint_wrong, none) == "pass"


@pytest.mark.parametrize(
    ("name", "problems", "want"),
    [(HEALTHY, (BAD,), "error"), (BEFORE, (BAD,), "warning"), (HEALTHY, (), "pass")],
    ids=["it is used", "it is not used yet", "it is sound"],
)
def test_a_line_that_voids_the_file(name: str, problems: tuple[Reference, ...], want: str) -> None:
    seen = _crictl(name, config_file=FILE, problems=problems)
    assert verdict(crictl_config_invalid, seen) == want
    if problems:
        line = evidence(crictl_config_invalid, seen)["line"]
        assert (line.value, line.source) == ("debug: perhaps", PLACE)


def test_lines_of_a_file_that_is_gone_void_nothing() -> None:
    assert verdict(crictl_config_invalid, _crictl(config_file=None, problems=(BAD,))) == "pass"
