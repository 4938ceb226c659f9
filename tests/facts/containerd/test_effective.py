"""Every setting by one name: where it stands, what counts, and what counts for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configs.differences import RELEASES, place
from tests.configs.generated import Made
from tests.trees import tree
from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd import containerd
from unshim.facts.containerd.config import Place
from unshim.facts.systemd import units as systemd
from unshim.host.local import LocalHost
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.releases.containerd_keys import RUNC, TOP, plugins, shape, spans
from unshim.releases.containerd_settings import HANDLER_KEYS, KEYS, handler_key

OLD = 'plugins."io.containerd.grpc.v1.cri"'
IMAGES = 'plugins."io.containerd.cri.v1.images"'
RUNTIME = 'plugins."io.containerd.cri.v1.runtime"'
ALL = (
    *RELEASES.values(),
    Version(1, 2, 14),
    Version(1, 3, 10),
    Version(1, 5, 18),
    Version(2, 0, 11),
    Version(2, 2, 7),
    Version(2, 3, 4),
)


def read(folder: Path, release: Version | Missing, **files: str) -> ContainerdConfig:
    main = place(Made("", {f"{name}.toml": text for name, text in files.items()}), folder)
    source = Source(Origin.COMMAND, "containerd --version")
    version = release if isinstance(release, Missing) else Setting(release, source)
    named = Place(Setting(str(main), Source(Origin.FLAG, "unit")), named=True)
    found = containerd_config.read(LocalHost(), named, version)
    assert isinstance(found, ContainerdConfig), found
    return found


@pytest.mark.parametrize(
    ("release", "text", "line"),
    [
        (Version(1, 4, 13), "[plugins.cri]\nmax_concurrent_downloads = 7", 2),
        (Version(1, 6, 20), f"version = 2\n[{OLD}]\nmax_concurrent_downloads = 7", 3),
        (Version(2, 1, 9), f"version = 2\n[{OLD}]\nmax_concurrent_downloads = 7", 3),
        (Version(2, 1, 9), f"version = 3\n[{IMAGES}]\n\nmax_concurrent_downloads = 7", 4),
        (Version(2, 3, 4), f"version = 4\n[{IMAGES}]\nmax_concurrent_downloads = 7", 3),
    ],
)
def test_one_name_in_every_version_of_the_file(
    release: Version, text: str, line: int, tmp_path: Path
) -> None:
    found = read(tmp_path, release, config=text)
    source = Source(Origin.FILE, str(tmp_path / "config.toml"), line)
    assert found.effective["max_concurrent_downloads"] == Setting(7, source)
    assert found.unread == ()


def test_defaults_name_their_release_and_keys_of_others_are_missing(tmp_path: Path) -> None:
    found = read(tmp_path, Version(1, 6, 20), config="version = 2\n").effective
    default = Source(Origin.DEFAULT, "default of containerd 1.6")
    assert found["enable_unprivileged_ports"] == Setting(False, default)
    absent = found["enable_cdi"]
    assert isinstance(absent, Missing)
    assert absent.why is Why.NOT_OFFERED
    newer = read(tmp_path, Version(2, 1, 9), config="version = 2\n").effective
    for name in ("enable_unprivileged_ports", "enable_cdi"):
        setting = newer[name]
        assert isinstance(setting, Setting)
        assert setting.value is True


def test_without_a_release_only_what_all_releases_share_is_known(tmp_path: Path) -> None:
    text = f"version = 2\n[{OLD}]\nenable_unprivileged_icmp = true\n"
    found = read(tmp_path, Missing("nothing runs"), config=text).effective
    assert isinstance(found["enable_unprivileged_ports"], Missing)
    assert isinstance(found["sandbox_image"], Missing)
    icmp, conf_dir = found["enable_unprivileged_icmp"], found["cni.conf_dir"]
    assert isinstance(icmp, Setting)
    assert icmp.value is True
    assert isinstance(conf_dir, Setting)
    assert conf_dir.value == "/etc/cni/net.d"


def test_flags_stand_above_the_file(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/containerd --root /flag -l debug --state=/s\n"
    files = {
        "/lib/systemd/system/containerd.service": unit,
        "/usr/bin/containerd": "",
        "/etc/containerd/config.toml": 'root = "/file"\noom_score = -5\n',
        "/var/lib/dpkg/status": (
            "Package: containerd\nStatus: install ok installed\nVersion: 1.6.20~ds1-1\n"
        ),
    }
    host = tree(tmp_path, files)
    config = containerd.read(host, Missing("not asked"), systemd.read(host)).config
    assert isinstance(config, ContainerdConfig)
    shown = {name: config.effective[name] for name in ("root", "state", "oom_score")}
    values = {name: s.value if isinstance(s, Setting) else s for name, s in shown.items()}
    assert values == {"root": "/flag", "state": "/s", "oom_score": -5}
    root = config.effective["root"]
    assert isinstance(root, Setting)
    assert root.source.origin is Origin.FLAG


def test_folders_of_plugins_in_a_distributions_build_are_not_guessed(tmp_path: Path) -> None:
    host = tree(tmp_path, {"/etc/containerd/config.toml": "", "/usr/share/doc/containerd/x": ""})
    release = Setting(Version(1, 7, 24), Source(Origin.PACKAGE, "x"))
    where = Place(Setting("/etc/containerd/config.toml", Source(Origin.DEFAULT, "x")))
    found = containerd_config.read(host, where, release)
    assert isinstance(found, ContainerdConfig)
    assert isinstance(found.effective["cni.bin_dirs"], Missing)


def test_hosts_are_named_and_their_passwords_are_nowhere(tmp_path: Path) -> None:
    text = f'version = 2\n[{OLD}.registry.configs."r.example".auth]\npassword = "canary"\n'
    found = read(tmp_path, Version(1, 7, 24), config=text)
    hosts = found.effective["registry.configs"]
    assert isinstance(hosts, Setting)
    assert hosts.value == ("r.example",)
    assert "canary" not in repr((found.effective, found.unread, found.values))


UNREAD = [
    ("1.6", "rot = '/x'\n", "rot", "knows no such key", "root"),
    (
        "1.6",
        f"version = 2\n[{OLD}]\nenable_selinx = true\n",
        "enable_selinx",
        "knows no such key",
        "enable_selinux",
    ),
    ("1.6", f"version = 2\n[{OLD}]\nroot = '/x'\n", "root", "above the first table", ""),
    ("1.6", f"version = 2\n[{OLD}]\nenable_cdi = true\n", "enable_cdi", "since 1.7.0 only", ""),
    ("1.6", f"[{OLD}]\nsandbox_image = 'x'\n", "sandbox_image", "plugins.cri", ""),
    ("1.7", f"version = 2\n[{RUNTIME}]\nenable_cdi = true\n", "enable_cdi", "grpc.v1.cri", ""),
    (
        "1.7",
        f"version = 2\n[{OLD}]\nDisable_Apparmor = true\n",
        "Disable_Apparmor",
        "its own spelling only",
        "disable_apparmor",
    ),
    ("2.1", f"version = 2\n[{OLD}]\nsystemd_cgroup = true\n", "systemd_cgroup", "since 2.0", ""),
    ("2.1", f"version = 3\n[{OLD}]\nsandbox_image = 'x'\n", "sandbox_image", "since 2.0", ""),
    ("2.1", f"version = 3\n[{RUNTIME}]\nsnapshotter = 'x'\n", "snapshotter", "images", ""),
    ("2.1", "[plugins.cri]\nsandbox_image = 'x'\n", "sandbox_image", "version 1", ""),
    ("2.1", f"version = 2\n[{OLD}.containerd]\nsnapshotter = 'x'\n", "snapshotter", "runtimes", ""),
    ("2.1", "plugin_dir = '/x'\n", "plugin_dir", "no more since 2.1", ""),
    (
        "1.7",
        f"version = 2\n[{OLD}.containerd.runtimes.runc]\nruntime_type = 'io.containerd.runc.v2'\n"
        f"[{OLD}.containerd.runtimes.runc.options]\nSystemdCgoup = true\n",
        "SystemdCgoup",
        "runc's shim knows no such key",
        "SystemdCgroup",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("line", "text", "key", "reason", "nearest"), UNREAD)
def test_keys_that_count_for_nothing(
    line: str, text: str, key: str, reason: str, nearest: str, tmp_path: Path
) -> None:
    release = next(version for name, version in RELEASES.items() if name == line)
    (found,) = read(tmp_path, release, config=text).unread
    assert found.key.endswith(key)
    assert reason in found.reason
    assert found.nearest == nearest
    assert found.source.line == 1 + text.splitlines().index(
        next(row for row in text.splitlines() if row.startswith(key))
    )


def test_a_table_that_a_drop_in_replaces_counts_for_nothing(tmp_path: Path) -> None:
    """1.x takes the later file's table whole; 2.x merges."""
    main = f"version = 2\nimports = ['x.toml']\n[{OLD}]\nenable_selinux = true\n"
    files = {"config": main, "x": f"version = 2\n[{OLD}.cni]\nconf_dir = '/x'\n"}
    (found,) = read(tmp_path, Version(1, 7, 24), **files).unread
    assert (found.source.line, "replaces" in found.reason) == (4, True)
    assert read(tmp_path, Version(2, 1, 9), **files).unread == ()


