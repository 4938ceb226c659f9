"""What an emulated node runs so that it can be asked: a line of JSON in, a line of JSON out.

`python3 agent.py PORT`, with the standard library alone; it does one thing at a time.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


def answer(asked: Answer) -> Answer:
    """What came of one request."""
    ways: dict[str, Callable[..., Answer]] = {"run": run, "read": read, "write": write}
    try:
        return ways[asked.pop("do")](**asked)
    except subprocess.TimeoutExpired:
        return {"late": True}
    except OSError as error:
        return {"errno": error.errno, "error": str(error)}


def run(argv: list[str], env: dict[str, str], given: str | None, timeout: float) -> Answer:
    """Run a program to its end."""
    data = None if given is None else unpacked(given)
    stdin = subprocess.DEVNULL if given is None else None
    try:
        done = subprocess.run(
            argv, env=env, stdin=stdin, input=data, capture_output=True, timeout=timeout
        )
    except OSError as error:  # as env(1) and the shell say it
        return {"code": 127, "out": "", "err": packed(f"{argv[0]}: {error}\n".encode())}
    return {"code": done.returncode, "out": packed(done.stdout), "err": packed(done.stderr)}


def read(path: str) -> Answer:
    """The bytes of a file."""
    return {"out": packed(Path(path).read_bytes())}


def write(path: str, data: str, mode: int) -> Answer:
    """Write a file, making its folders."""
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(unpacked(data))
    place.chmod(mode)
    return {}


def packed(data: bytes) -> str:
    """Bytes as JSON can hold them."""
    return base64.b64encode(data).decode()


def unpacked(text: str) -> bytes:
    """The bytes again."""
    return base64.b64decode(text)


def main(port: str) -> None:
    """Answer until the machine ends."""
    with open(port, "r+b", buffering=0) as line:
        waiting = b""
        while True:
            head, found, rest = waiting.partition(b"\n")
            if not found:
                waiting += line.read(65536)
                continue
            waiting = rest
            data = json.dumps(answer(json.loads(head))).encode() + b"\n"
            while data:
                data = data[line.write(data) :]


if __name__ == "__main__":
    main(sys.argv[1])
