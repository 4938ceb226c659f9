"""Which servers a pull asks, compared with what real containerds ask, tree by tree."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from tests.containerds import configured, release
from unshim.facts.registry import registry
from unshim.facts.registry.lookup import is_local, lookup
from unshim.host.local import LocalHost
from unshim.model.parts.registry import Lookup, Registry, RegistryHost
from unshim.model.values import Missing, known

from .containerd import Daemon, Line, default_config
from .pull_log import PullLog, pull_log

IMAGE = "a.test:5000/team/app:1"


def _settings(line: Line, text: str) -> str:
    """A daemon's configuration with these settings of the images' part."""
    old = 'plugins."io.containerd.grpc.v1.cri"'
    new = 'plugins."io.containerd.cri.v1.images"'
    return default_config(line) + text.replace("IMAGES", new if line == "2.1" else old)


class Running(NamedTuple):
    """A containerd and the two roots that its configuration names (as one list, or only one)."""

    daemon: Daemon
    log: PullLog
    roots: tuple[Path, Path]

    def registry(self) -> Registry:
        version = release(self.daemon.version.partition("~")[0].partition("+")[0])
        containerd = configured(LocalHost(), version, str(self.daemon.config_path))
        return known(registry.read(LocalHost(), containerd))

    def pull(self, image: str) -> list[str]:
        return self.log.pull(str(self.daemon.socket), image)


# The kinds of daemon: a line, and what of the images' part it is given.
TWO_ROOTS = '[IMAGES.registry]\nconfig_path = "@A@:@B@"\n'
ONE_ROOT = '[IMAGES.registry]\nconfig_path = "@A@"\n'
LOCAL = "[IMAGES]\nuse_local_image_pull = true\n"
KINDS: dict[str, tuple[Line, str]] = {
    "1.6": ("1.6", TWO_ROOTS),
    "1.7": ("1.7", TWO_ROOTS),
    "2.1 pulling by itself": ("2.1", LOCAL + TWO_ROOTS),
    "2.1": ("2.1", ONE_ROOT),
}


@pytest.fixture(scope="module")
def log() -> Iterator[PullLog]:
    with pull_log() as listening:
        yield listening


def _running(
    line: Line, settings: str, log: PullLog, folder: Path, patch: pytest.MonkeyPatch
) -> Iterator[Running]:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            patch.delenv(name)
    for name, value in log.environment().items():
        patch.setenv(name, value)
    roots = (folder / "a", folder / "b")
    text = settings.replace("@A@", str(roots[0])).replace("@B@", str(roots[1]))
    with Daemon.start(line, _settings(line, text)) as daemon:
        yield Running(daemon, log, roots)


@pytest.fixture(scope="module", params=KINDS)
def running(
    lab: None,
    log: PullLog,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    line, settings = KINDS[request.param]
    with pytest.MonkeyPatch.context() as patch:
        yield from _running(line, settings, log, tmp_path_factory.mktemp("roots"), patch)


@pytest.fixture
def run(
    lab: None, log: PullLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Line, str], Running]]:
    """A daemon of one test's own."""
    open_ones: list[Iterator[Running]] = []

    def start(line: Line, settings: str) -> Running:
        one = _running(line, settings, log, tmp_path, monkeypatch)
        open_ones.append(one)
        return next(one)

    yield start
    for one in open_ones:
        next(one, None)


def _seen(host: RegistryHost, image: str) -> str:
    """What the log shows when this server is asked for a tag. A proxy is told no more of TLS than
    the host; and a TLS that fails at the proxy is not tried again without."""
    address = urlsplit(host.url.value)
    repository, _, tag = image.partition("/")[2].rpartition(":")
    beyond = not is_local(address.netloc)
    if address.scheme == "https" or (host.https_first and beyond):
        port = 443 if address.scheme == "https" else 80
        return f"TLS {address.netloc if address.port else f'{address.netloc}:{port}'}"
    place = f"{host.url.value}/{repository}/manifests/{tag}"
    same = address.netloc == image.partition("/")[0]
    space = "" if same else f"?ns={quote(image.partition('/')[0], safe='')}"
    return " ".join(filter(None, (f"HEAD {place}{space}", ",".join(host.headers))))