def test_other_peoples_tables_are_not_spoken_of(tmp_path: Path) -> None:
    text = (
        "version = 2\n[proxy_plugins.mine]\ntype = 'snapshot'\nanything = 1\n"
        "[plugins.'io.containerd.grpc.v1.theirs']\nanything = 1\n"
        "[plugins.'io.containerd.snapshotter.v1.mine']\nroot = '/x'\n"
    )
    for release in ALL:
        unread = read(tmp_path, release, config=text).unread
        # 1.2 reads no version at all.
        assert [one.key for one in unread] == (["version"] if release.line < (1, 3) else [])


def test_version_4_sets_sockets_in_plugins(tmp_path: Path) -> None:
    """From the source of 2.3.4; no such daemon was run."""
    new = "version = 4\n[plugins.'io.containerd.server.v1.grpc']\naddress = '/new.sock'\nuid = 3\n"
    found = read(tmp_path, Version(2, 3, 4), config=new)
    assert (found.address.value, found.address.source.line) == ("/new.sock", 3)
    uid = found.effective["grpc.uid"]
    assert isinstance(uid, Setting)
    assert uid.value == 3
    old = "[grpc]\naddress = '/old.sock'\n[metrics]\naddress = 'a:1'\n"
    before = read(tmp_path, Version(2, 3, 4), config=f"version = 3\n{old}")
    metrics = before.effective["metrics.address"]
    assert isinstance(metrics, Setting)
    assert (before.address.value, metrics.value, before.unread) == ("/old.sock", "a:1", ())
    after = read(tmp_path, Version(2, 3, 4), config=f"version = 4\n{old}")
    assert after.address.source.origin is Origin.DEFAULT
    assert [unread.key for unread in after.unread] == ["grpc.address", "metrics.address"]


