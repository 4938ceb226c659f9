"""Sharing an image between namespaces, on real daemons of every release line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import TOP
from tests.lab import packages
from tests.lab.cache import Unavailable
from tests.lab.containerd import LINES, Daemon
from tests.lab.images import Image, busybox_image, pause_image
from tests.waiting import until
from unshim.facts.containerd import containerd
from unshim.facts.images import images
from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.model.parts.images import Completeness, Images
from unshim.model.parts.images import Image as Found
from unshim.model.values import Missing
from unshim.rpc import share

APP = busybox_image("docker.io/library/app:1")
LINE = "import sys; sys.path.insert(0, sys.argv.pop(1)); from unshim.rpc.share import main; "


def child(*arguments: str) -> subprocess.CompletedProcess[str]:
    """As the apply engine runs it, but for where unshim is found."""
    code = f"{LINE}sys.exit(main(sys.argv[1:]))"
    argv = [sys.executable, "-I", "-c", code, str(TOP), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60)


@pytest.fixture(params=LINES)
def daemon(request: pytest.FixtureRequest) -> Iterator[Daemon]:
    if reason := packages.why_not():
        pytest.skip(reason)
    try:
        with Daemon.start(request.param) as started:
            started.load(pause_image(), namespace="k8s.io")
            started.load(APP, namespace="default")
            yield started
    except Unavailable as gone:
        pytest.skip(str(gone))
    finally:
        transport.close()


def looked(daemon: Daemon) -> Images:
    host = LocalHost()
    processes = host.processes()
    assert not isinstance(processes, Missing)
    found = containerd.read(host, tuple(p for p in processes if p.pid == daemon.pid), {})
    seen = images.read(host, found)
    assert isinstance(seen, Images), seen
    return seen


def the_app(found: Images, namespace: str) -> Found | None:
    return next((i for i in found.images if (i.namespace, i.name) == (namespace, APP.ref)), None)


def wait_for_cri(daemon: Daemon, *, there: bool) -> None:
    """CRI follows containerd's image events, so within moments."""

    def so() -> bool:
        names = looked(daemon).cri_names
        return not isinstance(names, Missing) and (APP.ref in names) is there

    until(so, f"{APP.ref} in CRI: {there}")


@pytest.mark.lab
def test_an_image_is_shared_and_taken_back(daemon: Daemon) -> None:
    before = looked(daemon)
    source = the_app(before, "default")
    assert source is not None and the_app(before, "k8s.io") is None
    order = (str(daemon.socket), "default", "k8s.io", APP.ref, source.digest, *source.blobs)

    for words in ("is now in namespace k8s.io", "was already in namespace k8s.io"):
        done = child("share", *order)
        assert (done.returncode, done.stderr) == (0, "")
        assert words in done.stdout and done.stdout.count("\n") == 1
    wait_for_cri(daemon, there=True)
    shared = the_app(looked(daemon), "k8s.io")
    assert shared is not None and shared.completeness is Completeness.COMPLETE
    (row,) = [r for r in daemon.ctr("images", "check", namespace="k8s.io").splitlines()
              if r.startswith(APP.ref)]  # fmt: skip
    assert "complete (3/3)" in row
    assert daemon.ctr("leases", "ls", "-q", namespace="k8s.io").strip() == ""

    # It stands on its own: the source may go, and a container runs from it.
    daemon.ctr("images", "rm", "--sync", APP.ref, namespace="default")
    assert "complete (3/3)" in daemon.ctr("images", "check", namespace="k8s.io")
    if daemon.line != "1.4":
        daemon.ctr("run", "--rm", "--null-io", APP.ref, "probe", "true", namespace="k8s.io")

    for words in ("is no longer in namespace k8s.io", "nothing to undo"):
        done = child("unshare", *order)
        assert (done.returncode, done.stderr) == (0, "")
        assert words in done.stdout
    wait_for_cri(daemon, there=False)
    left = {i.name for i in looked(daemon).images if i.namespace == "k8s.io"}
    assert left == {"registry.k8s.io/pause:3.6"}


@pytest.mark.lab
def test_what_stands_there_is_never_replaced(daemon: Daemon) -> None:
    other = Image(APP.ref, files={"/other": b"x"})
    daemon.load(other, namespace="k8s.io")
    source = the_app(looked(daemon), "default")
    assert source is not None
    order = (str(daemon.socket), "default", "k8s.io", APP.ref, source.digest, *source.blobs)
    done = child("share", *order)
    assert done.returncode == 1
    assert "is another image" in done.stdout
    done = child("unshare", *order)
    assert done.returncode == 0
    assert "left as it is" in done.stdout
    kept = the_app(looked(daemon), "k8s.io")
    assert kept is not None and kept.digest == other.digest


@pytest.mark.lab
def test_an_incomplete_image_is_not_shared(daemon: Daemon) -> None:
    source = the_app(looked(daemon), "default")
    assert source is not None
    daemon.ctr("content", "rm", source.blobs[2], namespace="default")
    with pytest.raises(RpcError, match="does not have all of the image"):
        share.share(str(daemon.socket), "default", "k8s.io", APP.ref, source.digest, source.blobs)
    assert the_app(looked(daemon), "k8s.io") is None


def test_a_daemon_that_is_not_there_is_one_line() -> None:
    done = child("share", "/nonexistent/c.sock", "default", "k8s.io", "\x1b[31mx", "sha256:a", "b")
    assert done.returncode == 1
    assert done.stdout == "share \\x1b[31mx: /nonexistent/c.sock: there is nothing at this path\n"
    assert done.stderr == ""


def test_wrong_arguments_are_one_line() -> None:
    done = child("share", "x")
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