def _expected(found: Registry, image: str) -> list[str]:
    answer = known(lookup(found, image.partition("/")[0]))
    hosts = answer.asked("pull", "resolve")
    asked = [_seen(host, image) for host in hosts if urlsplit(host.url.value).netloc]
    return [line for line, _ in groupby(asked)]


def _plant(running: Running, files: Mapping[str, str]) -> None:
    """The trees anew: `a/…` and `b/…` are the two roots."""
    for root in running.roots:
        shutil.rmtree(root, ignore_errors=True)
    for name, text in files.items():
        path = running.roots[0].parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("@PORT@", str(running.log.port)))


MIRROR = '[host."http://one.test:80"]\n'
OTHER = '[host."http://two.test:80"]\n'
TREES: dict[str, dict[str, str]] = {
    "no tree": {},
    "the port between underscores": {"a/a.test_5000_/hosts.toml": MIRROR},
    "the port after a colon": {"a/a.test:5000/hosts.toml": MIRROR},
    "underscores come before a colon": {
        "a/a.test_5000_/hosts.toml": MIRROR,
        "a/a.test:5000/hosts.toml": OTHER,
    },
    "without its port the host is another one": {"a/a.test/hosts.toml": MIRROR},
    "the default": {"a/_default/hosts.toml": MIRROR},
    "a host's own before the default": {
        "a/_default/hosts.toml": OTHER,
        "a/a.test:5000/hosts.toml": MIRROR,
    },
    "the first root that has one": {
        "a/a.test:5000/hosts.toml": MIRROR,
        "b/a.test:5000/hosts.toml": OTHER,
    },
    "the second root": {"a/other.test/hosts.toml": OTHER, "b/a.test:5000/hosts.toml": MIRROR},
    "the default of the first root before the second": {
        "a/_default/hosts.toml": MIRROR,
        "b/a.test:5000/hosts.toml": OTHER,
    },
    "an empty folder hides the second root": {
        "a/a.test:5000/readme": "",
        "b/a.test:5000/hosts.toml": OTHER,
    },
    "an empty file": {"a/a.test:5000/hosts.toml": ""},
    "broken TOML": {"a/a.test:5000/hosts.toml": MIRROR + "capabilities = [\n"},
    "a capability that is none": {
        "a/a.test:5000/hosts.toml": MIRROR + 'capabilities = ["pull", "fetch"]\n'
    },
    "referrers": {"a/a.test:5000/hosts.toml": MIRROR + 'capabilities = ["pull","referrers"]\n'},
    "a switch that is text": {"a/a.test:5000/hosts.toml": MIRROR + 'skip_verify = "true"\n'},
    "a capability that is not a list": {
        "a/a.test:5000/hosts.toml": MIRROR + 'capabilities = "pull"\n'
    },
    "only a server": {"a/a.test:5000/hosts.toml": 'server = "http://s.test:80"\n'},
    "hosts in order, then the server": {
        "a/a.test:5000/hosts.toml": 'server = "http://s.test:80"\n' + OTHER + MIRROR
    },
    "hosts and no server": {"a/a.test:5000/hosts.toml": OTHER + MIRROR},
    "the server after the hosts is a key of the last": {
        "a/a.test:5000/hosts.toml": MIRROR + 'server = "http://s.test:80"\n'
    },
    "a host twice": {
        "a/a.test:5000/hosts.toml": MIRROR
        + OTHER
        + '[host."http://one.test:80".header]\nX-One = "1"\n'
    },
    "a header first": {
        "a/a.test:5000/hosts.toml": '[host."http://one.test:80".header]\nX-One = ["1", "2"]\n'
        + OTHER
        + MIRROR
    },
    "headers": {
        "a/a.test:5000/hosts.toml": MIRROR + '[host."http://one.test:80".header]\nX-Two = "2"\n'
    },
    "a header that is a number": {
        "a/a.test:5000/hosts.toml": MIRROR + '[host."http://one.test:80".header]\nX-Two = 2\n'
    },
    "hosts inline": {
        "a/a.test:5000/hosts.toml": 'host = { "http://one.test:80" = { skip_verify = false } }\n'
    },
    "hosts as keys of [host]": {
        "a/a.test:5000/hosts.toml": '[host]\n"http://one.test:80" = { capabilities = ["pull"] }\n'
    },
    "hosts by dotted keys": {
        "a/a.test:5000/hosts.toml": 'host."http://one.test:80".capabilities = ["pull","resolve"]\n'
    },
    "hosts as an array": {"a/a.test:5000/hosts.toml": '[[host]]\nserver = "http://one.test:80"\n'},
    "a host without quotes": {"a/a.test:5000/hosts.toml": "[host.one.test]\n"},
    "a host in single quotes": {"a/a.test:5000/hosts.toml": "[ host . 'http://one.test:80' ]\n"},
    "a host without a scheme": {"a/a.test:5000/hosts.toml": '[host."one.test:8080"]\n'},
    "a host without a scheme that begins with http": {
        "a/a.test:5000/hosts.toml": '[host."httpcache.test"]\n' + OTHER
    },
    "a blank in a host": {"a/a.test:5000/hosts.toml": '[host."http://one .test"]\n' + OTHER},
    "a port that is none": {"a/a.test:5000/hosts.toml": '[host."http://one.test:x"]\n' + OTHER},
    "a path": {"a/a.test:5000/hosts.toml": '[host."http://one.test:80/proxy/"]\n'},
    "a path that ends in v2": {"a/a.test:5000/hosts.toml": '[host."http://one.test:80/x/v2/"]\n'},
    "a slash": {"a/a.test:5000/hosts.toml": '[host."http://one.test:80/"]\n'},
    "a path of its own": {
        "a/a.test:5000/hosts.toml": '[host."http://one.test:80/v2/proxy"]\noverride_path = true\n'
    },
    "no path of its own": {"a/a.test:5000/hosts.toml": MIRROR + "override_path = true\n"},
    "mirrors that may not resolve": {
        "a/a.test:5000/hosts.toml": MIRROR
        + 'capabilities = ["pull"]\n'
        + OTHER
        + 'capabilities = ["Pull", "RESOLVE"]\n'
    },
    "no capabilities at all are all": {"a/a.test:5000/hosts.toml": MIRROR + "capabilities = []\n"},
    "a server that may not resolve": {
        "a/a.test:5000/hosts.toml": 'server = "http://s.test:80"\ncapabilities = ["pull"]\n'
        + MIRROR
    },
    "capabilities of the registry itself do not count": {
        "a/a.test:5000/hosts.toml": 'capabilities = ["push"]\n' + MIRROR
    },
    "TLS settings for plain HTTP": {
        "a/a.test:5000/hosts.toml": '[host."http://one.test:8080"]\nskip_verify = true\n' + OTHER
    },
    "TLS settings for port 80": {"a/a.test:5000/hosts.toml": MIRROR + "skip_verify = true\n"},
    "a dial timeout": {"a/a.test:5000/hosts.toml": MIRROR + 'dial_timeout = "1s"\n'},
    "a dial timeout that is none": {"a/a.test:5000/hosts.toml": MIRROR + 'dial_timeout = "1"\n'},
    "other spellings of keys": {
        "a/a.test:5000/hosts.toml": 'SERVER = "http://s.test:80"\nHost."http://one.test:80" = {}\n'
        + '[host."http://two.test:80"]\nCapabilities = ["pull"]\n'
    },
    "unknown keys": {"a/a.test:5000/hosts.toml": 'servers = "x"\n' + MIRROR + "insecure = true\n"},
    "a file of another name": {"a/a.test:5000/host.toml": MIRROR},
    "a certificate for the registry itself": {"a/a.test:5000/ca.txt": ""},
    "https": {
        "a/a.test:5000/hosts.toml": '[host."https://one.test"]\n[host."https://b.test:44"]\n'
    },
    "credentials in an address": {
        "a/a.test:5000/hosts.toml": '[host."http://me:secret@one.test:80"]\n'
    },
}


