"""The kubelet's flags change in the file that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.trees import tree
from unshim.facts.gather import gather
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import known
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.lines import EditError

FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
DEFAULTS = "/etc/default/kubelet"
UNIT = "/etc/systemd/system/kubelet.service"
ENDPOINT = "unix:///run/containerd/containerd.sock"
KUBEADM = """\
[Service]
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=/usr/bin/kubelet $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
"""


def kubelet(folder: Path, files: Mapping[str, str]) -> Kubelet:
    """The kubelet of a plain tree with these files."""
    here = {"/usr/bin/kubelet": "", "/var/lib/dpkg/status": "", UNIT: KUBEADM}
    return known(gather(tree(folder, {**here, **files})).kubelet)


def edited(
    folder: Path, files: Mapping[str, str], remove: tuple[str, ...] = (), **put: str
) -> dict[str, str]:
    """The text of each file that changes."""
    wanted = {name.replace("_", "-"): value for name, value in put.items()}
    steps = rewrite(kubelet(folder, files), remove, wanted)
    return {s.path: (s.after or b"").decode() for s in steps}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            'KUBELET_KUBEADM_ARGS="--network-plugin=cni --v=2"\n',
            'KUBELET_KUBEADM_ARGS="--v=2"\n',
        ),
        (
            'KUBELET_KUBEADM_ARGS="--v=2 --network-plugin cni"\n',
            'KUBELET_KUBEADM_ARGS="--v=2"\n',
        ),
        (
            "# kubeadm\nKUBELET_KUBEADM_ARGS='--v=2 --network-plugin=cni --x=y'\nOTHER=1",
            "# kubeadm\nKUBELET_KUBEADM_ARGS='--v=2 --x=y'\nOTHER=1",
        ),
        ('KUBELET_KUBEADM_ARGS="--network-plugin=cni"\n', 'KUBELET_KUBEADM_ARGS=""\n'),
        ("KUBELET_KUBEADM_ARGS=--network-plugin=cni\n", "KUBELET_KUBEADM_ARGS=\n"),
    ],
)
def test_a_flag_goes_and_others_stay(tmp_path: Path, text: str, want: str) -> None:
    assert edited(tmp_path, {FLAGS: text}, ("network-plugin",)) == {FLAGS: want}


def test_a_flag_whose_name_begins_alike_is_not_touched(tmp_path: Path) -> None:
    text = 'KUBELET_KUBEADM_ARGS="--network-plugin-mtu=1 --network-plugin=cni"\n'
    want = 'KUBELET_KUBEADM_ARGS="--network-plugin-mtu=1"\n'
    assert edited(tmp_path, {FLAGS: text}, ("network-plugin",)) == {FLAGS: want}


def test_a_bare_flag_is_not_taken_for_the_beginning_of_another(tmp_path: Path) -> None:
    text = 'KUBELET_KUBEADM_ARGS="--network-plugin-mtu=1 --network-plugin"\n'
    want = 'KUBELET_KUBEADM_ARGS="--network-plugin-mtu=1"\n'
    assert edited(tmp_path, {FLAGS: text}, ("network-plugin",)) == {FLAGS: want}


def test_a_flag_is_changed_where_it_stands(tmp_path: Path) -> None:
    text = 'KUBELET_KUBEADM_ARGS="--v=2 --container-runtime-endpoint=/old.sock --x=y"\n'
    want = f'KUBELET_KUBEADM_ARGS="--v=2 --container-runtime-endpoint={ENDPOINT} --x=y"\n'
    found = edited(tmp_path, {FLAGS: text}, container_runtime_endpoint=ENDPOINT)
    assert found == {FLAGS: want}


def test_of_a_flag_given_twice_the_one_that_wins_is_changed_and_the_other_goes(
    tmp_path: Path,
) -> None:
    files = {
        FLAGS: 'KUBELET_KUBEADM_ARGS="--container-runtime=docker --v=2"\n',
        DEFAULTS: 'KUBELET_EXTRA_ARGS="--container-runtime=docker"\n',
    }
    assert edited(tmp_path, files, container_runtime="remote") == {
        FLAGS: 'KUBELET_KUBEADM_ARGS="--v=2"\n',
        DEFAULTS: 'KUBELET_EXTRA_ARGS="--container-runtime=remote"\n',
    }


def test_of_a_flag_given_twice_on_one_line_one_is_left(tmp_path: Path) -> None:
    text = 'KUBELET_KUBEADM_ARGS="--container-runtime=docker --v=2 --container-runtime=docker"\n'
    found = edited(tmp_path, {FLAGS: text}, container_runtime="remote")
    assert found[FLAGS].split().count("--container-runtime=docker") == 0
    assert found[FLAGS].count("--container-runtime=remote") == 1


def test_a_new_flag_goes_before_kubeadms(tmp_path: Path) -> None:
    text = 'KUBELET_KUBEADM_ARGS="--v=2"\r\n'
    want = 'KUBELET_KUBEADM_ARGS="--container-runtime=remote --v=2"\r\n'
    assert edited(tmp_path, {FLAGS: text}, container_runtime="remote") == {FLAGS: want}


def test_without_kubeadms_file_it_goes_to_the_extra_flags(tmp_path: Path) -> None:
    found = edited(tmp_path, {DEFAULTS: "KUBELET_EXTRA_ARGS=\n"}, container_runtime="remote")
    assert found == {DEFAULTS: 'KUBELET_EXTRA_ARGS="--container-runtime=remote"\n'}


def test_a_file_that_the_unit_names_is_made(tmp_path: Path) -> None:
    found = edited(tmp_path, {}, container_runtime="remote")
    assert found == {DEFAULTS: 'KUBELET_EXTRA_ARGS="--container-runtime=remote"\n'}


def test_without_any_variable_it_goes_to_the_end_of_exec_start(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/kubelet \\\n  --v=2 \\\n  --x=y\nRestart=always\n"
    found = edited(tmp_path, {UNIT: unit}, container_runtime="remote")
    want = unit.replace("--x=y", "--x=y --container-runtime=remote")
    assert found == {UNIT: want}


def test_a_flag_in_exec_start_is_changed_there(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/kubelet \\\n  --network-plugin=cni \\\n  --v=2\n"
    found = edited(tmp_path, {UNIT: unit}, ("network-plugin",))
    assert "--network-plugin" not in found[UNIT]
    again = kubelet(tmp_path / "again", {UNIT: found[UNIT]})
    assert [f.name for f in known(again.flags)] == ["v"]


def test_a_file_that_a_package_owns_is_left_alone(tmp_path: Path) -> None:
    unit = "/lib/systemd/system/kubelet.service"
    text = "[Service]\nExecStart=/usr/bin/kubelet --network-plugin=cni\n"
    host = tree(tmp_path, {"/usr/bin/kubelet": "", unit: text})
    with pytest.raises(EditError, match="package"):
        rewrite(known(gather(host).kubelet), ("network-plugin",))


@pytest.mark.parametrize("value", ["a b", "'a b'"])
def test_a_quoted_value_goes_whole(tmp_path: Path, value: str) -> None:
    text = f"""KUBELET_KUBEADM_ARGS=--v=2 --docker-endpoint="{value}" --x=y\n"""
    unit = text.replace("KUBELET_KUBEADM_ARGS=", "[Service]\nExecStart=/usr/bin/kubelet ")
    found = edited(tmp_path, {UNIT: unit}, ("docker-endpoint",))
    assert found[UNIT] == "[Service]\nExecStart=/usr/bin/kubelet --v=2 --x=y\n"
