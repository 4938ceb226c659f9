"""Of what daemons answer, the recorder in POSIX sh keeps what unshim itself would."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from tests import NODES
from tests.record.sh.awks import AWKS, every_awk
from tests.text.test_redact import CANARY
from unshim.facts.docker import answers as docker_pods
from unshim.rpc import containerd as ctd
from unshim.rpc import containerd_pb2, cri_pb2
from unshim.rpc.scrub import scrub


def program(
    awk: str, programs: tuple[str, str], mode: str, body: bytes, folder: Path, **settings: object
) -> Any:
    """What the awk program prints of a daemon's answer, read as JSON."""
    (folder / "code").write_text("0\n")
    numbers = "\n".join(str(byte) for byte in body).encode() + b"\n"
    settings |= {"NOTES": folder / "notes", "HEADERS": folder / "headers", "RC": folder / "code"}
    argv = [*AWKS[awk], "-v", f"mode={mode}", "-v", 'CALL={"method": "x"']
    for name, value in settings.items():
        argv += ["-v", f"{name}={value}"]
    argv += ["-f", programs[0], "-f", programs[1]]
    environment = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
    done = subprocess.run(argv, input=numbers, capture_output=True, env=environment)
    assert done.stderr == b""
    return json.loads(done.stdout)


def answered(
    awk: str, programs: tuple[str, str], method: str, parts: Sequence[bytes], tmp_path: Path
) -> list[bytes]:
    """What the awk program keeps of an answer to `method`."""
    (tmp_path / "headers").write_text("HTTP/2 200 \r\n\r\ngrpc-status: 0\r\n")
    body = b"".join(b"\0" + len(part).to_bytes(4, "big") + part for part in parts)
    found = program(awk, programs, "call", body, tmp_path, METHOD=method)
    return [base64.b64decode(part) for part in found["answers"]]


def messages() -> dict[str, tuple[str, type[Message], bytes]]:
    """Answers that hold secrets, by what holds them."""
    config = {
        "registry": {"configs": {"r": {"auth": {"password": CANARY, "identityToken": ""}}}},
        "headers": {"Authorization": [CANARY]},
        "list": [1, -2.5e3, True, None, 'é\n"\\', {"token": CANARY, "auth": None}],
    }
    status = cri_pb2.StatusResponse()
    status.info.add(key=b"config", value=json.dumps(config).encode())
    status.info.add(key=b"lastCNILoadStatus", value=b"cni config load failed: no network")
    status.info.add(key=b"golang", value=CANARY.encode())
    pods = cri_pb2.ListPodSandboxResponse()
    pod = pods.items.add(id=b"1", created_at=1795182156968163362)
    pod.annotations.add(key=b"kubernetes.io/config.source", value=b"file")
    pod.annotations.add(key=b"kubectl.kubernetes.io/last-applied", value=CANARY.encode())
    image = {"architecture": "amd64", "config": {"Env": [CANARY]}, "rootfs": {"diff_ids": ["a"]}}
    manifest = {"layers": [{"digest": "sha256:aa"}], "config": {"digest": "sha256:bb"}}
    blobs = {
        "image": json.dumps(image, indent=1).encode(),
        "manifest": json.dumps(manifest).encode(),
        "other": json.dumps({"x": CANARY}).encode(),
        "binary": b"\x1f\x8b" + CANARY.encode() + bytes(range(256)),
    }
    found: dict[str, tuple[str, type[Message], bytes]] = {
        "status": (
            "/runtime.v1.RuntimeService/Status",
            cri_pb2.StatusResponse,
            status.SerializeToString(),
        ),
        "pods": (
            "/runtime.v1alpha2.RuntimeService/ListPodSandbox",
            cri_pb2.ListPodSandboxResponse,
            pods.SerializeToString(),
        ),
    }
    for name, data in blobs.items():
        blob = containerd_pb2.ReadResponse(data=data)
        found[name] = (ctd.READ, containerd_pb2.ReadResponse, blob.SerializeToString())
    return found


