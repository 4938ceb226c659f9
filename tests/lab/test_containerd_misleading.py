"""Where `containerd config dump` misleads, unshim's view is what the running daemon does.

Each entry of MISLEADING says what the dump shows and what counts; its test asks a real daemon.
docs/facts-containerd.md lists them for readers.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.configs.differences import dump, ours
from tests.containerds import configured, release
from unshim.facts.containerd import running as containerd_running
from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.host.tree import TreeHost
from unshim.model.machine import CgroupDriver, Socket, SocketState
from unshim.model.parts.containerd import ContainerdConfig, Cri
from unshim.model.values import Missing, known

from . import programs
from .cache import LabError
from .containerd import EVERY_LINE, Daemon, Line, default_config
from .images import pause_image
from .node import Node

MISLEADING = {
    "options": "dumped as written (by 1.4 not at all); which spelling runc's shim is given differs",
    "default_runtime": "1.x dumps default_runtime_name; a default_runtime with a type replaces it",
    "sandboxer": "dumped empty for a runtime that names none; the daemon takes podsandbox",
    "bin_dir": "2.1 and later dump bin_dir and the default bin_dirs; bin_dir alone counts",
    "disabled": "1.x leaves a disabled CRI plugin out, 2.x prints its table as it is written",
    "untyped": "1.x dumps a runc without a type; every pod of it fails",
    "wrong type": "an option of one is dumped as written; every pod of its runtime fails",
    "first runtime": "io.containerd.runtime.v1.linux is given the old key, which no dump says",
    "conf.d": "2.2 and later dump that conf.d is imported; only a file's own imports are read",
    "sockets": "2.3 dumps what stands at the top of a version 4 file; its plugins' tables count",
    "import": "2.x's dump forgives an import that is not there; the daemon does not start",
}

Start = Callable[..., Daemon]
OLD = 'plugins."io.containerd.grpc.v1.cri"'
NEW = 'plugins."io.containerd.cri.v1.runtime"'
ONE_TABLE: tuple[Line, ...] = ("1.3", "1.4", "1.5", "1.6", "1.7")


def _table(line: Line) -> str:
    return NEW if line.startswith("2.") else OLD


def _config(daemon: Daemon) -> ContainerdConfig:
    found = ours(daemon.line, daemon.config_path)
    assert isinstance(found, ContainerdConfig), found
    return found


def _value(daemon: Daemon, name: str) -> object:
    setting = _config(daemon).effective[name]
    return setting if isinstance(setting, Missing) else setting.value


def _cri(daemon: Daemon) -> Cri:
    running = containerd_running.read(
        LocalHost(), Socket(str(daemon.socket), SocketState.LISTENING)
    )
    return known(known(running).cri)


def _told(daemon: Daemon) -> Mapping[str, Any]:
    told: Mapping[str, Any] = known(_cri(daemon).config)
    return told


SPELLINGS = {
    "exact": "IoUid = 7\nNoNewKeyring = true",
    "lower": "iouid = 7\nnonewkeyring = true",
    "upper": "IOUID = 7\nNONEWKEYRING = true",
    "small first": "ioUid = 7\nnoNewKeyring = true",
    "mixed": "iOuId = 7\nnoNEWkeyring = true",
    "both": "ioUid = 7\niouid = 8",
    "below a table by accident": "ioGid = 3\niogid = 4\nIOUID = 9",
}


@pytest.mark.parametrize("line", EVERY_LINE)
def test_options_are_those_that_the_shim_is_given(line: Line, start: Start) -> None:
    """One runtime per set of spellings; the pod's record holds what its shim was given."""
    kind = 'runtime_type = "io.containerd.runc.v2"'
    tables = "".join(
        f"\n[{_table(line)}.containerd.runtimes.{name}]\n{kind}\n"
        f"[{_table(line)}.containerd.runtimes.{name}.options]\n{spelt}\n"
        for name, spelt in _runtimes().items()
    )
    daemon = start(line, default_config(line) + tables)
    daemon.load(pause_image("registry.k8s.io/pause:3.6"), namespace="k8s.io")
    for name in _runtimes():
        given = _given(daemon, name)
        mine = {
            option: _value(daemon, f"runtimes.{name}.options.{option}")
            for option in ("NoNewKeyring", "IoUid", "IoGid")
        }
        # Of an option that stands twice, 1.3 and 1.4 take either, as their maps come.
        either = line in ("1.3", "1.4")
        undecided = _standing_twice(_runtimes()[name]) if either else frozenset()
        for option in mine.keys() - undecided:
            assert mine[option] == given[option], (name, _runtimes()[name], option)


