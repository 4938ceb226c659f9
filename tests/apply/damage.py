"""Everything that may become of a run's folder: each part of its journal and plan, changed in each
way; and files that are none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from unshim.apply.records import START

Damage = Callable[[Path], None]
"""What becomes of a run's folder."""
Bytes = Callable[[bytes, int, int], bytes]
"""What becomes of a part of a file."""

CHANGES: dict[str, Bytes] = {
    "flipped": lambda data, at, end: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
    "inverted": lambda data, at, end: data[:at] + bytes(b ^ 255 for b in data[at:end]) + data[end:],
    "zeroed": lambda data, at, end: data[:at] + bytes(end - at) + data[end:],
    "taken out": lambda data, at, end: data[:at] + data[end:],
    "doubled": lambda data, at, end: data[:end] + data[at:],
    "a line feed in it": lambda data, at, end: data[:at] + b"\n" + data[at + 1 :],
    "a letter more": lambda data, at, end: data[:at] + b"x" + data[at:],
    "binary": lambda data, at, end: (
        data[:at] + bytes(n % 256 for n in range(end - at)) + data[end:]
    ),
    "cut off here": lambda data, at, end: data[:at],
    "zeros from here": lambda data, at, end: data[:at] + bytes(len(data) - at),
    "garbage from here": lambda data, at, end: data[:at] + Random(at).randbytes(len(data) - at),
}


def kinds(run: Path) -> Iterator[tuple[str, Damage]]:
    """Each with its name. The folder is to be a copy of this one, whose files are not touched."""
    for name in ("journal", "plan.json"):
        data = (run / name).read_bytes()
        parts = _journal_parts(data) if name == "journal" else _plan_parts(data)
        for part, (at, end) in parts.items():
            for change, made in CHANGES.items():
                yield f"{name}: {part} {change}", _written(name, made, at, end)
        for word, act in {**INSTEAD, **OTHER}.items():
            yield f"{name}: {word}", _of_file(name, act)
    for word, act in INSTEAD.items():
        yield f"the folder: {word}", act


def _of_file(name: str, act: Damage) -> Damage:
    return lambda folder: act(folder / name)


def _written(name: str, change: Bytes, at: int, end: int) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / name
        path.write_bytes(change(path.read_bytes(), at, end))

    return damage


def _journal_parts(data: bytes) -> dict[str, tuple[int, int]]:
    """From where to where each part of each line stands."""
    parts = {"mark 1": (512, 560), "mark 2": (1024, 1072)}
    starts = [("first line", 0)]
    at = START
    while data[at : at + 1] not in (b"", b"\0"):
        starts.append((f"record {len(starts)}", at))
        at = data.index(b"\n", at) + 1
    for name, start in starts:
        end = data.index(b"\n", start)
        state = data.index(b'"state"', start)
        parts |= {
            f"{name}, checksum": (start, start + 8),
            f"{name}, length": (start + 9, start + 17),
            f"{name}, beginning": (start + 18, start + 24),
            f"{name}, state": (state, state + 12),
            f"{name}, end": (end - 3, end),
            f"{name}, line feed": (end, end + 1),
            f"{name}, whole": (start, end + 1),
        }
    return parts | {"space": (at, at + 100), "last byte": (len(data) - 1, len(data))}


def _plan_parts(data: bytes) -> dict[str, tuple[int, int]]:
    words = {word: data.index(word) for word in (b'"format"', b'"kind"', b'"path"', b'"after"')}
    found = {f"{word.decode()}": (at, at + 9) for word, at in words.items()}
    return {"beginning": (0, 4), **found, "end": (len(data) - 4, len(data))}


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _instead(make: Callable[[Path], object]) -> Damage:
    def damage(path: Path) -> None:
        _remove(path)
        make(path)

    return damage


def _moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(1 << 40)


INSTEAD: dict[str, Damage] = {
    "a folder": _instead(lambda path: path.mkdir()),
    "a pipe": _instead(os.mkfifo),
    "a socket": _instead(lambda path: os.mknod(path, 0o140600)),
    "a symlink to what it was": _moved,
    "a symlink to nowhere": _instead(lambda path: path.symlink_to("/nowhere")),
    "a symlink to a device": _instead(lambda path: path.symlink_to("/dev/zero")),
}
OTHER: dict[str, Damage] = {
    "gone": _remove,
    "empty": _instead(lambda path: path.touch()),
    "of another": _instead(lambda path: shutil.copy("/etc/passwd", path)),
    "a terabyte": _huge,
}
