"""Give containerd an image that Docker has, or an archive holds: by `docker save` and ctr's import.

An image is known by its id, the digest of its configuration: Docker, archives and containerd's
content all name that, whatever they are asked by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from unshim.apply.acts import archives
from unshim.apply.acts.units import run
from unshim.apply.failures import Stale, StepFailed
from unshim.apply.turn import Former, Turn
from unshim.model.search_path import PATH
from unshim.model.steps import ImportImage

SECONDS = 1800.0
"""That an import may take: images are large, and disks are slow."""
_ASKED = 60.0
BESIDE = 6 * _ASKED
"""Seconds for what is asked before it and after it."""
_DEPTH = 4
_PATH = r"(/[A-Za-z0-9_.@:-]*[A-Za-z0-9_-])+"


def note(step: ImportImage) -> Former:
    """The digest that the name stands for in the namespace, "" for none.

    Raises:
        Stale: the source has another image by now.
        StepFailed: the name is another image's already, or somebody does not answer.
        OSError: the archive cannot be read.
    """
    if step.archive:
        with open(step.archive, "rb") as archive:
            _check_archive(step, archive)
    else:
        _check_docker(step)
    standing = _standing(step)
    if standing and step.digest not in _ids(step, standing):
        raise StepFailed(f"{step.name} in namespace {step.target} is another image already")
    return {"standing": standing}


def bring(step: ImportImage, former: Former, turn: Turn) -> None:
    """Raises: Stale, StepFailed, also where it is not there afterwards; OSError."""
    with _source(step) as stream:
        _import(step, stream)
    standing = _standing(step)
    if not standing or step.digest not in _ids(step, standing):
        raise StepFailed(f"{step.name} is not in namespace {step.target} after its import")


def take_out(step: ImportImage, former: Former, turn: Turn) -> None:
    """Without the name that the step brought; another image's stays. Raises: StepFailed."""
    standing = _standing(step)
    if standing in ("", former["standing"]) or step.digest not in _ids(step, standing):
        return
    where = (step.socket, step.target, step.target)
    run([*turn.commands["images"], "unshare", *where, step.name, standing])


@contextmanager
def _source(step: ImportImage) -> Iterator[IO[bytes]]:
    """The archive, or what `docker save` writes, of just the image that was planned.
    Raises: Stale, StepFailed, OSError."""
    if not step.archive:
        _check_docker(step)
        with _saved(step) as stream:
            yield stream
        return
    with open(step.archive, "rb", buffering=0) as archive:
        _check_archive(step, archive)
        archive.seek(0)
        yield archive


def _check_archive(step: ImportImage, archive: IO[bytes]) -> None:
    held = archives.images_in(archive)
    if held != {step.name: step.digest}:
        named = ", ".join(held) or "no image"
        raise Stale(f"{step.archive} holds {named}, and not just {step.name} of {step.digest}")


def _check_docker(step: ImportImage) -> None:
    found = run(["docker", "image", "inspect", "-f", "{{.Id}}", step.name], _ASKED).strip()
    if found != step.digest:
        raise Stale(f"Docker's {step.name} is {found} by now, and was {step.digest}")


@contextmanager
def _saved(step: ImportImage) -> Iterator[IO[bytes]]:
    import subprocess  # dear, and a report starts nothing by this

    with subprocess.Popen(
        ["docker", "save", step.name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
    ) as saved:
        assert saved.stdout is not None
        try:
            yield saved.stdout
        finally:
            saved.stdout.close()
            saved.terminate()


def _ctr(step: ImportImage) -> list[str]:
    return ["ctr", f"--address={step.socket}", f"--namespace={step.target}"]


def _import(step: ImportImage, stream: IO[bytes]) -> None:
    import subprocess

    try:
        done = subprocess.run(
            [*_ctr(step), "images", "import", "-"],
            stdin=stream,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
        )
    except OSError:
        raise StepFailed("ctr is not on this node, or does not start") from None
    except subprocess.TimeoutExpired:
        raise StepFailed(f"ctr images import: did not end within {SECONDS:g} s") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
        raise StepFailed(f"ctr images import: {lines[-1] if lines else f'code {done.returncode}'}")


def _standing(step: ImportImage) -> str:
    """The digest that the name stands for in the namespace, "" for none. Raises: StepFailed."""
    lines = run([*_ctr(step), "images", "ls", f"name=={step.name}"], _ASKED).splitlines()
    rows = (line.split() for line in lines)
    return next((row[2] for row in rows if len(row) > 2 and row[0] == step.name), "")


def _ids(step: ImportImage, digest: str, depth: int = _DEPTH) -> frozenset[str]:
    """The ids of the images behind a digest: of a manifest one, of an index one for each platform
    that is there. Raises: StepFailed."""
    content = _json(run([*_ctr(step), "content", "get", digest], _ASKED))
    config = content.get("config")
    if isinstance(config, dict):
        return frozenset([str(config.get("digest"))])
    found: frozenset[str] = frozenset()
    for entry in content.get("manifests", ()) if depth else ():
        try:
            found |= _ids(step, str(entry["digest"]), depth - 1)
        except (StepFailed, KeyError, TypeError):
            continue  # another platform's, which nobody brought
    return found


def _json(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise StepFailed("what containerd holds of it is no manifest")
    return content


def is_import(step: ImportImage) -> bool:
    """Whether each of its names can be one."""
    fits = (
        (_PATH, step.socket),
        (r"[A-Za-z0-9][A-Za-z0-9_.-]*", step.target),
        (r"[A-Za-z0-9][A-Za-z0-9_.:/@-]*", step.name),
        (r"sha256:[0-9a-f]{64}", step.digest),
        (f"({_PATH})?", step.archive),
    )
    return all(re.fullmatch(pattern, text) for pattern, text in fits)
