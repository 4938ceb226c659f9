from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded, texts
from unshim.facts.clients import buildkit
from unshim.facts.systemd import units as systemd
from unshim.model.machine import ParseError
from unshim.model.parts.clients import Buildkit
from unshim.model.values import Missing, Origin, known

CONFIG = "/etc/buildkit/buildkitd.toml"
TOML = """\
[grpc]
address = ["tcp://0.0.0.0:1234", "unix:///run/b.sock"]
[worker.oci]
enabled = false
[worker.containerd]
enabled = true
namespace = "k8s.io"
[registry."docker.io"]
mirrors = ["https://me:hunter2@m.test", "n.test"]
[registry."r.test:5000"]
http = true
insecure = true
"""


def _read(folder: Path, text: str | None, *argv: str, **more: Any) -> Buildkit:
    process = {"pid": 7, "name": "buildkitd", "exe": "/usr/local/bin/buildkitd", "started": 1.0}
    processes = [{**process, "argv": ["buildkitd", *argv], "uid": 0}] if argv else []
    paths = texts({CONFIG: text} if text is not None else {})
    host = recorded(folder, paths={**paths, **more.pop("paths", {})}, processes=processes, **more)
    return buildkit.read(host, host.processes(), systemd.read(host, ()))


def test_nothing_there_gives_the_defaults(tmp_path: Path) -> None:
    found = _read(tmp_path, None)
    assert (found.binary, found.process, found.unit, found.config) == (None, None, None, {})
    assert known(found.addresses).value == ("unix:///run/buildkit/buildkitd.sock",)
    assert (known(found.oci_worker).value, known(found.containerd_worker).value) == ("auto", "auto")
    assert known(found.namespace).value == "buildkit"
    assert known(found.containerd_address).value == "/run/containerd/containerd.sock"
    assert known(found.snapshotter).source.origin is Origin.DEFAULT
    assert found.registries == ()


def test_the_file(tmp_path: Path) -> None:
    found = _read(tmp_path, TOML)
    assert known(found.addresses).value == ("tcp://0.0.0.0:1234", "unix:///run/b.sock")
    assert (known(found.oci_worker).value, str(known(found.oci_worker).source)) == (
        "false",
        f"{CONFIG}:4",
    )
    assert known(found.containerd_worker).value == "true"
    assert known(found.namespace).value == "k8s.io"
    docker, other = known(found.registries)
    assert (docker.host, docker.http) == ("docker.io", None)
    assert [m.value for m in docker.mirrors] == ["https://(removed)@m.test", "n.test"]
    assert str(docker.mirrors[0].source) == f"{CONFIG}:9"
    assert other.host == "r.test:5000"
    assert other.http and other.insecure
    assert (other.http.value, other.insecure.value, other.mirrors) == (True, True, ())
    assert "hunter2" not in repr(found)


def test_flags_go_before_the_file(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        TOML,
        *("--debug", "--oci-worker=true", "--containerd-worker", "auto"),
        *("--containerd-worker-namespace=mine", "--addr", "unix:///a", "--addr=unix:///b,c"),
    )
    assert known(found.oci_worker).value == "true"
    assert known(found.containerd_worker).value == "auto"
    assert known(found.namespace).value == "mine"
    assert known(found.addresses).value == ("unix:///a", "unix:///b,c")
    assert known(found.namespace).source.origin is Origin.PROCESS


def test_a_file_of_another_place(tmp_path: Path) -> None:
    other = texts({"/srv/b.toml": '[worker.containerd]\nsnapshotter = "native"\n'})
    found = _read(tmp_path, TOML, "--config=/srv/b.toml", paths=other)
    assert known(found.snapshotter).value == "native"
    # The flag's own default is what stands in the file of the usual place.
    assert (known(found.namespace).value, str(known(found.namespace).source)) == (
        "k8s.io",
        f"{CONFIG}:7",
    )
    assert known(found.addresses).source.origin is Origin.DEFAULT
    assert known(found.oci_worker).value == "auto"


def test_the_usual_file_stops_it_even_where_another_is_named(tmp_path: Path) -> None:
    other = texts({"/srv/b.toml": "debug = true\n"})
    found = _read(tmp_path, "debug = 1\n", "--config=/srv/b.toml", paths=other)
    (problem,) = known(found.problems)
    assert (problem.text, str(problem.source)) == ("debug: must be true or false", f"{CONFIG}:1")
    assert isinstance(found.namespace, Missing)


