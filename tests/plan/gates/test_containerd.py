"""When containerd is asked about a plan, and what of its answers speaks against one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.containerds import CONFIG, configured, release
from tests.trees import tree
from unshim.model.machine import Program
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.steps import ReloadSystemd, RestartUnit, Step, StopUnit, WriteFile
from unshim.model.values import Origin, Source
from unshim.plan.gates.asking import Answer, Question, Said, Started
from unshim.plan.gates.containerd import (
    Case,
    complaints,
    concerns,
    files_of,
    question,
    touches,
    worse,
)

RELEASE = release("1.7.24")
CRI = 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n'
DAEMON = Program("/opt/bin/containerd", Source(Origin.UNIT, "containerd.service"), there=True)


def _case(tmp_path: Path, before: str, after: str) -> Case:
    old, new = (
        configured(tree(tmp_path / name, {CONFIG: text}), RELEASE)._replace(program=DAEMON)
        for name, text in (("before", before), ("after", after))
    )
    return Case(old, new)


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (WriteFile("/etc/containerd/config.toml", None, b""), True),
        (WriteFile("/etc/cri.toml", None, b""), True),
        (RestartUnit("containerd.service"), True),
        (RestartUnit("kubelet.service"), False),
        (StopUnit("containerd.service"), True),
        (WriteFile("/var/lib/kubelet/config.yaml", None, b""), False),
        (ReloadSystemd(), False),
    ],
)
def test_containerd_is_asked_of_what_may_be_its_own(step: Step, asked: bool) -> None:
    assert concerns([step]) is asked


def test_the_program_that_the_unit_starts_is_asked_and_may_write_where_it_would(
    tmp_path: Path,
) -> None:
    case = _case(
        tmp_path, CRI, CRI + '[plugins."io.containerd.nri.v1.nri"]\nplugin_path = "/nri"\n'
    )
    assert question(case) == Question(
        "/opt/bin/containerd",
        CONFIG,
        shadow=True,
        writable=("/opt/containerd", "/etc/cni/net.d"),
        hidden=("/opt/nri/plugins", "/nri"),
    )
    assert files_of(case) == {CONFIG}


def test_a_containerd_that_is_not_known_is_not_asked(tmp_path: Path) -> None:
    case = _case(tmp_path, CRI, CRI)
    assert question(case._replace(after=case.after._replace(program=None))) == Question()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[plugins."io.containerd.grpc.v1.cri".containerd]\nsnapshotter = "devmapper"\n',
            "devmapper",
        ),
        ('[proxy_plugins.stargz]\ntype = "snapshot"\naddress = "/run/s"\n', "proxy_plugins"),
        ('[plugins."io.containerd.snapshotter.v1.overlayfs"]\nroot_path = "/x"\n', "root_path"),
        ('[plugins."io.containerd.snapshotter.v1.devmapper"]\npool_name = "p"\n', "pool_name"),
        ('[cgroup]\npath = "/x"\n', "cgroup.path"),
    ],
)
def test_none_is_started_that_would_touch_this_machine(
    tmp_path: Path, text: str, told: str
) -> None:
    case = _case(tmp_path, "version = 2\n", "version = 2\n" + text)
    assert isinstance(case.after.config, ContainerdConfig)
    assert told in touches(case.after.config)
    assert not question(case).shadow


FATAL = Started(ended="containerd: bad")
WHOLE = Started(failed={})
CRI_FAILS = Started(failed={"io.containerd.grpc.v1.cri": "no runtime"})
NEVER = Started()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (WHOLE, FATAL, "containerd: bad"),
        (None, FATAL, "containerd: bad"),
        (FATAL, FATAL, ""),
        (WHOLE, CRI_FAILS, "io.containerd.grpc.v1.cri: no runtime"),
        (None, CRI_FAILS, "io.containerd.grpc.v1.cri: no runtime"),
        (CRI_FAILS, CRI_FAILS, ""),
        (FATAL, CRI_FAILS, ""),
        (CRI_FAILS, FATAL, "containerd: bad"),
        (WHOLE, NEVER, "it was waited for in vain"),
        (NEVER, NEVER, ""),
        (NEVER, CRI_FAILS, ""),
    ],
)
def test_only_what_fails_since_the_plan_speaks_against_it(
    before: Started | None, after: Started, told: str
) -> None:
    assert worse(before, after) == told


def test_of_plugins_that_fail_the_one_that_others_rest_on_is_named() -> None:
    because = "no runtime"
    failed = {"io.a": f"unable to load dependency: {because}", "io.b": because}
    assert worse(WHOLE, Started(failed=failed)) == "io.b: no runtime"


def _against(case: Case, tmp_path: Path, before: Answer, after: Answer, again: Answer) -> list[str]:
    return list(complaints(tree(tmp_path / "host", {}), case, before, after, lambda: again))


TAKEN, NOT_TAKEN = Said(0, "version = 2\n", ""), Said(1, "", "warn\ncontainerd: bad toml\n")


def test_a_configuration_that_is_not_taken_any_more_speaks_against_the_plan(tmp_path: Path) -> None:
    case = _case(tmp_path, CRI, CRI)
    told = _against(case, tmp_path, Answer(TAKEN), Answer(NOT_TAKEN), Answer())
    assert told == ["containerd does not take its new configuration: containerd: bad toml"]
    assert _against(case, tmp_path, Answer(NOT_TAKEN), Answer(NOT_TAKEN), Answer()) == []
    assert _against(case, tmp_path, Answer(NOT_TAKEN), Answer(TAKEN), Answer()) == []


def test_a_configuration_that_unshim_knows_to_be_refused_does_too(tmp_path: Path) -> None:
    case = _case(tmp_path, CRI, "version = 9\n")
    (told,) = _against(case, tmp_path, Answer(TAKEN), Answer(TAKEN), Answer())
    assert told.startswith(f"containerd would not start with {CONFIG}: ")


def test_a_start_that_fails_is_compared_with_one_on_the_old_files(tmp_path: Path) -> None:
    case = _case(tmp_path, CRI, CRI)
    fails = Answer(TAKEN, shadow=CRI_FAILS)
    (told,) = _against(case, tmp_path, Answer(TAKEN), fails, Answer(shadow=WHOLE))
    assert told.endswith("is not whole: io.containerd.grpc.v1.cri: no runtime")
    assert _against(case, tmp_path, Answer(TAKEN), fails, Answer(shadow=CRI_FAILS)) == []
    assert _against(case, tmp_path, Answer(TAKEN), Answer(TAKEN, shadow=WHOLE), Answer()) == []
