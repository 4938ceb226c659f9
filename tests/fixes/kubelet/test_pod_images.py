"""The images that must be on containerd before the kubelet moves to it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from checks.kubelet.dockershim import kubelet_dockershim_reference
from tests.checks.changed import FILE, with_config, with_containerd, with_settings
from tests.fixes.carried_out import acts, killing, notes, refusal, steps, texts
from tests.laws.nodes import CHECKS, FIXES, host, node
from unshim.model.node import Node
from unshim.model.parts.docker import DockerImage
from unshim.model.parts.images import Completeness, Image
from unshim.model.parts.pods import PodImage, StaticPod
from unshim.model.steps import WriteFile
from unshim.model.values import Missing, Origin, Setting, Source, known
from unshim.plan.pictures.node import pictured
from unshim.plan.rehearse import make_plan

READY, MAIN = "dockershim-ready-to-move", "/etc/containerd/config.toml"
OWN, THEIRS = "k8s.gcr.io/pause:3.2", "registry.k8s.io/pause:3.6"
API = "registry.example.org/api:2"


def _wants(sandbox: str, seen: Node | None = None) -> Node:
    """A node whose containerd runs with this sandbox image."""
    seen = seen or node(READY)
    running = known(known(seen.containerd).running)
    cri = known(running.cri)
    config = {**known(cri.config), "sandboxImage": sandbox}
    return with_containerd(seen, running=running._replace(cri=cri._replace(config=config)))


def _in_docker(seen: Node, *names: str) -> Node:
    docker = known(seen.docker)
    images = tuple(DockerImage(name, (name,), (), 1, 0.0) for name in names)
    return seen._replace(
        docker=docker._replace(running=known(docker.running)._replace(images=images))
    )


def _in_containerd(seen: Node, images: Iterable[Image]) -> Node:
    return seen._replace(images=known(seen.images)._replace(images=tuple(images)))


def _without(name: str, seen: Node) -> Node:
    return _in_containerd(seen, (i for i in known(seen.images).images if i.name != name))


def _names_an_image(policy: str, seen: Node | None = None) -> Node:
    pod = StaticPod("/a.yaml", "api", "default", (PodImage(API, policy, FILE),))
    return (seen or node(READY))._replace(static_pods=(pod,))


def test_a_sandbox_image_that_is_there_is_left_as_it_is() -> None:
    done = steps(kubelet_dockershim_reference, _wants(OWN))
    assert MAIN not in texts(done)
    assert acts(done) == ["kubelet.service"]


def test_where_only_docker_s_is_there_containerd_is_set_to_it_and_restarts() -> None:
    done = steps(kubelet_dockershim_reference, _wants(THEIRS))
    assert f'sandbox_image = "{OWN}"' in texts(done)[MAIN]
    assert sorted(acts(done)) == ["containerd.service", "kubelet.service"]


@pytest.mark.parametrize(
    ("docker", "brings"),
    [
        ((THEIRS, OWN), f"docker save {THEIRS} | ctr -n k8s.io images import -"),
        ((OWN,), f"docker save {OWN} | ctr -n k8s.io images import -"),
        ((), f"ctr -n k8s.io images pull {THEIRS}"),
    ],
    ids=["docker has it", "docker has its own", "nobody has one"],
)
def test_without_any_it_is_refused_with_the_command_that_brings_one(
    docker: tuple[str, ...], brings: str
) -> None:
    refused = refusal(
        kubelet_dockershim_reference, _in_docker(_without(OWN, _wants(THEIRS)), *docker)
    )
    assert refused.reason.startswith(f"containerd does not have what pods need: {THEIRS}")
    assert ("will do, which Docker has" in refused.reason) is (docker == (OWN,))
    assert refused.first == (brings,)


@pytest.mark.parametrize(
    "state", [Completeness.INCOMPLETE, Completeness.UNAVAILABLE, Completeness.UNKNOWN]
)
def test_one_that_is_not_whole_is_not_there(state: Completeness) -> None:
    seen = _wants(OWN)
    images = [
        i._replace(completeness=state) if i.name == OWN else i for i in known(seen.images).images
    ]
    refused = refusal(kubelet_dockershim_reference, _in_containerd(seen, images))
    assert refused.reason == f"containerd does not have what pods need: {OWN}"


def test_what_runs_counts_and_else_what_the_files_say() -> None:
    place = Source(Origin.FILE, MAIN, 5)
    seen = with_config(node(READY), sandbox_image=Setting(THEIRS, place))
    assert MAIN not in texts(steps(kubelet_dockershim_reference, _wants(OWN, seen)))
    running = known(known(seen.containerd).running)
    cri = known(running.cri)._replace(config=Missing("not told"))
    untold = with_containerd(seen, running=running._replace(cri=cri))
    assert OWN in texts(steps(kubelet_dockershim_reference, untold))[MAIN]


def test_a_containerd_that_would_kill_containers_is_not_restarted_for_it() -> None:
    refused = refusal(kubelet_dockershim_reference, killing(_wants(THEIRS)))
    assert refused.first == ("unshim apply containerd-unit-killmode",)


def test_the_kubelet_s_own_is_its_flag_and_not_a_guess() -> None:
    flag = {"pod-infra-container-image": "registry.example.org/pause:9"}
    seen = with_settings(_in_docker(_wants(THEIRS), "registry.example.org/pause:9"), FILE, **flag)
    refused = refusal(kubelet_dockershim_reference, seen)
    saves = "docker save registry.example.org/pause:9 | ctr -n k8s.io images import -"
    assert refused.first == (saves,)


def test_every_lacking_image_has_its_command() -> None:
    seen = _names_an_image("Never", _in_docker(_without(OWN, _wants(OWN)), API, OWN))
    assert refusal(kubelet_dockershim_reference, seen).first == (
        f"docker save {OWN} | ctr -n k8s.io images import -",
        f"docker save {API} | ctr -n k8s.io images import -",
    )


def test_an_image_of_another_namespace_comes_from_there() -> None:
    seen = _names_an_image("Never")
    other = known(seen.images).images[0]._replace(namespace="default", name=API)
    refused = refusal(
        kubelet_dockershim_reference, _in_containerd(seen, (*known(seen.images).images, other))
    )
    assert refused.first == (
        f"ctr -n default images export - {API} | ctr -n k8s.io images import -",
    )


def test_what_the_kubelet_will_pull_is_said() -> None:
    seen = _names_an_image("IfNotPresent")
    assert steps(kubelet_dockershim_reference, seen)
    said = notes(kubelet_dockershim_reference, seen)
    words = f"containerd does not have {API}: the kubelet pulls what is missing"
    assert words in [note.text for note in said]


def test_the_written_file_really_sets_it() -> None:
    """As containerd's files are read again, on the node that the plan pictures."""
    made = make_plan(host(READY), CHECKS, FIXES, ["kubelet-dockershim-reference"])
    assert made.steps
    done = steps(kubelet_dockershim_reference, _wants(THEIRS))
    (write,) = (s for s in done if isinstance(s, WriteFile) and s.path == MAIN)
    standing = known(host(READY).read(MAIN))
    assert standing is not None and write.before == standing.data
    other = standing.data.replace(OWN.encode(), THEIRS.encode())
    after = pictured(host(READY), [write._replace(before=other)])
    config = known(after.node.containerd).config
    assert config.sandbox_image.value == OWN  # type: ignore[union-attr]
