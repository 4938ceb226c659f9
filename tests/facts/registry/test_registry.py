"""Registries from trees of files. How a lookup ends is compared with real containerds in
tests/lab/test_registry_lookup.py; here are provenance, broken input, and releases not to be had."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import tomlkit

from tests.containerds import CONFIG, NOT_ASKED, configured, release
from tests.trees import recorded, texts, tree
from unshim.facts.registry import hosts_scrub, hosts_toml, registry
from unshim.facts.registry.lookup import lookup
from unshim.model.machine import ParseError
from unshim.model.parts.registry import HostsFile, Registry
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Why, known

HOSTS = "/etc/containerd/certs.d/docker.io/hosts.toml"


def _read(folder: Path, files: Mapping[str, str | bytes], version: str | Missing) -> Registry:
    host = tree(folder, files)
    known_version = release(version) if isinstance(version, str) else version
    return known(registry.read(host, configured(host, known_version)))


def _hosts(text: str | bytes, version: str = "2.1.9") -> HostsFile | ParseError:
    data = text.encode() if isinstance(text, str) else text
    return hosts_toml.parse(FileText(HOSTS, data), release(version).value)


CRI = '[plugins."io.containerd.grpc.v1.cri".registry]\n'
IMAGES = '[plugins."io.containerd.cri.v1.images".registry]\n'
BOTH = "/etc/containerd/certs.d:/etc/docker/certs.d"


@pytest.mark.parametrize(
    ("version", "config", "value", "source"),
    [
        (
            "1.4.13",
            f'version = 2\n{CRI}config_path = "/a"\n',
            "",
            "1.4.13 has no registry.config_path",
        ),
        ("1.6.20", f'version = 2\n{CRI}config_path = "/a"\n', "/a", f"{CONFIG}:3"),
        ("1.6.20", "version = 2\n", "", "default of containerd 1.6"),
        ("2.1.9", f'version = 2\n{CRI}config_path = "/a"\n', "/a", f"{CONFIG}:3"),
        ("2.1.9", f'version = 3\n{IMAGES}config_path = "/a"\n', "/a", f"{CONFIG}:3"),
        ("2.1.9", f'version = 3\n{CRI}config_path = "/a"\n', "", "default of containerd 2.1"),
        ("2.1.9", f'version = 2\n{IMAGES}config_path = "/a"\n', "/a", f"{CONFIG}:3"),
        (
            "2.1.9",
            f'version = 2\n{IMAGES}config_path = "/a"\n{CRI}config_path = "/b"\n',
            "/b",
            f"{CONFIG}:5",
        ),
        ("2.1.9", "version = 3\n", "", "default of containerd 2.1"),
        ("2.2.0", "version = 3\n", BOTH, "default of containerd 2.2"),
        ("2.2.0", f'version = 3\n{IMAGES}config_path = ""\n', "", f"{CONFIG}:3"),
        ("2.2.2", f'version = 3\n{IMAGES}config_path = ""\n', BOTH, "default of containerd 2.2"),
    ],
)
def test_config_path_and_its_source(
    tmp_path: Path, version: str, config: str, value: str, source: str
) -> None:
    found = known(_read(tmp_path, {CONFIG: config}, version).config_path)
    assert found.value == value
    assert source in str(found.source)


MIRRORS = '.mirrors."docker.io"]\nendpoint = ["https://me:pw@m.test"]\n'


def test_mirrors_without_credentials_and_auths_without_values(tmp_path: Path) -> None:
    plain = CRI.rstrip("]\n")
    config = f"version = 2\n{plain}{MIRRORS}{plain}"
    config += '.configs."m.test:5000".auth]\npassword = "hunter2"\n'
    config += f'{plain}.configs."m.test:5000".tls]\nca_file = "/ca"\n{plain}'
    config += '.auths."https://old.test"]\nauth = "aHVudGVyMg=="\n'
    found = _read(tmp_path, {CONFIG: config}, "1.6.20")
    (mirror,) = found.mirrors
    assert (mirror.host, mirror.endpoints[0].value) == ("docker.io", "https://(removed)@m.test")
    assert str(mirror.endpoints[0].source) == f"{CONFIG}:3"
    assert [(host, s.value) for host, s in found.configs] == [
        ("m.test:5000", "configs.auth.password"),
        ("m.test:5000", "configs.tls.ca_file"),
    ]
    assert [(host, s.value) for host, s in found.auths] == [("https://old.test", "auths.auth")]
    assert "hunter2" not in repr(found)
    assert "aHVudGVyMg" not in repr(found)


def test_2_2_has_no_tree_by_default_beside_mirrors(tmp_path: Path) -> None:
    config = "version = 3\n" + IMAGES.rstrip("]\n") + MIRRORS
    assert known(_read(tmp_path / "a", {CONFIG: config}, "2.2.2").config_path).value == ""
    older = _read(tmp_path / "b", {CONFIG: config}, "2.2.1")
    answer = lookup(older, "docker.io")
    assert isinstance(answer, Missing)
    assert "does not start" in answer.reason


def test_2_2_looks_for_one_folder_of_both_names(tmp_path: Path) -> None:
    """Source only: the list stands unsplit for the transfer service, seen so on 2.1.9."""
    files = {CONFIG: "version = 3\n", HOSTS: '[host."https://m.test"]\n'}
    found = _read(tmp_path / "a", files, "2.2.2")
    assert found.roots == (BOTH,)
    assert [d.host for d in found.directories] == ["docker.io"]
    local = "version = 3\n" + IMAGES.replace(".registry", "") + "use_local_image_pull = true\n"
    found = _read(tmp_path / "b", {**files, CONFIG: local}, "2.2.2")
    assert found.roots == tuple(BOTH.split(":"))
    answer = known(lookup(found, "docker.io"))
    assert [host.url.value for host in answer.hosts] == [
        "https://m.test/v2",
        "https://registry-1.docker.io/v2",
    ]


def test_folders_and_what_is_in_them(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        CONFIG: f'version = 2\n{CRI}config_path = "/srv/c"\n',
        "/srv/c/r.test_5000_/hosts.toml": 'ca = "ca.pem"\n[host."http://\x1b[31m:1"]\n',
        "/srv/c/_default/a.crt": "x",
        "/srv/c/_default/b.cert": "x",
        "/srv/c/_default/b.key": "x",
        "/srv/c/_default/c.cert": "x",
        "/srv/c/plain": "x",
        "/etc/docker/certs.d/d.test/ca.crt": "x",
    }
    found = _read(tmp_path, files, "1.7.24")
    assert [(d.root, d.name, d.host) for d in found.directories] == [
        ("/srv/c", "_default", "*"),
        ("/srv/c", "plain", "plain"),
        ("/srv/c", "r.test_5000_", "r.test:5000"),
        ("/etc/docker/certs.d", "d.test", "d.test"),
    ]
    default, plain, broken, _ = found.directories
    assert default.certificates.ca == ("/srv/c/_default/a.crt",)
    assert default.certificates.client == (
        ("/srv/c/_default/b.cert", "/srv/c/_default/b.key"),
        ("/srv/c/_default/c.cert", ""),
    )
    assert "not a folder" in plain.failure
    assert isinstance(broken.hosts, ParseError)
    (ours,) = known(lookup(found, "any.test")).hosts
    assert (ours.url.value, ours.ca) == ("https://any.test/v2", default.certificates.ca)
    answer = known(lookup(found, "r.test:5000"))
    assert answer.error == broken.hosts
    assert answer.directory == broken


def test_a_certificate_that_is_not_there(tmp_path: Path) -> None:
    files = {
        CONFIG: f'version = 2\n{CRI}config_path = "/etc/containerd/certs.d"\n',
        HOSTS: '[host."https://m.test"]\nca = ["here.pem", "gone.pem"]\n',
        "/etc/containerd/certs.d/docker.io/here.pem": "",
    }
    found = _read(tmp_path, files, "1.7.24")
    assert found.directories[0].absent == ("/etc/containerd/certs.d/docker.io/gone.pem",)
    answer = lookup(found, "docker.io")
    assert isinstance(answer, Missing)
    assert "gone.pem is not there" in answer.reason


def test_without_a_release_nothing_is_guessed(tmp_path: Path) -> None:
    unknown = Missing("no package database")
    found = _read(tmp_path / "a", {CONFIG: "version = 2\n"}, unknown)
    assert isinstance(found.config_path, Missing)
    assert isinstance(lookup(found, "docker.io"), Missing)
    found = _read(tmp_path / "b", {CONFIG: f'version = 2\n{CRI}config_path = "/a"\n'}, unknown)
    assert known(found.config_path).value == "/a"
    assert isinstance(lookup(found, "docker.io"), Missing)


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    found = _read(tmp_path, {CONFIG: "version = [", HOSTS: ""}, "1.6.20")
    assert isinstance(found.config_path, Missing)
    assert found.roots == ()
    assert [d.hosts for d in found.directories] == [None]


def test_a_tree_that_cannot_be_listed(tmp_path: Path) -> None:
    paths: dict[str, object] = {
        **texts({CONFIG: f'version = 2\n{CRI}config_path = "/c"\n'}),
        "/c": {"kind": "directory", "names": ["a.test", "b.test"]},
        "/c/a.test": {"missing": "not root", "why": "not-permitted"},
        "/c/b.test": {"kind": "directory", "names": []},
        "/etc/docker/certs.d": {"missing": "not root", "why": "not-permitted"},
    }
    host = recorded(tmp_path, paths=paths)
    found = known(registry.read(host, configured(host, release("1.6.20"))))
    assert set(found.unread) == {"/c/a.test", "/etc/docker/certs.d"}
    assert isinstance(lookup(found, "a.test"), Missing)
    assert known(lookup(found, "b.test")).directory is not None
    assert known(lookup(found, "c.test")).directory is None


def test_without_containerd_there_is_no_registry(tmp_path: Path) -> None:
    host = tree(tmp_path, {})
    absent = Missing("containerd is not installed", Why.NOT_PRESENT)
    containerd = configured(host, absent)._replace(config=absent)
    assert registry.read(host, containerd) == absent
    assert registry.read(host, NOT_ASKED) == NOT_ASKED


def test_every_part_of_a_hosts_file() -> None:
    found = _hosts(
        'server = "https://s.test"\nskip_verify = true\n'
        '[host."https://m.test/p"]\n'
        'capabilities = ["resolve", "pull"]\nca = "ca.pem"\n'
        'client = [["c.cert", "/k.key"], "both.pem"]\n'
        'override_path = true\ndial_timeout = "3s"\n'
        '[host."https://m.test/p".header]\nAuthorization = "Bearer hunter2"\nX-A = ["1"]\n'
    )
    assert isinstance(found, HostsFile)
    (host,) = found.hosts
    folder = "/etc/containerd/certs.d/docker.io"
    assert host.url == Setting("https://m.test/p", Source(Origin.FILE, HOSTS, 3))
    assert host.capabilities == ("pull", "resolve")
    assert host.ca == (f"{folder}/ca.pem",)
    assert host.client == ((f"{folder}/c.cert", "/k.key"), (f"{folder}/both.pem", ""))
    assert (host.override_path, host.dial_timeout) == (True, "3s")
    assert host.headers == ("Authorization", "X-A")
    assert (found.server.url.value, found.server.skip_verify) == ("https://s.test/v2", True)
    assert found.ignored == ()
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ('server = "x"\n[host."a"\n', "not closed", 2),
        ("[host]\na = 1\n", "a host must be a table", 2),
        ('[[host]]\nx = "1"\n', "must be a table of hosts", 1),
        ('\nserver = 7\n[host."a"]\n', "server must be a string", 2),
        ('[host."a"]\ncapabilities = ["pull", "\x1b"]\n', "", 2),
        ('[host."a"]\ncapabilities = ["pull", "sync"]\n', '"sync" is not a capability', 2),
        ('[host."a"]\nca = 1\n', "ca must be a path", 2),
        ('[host."a"]\nca = ["a", 1]\n', "ca must hold strings", 2),
        ('[host."a"]\nclient = true\n', "client must be", 2),
        ('[host."a"]\nclient = [["a", "b", "c"]]\n', "pairs", 2),
        ('[host."a"]\noverride_path = "yes"\n', "true or false", 2),
        ('[host."a"]\ndial_timeout = 3\n', "must be a string", 2),
        ('[host."a"]\ndial_timeout = "3"\n', "duration", 2),
        ('[host."a"]\nheader = "x"\n', "header must be a table", 2),
        ('[host."a".header]\nX = 1\n', "a header must be", 2),
        ('[host."http://a b"]\n', "host name", 1),
        ('[host."http://a/%zz"]\n', "%", 1),
        (b'[host."\xff"]\n', "UTF-8", 1),
    ],
)
def test_a_hosts_file_that_is_refused(text: str | bytes, words: str, line: int) -> None:
    error = _hosts(text)
    assert isinstance(error, ParseError)
    assert words in error.message
    assert (error.path, error.line) == (HOSTS, line)


@pytest.mark.parametrize(
    ("version", "text", "words"),
    [
        ("2.1.9", 'servers = "x"\n', "servers: this release knows no such key"),
        ("1.5.11", '[host."a"]\noverride_path = true\n', "override_path"),
        ("1.7.24", '[host."a"]\ndial_timeout = "x"\n', "dial_timeout"),
        ("2.1.9", 'host = {"a" = {}}\n', "only a [host.…] header"),
        ("2.1.9", "[host.docker.io]\n", "io: this release knows no such key"),
        ("2.1.9", '[host."a"]\nserver = "b"\n', "server"),
    ],
)
def test_what_a_release_does_not_look_at(version: str, text: str, words: str) -> None:
    found = _hosts(text, version)
    assert isinstance(found, HostsFile)
    assert any(words in one.text and one.source.line for one in found.ignored)


def test_referrers_came_with_2_2() -> None:
    text = '[host."a"]\ncapabilities = ["referrers"]\n'
    assert isinstance(_hosts(text, "2.1.9"), ParseError)
    found = _hosts(text, "2.2.0")
    assert isinstance(found, HostsFile)
    assert found.hosts[0].capabilities == ("referrers",)
    assert "referrers" in found.server.capabilities


def test_1_7_32_reads_a_file_without_hosts() -> None:
    assert isinstance(_hosts('server = "a"\n', "1.7.31"), ParseError)
    assert isinstance(_hosts('server = "a"\n', "1.7.32"), HostsFile)


@pytest.mark.parametrize(
    ("version", "host", "url", "https_first"),
    [
        ("1.6.8", "localhost:5000", "https://localhost:5000/v2", False),
        ("1.6.20", "localhost:5000", "http://localhost:5000/v2", False),
        ("1.6.32", "localhost:5000", "http://localhost:5000/v2", True),
        ("1.7.15", "127.0.0.2:5000", "http://127.0.0.2:5000/v2", False),
        ("1.7.16", "127.0.0.2:5000", "http://127.0.0.2:5000/v2", True),
        ("1.7.24", "localhost", "https://localhost/v2", False),
        ("1.7.24", "localhost:80", "http://localhost:80/v2", False),
        ("1.7.24", "[::1]:5000", "http://[::1]:5000/v2", True),
        ("1.7.24", "localhost.test:5000", "https://localhost.test:5000/v2", False),
    ],
)
def test_registries_on_the_node_itself(
    tmp_path: Path, version: str, host: str, url: str, https_first: bool
) -> None:
    config = {CONFIG: f'version = 2\n{CRI}config_path = "/none"\n'}
    (only,) = known(lookup(_read(tmp_path, config, version), host)).hosts
    assert (only.url.value, only.https_first) == (url, https_first)


@pytest.mark.parametrize(("version", "counts"), [("1.6.16", False), ("1.6.17", True)])
def test_the_default_folder_came_with_1_6_17(tmp_path: Path, version: str, counts: bool) -> None:
    files = {
        CONFIG: f'version = 2\n{CRI}config_path = "/c"\n',
        "/c/_default/hosts.toml": '[host."https://m.test"]\n',
    }
    answer = known(lookup(_read(tmp_path, files, version), "a.test"))
    assert len(answer.hosts) == (2 if counts else 1)


def test_no_header_value_is_recorded() -> None:
    text = b"""server = "https://x" # kept