def test_2_2_looks_for_registries_in_folders_unless_there_are_mirrors(tmp_path: Path) -> None:
    """From the source of 2.2.7; no such daemon was run."""
    mirrors = f"[{IMAGES}.registry.mirrors.'*']\nendpoint = ['https://x']\n"
    values = {
        text: read(tmp_path, Version(2, 2, 7), config=text).effective["registry.config_path"]
        for text in ("version = 3\n", f"version = 3\n{mirrors}")
    }
    shown = [s.value if isinstance(s, Setting) else s for s in values.values()]
    assert shown == ["/etc/containerd/certs.d:/etc/docker/certs.d", ""]


def _read_somewhere(plugin: str, key: str, release: Version) -> bool:
    anything = ".".join((*key.split(".")[:-1], "*"))
    listed = spans(plugin).get(key) or spans(plugin).get(anything)
    return listed is not None and listed.holds(release)


def test_every_setting_is_a_key_that_some_release_reads() -> None:
    for key in KEYS:
        places = [(release, *key.place(release)) for release in ALL]
        assert any(_read_somewhere(plugin, ".".join(p), r) for r, plugin, p in places), key.name
    for name in HANDLER_KEYS:
        own = [f"containerd.runtimes.*.{handler_key(name, release)}" for release in ALL]
        assert any(key in spans(plugin) for plugin in plugins() for key in own), name


