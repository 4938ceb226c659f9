"""The recorder in POSIX sh: its awk removes what text.redact removes, in every awk there is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.record.sh.awks import AWKS, cleaned, every_awk
from tests.text.test_redact import CANARY, SECRETS
from unshim.facts.machine import logs, mounts
from unshim.facts.registry import hosts_scrub
from unshim.record.recorded import RecordedHost
from unshim.record.sh import script
from unshim.text import redact


def text(awk: str, program: str, data: bytes) -> bytes:
    return cleaned(awk, program, "text", data + b".")


@every_awk
def test_what_redact_removes_is_removed_and_the_rest_is_left(
    awk: str, programs: tuple[str, str]
) -> None:
    for place, secret in SECRETS.items():
        found = text(awk, programs[0], secret.encode())
        assert found == redact.data(secret.encode()), place
        assert CANARY.encode() not in found


LINES = (
    f"HTTP_PROXY=http://u:a/{CANARY}@p https_proxy=u:a/b@c 'HTTPS-PROXY=d/e@f'",
    f'{{"http-proxy": "http://u:a/{CANARY}@p", "x-proxy" : "g/h@i", "b": "c@d"}}',
    f"command: ['a', '--token', '{CANARY}', \"--password\" , \"b c\", '--token-ttl', '1']",
    f"rw,pass={CANARY},pwd={CANARY} PWD=/root passage=1 pwd: 1234",
    f"--manifest-url-header X-A:{CANARY} --manifest-url-header=X-A:b",
    "authentication-token-webhook: true",
    "image: nginx:1.2@sha256:0123456789abcdef",
    "image: registry.io:5000/a/b:1@sha256:aa",
    'sandbox_image = "registry.k8s.io/pause:3.6"',
    'KUBELET_ARGS="--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf"',
    "password: ${PASSWORD}",
    "  - name: regcred",
    "EnvironmentFile=-/etc/default/kubelet",
    "mail: a@b.example",
    "# Basic settings of the node",
    f'ARGS="--node-ip=10.0.0.1 --token={CANARY} --v=2" # why',
    f'{{"password": "{CANARY}", "max-size": "10m", "token": "{CANARY}"}}',
    "name: A_TOKEN\r\nvalue: |\r\n  one\r\n  two\r\nnext: 3",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.sig AKIAABCDEFGHIJKLMNOP ghp_0123456789012345678901",
    "x/y,u:p@h [a:b@c] z=(q:r@s) name:tag@sha256:00",
    "--username=me --auth=x username: me auth=y",
    "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- tail\nplain",
    "token" * 20_000,
    "",
    "\n\n",
    "no end of line",
    "secret: [\n  a,\n]\n",
    "passwords = [\"a\", 'b'] # c",
    "token-ttl: 24h\napi_key:\n  abc\nother: 1",
)


@every_awk
@pytest.mark.parametrize("line", LINES)
def test_it_cleans_lines_as_redact_does(awk: str, programs: tuple[str, str], line: str) -> None:
    assert text(awk, programs[0], line.encode()) == redact.data(line.encode())


_WORD = st.sampled_from(
    [
        *(
            "password",
            "token",
            "auth",
            "username",
            "name",
            "value",
            "secret_name",
            "api-key",
            "a.b",
        ),
        *("--token", "-p", "--v", "Bearer", "basic", " http://", "u:p@h", "@", "sha256:ab", "x=1"),
        *(":", "=", " ", "  ", "\t", '"', "'", '\\"', ",", "[", "]", "{", "}", "(", ")", "|", "#"),
        *("\n", "\n  ", "\r\n", "12345678", "true", "/etc/x", "${A}", "abcdef.0123456789abcdef"),
        *(
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----",
            "(removed)",
            "-",
            "+",
        ),
        *("env", "KEY", "tokenTTL", "passwordFile", "AWS_SECRET", "é", ";", "value: |", "null"),
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_WORD, max_size=24).map("".join))
@example("value=value=password=x")
def test_it_cleans_anything_as_redact_does(programs: tuple[str, str], whole: str) -> None:
    for awk in AWKS:
        assert text(awk, programs[0], whole.encode()) == redact.data(whole.encode()), awk


@every_awk
def test_command_lines(awk: str, programs: tuple[str, str]) -> None:
    words = ["dockerd", "--log-opt", f"splunk-token={CANARY}", "--token", CANARY, "--debug"]
    words += [f"--proxy=http://u:{CANARY}@h", f"Bearer {CANARY}", "two\nlines", "", 'quo"te', "--x"]
    data = b"".join(word.encode().replace(b"\n", b"\1") + b"\n" for word in words)
    found = json.loads(b"[" + cleaned(awk, programs[0], "argv", data) + b"]")
    assert tuple(found) == redact.argv(words)


@every_awk
def test_any_bytes_are_text_in_json(awk: str, programs: tuple[str, str]) -> None:
    names = [bytes([n]) for n in range(1, 256)]
    names += [b"\xe2\x82\xac", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3", b"a\xffb", b'"\\']
    found = json.loads(b"[" + cleaned(awk, programs[0], "strings", b"", names) + b"]")
    assert [name.encode("utf-8", "surrogateescape") for name in found] == names


@every_awk
def test_names_are_sorted(awk: str, programs: tuple[str, str]) -> None:
    names = [b".b", b"..c", b"-a", b"10", b"9", b"B", b"a", b"a b", b"\xff", b"\xc3\xa9"]
    paths = [b"/x.y/" + name for name in names]
    found = json.loads(b"[" + cleaned(awk, programs[0], "names", b"", paths) + b"]")
    assert [n.encode("utf-8", "surrogateescape") for n in found] == sorted(names)


def test_it_has_no_place_left_to_fill() -> None:
    whole = script()
    left = {word for word in whole.split("@") if word.isupper() and word.replace("_", "").isalpha()}
    assert left == set()


@pytest.mark.parametrize("shell", [s for s in ("dash", "bash", "sh") if shutil.which(s)])
def test_it_records_this_machine(shell: str, tmp_path: Path) -> None:
    program = tmp_path / "record.sh"
    program.write_text(script())
    target = tmp_path / "node.tar.gz"
    argv = [shell, str(program), str(target)]
    done = subprocess.run(argv, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == b""
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["node.tar.gz", "record.sh"]
    host = RecordedHost(str(target))
    assert host.uname() == (os.uname().nodename, os.uname().release, os.uname().machine)
    assert host.stat("/kind") is None
    before = target.read_bytes()
    assert subprocess.run(argv, capture_output=True, timeout=60).returncode == 2
    assert target.read_bytes() == before


def _recorder(folder: Path) -> Path:
    path = folder / "record.sh"
    path.write_text(script())
    return path


def test_no_program_of_the_callers_path_is_run(tmp_path: Path) -> None:
    """Whoever can write to a folder of root's PATH must not come to run as root."""
    planted = tmp_path / "planted"
    planted.mkdir()
    for name in ("awk", "stat", "readlink", "mktemp", "id", "tar", "sed", "python3", "curl"):
        program = planted / name
        program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\nexit 1\n")
        program.chmod(0o755)
    target = tmp_path / "node.tar.gz"
    done = subprocess.run(
        ["/bin/sh", _recorder(tmp_path), target],
        env={"PATH": f"{planted}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert [path.name for path in tmp_path.glob("ran-*")] == []


def test_what_a_killed_one_left_behind_is_removed_by_the_next(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    dead = subprocess.Popen(["/bin/true"])
    dead.wait()
    for name, pid in (("aaaaaa", dead.pid), ("bbbbbb", os.getpid())):
        folder = tmp_path / f".unshim-record-{name}"
        folder.mkdir()
        (folder / "pid").write_text(f"{pid}\n")
        (folder / "words").write_text(CANARY)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "pid").write_text(f"{dead.pid}\n")
    (tmp_path / ".unshim-record-cccccc").symlink_to(outside)
    target = tmp_path / "node.tar.gz"
    subprocess.run(["/bin/sh", recorder, target], capture_output=True, timeout=300, check=True)
    left = sorted(path.name for path in tmp_path.glob(".unshim-record-*"))
    assert left == [".unshim-record-bbbbbb", ".unshim-record-cccccc"]
    assert (outside / "pid").exists()


HOSTS = """\
server = "https://x"
[host."https://m:5000"]
  ca = "ca.crt"
  [host."https://m:5000".header]
    x-custom = ["abc", "def"]
    y = [
      "zzz",
    ]
[host.'https://n']
  header = { a = "b" }
  skip_verify = true
"""
MOUNTS = (
    "36 35 98:0 / /a rw - ext4 /dev/root rw,errors=continue\n"
    "37 36 0:40 / /b rw - overlay overlay rw,lowerdir=/x:/y,upperdir=/u,workdir=/w,xino=off\n"
)
DOTTED_HOSTS = (
    """\
server = "https://r.io"
[header]
X-A = "a"
[Host."https://h"]
capabilities = [
  "pull",
]
client = [["/a", "/b"],
  ["/c", "/d"]]
header."X B" = ["b",
  "c"]
"header" . X-C = "d"
odd = """
    + '"""\ne\n"""'
    + """
skip_verify = true # why
[other.table] # what
server = "f"
[host]
"https://i".ca = "/g"
host."https://j" = { ca = "/h" }
header = {
  X = "i"
}
"""
)
AGENT = "a b\n\t# x /var/log/pods /var/log/containers/{a,b} y\n"
AGENT += "path /var/log/pods/*\npassword c\n  x /var/lib/docker/y\n"
BUSYBOX = [argv[0] for name, argv in AWKS.items() if name == "busybox"]
SHELLS = [[shell] for shell in ("dash", "bash") if shutil.which(shell)]
SHELLS += [[busybox, "sh"] for busybox in BUSYBOX]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: Path(shell[0]).name)
def test_files_that_say_more_lose_what_unshim_takes_out(shell: list[str], tmp_path: Path) -> None:
    whole = script()
    function = whole[whole.index("told_of() {") : whole.index("# The bytes of a file without")]
    for name, text_, clean in (
        ("hosts.toml", HOSTS, hosts_scrub.scrub),
        ("mountinfo", MOUNTS, mounts.scrub),
        ("other", HOSTS, bytes),
        ("dotted/hosts.toml", DOTTED_HOSTS, hosts_scrub.scrub),
        ("etc/fluentd/a.conf", AGENT, logs.scrub),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_)
        code = function.replace("/proc/1/mountinfo", str(tmp_path / "mountinfo"))
        code = code.replace("/etc/fluentd/*", f"{tmp_path}/etc/fluentd/*")
        done = subprocess.run(
            [*shell, "-c", f'{code}\ntold_of "$1"', "sh", path], capture_output=True
        )
        assert done.stderr == b""
        assert done.stdout == clean(text_.encode())