def _standing_twice(spelt: str) -> frozenset[str]:
    """Options of which a table holds more than one spelling."""
    keys = [line.partition(" ")[0].lower() for line in spelt.splitlines()]
    return frozenset(name for name in ("IoUid", "IoGid") if keys.count(name.lower()) > 1)


def _runtimes() -> dict[str, str]:
    """runc itself has options built in on 2.x, under which another spelling may lose."""
    named = {f"r{number}": spelt for number, spelt in enumerate(SPELLINGS.values())}
    return {**named, "runc": SPELLINGS["upper"]}


def _given(daemon: Daemon, handler: str) -> dict[str, object]:
    """The options in the record of a pod's sandbox: fields of containerd.runc.v1.Options."""
    api = _api(daemon.line)
    socket = str(daemon.socket)
    pod = _sandbox(socket, api, handler, daemon.cgroup)
    record = json.loads(daemon.ctr("containers", "info", pod, namespace="k8s.io"))
    data = base64.b64decode(record["Runtime"]["Options"].get("value", ""))
    fields = dict(_varints(data))
    return {
        "NoNewKeyring": bool(fields.get(2, 0)),
        "IoUid": fields.get(4, 0),
        "IoGid": fields.get(5, 0),
    }


def _api(line: Line) -> str:
    return "v1alpha2" if line in ("1.3", "1.4", "1.5") else "v1"


def _varints(data: bytes) -> Iterator[tuple[int, int]]:
    """Fields whose numbers and values are below 128, which is all that these tests set."""
    assert len(data) % 2 == 0, data
    for at in range(0, len(data), 2):
        yield data[at] >> 3, data[at + 1]


def _sandbox(socket: str, api: str, handler: str, cgroup: str) -> str:
    from tests.pods_by_cri import field
    from unshim.host import grpc_socket as transport

    name = f"pod-{handler}"
    metadata = field(1, name) + field(2, f"uid-{name}") + field(3, "kube-system") + field(4, 0)
    on_host = field(1, 2)
    config = field(1, metadata) + field(8, field(1, cgroup) + field(2, field(1, on_host)))
    request = field(1, config) + field(2, handler)
    method = f"/runtime.{api}.RuntimeService/RunPodSandbox"
    answer = transport.call(socket, method, request, timeout=30)
    return answer[0][2 : 2 + answer[0][1]].decode()


@pytest.mark.parametrize("line", ONE_TABLE)
def test_default_runtime_replaces_the_named_default(line: Line, start: Start) -> None:
    text = f"""
[{OLD}.containerd]
default_runtime_name = "runc"
[{OLD}.containerd.default_runtime]
runtime_type = "io.containerd.runc.v1"
[{OLD}.containerd.untrusted_workload_runtime]
runtime_type = "io.containerd.runc.v2"
"""
    daemon = start(line, default_config(line) + text)
    told = _told(daemon)["containerd"]
    assert _value(daemon, "default_runtime_name") == told["defaultRuntimeName"] == "default"
    for name in ("default", "untrusted"):
        kind = told["runtimes"][name]["runtimeType"]
        assert _value(daemon, f"runtimes.{name}.runtime_type") == kind
    assert {h.name for h in _config(daemon).handlers} == set(told["runtimes"])


@pytest.mark.parametrize("line", ["1.7", "2.0", "2.1", "2.3"])
def test_a_runtime_without_a_sandboxer_has_podsandbox(line: Line, start: Start) -> None:
    text = f'\n[{_table(line)}.containerd.runtimes.mine]\nruntime_type = "io.containerd.runc.v2"\n'
    runc = f'[{_table(line)}.containerd.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n'
    daemon = start(line, default_config(line) + text + runc)
    key = "sandboxMode" if line == "1.7" else "sandboxer"
    told = _told(daemon)["containerd"]["runtimes"]["mine"][key]
    assert _value(daemon, "runtimes.mine.sandboxer") == told == "podsandbox"


@pytest.mark.parametrize("line", ["2.1", "2.3"])
def test_bin_dir_counts_where_it_stands_alone(line: Line, start: Start) -> None:
    daemon = start(line, f'{default_config(line)}\n[{NEW}.cni]\nbin_dir = "/mine"\n')
    dumped = dump(line, daemon.config_path).document
    assert dumped is not None
    assert dumped["plugins"]["io.containerd.cri.v1.runtime"]["cni"]["bin_dirs"] != ["/mine"]
    assert _value(daemon, "cni.bin_dirs") == tuple(_told(daemon)["cni"]["binDirs"]) == ("/mine",)