@every_awk
@pytest.mark.parametrize("name", messages())
def test_of_an_answer_only_that_is_kept_which_scrub_keeps(
    awk: str, programs: tuple[str, str], name: str, tmp_path: Path
) -> None:
    method, kind, data = messages()[name]
    # A field that unshim does not know, as newer daemons send.
    data += b"\xfa\x7f\x0a" + CANARY.encode()
    (kept,) = answered(awk, programs, method, [data], tmp_path)
    own, theirs = kind(), kind()
    own.ParseFromString(scrub(method, data))
    theirs.ParseFromString(kept)
    assert comparable(theirs) == comparable(own)
    assert CANARY.encode() not in kept


def comparable(message: Message) -> str:
    """A message with its JSON values read: how they are spaced does not matter."""
    for entry in getattr(message, "info", ()):
        with suppress(ValueError):
            entry.value = json.dumps(json.loads(entry.value), sort_keys=True).encode()
    with suppress(ValueError, AttributeError):
        message.data = json.dumps(json.loads(message.data)).encode()  # type: ignore[attr-defined]
    return str(message)


@every_awk
def test_what_is_no_message_is_kept_as_nothing(
    awk: str, programs: tuple[str, str], tmp_path: Path
) -> None:
    broken = b"\x0a\xff\xff\x03" + CANARY.encode()
    assert answered(awk, programs, ctd.IMAGES, [broken], tmp_path) == [b""]


@every_awk
def test_the_answers_of_recorded_nodes_stay_as_they_are(
    awk: str, programs: tuple[str, str], tmp_path: Path
) -> None:
    index = json.loads((NODES / "half-migrated/index.json").read_text())
    for call in index["calls"]:
        if "answers" not in call or call["method"].endswith("Server"):
            continue
        method = call["method"].rstrip("*")
        parts = [base64.b64decode(part) for part in call["answers"]]
        kept = answered(awk, programs, method, parts, tmp_path)
        assert [scrub(method, part) for part in kept] == [scrub(method, part) for part in parts]


DOCKER = {
    "containers": [
        {
            "Id": "abc1",
            "Names": ["/k8s_a"],
            "Image": f"user:{CANARY}@registry.io/app:1",
            "Command": f"run --token={CANARY}",
            "Created": 12,
            "Labels": {"io.kubernetes.pod.name": "web", "annotation.secret": CANARY},
            "HostConfig": {"NetworkMode": CANARY},
        }
    ],
    "images": [{"RepoTags": [f"u:{CANARY}@r/a:1", "b:2"], "RepoDigests": None, "Size": 3}],
    "info": {
        "ServerVersion": "20.10",
        "LiveRestoreEnabled": False,
        "HttpProxy": f"http://u:{CANARY}@p",
        "Labels": [CANARY],
    },
    "one": {
        "Config": {"Env": [f"A={CANARY}"]},
        "HostConfig": {
            "Binds": [CANARY],
            "LogConfig": {"Type": "splunk", "Config": {"splunk-token": CANARY, "max-size": "1m"}},
        },
    },
}


@every_awk
@pytest.mark.parametrize("name", DOCKER)
def test_of_dockers_answers_only_that_is_kept_which_unshim_keeps(
    awk: str, programs: tuple[str, str], name: str, tmp_path: Path
) -> None:
    (tmp_path / "headers").write_text("HTTP/1.1 200 OK\r\n\r\n")
    body = json.dumps(DOCKER[name]).encode()
    found = program(awk, programs, "http", body, tmp_path)
    kept = base64.b64decode(found["body"]["base64"])
    assert CANARY.encode() not in kept
    # Scrubbing again takes out the empty shells that are left of unknown parts.
    assert json.loads(docker_pods.scrub(kept)) == json.loads(docker_pods.scrub(body))
    (tmp_path / "headers").write_text("HTTP/1.1 500 no\r\n")
    error = program(awk, programs, "http", b'{"message": "no"}', tmp_path)["error"]
    assert error == {"code": "HTTP_500", "details": '{"message": "no"}'}
