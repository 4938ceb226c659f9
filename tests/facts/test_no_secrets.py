"""No secret of a node reaches what facts say of it or a record of it, wherever it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.trees import CONFIG, DROP_IN, FLAGS, KUBEADM, UNIT, tree
from unshim.facts.gather import gather
from unshim.host.once import RecordingHost
from unshim.record.writing import write_record
from unshim.report import facts
from unshim.text import redact

CANARY = "CANARY7f3a"
CERTS = "/etc/containerd/certs.d/r.io/hosts.toml"

PLACES: dict[str, dict[str, str]] = {
    "kernel, password": {"/proc/cmdline": f"ro password={CANARY} quiet\n"},
    "kernel, token": {"/proc/cmdline": f"ro k3s.token={CANARY} quiet\n"},
    "kernel, address": {"/proc/cmdline": f"ro ds=nocloud;s=http://u:{CANARY}@h/ quiet\n"},
    "kernel, variable": {"/proc/cmdline": f"ro systemd.setenv=A_TOKEN={CANARY} quiet\n"},
    "mount, password": {
        "/proc/1/mountinfo": f"1 0 8:1 / / rw - cifs //h/s rw,password={CANARY},pass={CANARY}\n"
    },
    "mount, source": {"/proc/1/mountinfo": f"1 0 8:1 / / rw - davfs https://u:{CANARY}@h/ rw\n"},
    "mount, access key": {
        "/proc/1/mountinfo": f"1 0 8:1 / / rw - ceph h:/ rw,name=a,secret={CANARY}\n"
    },
    "daemon.json, key": {"/etc/docker/daemon.json": f'{{"https://u:{CANARY}@r": {{"a": 1}}}}'},
    "daemon.json, two words": {
        "/etc/docker/daemon.json": f'{{"runtimes": {{"r": {{"a": ["--token", "{CANARY}"]}}}}}}'
    },
    "daemon.json, address with a query": {
        "/etc/docker/daemon.json": f'{{"x": ["http://u:{CANARY}@h/?a=b"]}}'
    },
    "containerd, two words": {
        "/etc/containerd/config.toml": "version = 2\n[stream_processors.x]\n"
        f'args = ["--token", "{CANARY}"]\n'
    },
    "buildkitd, host": {
        "/etc/buildkit/buildkitd.toml": f'[registry."u:{CANARY}@r"]\nhttp = true\n'
    },
    "kubelet, header flag": {FLAGS: f'KUBELET_KUBEADM_ARGS="--manifest-url-header=X-A:{CANARY}"\n'},
    "kubelet, header flag of two words": {
        FLAGS: f'KUBELET_KUBEADM_ARGS="--manifest-url-header X-A:{CANARY}"\n'
    },
    "proxy with a slash in its password": {
        DROP_IN: f"[Service]\nEnvironment=HTTPS_PROXY=http://u:a/{CANARY}@p:3128\n"
    },
    "CNI, address": {"/etc/cni/net.d/1.conf": f'{{"type": "x", "name": "http://u:{CANARY}@h"}}'},
    "log agent, pwd": {
        "/etc/rsyslog.d/a.conf": f'input(File="/var/log/pods") action(uid="a" pwd="{CANARY}")\n'
    },
    "hosts.toml, dotted header": {CERTS: f'[host."https://h"]\nheader.X-A = "{CANARY}"\n'},
    "hosts.toml, header of the server": {CERTS: f'[header]\nX-A = "{CANARY}"\n'},
    "hosts.toml, all dotted": {CERTS: f'host."https://h".header.X-A = "{CANARY}"\n'},
    "hosts.toml, header on many lines": {
        CERTS: f'[host."https://h"]\nheader = {{\n  X-A = "{CANARY}"\n}}\n'
    },
    "hosts.toml, unknown key": {CERTS: f'[host."https://h"]\nother = """\n{CANARY}\n"""\n'},
}


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_told_or_recorded(place: str, tmp_path: Path) -> None:
    files = {**KUBEADM, "/usr/bin/containerd": "", "/usr/bin/buildkitd": "", **PLACES[place]}
    if DROP_IN in PLACES[place]:
        files[UNIT] = files[UNIT] + "Environment=NO_PROXY=h\n"
    recording = RecordingHost(tree(tmp_path / "node", files))
    node = gather(recording)
    told = facts.as_json(node, "", {})
    assert CANARY not in told
    assert CANARY not in "".join(line.text for line in facts.as_text(node))
    write_record(recording, str(tmp_path / "record"))
    read = {path for (path, *_) in recording.answers("read")}
    assert set(PLACES[place]) <= read
    for file in (tmp_path / "record").rglob("*"):
        assert file.is_dir() or CANARY not in file.read_text(), file


def test_no_header_of_the_kubelet_is_told(tmp_path: Path) -> None:
    text = f"staticPodURLHeader:\n  X-Custom:\n  - {CANARY}\ncgroupDriver: systemd\n"
    node = gather(tree(tmp_path, {**KUBEADM, CONFIG: text}))
    told = facts.as_json(node, "kubelet", {})
    assert "X-Custom" in told
    assert CANARY not in told


def test_no_headers_of_containerds_tracing_are_told(tmp_path: Path) -> None:
    table = '[plugins."io.containerd.tracing.processor.v1.otlp"]'
    text = f'version = 2\n{table}\nheaders = "a={CANARY}"\n'
    files = {"/usr/bin/containerd": "", "/etc/containerd/config.toml": text}
    told = facts.as_json(gather(tree(tmp_path, files)), "containerd", {})
    assert 'v1.otlp\\".headers' in told
    assert CANARY not in told


def test_what_tells_nothing_is_kept(tmp_path: Path) -> None:
    """What facts live on comes through, and a record gives the facts of its node."""
    lines = (
        'server = "https://r.io"\n[host."https://h"]\n  capabilities = [\n    "pull",\n  ]\n'
        '  client = [\n    ["/a.cert", "/a.key"],\n  ]\n  skip_verify = true # why\n'
        '[host."https://h".header]\n  X-A = "x"\n'
    )
    files = {
        **KUBEADM,
        "/usr/bin/containerd": "",
        "/proc/cmdline": "ro root=UUID=1 systemd.unified_cgroup_hierarchy=0 quiet\n",
        "/proc/filesystems": "ext4\n",
        "/proc/1/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw,data=ordered\n",
        CERTS: lines,
        "/etc/rsyslog.d/a.conf": 'a\ninput(File="/var/log/pods/*/*/*.log" tag="x")\n',
        "/etc/docker/daemon.json": '{"exec-opts": ["native.cgroupdriver=systemd"]}',
    }
    recording = RecordingHost(tree(tmp_path / "node", files))
    node = gather(recording)
    write_record(recording, str(tmp_path / "record"))
    from unshim.record.recorded import RecordedHost

    again = gather(RecordedHost(str(tmp_path / "record")))
    for subject in ("kernel", "storage", "logs", "registry", "docker"):
        known, known_again = (
            json.loads(facts.as_json(one, subject, {}))["facts"][subject] for one in (node, again)
        )
        _drop_sizes(known)
        _drop_sizes(known_again)
        assert known == known_again
    told = facts.as_json(node, "", {})
    assert "systemd.unified_cgroup_hierarchy=0" in told
    assert "data=ordered" in told
    assert "native.cgroupdriver=systemd" in told
    assert "/a.key" in told


def _drop_sizes(value: object) -> None:
    if isinstance(value, dict):
        value.pop("size", None)
        for part in value.values():
            _drop_sizes(part)
    elif isinstance(value, list):
        for part in value:
            _drop_sizes(part)


@pytest.mark.parametrize(
    "word", [f"http://u:{CANARY}@h/?a=b", f"Authorization: Basic {CANARY}4=", f"x=pwd={CANARY}"]
)
def test_no_word_of_a_command_line_tells_a_secret(word: str) -> None:
    assert CANARY not in redact.argv(["x", word])[1]


def test_only_the_lines_that_name_logs_are_recorded_of_an_agent(tmp_path: Path) -> None:
    text = f"[INPUT]\n  Path /var/log/pods/*\n  HTTP_Passwd {CANARY}\n"
    recording = RecordingHost(tree(tmp_path / "n", {"/etc/fluent-bit/a.conf": text}))
    gather(recording)
    write_record(recording, str(tmp_path / "r"))
    texts = [file.read_text() for file in (tmp_path / "r").rglob("*") if file.is_file()]
    assert any("/var/log/pods/*" in text for text in texts)
    assert not any(CANARY in text for text in texts)
