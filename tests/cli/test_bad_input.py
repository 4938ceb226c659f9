"""Bad input gives one clear line or an unknown outcome: no traceback, no hang, nothing raw."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

TOP = Path(__file__).resolve().parents[2]
CONFIG = "etc/containerd/config.toml"


def unshim(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-I", "-m", "unshim", *words],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        cwd="/",
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A plain tree with the files of a node on containerd."""
    for path, text in {
        "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12"\n',
        "etc/hostname": "treenode\n",
        CONFIG: "version = 2\n",
        "etc/crictl.yaml": "runtime-endpoint: unix:///run/containerd/containerd.sock\n",
        "etc/docker/daemon.json": "{}\n",
        "usr/bin/containerd": "",
        "usr/bin/kubelet": "",
        "var/lib/kubelet/config.yaml": "kind: KubeletConfiguration\ncgroupDriver: systemd\n",
        "etc/systemd/system/kubelet.service": "[Service]\n"
        "ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml "
        "--container-runtime-endpoint=unix:///run/containerd/containerd.sock\n",
        "etc/systemd/system/containerd.service": "[Service]\nExecStart=/usr/bin/containerd\n"
        "KillMode=process\n",
        "var/lib/dpkg/status": "Package: containerd\nStatus: install ok installed\n"
        "Version: 1.6.20~ds1-1\n\nPackage: kubelet\nStatus: install ok installed\n"
        "Version: 1.28.2-1.1\n",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def _results(tree: Path) -> dict[str, dict[str, object]]:
    done = unshim("--report", "json", "--root", str(tree))
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1, 3), done.stderr
    return {r["id"]: r for r in json.loads(done.stdout)["results"]}


def test_a_plain_tree_is_read_as_it_is(tree: Path) -> None:
    results = _results(tree)
    assert results["containerd-config-parse-error"]["outcome"] == "pass"
    assert results["cgroup-driver-mismatch"]["outcome"] == "fail"
    assert results["cri-plugin-failed"]["outcome"] == "not-applicable"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x00" * 4096, id="binary"),
        pytest.param(b"version = = 2\n", id="broken"),
        pytest.param(b"\x1b]0;owned\x07 = 1\n", id="escape sequences"),
        pytest.param(b"x = " + b"[" * 4000 + b"]" * 4000, id="deep"),
        pytest.param(b"a = 1\na = 2\n", id="a key twice"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_a_finding(tree: Path, data: bytes) -> None:
    (tree / CONFIG).write_bytes(data)
    results = _results(tree)
    assert results["containerd-config-parse-error"]["outcome"] in ("fail", "unknown")
    assert results["cgroup-driver-mismatch"]["outcome"] == "unknown"
    assert "\x1b" not in json.dumps(results, ensure_ascii=False)


@pytest.mark.parametrize("make", ["fifo", "socket", "directory", "loop", "huge"])
def test_what_is_no_readable_file_makes_checks_unknown(tree: Path, make: str) -> None:
    path = tree / CONFIG
    path.unlink()
    if make == "fifo":
        os.mkfifo(path)
    elif make == "socket":
        import socket

        socket.socket(socket.AF_UNIX).bind(str(path)) if len(str(path)) < 100 else os.mkfifo(path)
    elif make == "directory":
        path.mkdir()
    elif make == "loop":
        path.symlink_to("config.toml")
    else:
        with path.open("wb") as stream:
            stream.truncate(3 * 1024 * 1024)
    results = _results(tree)
    assert results["cgroup-driver-mismatch"]["outcome"] == "unknown"
    assert results["containerd-config-parse-error"]["outcome"] == "unknown"


def test_an_empty_configuration_is_the_defaults(tree: Path) -> None:
    (tree / CONFIG).write_bytes(b"")
    assert _results(tree)["cgroup-driver-mismatch"]["outcome"] == "fail"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        + "".join(
            f"{chr(c)}: &{chr(c)} [{','.join(['*' + chr(c - 1)] * 9)}]\n" for c in range(99, 108)
        ),
        "cgroupDriver: [\n",
        "\tcgroupDriver: systemd\n",
        "[" * 3000,
        "- just\n- a list\n",
    ],
    ids=["alias bomb", "broken", "tab", "deep", "a list"],
)
def test_a_kubelet_configuration_that_cannot_be_read_makes_checks_unknown(
    tree: Path, text: str
) -> None:
    (tree / "var/lib/kubelet/config.yaml").write_text(text)
    results = _results(tree)
    assert results["cgroup-driver-mismatch"]["outcome"] == "unknown"
    assert results["log-rotation-unset"]["outcome"] == "unknown"


