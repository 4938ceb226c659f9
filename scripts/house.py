"""The structure of the house, from the imports: rooms, floors, circles, arrows back, and sizes.

`python -m scripts.house` prints it; tests/test_house.py holds it. A room is a folder, or one of the
files that stand in unshim/ itself. Floors are counted from the imports, the lowest is 1; the order
that must hold is import-linter's, in pyproject.toml.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
PACKAGES = ("unshim", "checks", "fixes", "tui")
GENERATED = "_pb2.py"

Graph = Mapping[str, frozenset[str]]


class Sizes(NamedTuple):
    """Lines of files and classes. `code` and `tests` are all lines of each."""

    files: int
    median: float
    p90: int
    largest: tuple[int, str]
    largest_class: tuple[int, str]
    code: int
    tests: int


def modules(packages: Iterable[str] = PACKAGES, top: Path = TOP) -> dict[str, Path]:
    """Every module of these packages by its dotted name, generated ones left out."""
    return {
        ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__init__"): path
        for package in packages
        for path in sorted((top / package).rglob("*.py"))
        if not path.name.endswith(GENERATED)
    }


def imports(files: Mapping[str, Path]) -> Graph:
    """By module, the modules of ours that it imports anywhere, for types only included."""
    return {
        name: frozenset(set(_named(name, path, files)) - {name}) for name, path in files.items()
    }


def _named(name: str, path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*above, *filter(None, [node.module])] if node.level else [])
            module = module or node.module or ""
            below = [f"{module}.{alias.name}" for alias in node.names]
            inside = [target for target in below if target in files]
            yield from inside
            if len(inside) < len(below) and module in files:
                yield module


def room_of(name: str) -> str:
    """`unshim.facts.kubelet.config` stands in `unshim.facts`, `tui.screens.fix` in `tui`."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "unshim" else parts[0]


def neighbours(files: Mapping[str, Path]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each folder of more than one part, and for the modules below it the part they stand in: a
    file of the folder, or a folder in it."""
    for folder in sorted(name for name, path in files.items() if path.name == "__init__.py"):
        below = [name for name in files if name.startswith(f"{folder}.")]
        start = len(folder) + 1
        yield folder, {name: folder + "." + name[start:].partition(".")[0] for name in below}


def gathered(graph: Graph, place: Mapping[str, str]) -> Graph:
    """The same arrows between places; those inside a place and those to elsewhere are left out."""
    arrows: dict[str, set[str]] = {place[name]: set() for name in place}
    for name in place:
        inside = {place[target] for target in graph[name] if target in place}
        arrows[place[name]] |= inside - {place[name]}
    return {name: frozenset(targets) for name, targets in arrows.items()}


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """The sets of places that import each other, directly or not (Tarjan's components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    closed: list[tuple[str, ...]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in sorted(graph.get(name, ())):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            cut = stack.index(name)
            component = tuple(sorted(stack[cut:]))
            del stack[cut:]
            if len(component) > 1:
                closed.append(component)

    sys.setrecursionlimit(10_000)
    for name in sorted(graph):
        if name not in index:
            visit(name)
    return closed


def floors(graph: Graph) -> dict[str, int]:
    """The floor of each place: one above the highest it imports. Raises: ValueError on a circle."""
    if circles(graph):
        raise ValueError("there are circles: no floors can be counted")
    counted: dict[str, int] = {}

    def count(name: str) -> int:
        if name not in counted:
            counted[name] = 1 + max((count(target) for target in graph[name]), default=0)
        return counted[name]

    for name in graph:
        count(name)
    return counted


def layers(top: Path = TOP) -> list[list[str]]:
    """The floors as pyproject.toml orders them, the lowest first."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    document = tomllib.loads((top / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = document["tool"]["importlinter"]["contracts"]
    (ordered,) = (c["layers"] for c in contracts if c["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in reversed(ordered)]


def arrows_back(graph: Graph, ordered: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Imports of a module from a room that does not stand on a lower floor than its own."""
    level = {room: number for number, layer in enumerate(ordered) for room in layer}
    return sorted(
        (name, target)
        for name, targets in graph.items()
        for target in targets
        if room_of(name) != room_of(target)
        and room_of(name) in level
        and level.get(room_of(target), -1) >= level[room_of(name)]
    )


def sizes(files: Mapping[str, Path], tests: Iterable[Path]) -> Sizes:
    """How long files and classes are. A file without a line is none."""
    lines = {name: len(path.read_bytes().splitlines()) for name, path in files.items()}
    lengths = sorted(length for length in lines.values() if length)
    classes = [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}.{node.name}")
        for name, path in files.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    return Sizes(
        files=len(lengths),
        median=statistics.median(lengths),
        p90=lengths[(len(lengths) * 9) // 10],
        largest=max((length, name) for name, length in lines.items()),
        largest_class=max(classes),
        code=sum(lengths),
        tests=sum(len(path.read_bytes().splitlines()) for path in tests),
    )


def test_files(top: Path = TOP) -> list[Path]:
    """Every Python file of the tests."""
    return sorted((top / "tests").rglob("*.py"))


def main() -> int:
    """Print it all; 1 where there is a circle or an arrow back."""
    files = modules()
    graph = imports(files)
    rooms = gathered(graph, {name: room_of(name) for name in files})
    between_files = circles(graph)
    between_folders = [c for _, place in neighbours(files) for c in circles(gathered(graph, place))]
    back = arrows_back(graph, layers())
    write = sys.stdout.write
    if not circles(rooms):
        floor = floors(rooms)
        for room in sorted(rooms, key=lambda room: (floor[room], room)):
            inside = sum(room_of(name) == room for name in files)
            rest = f"{inside:3} files  imports {len(rooms[room])} rooms\n"
            write(f"floor {floor[room]}  {room:18} {rest}")
        write(f"{len(rooms)} rooms, {max(floor.values())} floors\n")
    for title, closed in (("files", between_files), ("folders", between_folders)):
        write(f"circles of {title}: {len(closed)}\n")
        for component in closed:
            write(f"    {' <-> '.join(component)}\n")
    write(f"arrows back: {len(back)}\n")
    for name, target in back:
        write(f"    {name} -> {target}\n")
    size = sizes(files, test_files())
    write(
        f"files: {size.files}, median {size.median:g} lines, p90 {size.p90}, "
        f"largest {size.largest[0]} ({size.largest[1]})\n"
        f"largest class: {size.largest_class[0]} lines ({size.largest_class[1]})\n"
        f"lines of code {size.code}, of tests {size.tests}: {size.tests / size.code:.2f}\n"
    )
    return 1 if back or between_files or between_folders else 0


if __name__ == "__main__":
    sys.exit(main())
