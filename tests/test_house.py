"""The house as it stands: no circles, no arrows back, nothing that outgrew its room."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import house

FILES = house.modules()
GRAPH = house.imports(FILES)


def test_no_file_and_no_folder_stands_in_a_circle() -> None:
    assert house.circles(GRAPH) == []
    for _, place in house.neighbours(FILES):
        assert house.circles(house.gathered(GRAPH, place)) == []


def test_no_arrow_goes_back() -> None:
    assert house.arrows_back(GRAPH, house.layers()) == []


def test_every_room_has_its_floor() -> None:
    level = {room for layer in house.layers() for room in layer}
    assert {house.room_of(name) for name in FILES} - level == {"unshim"}


def test_nothing_outgrew_its_room() -> None:
    size = house.sizes(FILES, house.test_files())
    assert size.largest[0] <= 400
    assert size.largest_class[0] <= 200
    assert size.median <= 90
    assert size.p90 <= 200
    assert size.tests >= size.code
    too_long = [
        path.name
        for path in house.test_files()
        if len(path.read_bytes().splitlines()) > 400 and "nodes" not in path.parts
    ]
    assert too_long == []


@pytest.mark.parametrize(
    ("graph", "circles"),
    [
        ({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset()}, []),
        ({"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("a")}, [("a", "b")]),
        ({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}, [("a", "b", "c")]),
    ],
)
def test_circles_are_seen(graph: house.Graph, circles: list[tuple[str, ...]]) -> None:
    assert house.circles(graph) == circles


def test_floors_are_counted_from_below() -> None:
    graph = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset[str]()}
    assert house.floors(graph) == {"c": 1, "b": 2, "a": 3}
    with pytest.raises(ValueError, match="circles"):
        house.floors({"a": frozenset("b"), "b": frozenset("a")})


def test_an_arrow_back_is_seen() -> None:
    graph = {"unshim.low.x": frozenset({"unshim.high.y"}), "unshim.high.y": frozenset[str]()}
    ordered = [["unshim.low"], ["unshim.high"]]
    assert house.arrows_back(graph, ordered) == [("unshim.low.x", "unshim.high.y")]
    assert house.arrows_back(graph, ordered[::-1]) == []


def test_every_way_of_importing_is_an_arrow(tmp_path: Path) -> None:
    package = tmp_path / "unshim"
    (package / "room").mkdir(parents=True)
    for path in ("__init__.py", "room/__init__.py", "one.py", "two.py"):
        (package / path).write_text("")
    (package / "room" / "three.py").write_text(
        "import unshim.one\n"
        "from unshim import two\n"
        "from . import four\n"
        "def late():\n    from unshim.room.five import x\n"
    )
    (package / "room" / "four.py").write_text("from ..one import y\n")
    (package / "room" / "five.py").write_text("")
    (package / "room" / "six_pb2.py").write_text("")
    graph = house.imports(house.modules(("unshim",), tmp_path))
    assert graph["unshim.room.three"] == {
        "unshim.one",
        "unshim.two",
        "unshim.room.four",
        "unshim.room.five",
    }
    assert graph["unshim.room.four"] == {"unshim.one"}
    assert "unshim.room.six_pb2" not in graph