def test_key_lists_are_of_known_types() -> None:
    kinds = {span.kind for plugin in plugins() for span in spans(plugin).values()}
    assert kinds == {
        "string", "bool", "int", "float", "[]string", "duration", "nanoseconds",
        "options", "tables",
    }  # fmt: skip
    assert shape(TOP, Version(1, 6, 20))["root"] == "string"
    assert "SystemdCgroup" in shape(RUNC, Version(2, 3, 4))


@pytest.mark.parametrize("release", [Version(1, 6, 20), Version(1, 7, 24), Version(2, 1, 9)])
@pytest.mark.parametrize(
    ("table", "key"),
    [
        (OLD, "snapshotter"),
        (f"{OLD}.containerd.runtimes.runc", "discard_unpacked_layers"),
    ],
)
def test_a_key_in_a_table_where_no_release_reads_it_names_its_place(
    table: str, key: str, release: Version, tmp_path: Path
) -> None:
    """Both were shipped: by kind 0.10.0 and by Talos."""
    value = '"native"' if key == "snapshotter" else "true"
    found = read(tmp_path, release, config=f"version = 2\n[{table}]\n{key} = {value}\n")
    (unread,) = found.unread
    place = f"containerd.{key}"
    assert unread.reason == f"no release reads it here; its place is {place}"
    assert unread.nearest == place


def test_a_duration_of_zero_is_shown_as_one(tmp_path: Path) -> None:
    text = "version = 2\n[plugins.'io.containerd.gc.v1.scheduler']\nschedule_delay = 0\n"
    delay = read(tmp_path, Version(1, 4, 13), config=text).effective["gc.schedule_delay"]
    assert isinstance(delay, Setting)
    assert delay.value == "0s"


@pytest.mark.parametrize(
    ("extra", "uid"), [('address = "/other.sock"\n', 0), ("max_send_message_size = 7\n", 1)]
)
def test_in_2_3_an_address_takes_its_owner_along(extra: str, uid: int, tmp_path: Path) -> None:
    """As 2.3.4 dumps it: of a file before version 4 an address moves with owner and group."""
    main = 'version = 2\nimports = ["@HERE@/extra.toml"]\n[grpc]\nuid = 1\n'
    files = {"config": main, "extra": f"version = 2\n[grpc]\n{extra}"}
    owner = read(tmp_path, Version(2, 3, 4), **files).effective["grpc.uid"]
    assert isinstance(owner, Setting)
    assert owner.value == uid


def test_2_3_tells_of_keys_that_it_moves_and_reads_nowhere(tmp_path: Path) -> None:
    """As 2.3.4 warns; what it moves and reads is no such key, nor are a runtime's options."""
    runc = f"{OLD}.containerd.runtimes.runc"
    text = (
        f'version = 2\n[{OLD}]\nsystemd_cgroup = true\nsandbox_image = "a"\n'
        f'[{runc}]\nruntime_type = "io.containerd.runc.v2"\nruntime_engine = "x"\n'
        f"[{runc}.options]\nSystemdCgroup = true\n"
    )
    found = read(tmp_path, Version(2, 3, 4), config=text)
    assert [unread.key.rpartition(".")[2] for unread in found.unread] == [
        "systemd_cgroup",
        "runtime_engine",
    ]
    assert all(unread.reason.endswith("since 2.0") for unread in found.unread)
