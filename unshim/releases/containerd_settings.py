"""The settings that unshim knows, by one name each, whatever the version of the file.

A name is the key's path in the newest layout, without the plugin: `enable_selinux`,
`cni.conf_dir`, `runtimes.runc.options.SystemdCgroup`. Defaults: `config default` of 1.3.10, 1.4.13,
1.5.18, 1.6.20, 1.7.24, 2.0.11, 2.1.9 and 2.3.4; for the other lines the same functions at the tags
1.2.14, 2.2.7 and 2.4.0-beta.0, which were not run. Defaults of distributions may differ (Debian's
bin_dir).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unshim.model.nouns import NamedTuple
from unshim.model.values import Version
from unshim.releases.containerd import (
    CRI_2,
    IMAGES,
    RUNTIME,
    SERVER,
    SNAPSHOTTER,
    SOCKET_PATH,
    line_of,
)
from unshim.releases.containerd_keys import RUNC, TOP

GC = "io.containerd.gc.v1.scheduler"
NRI = "io.containerd.nri.v1.nri"
OPT = "io.containerd.internal.v1.opt"
TRANSFER = "io.containerd.transfer.v1.local"
METRICS = "io.containerd.server.v1.metrics"

_SIZE = 16 * 1024 * 1024


class Later(NamedTuple):
    """A default that is another one from a release on."""

    first: object
    since: Version
    then: object


class Key(NamedTuple):
    """One setting: its name, the plugin and key of the newest layout, and its default.

    `old` is the key in the one table that 1.x has for CRI; `old_place` the place before config
    version 4. `""` as old: 1.x has it nowhere. Whether a release has the key says its key list.
    """

    name: str
    plugin: str
    key: str
    default: object
    old: str | None = None
    old_place: tuple[str, str] | None = None

    def place(self, release: Version) -> tuple[str, tuple[str, ...]]:
        """The plugin and the path in its table that this release reads."""
        if self.old_place is not None and release.line < (2, 3):
            plugin, key = self.old_place
        elif self.plugin in (IMAGES, RUNTIME) and release.line < (2, 0):
            plugin, key = CRI_2, self.key if self.old is None else self.old
        else:
            plugin, key = self.plugin, self.key
        return plugin, tuple(key.split("."))

    def default_of(self, release: Version) -> object:
        value = self.default
        while isinstance(value, Later):
            value = value.then if release >= value.since else value.first
        return line_of(release).sandbox_image if self.name == "sandbox_image" else value


def _top() -> Iterator[Key]:
    yield Key("root", TOP, "root", "/var/lib/containerd")
    yield Key("state", TOP, "state", "/run/containerd")
    for key, default in (("oom_score", 0), ("debug.level", ""), ("debug.format", "")):
        yield Key(key, TOP, key, default)
    for key, default in (
        ("address", SOCKET_PATH),
        ("uid", 0),
        ("gid", 0),
        ("max_recv_message_size", _SIZE),
        ("max_send_message_size", _SIZE),
    ):
        yield Key(f"grpc.{key}", SERVER, key, default, old_place=(TOP, f"grpc.{key}"))
    tcp = f"{SERVER}-tcp"
    yield Key("grpc.tcp_address", tcp, "address", "", old_place=(TOP, "grpc.tcp_address"))
    yield Key("metrics.address", METRICS, "address", "", old_place=(TOP, "metrics.address"))
    for key, value in (
        ("pause_threshold", 0.02),
        ("deletion_threshold", 0),
        ("mutation_threshold", 100),
        ("schedule_delay", "0s"),
        ("startup_delay", "100ms"),
    ):
        yield Key(f"gc.{key}", GC, key, value)
    yield Key("nri.disable", NRI, "disable", Later(True, Version(2, 0, 0), False))
    yield Key("opt.path", OPT, "path", "/opt/containerd")
    yield Key("transfer.max_concurrent_downloads", TRANSFER, "max_concurrent_downloads", 3)
    yield Key("transfer.config_path", TRANSFER, "config_path", "")


def _images() -> Iterator[Key]:
    yield Key("sandbox_image", IMAGES, "pinned_images.sandbox", "", "sandbox_image")
    yield Key("snapshotter", IMAGES, "snapshotter", SNAPSHOTTER, "containerd.snapshotter")
    for key, default in (
        ("disable_snapshot_annotations", True),
        ("discard_unpacked_layers", False),
    ):
        yield Key(key, IMAGES, key, default, f"containerd.{key}")
    yield Key("registry.config_path", IMAGES, "registry.config_path", "")
    pulls = Later("1m0s", Version(1, 7, 10), "5m0s")
    models = Later("", Version(1, 5, 0), "node")
    for key, value in (
        ("max_concurrent_downloads", 3),
        ("image_pull_progress_timeout", pulls),
        ("image_pull_with_sync_fs", False),
        ("image_decryption.key_model", models),
        ("stats_collect_period", 10),
        ("use_local_image_pull", False),
        ("concurrent_layer_fetch_buffer", 0),
    ):
        yield Key(key, IMAGES, key, value)


def _runtime() -> Iterator[Key]:
    opened = Later(False, Version(2, 0, 0), True)
    for key, value in (
        ("enable_selinux", False),
        ("selinux_category_range", 1024),
        ("max_container_log_line_size", 16384),
        ("disable_apparmor", False),
        ("restrict_oom_score_adj", False),
        ("disable_proc_mount", False),
        ("unset_seccomp_profile", ""),
        ("tolerate_missing_hugetlb_controller", True),
        ("disable_hugetlb_controller", True),
        ("device_ownership_from_security_context", False),
        ("ignore_image_defined_volumes", False),
        ("netns_mounts_under_state_dir", False),
        ("enable_unprivileged_ports", opened),
        ("enable_unprivileged_icmp", opened),
        ("enable_cdi", opened),
        ("cdi_spec_dirs", ("/etc/cdi", "/var/run/cdi")),
        ("drain_exec_sync_io_timeout", Later("", Version(1, 6, 29), "0s")),
        ("ignore_deprecation_warnings", ()),
        ("cni.bin_dirs", ("/opt/cni/bin",)),
        ("cni.conf_dir", "/etc/cni/net.d"),
        ("cni.max_conf_num", 1),
        ("cni.conf_template", ""),
        ("cni.ip_pref", ""),
        ("cni.setup_serially", False),
        ("cni.use_internal_loopback", False),
    ):
        yield Key(key, RUNTIME, key, value, "cni.bin_dir" if key == "cni.bin_dirs" else None)
    for key in ("ignore_rdt_not_enabled_errors", "ignore_blockio_not_enabled_errors"):
        yield Key(key, RUNTIME, f"containerd.{key}", False)
    yield Key("default_runtime_name", RUNTIME, "containerd.default_runtime_name", "runc")
    for key in ("no_pivot", "systemd_cgroup", "disable_cgroup"):
        yield Key(key, CRI_2, f"containerd.{key}" if key == "no_pivot" else key, False)


def _server() -> Iterator[Key]:
    for key, default in (
        ("disable_tcp_service", True),
        ("stream_server_address", "127.0.0.1"),
        ("stream_server_port", "0"),
        ("stream_idle_timeout", "4h0m0s"),
        ("enable_tls_streaming", False),
        ("x509_key_pair_streaming.tls_cert_file", ""),
        ("x509_key_pair_streaming.tls_key_file", ""),
    ):
        yield Key(key, CRI_2, key, default)


KEYS = (*_top(), *_images(), *_runtime(), *_server())

VARYING = frozenset(
    {key.name for key in KEYS if isinstance(key.default, Later)}
    | {"sandbox_image", "registry.config_path", "cni.bin_dirs"}
)
"""Settings whose default is not the same in all releases."""

HANDLER_KEYS: Mapping[str, object] = {
    "runtime_type": "",
    "runtime_path": "",
    "runtime_engine": "",
    "runtime_root": "",
    "pod_annotations": (),
    "container_annotations": (),
    "privileged_without_host_devices": False,
    "privileged_without_host_devices_all_devices_allowed": False,
    "base_runtime_spec": "",
    "cni_conf_dir": "",
    "cni_max_conf_num": 0,
    "snapshotter": "",
    "sandboxer": "podsandbox",
    "io_type": "",
    "cgroup_writable": False,
    "disable_pause_image_pull": False,
}
"""What a runtime handler is without each key, but for the type of the built-in runc."""

ZERO: Mapping[str, object] = {"string": "", "bool": False, "int": 0, RUNC: ""}
"""Defaults of runc's options: nothing is set."""


def handler_key(name: str, release: Version) -> str:
    """1.7 calls the sandboxer sandbox_mode."""
    return "sandbox_mode" if name == "sandboxer" and release.line < (2, 0) else name