@pytest.mark.parametrize("line", ["2.1", "2.3"])
def test_bin_dir_beside_bin_dirs_keeps_cri_from_starting(line: Line, start: Start) -> None:
    text = f'\n[{NEW}.cni]\nbin_dir = "/mine"\nbin_dirs = ["/other"]\n'
    daemon = start(line, default_config(line) + text)
    running = known(
        containerd_running.read(LocalHost(), Socket(str(daemon.socket), SocketState.LISTENING))
    )
    assert isinstance(running.cri, Missing)
    failed = {plugin.id for plugin in known(running.plugins) if "bin_dir" in plugin.error}
    assert "runtime" in failed
    assert isinstance(_value(daemon, "cni.bin_dirs"), Missing)


@pytest.mark.parametrize("line", EVERY_LINE)
def test_a_disabled_cri_is_not_told_of(line: Line, start: Start) -> None:
    """A wrong type in its table does no harm then."""
    name = "io.containerd.grpc.v1.cri"
    version = 3 if line.startswith("2.") else 2
    nri = '[plugins."io.containerd.nri.v1.nri"]\ndisable = true\n'
    off = f'version = {version}\ndisabled_plugins = ["{name}"]\n{nri}'
    daemon = start(line, f"{off}[{OLD}]\nenable_tls_streaming = 5\n")
    running = known(
        containerd_running.read(LocalHost(), Socket(str(daemon.socket), SocketState.LISTENING))
    )
    assert isinstance(running.cri, Missing)
    assert [disabled.value for disabled in _config(daemon).disabled_plugins] == [name]


@pytest.mark.parametrize("line", ONE_TABLE)
def test_a_runc_without_a_type_runs_no_pod(line: Line, start: Start) -> None:
    options = f"\n[{OLD}.containerd.runtimes.runc.options]\nSystemdCgroup = true\n"
    daemon = start(line, default_config(line) + options)
    daemon.load(pause_image("registry.k8s.io/pause:3.6"), namespace="k8s.io")
    assert _value(daemon, "runtimes.runc.runtime_type") == ""
    assert isinstance(_config(daemon).cgroup_driver, Missing)
    with pytest.raises(RpcError):
        _given(daemon, "runc")


@pytest.mark.parametrize("line", EVERY_LINE)
def test_an_option_of_a_wrong_type_stops_pods_and_not_the_daemon(line: Line, start: Start) -> None:
    runtime = f"{_table(line)}.containerd.runtimes.runc"
    text = f"""
[{runtime}]
runtime_type = "io.containerd.runc.v2"
[{runtime}.options]
SystemdCgroup = "true"
"""
    daemon = start(line, default_config(line) + text)
    daemon.load(pause_image("registry.k8s.io/pause:3.6"), namespace="k8s.io")
    assert _cri(daemon).ready
    (handler,) = _config(daemon).handlers
    assert handler.fault is not None
    assert handler.fault.value == "SystemdCgroup must be true or false"
    with pytest.raises(RpcError, match=r"failed to generate .*runtime options"):
        _given(daemon, "")


@pytest.mark.parametrize("line", ONE_TABLE)
@pytest.mark.parametrize(
    ("options", "driver"), [("", CgroupDriver.SYSTEMD), ('Runtime = "runc"', CgroupDriver.CGROUPFS)]
)
def test_the_first_runtime_is_given_the_old_key(
    line: Line, options: str, driver: CgroupDriver, start: Start
) -> None:
    """runc says which driver it was told to use: the sandbox's cgroup is no slice."""
    runtime = f"{OLD}.containerd.runtimes.runc"
    table = f'\n[{runtime}]\nruntime_type = "io.containerd.runtime.v1.linux"\n'
    table += f"[{runtime}.options]\n{options}\n" if options else ""
    old_key = "  systemd_cgroup = true\n  restrict_oom"
    daemon = start(line, default_config(line).replace("  restrict_oom", old_key) + table)
    daemon.load(pause_image("registry.k8s.io/pause:3.6"), namespace="k8s.io")
    assert known(_config(daemon).cgroup_driver).value is driver
    api = _api(line)
    if driver is CgroupDriver.CGROUPFS:
        assert _sandbox(str(daemon.socket), api, "", daemon.cgroup)
        return
    with pytest.raises(RpcError, match="for systemd cgroups"):
        _sandbox(str(daemon.socket), api, "", daemon.cgroup)