@pytest.mark.parametrize("text", ["[worker\n", "x = 1\nx = 2\n", "\x1b"])
def test_a_broken_file(tmp_path: Path, text: str) -> None:
    found = _read(tmp_path, text)
    assert isinstance(found.config, ParseError)
    assert found.config.path == CONFIG
    assert [problem.source.where for problem in known(found.problems)] == [CONFIG]
    for fact in (found.addresses, found.oci_worker, found.namespace, found.registries):
        assert isinstance(fact, Missing)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[grpc]\naddress = "x"\n', "address: must be a list of texts"),
        ('[worker.oci]\nenabled = "no"\n', "enabled: must be true or false"),
        ("\n[worker.containerd]\nNameSpace = 1\n", "NameSpace: must be text"),
        ("[worker]\noci = 1\n", "oci: must be a table"),
        ("[worker.oci.labels]\na = 1\n", "a: must be text"),
        ("[worker.oci]\nlabels = 1\n", "labels: must be a table of texts"),
        ("[worker]\n[worker.oci.gcpolicy]\n", "gcpolicy: must be a list of tables"),
        ('[worker.oci]\ngcpolicy = [{all = "x"}]\n', "gcpolicy: a table in it does not fit"),
        ("[worker.oci]\ngcpolicy = [1]\n", "gcpolicy: a table in it does not fit"),
        ('[worker.oci]\nreservedSpace = "10 percent"\n', "reservedSpace: must be a size"),
        ("[worker.oci]\nreservedSpace = true\n", "reservedSpace: must be a size"),
        ('[history]\nmaxAge = "2 days"\n', "maxAge: must be a span of time"),
        ("[history]\nmaxEntries = 1.0\n", "maxEntries: must be a whole number"),
        ("[history]\nmaxEntries = true\n", "maxEntries: must be a whole number"),
        ("[grpc]\n[grpc.address]\n", "address: must be a list of texts"),
        ('[registry]\n"docker.io" = 1\n', "docker.io: must be a table"),
        ('[registry."docker.io"]\nhttp = 1\n', "http: must be true or false"),
        ('[log]\nlevel = "loud"\n', "level: buildkitd knows no such one"),
        ('[log]\nformat = "xml"\n', "format: buildkitd knows no such one"),
        ("[system]\nmaxRegistryConcurrency = 0\n", "maxRegistryConcurrency: must be above 0"),
        ("\ufeff\ndebug = true\n", "a byte order mark"),
    ],
)
def test_a_line_for_which_it_does_not_start(tmp_path: Path, text: str, words: str) -> None:
    found = _read(tmp_path, text)
    (problem,) = known(found.problems)
    assert problem.text == words
    line = 1 if "mark" in words else 3 if "NameSpace" in words else 2
    assert (problem.source.where, problem.source.line) == (CONFIG, line)
    assert isinstance(found.namespace, Missing)


@pytest.mark.parametrize(
    "text",
    [
        "colour = 1\n[worker.oci]\ncolour = 1\n",
        'DEBUG = true\n[LOG]\nLevel = "INFO"\n',
        '[worker.oci]\ngckeepstorage = 9000\nreservedSpace = "10%"\nmaxUsedSpace = "1.5GB"\n',
        '[[worker.oci.gcpolicy]]\nall = true\nkeepDuration = "48h"\nkeepBytes = ""\n',
        '[history]\nmaxAge = 172800\n[worker.oci.labels]\na = "b"\n',
        '[registry."docker.io"]\n[worker.containerd.runtime.options]\nx = [1]\n',
    ],
)
def test_lines_that_it_takes(tmp_path: Path, text: str) -> None:
    assert _read(tmp_path, text).problems == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[grpc]\naddress = ["/run/x.sock"]\n', "/run/x.sock begins with none of"),
        ('[grpc]\naddress = ["unix:/run/x.sock"]\n', "unix:/run/x.sock begins with none of"),
        ('[grpc]\naddress = ["unix:///a", "http://b"]\n', "http://b begins with none of"),
        ("[worker]\noci.enabled = false\ncontainerd.enabled = false\n", "both workers are off"),
        ('[worker.containerd]\naddress = "unix:///run/c.sock"\n', "containerd's address must be"),
    ],
)
def test_what_it_reads_and_cannot_work_with(tmp_path: Path, text: str, words: str) -> None:
    (problem,) = known(_read(tmp_path, text).problems)
    assert problem.text.startswith(words)
    assert problem.source.where == CONFIG


@pytest.mark.parametrize(("one", "other"), [("namespace", "Namespace"), ("NAMESPACE", "namespace")])
def test_of_two_cases_of_a_key_the_later_line_counts(tmp_path: Path, one: str, other: str) -> None:
    found = _read(tmp_path, f'[worker.containerd]\n{one} = "a"\n{other} = "b"\n')
    assert known(found.namespace).value == "b"


def test_a_worker_s_flag_in_any_case(tmp_path: Path) -> None:
    found = _read(tmp_path, None, "--oci-worker=F", "--containerd-worker=AUTO")
    assert known(found.oci_worker).value == "false"
    assert known(found.containerd_worker).value == "auto"
    (problem,) = known(_read(tmp_path / "b", None, "--oci-worker=maybe").problems)
    assert problem.text == "--oci-worker: maybe is neither true, false nor auto"


@pytest.mark.parametrize(
    ("tls", "flags", "want"),
    [
        ('cert = "/c"\nkey = "/k"\nca = "/ca"\n', (), "/ca"),
        ('cert = "/c"\nkey = "/k"\n', (), None),
        ('ca = "/ca"\n', (), None),
        ("", ("--tlscert=/c", "--tlskey=/k", "--tlscacert=/ca"), "/ca"),
        ('cert = "/c"\nkey = "/k"\n', ("--tlscacert=/b",), "/b"),
    ],
)
def test_whose_clients_are_let_in(
    tmp_path: Path, tls: str, flags: tuple[str, ...], want: str | None
) -> None:
    found = known(_read(tmp_path, f"[grpc.tls]\n{tls}", "--debug", *flags).client_authority)
    assert (found and found.value) == want


def test_where_nerdctl_looks_for_it(tmp_path: Path) -> None:
    path = "/run/buildkit/buildkitd.sock"
    found = _read(
        tmp_path, None, sockets={path: {"state": "listening", "reason": "", "real": path}}
    )
    assert [s.path for s in found.sockets if s.state.value == "listening"] == [path]