def test_imports_that_loop_and_symlinks_that_leave_read_nothing_outside(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "canary.toml"
    outside.write_text("version = 2\nCANARY-OUTSIDE = 'x'\n")
    (tree / CONFIG).write_text(
        'version = 2\nimports = ["config.toml", "/etc/containerd/*.toml", "../../../../../x"]\n'
    )
    (tree / "etc/containerd/out.toml").symlink_to(outside)
    (tree / "etc/crictl.yaml").unlink()
    (tree / "etc/crictl.yaml").symlink_to("/" + "../" * 12 + str(outside).lstrip("/"))
    text = json.dumps(_results(tree))
    assert "CANARY" not in text


def _tar(path: Path, name: str, data: bytes, kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size, info.type, info.linkname = len(data), kind, "/etc/shadow"
        archive.addfile(info, io.BytesIO(data))
    return path


def test_a_root_that_cannot_be_read_is_one_line_and_code_2(tmp_path: Path) -> None:
    (tmp_path / "empty.tar.gz").write_bytes(b"")
    (tmp_path / "text.tar.gz").write_bytes(b"not an archive")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "index.json").write_text("{")
    os.mkfifo(tmp_path / "fifo")
    roots = [
        tmp_path / "missing",
        tmp_path / "missing.tar.gz",
        tmp_path / "empty.tar.gz",
        tmp_path / "text.tar.gz",
        tmp_path / "folder",
        tmp_path / "fifo",
        _tar(tmp_path / "deep.tar.gz", "index.json", b"[" * 100_000),
        _tar(tmp_path / "list.tar.gz", "index.json", b"[]"),
        _tar(tmp_path / "link.tar.gz", "index.json", b"", tarfile.SYMTYPE),
        _tar(tmp_path / "other.tar.gz", "../../etc/passwd", b"x"),
    ]
    for root in roots:
        done = unshim("--report", "json", "--root", str(root))
        assert done.returncode == 2, (root, done.stdout[:200], done.stderr)
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr, done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ["--bogus"],
        ["bogus"],
        ["explain", "no-such-check"],
        ["explain"],
        ["plan", "no-such-check"],
        ["--only", "no-such-check"],
        ["--skip", "crictl-config-missin"],
        ["--fail-on", "everything"],
        ["--report", "xml"],
        ["--demo", "--root", "/"],
        ["apply", "./no-such-plan.json"],
        ["apply", "--root", "/", "crictl-missing"],
        ["record", "/proc/nowhere/x.tar.gz"],
        ["--report", "json", "-o", "/nowhere/report.json"],
        ["--report", "json", "-o", "/dev/null"],
    ],
)
def test_words_that_cannot_be_used_are_one_line_and_code_2(words: list[str]) -> None:
    done = unshim(*words)
    assert done.returncode == 2, done.stdout[:300] + done.stderr
    assert done.stderr.startswith("unshim: ") and done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_or_closed_output_is_no_traceback() -> None:
    with Path("/dev/full").open("w") as stream:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "unshim", "list"],
            stdout=stream,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    closed = subprocess.run(
        ["sh", "-c", f"{sys.executable} -I -m unshim list >&-"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Traceback" not in closed.stderr


def test_a_report_file_is_whole_private_and_replaced(tree: Path, tmp_path: Path) -> None:
    report = tmp_path / "out.json"
    for _ in range(2):
        done = unshim("--report", "json", "-o", str(report), "--root", str(tree))
        assert done.returncode in (1, 3) and done.stdout == ""
        assert json.loads(report.read_text())["schema_version"] == "1.2"
        assert report.stat().st_mode & 0o777 == 0o600
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "elsewhere")
    assert unshim("--report", "json", "-o", str(link), "--root", str(tree)).returncode == 2
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"kind": "unshim plan"}', '{"kind": "unshim plan", "format": 99}',
     '{"kind": "unshim plan", "format": 1, "checks": ["no-such"], "hashes": {}, "facts": {}}',
     '{"kind": "unshim plan", "format": 1, "checks": 7, "hashes": {}, "facts": {}}', "[" * 50000],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_one_line_and_code_2(tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(text)
    done = unshim("apply", str(plan), "--yes")
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