@pytest.mark.parametrize("line", EVERY_LINE[2:])
def test_a_missing_import_keeps_it_from_starting(line: Line, start: Start) -> None:
    text = default_config(line).replace("\n", '\nimports = ["/nonexistent/x.toml"]\n', 1)
    with pytest.raises(LabError):
        start(line, text)


def test_conf_d_is_read_only_where_a_file_imports_it(boot: Callable[..., Node]) -> None:
    main, extra = "/etc/containerd/config.toml", "/etc/containerd/conf.d/a.toml"
    with boot(layers=[programs.layer("containerd", "2.3")], containerd="disabled") as node:
        node.write(extra, b'version = 3\nroot = "/from/conf.d"\n')
        for text, root in (
            (b"version = 3\n", "/var/lib/containerd"),
            (b'version = 3\nimports = ["conf.d/*.toml"]\n', "/from/conf.d"),
        ):
            node.write(main, text)
            said = node.text("containerd", "config", "dump")
            assert "imports = ['/etc/containerd/conf.d/*.toml'" in said
            assert f"root = '{root}'" in said.splitlines()
            host = TreeHost(str(node.root))
            found = configured(host, release("2.3.4")).config
            assert isinstance(found, ContainerdConfig)
            setting = found.effective["root"]
            assert not isinstance(setting, Missing)
            assert setting.value == root


def test_no_socket_is_where_the_top_of_a_version_4_file_says(start: Start) -> None:
    text = '[debug]\naddress = "@ROOT@/debug.sock"\n[metrics]\naddress = "127.0.0.1:0"\n'
    daemon = start("2.3", default_config("2.3") + text)
    dumped = dump("2.3", daemon.config_path).document
    assert dumped is not None
    assert dumped["debug"]["address"] == f"{daemon.scratch.disk}/debug.sock"
    assert not (daemon.scratch.disk / "debug.sock").exists()
    assert _value(daemon, "metrics.address") == ""
    told = {unread.key for unread in _config(daemon).unread}
    assert told == {"debug.address", "metrics.address"}


@pytest.mark.parametrize("line", EVERY_LINE)
def test_what_the_daemon_tells_of_itself_is_what_the_file_says(line: Line, start: Start) -> None:
    """Every setting that the CRI service tells, by its own name."""
    runtime = f"""
[{_table(line)}]
enable_selinux = false
max_container_log_line_size = 4096
tolerate_missing_hugetlb_controller = false
[{_table(line)}.cni]
conf_dir = "@ROOT@/net.d"
max_conf_num = 3
[{_table(line)}.containerd.runtimes.other]
runtime_type = "io.containerd.runc.v1"
privileged_without_host_devices = true
pod_annotations = ["a.*"]
[{_table(line)}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
"""
    merged = default_config(line)
    first, _, rest = runtime.partition("[")
    lines = rest.splitlines()
    top = "\n".join(lines[1:4])
    merged = merged.replace("restrict_oom_score_adj", f"{top}\n  restrict_oom_score_adj", 1)
    daemon = start(line, merged + first + "\n".join(lines[4:]))
    told = _told(daemon)
    for name, path in TOLD.items():
        value: Any = told
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            continue
        mine = _value(daemon, name)
        assert mine == (tuple(value) if isinstance(value, list) else value), name


TOLD = {
    "enable_selinux": "enableSelinux",
    "max_container_log_line_size": "maxContainerLogSize",
    "tolerate_missing_hugetlb_controller": "tolerateMissingHugetlbController",
    "restrict_oom_score_adj": "restrictOOMScoreAdj",
    "enable_unprivileged_ports": "enableUnprivilegedPorts",
    "enable_cdi": "enableCDI",
    "cdi_spec_dirs": "cdiSpecDirs",
    "sandbox_image": "sandboxImage",
    "snapshotter": "containerd.snapshotter",
    "default_runtime_name": "containerd.defaultRuntimeName",
    "cni.conf_dir": "cni.confDir",
    "cni.max_conf_num": "cni.maxConfNum",
    "max_concurrent_downloads": "maxConcurrentDownloads",
    "image_pull_progress_timeout": "imagePullProgressTimeout",
    "registry.config_path": "registry.configPath",
    "runtimes.other.runtime_type": "containerd.runtimes.other.runtimeType",
    "runtimes.other.privileged_without_host_devices": (
        "containerd.runtimes.other.privileged_without_host_devices"
    ),
    "runtimes.other.pod_annotations": "containerd.runtimes.other.PodAnnotations",
}
