"""Log rotation: carried over from Docker, or set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checks.logs.rotation import (
    log_rotation_invalid,
    log_rotation_not_carried_over,
    log_rotation_unset,
)
from fixes.kubelet.settings import by_hand_commands, config_place, set_in_config
from unshim.api import (
    RESTART_KUBELET,
    Disturbs,
    Made,
    Missing,
    Node,
    Note,
    Refused,
    RestartUnit,
    Step,
    before_migration,
    edited,
    fix,
    known,
    refusing,
)
from unshim.text.edit.flag_text import rewrite
from unshim.text.edit.json_text import set_strings
from unshim.text.edit.lines import EditError
from unshim.text.sizes import docker_bytes, kubelet_bytes, shown_bytes

DOCKER_FILE = "/etc/docker/daemon.json"
DOCKER_SIZE, DOCKER_FILES = "10m", "5"
KUBELET_SIZE, KUBELET_FILES = "10Mi", "5"
FLAG_OF = {
    "containerLogMaxSize": "container-log-max-size",
    "containerLogMaxFiles": "container-log-max-files",
}


def _asked_of_docker(node: Node) -> dict[str, str]:
    """The kubelet's keys for what daemon.json limits, empty where it limits nothing."""
    docker = node.docker
    if isinstance(docker, Missing) or isinstance(docker.log_opts, Missing):
        return {}
    size, files = docker.log_opts.get("max-size"), docker.log_opts.get("max-file")
    asked = docker_bytes(size.value, 1024) if size else None
    if asked is None or asked <= 0:
        return {}
    keys = {"containerLogMaxSize": shown_bytes(asked)}
    if files and files.value.isdigit() and int(files.value) > 1:
        keys["containerLogMaxFiles"] = str(int(files.value))
    return keys


def _set_kubelet(node: Node, keys: Mapping[str, str]) -> Iterator[Step]:
    """Set keys of the kubelet's configuration; a flag that overrides one is changed instead."""
    kubelet = known(node.kubelet)
    file = known(kubelet.config_file)
    flags = {f.name for f in known(kubelet.flags)}
    as_flags = {FLAG_OF[k]: v for k, v in keys.items() if FLAG_OF[k] in flags or file is None}
    as_keys = {k: v for k, v in keys.items() if FLAG_OF[k] not in as_flags}
    by_hand = by_hand_commands(kubelet, (), as_flags) if as_flags else (RESTART_KUBELET,)
    if file is not None:
        places = {key: config_place(kubelet, key) or file for key in as_keys}
        by_hand = (*(f"edit {places[k].path}: {k}: {v}" for k, v in as_keys.items()), *by_hand)
    try:
        yield from set_in_config(kubelet, as_keys)
        if as_flags:
            yield from rewrite(kubelet, put=as_flags)
    except EditError as error:
        raise refusing(error, by_hand) from None
    if kubelet.process is not None:
        yield RestartUnit("kubelet.service")


def _as_kubelet_has(node: Node) -> dict[str, str]:
    """Docker's options that keep what the kubelet will keep after the migration."""
    kubelet = known(node.kubelet)
    limit = kubelet_bytes(known(kubelet.log_max_size).value) or 0
    files = known(kubelet.log_max_files).value
    return {
        "max-size": f"{limit // 1024**2}m" if limit >= 1024**2 else DOCKER_SIZE,
        "max-file": files if files.isdigit() and int(files) > 1 else DOCKER_FILES,
    }


@fix(log_rotation_not_carried_over, disturbs=Disturbs.KUBELET)
def carry_over_log_rotation(node: Node) -> Iterator[Step]:
    """Give the kubelet the log limits that daemon.json gives Docker.

    Sets containerLogMaxSize and containerLogMaxFiles in the kubelet's configuration, 100m as
    100Mi. kubeadm keeps a copy in its ConfigMap kubelet-config: change it there too, or the next
    `kubeadm upgrade` reverts this.
    """
    yield from _set_kubelet(node, _asked_of_docker(node))


@fix(log_rotation_unset, disturbs=Disturbs.KUBELET)
def set_log_rotation(node: Node) -> Iterator[Made]:
    """Set how large container logs may grow.

    While pods run through Docker: max-size and max-file in daemon.json, with the values that the
    kubelet will use after the migration, since its own keys do nothing yet. They hold for
    containers that are made after Docker's next start; Docker is not restarted by this. On
    containerd: containerLogMaxSize and containerLogMaxFiles in the
    kubelet's configuration, as daemon.json has them, else the kubelet's own default written down.
    """
    if not before_migration(node):
        default = {"containerLogMaxSize": KUBELET_SIZE, "containerLogMaxFiles": KUBELET_FILES}
        yield from _set_kubelet(node, {**default, **_asked_of_docker(node)})
        return
    file = known(known(node.docker).config_file)
    path = file.path if file else DOCKER_FILE
    values = _as_kubelet_has(node)
    if "max-file" in known(known(node.docker).log_opts):
        del values["max-file"]  # somebody chose it
    try:
        after = set_strings(file.data if file else b"", "log-opts", values, path)
    except EditError as error:
        opts = ", ".join(f'"{key}": "{value}"' for key, value in values.items())
        raise refusing(error, (f'edit {path}: "log-opts": {{{opts}}}',)) from None
    yield from edited(path, file.data if file else None, after)
    yield Note(
        "Docker takes these limits at its next start, and gives them to containers that are made "
        "after it: those of now go on without. Docker is not restarted by this"
    )


@fix(log_rotation_invalid, disturbs=Disturbs.KUBELET)
def correct_log_rotation(node: Node) -> Iterator[Step]:
    """Give the kubelet log limits that it can use.

    What daemon.json asks of Docker is taken where it can be used, else the kubelet's defaults,
    10Mi and 5 files. A value that is right stays.
    """
    kubelet = known(node.kubelet)
    default = {"containerLogMaxSize": KUBELET_SIZE, "containerLogMaxFiles": KUBELET_FILES}
    wanted = {**default, **_asked_of_docker(node)}
    limit = kubelet_bytes(known(kubelet.log_max_size).value)
    if limit is not None and limit >= 0:
        del wanted["containerLogMaxSize"]
    files = known(kubelet.log_max_files).value
    if files.isdigit() and int(files) > 1:
        del wanted["containerLogMaxFiles"]
    if not wanted:
        raise Refused("the kubelet's log limits can be used as they are")
    yield from _set_kubelet(node, wanted)
