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
    on_the_hub = "." not in first and ":" not in first and first.lower() == first
    if not slash or (on_the_hub and first != "localhost"):
        name = f"docker.io/{name}" if slash else f"docker.io/library/{name}"
    elif first == "index.docker.io":
        name = f"docker.io/{rest}"
    if name.startswith("docker.io/") and name.count("/") == 1:
        name = f"docker.io/library/{name.removeprefix('docker.io/')}"
    last = name.rpartition("/")[2]
    return name if ":" in last or "@" in last else f"{name}:latest"


def familiar(name: str) -> str:
    """The name as people write it: without docker.io/ and, where one name follows, library/."""
    short = name.removeprefix("docker.io/")
    official = short.removeprefix("library/")
    return short if short == name or "/" in official else official
