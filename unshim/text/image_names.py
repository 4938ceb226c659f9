"""Image names as containerd stores them and as people write them. Pure text."""

from __future__ import annotations


def normal(name: str) -> str:
    """The name in full: `nginx` is `docker.io/library/nginx:latest`.

    Source: distribution/reference, ParseNormalizedNamed and TagNameOnly. What is not a name
    (`sha256:…`) is returned as it is.
    """
    if name.startswith("sha256:") or not name:
        return name
    first, slash, rest = name.partition("/")
    if not slash or ("." not in first and ":" not in first and first != "localhost"):
        name = f"docker.io/{name}" if slash else f"docker.io/library/{name}"
    elif first == "index.docker.io":
        name = f"docker.io/{rest}"
    if name.startswith("docker.io/") and name.count("/") == 1:
        name = f"docker.io/library/{name.removeprefix('docker.io/')}"
    last = name.rpartition("/")[2]
    return name if ":" in last or "@" in last else f"{name}:latest"


def familiar(name: str) -> str:
    """The name as people write it: without docker.io/library/ and docker.io/."""
    return name.removeprefix("docker.io/library/").removeprefix("docker.io/")