@pytest.mark.parametrize("name", TREES)
def test_a_pull_asks_whom_the_tree_says(running: Running, name: str) -> None:
    _plant(running, TREES[name])
    found = running.registry()
    assert running.pull(IMAGE) == [
        line.replace("(removed)@", "") for line in _expected(found, IMAGE)
    ]


@pytest.mark.parametrize(
    "image", ["docker.io/library/busybox:1", "[fd00::1]:5000/app:1", "localhost:@PORT@/x:1"]
)
@pytest.mark.parametrize("tree", ["no tree", "the default"])
def test_registries_with_rules_of_their_own(running: Running, image: str, tree: str) -> None:
    if image.startswith("[") and running.daemon.line == "1.6":
        assert running.pull(image) == []  # 1.6 takes no such name for an image's
        return
    image = image.replace("@PORT@", str(running.log.port))
    _plant(running, TREES[tree])
    assert running.pull(image) == _expected(running.registry(), image)


BROKEN = {
    "an authority that is not there": {
        "a/a.test:5000/hosts.toml": MIRROR + 'ca = "ca.pem"\n',
    },
    "a client's key that is not there": {
        "a/a.test:5000/hosts.toml": MIRROR + 'client = [["/no/cert", "/no/key"]]\n',
    },
    "a file where a folder should be": {"a/a.test:5000": ""},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_pull_that_fails_before_it_begins(running: Running, name: str) -> None:
    _plant(running, BROKEN[name])
    assert running.pull(IMAGE) == []
    assert isinstance(lookup(running.registry(), "a.test:5000"), Missing)


def test_a_digest_is_asked_of_hosts_that_cannot_resolve(running: Running) -> None:
    hosts = MIRROR + 'capabilities = ["pull"]\n' + OTHER + 'capabilities = ["push"]\n'
    _plant(running, {"a/a.test:5000/hosts.toml": hosts})
    answer = lookup(running.registry(), "a.test:5000")
    assert isinstance(answer, Lookup)
    names = [urlsplit(host.url.value).netloc for host in answer.asked("pull")]
    assert names == ["one.test:80", "a.test:5000"]
    asked = running.pull(f"a.test:5000/team/app@sha256:{'0' * 64}")
    assert [line.partition("?")[0].split("/")[2] for line in asked if "//" in line] == [
        "one.test:80",
        "one.test:80",
    ]
    assert "TLS a.test:5000" in asked


def test_2_1_takes_a_list_of_roots_for_one_folder(run: Callable[[Line, str], Running]) -> None:
    running = run("2.1", TWO_ROOTS)
    _plant(running, TREES["the first root that has one"])
    asked = running.pull(IMAGE)
    assert asked == ["TLS a.test:5000"] == _expected(running.registry(), IMAGE)


MIRRORS = """\
[IMAGES.registry.mirrors."a.test:5000"]
endpoint = ["http://one.test:80", "https://two.test/v2/proxy", "three.test"]
[IMAGES.registry.mirrors."b.test"]
endpoint = ["http://one.test:80", "http://b.test"]
[IMAGES.registry.mirrors."*"]
endpoint = ["http://other.test/"]
[IMAGES.registry.configs."one.test:80".auth]
username = "me"
"""


@pytest.mark.parametrize("line", ["1.6", "1.7", "2.1"])
@pytest.mark.parametrize("settings", [MIRRORS, ""], ids=["mirrors", "nothing"])
def test_without_a_tree(run: Callable[[Line, str], Running], line: Line, settings: str) -> None:
    running = run(line, settings)
    local = f"localhost:{running.log.port}/x:1"
    found = running.registry()
    for image in (IMAGE, "b.test/x:1", "docker.io/library/x:1", "c.test/x:1", local):
        assert running.pull(image) == _expected(found, image), image
    assert [host for host, _ in found.configs] == (["one.test:80"] if settings else [])


@pytest.mark.parametrize("line", ["1.6", "1.7", "2.1"])
def test_mirrors_beside_a_tree_keep_the_service_from_starting(
    run: Callable[[Line, str], Running], line: Line
) -> None:
    running = run(line, ONE_ROOT + MIRRORS)
    assert running.pull(IMAGE) == []
    assert "unknown service" in running.log.error
    assert isinstance(lookup(running.registry(), "a.test:5000"), Missing)