[host."https://c"]
  capabilities = ["pull"]
  header = {x-own = "s3cret", "y" = ["s3cret"]}
[host."https://a".header]
  x-own = "s3cret"
  y = [
    "s3cret",
    ["s3cret"],
  ]
[host."https://b"]
  ca = "/etc/ca.crt"
[host."https://b"."header"] # s
  'z' = "s3cret"
"""
    kept = hosts_scrub.scrub(text)
    assert b"s3cret" not in kept
    assert kept.count(b"\n") == text.count(b"\n")
    assert b'ca = "/etc/ca.crt"' in kept
    assert b'capabilities = ["pull"]' in kept
    assert tomlkit.parse(kept.decode())["server"] == "https://x"


def test_lookups_are_told_for_the_usual_registries_and_those_that_are_named(tmp_path: Path) -> None:
    config = """\
version = 2
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
"""
    files = {CONFIG: config, HOSTS: '[host."https://mirror.example.org"]\n'}
    found = _read(tmp_path, files, "1.7.24").lookups
    assert list(found) == ["docker.io", "registry.k8s.io"]
    first = known(found["docker.io"])
    assert [host.url.value for host in first.hosts] == [
        "https://mirror.example.org/v2",
        "https://registry-1.docker.io/v2",
    ]
    assert known(found["registry.k8s.io"]).directory is None
    assert not _read(tmp_path / "none", {CONFIG: config}, "1.7.24").lookups
