"""A table of containerd's configuration, read as a release reads it."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts.containerd.sections import Refused, pick, refused
from unshim.model.values import Setting, Version
from unshim.releases.containerd import key_spellings, passes_over_no_map
from unshim.releases.containerd_keys import Shape
from unshim.releases.durations import is_duration
from unshim.text.escape import visible
from unshim.text.toml_lines import Path
from unshim.text.toml_marks import Table


def read_table(
    table: Table, keys: Shape, release: Version, path: Path = ()
) -> Iterator[tuple[Path, Setting[object]]]:
    """The values that count, by the path of the release's own keys. Other keys are passed over.

    Raises:
        Refused: a value is of a type that the release does not take for it.
    """
    for name, entry in _counting(table, keys, release):
        kind = keys.get(name, keys.get("*"))
        place = (*path, name)
        if isinstance(kind, dict):
            if isinstance(entry, Setting):
                if "*" in kind and passes_over_no_map(release):
                    continue
                raise refused(entry.source, f"{visible(name)} must be a table")
            yield from read_table(entry, kind, release, place)
        elif isinstance(entry, Table):
            lists = kind == "tables" and release.line >= (2, 0)
            if kind != "options" and not lists:
                raise refused(entry.source, f"{visible(name)} must not be a table")
        elif kind == "options":
            if passes_over_no_map(release):
                continue
            raise refused(entry.source, f"{visible(name)} must be a table")
        else:
            if not _fits(entry.value, str(kind), release):
                error = refused(entry.source, f"{visible(name)} must be {_WORDS[str(kind)]}")
                # Whether 2.x takes a number without a unit is its TOML library's: Debian's 2.1.9
                # does, 2.0.11 and 2.3.4 built from their tags do not.
                bare = type(entry.value) is int and kind in ("duration", "nanoseconds")
                raise Refused(error.error, syntax=bare and release.line >= (2, 0))
            yield place, entry


def read_each(
    table: Table, keys: Shape, release: Version
) -> Iterator[tuple[str, Setting[object] | Refused]]:
    """The same of a table without tables in it, where a value of a wrong type stops no other."""
    for key, kind in keys.items():
        try:
            for path, setting in read_table(table, {key: kind}, release):
                yield path[0], setting
        except Refused as error:
            yield key, error


def _counting(
    table: Table, keys: Shape, release: Version
) -> Iterator[tuple[str, Setting[object] | Table]]:
    """Entries by the release's own names; of several spellings the one that it takes."""
    if "*" in keys:
        yield from table.entries.items()
        return
    folded: dict[str, str] = {}
    done: set[str] = set()
    twice = len({key.lower() for key in table.entries}) < len(table.entries)
    for key, entry in table.entries.items():
        if key in keys:
            name: str | None = key
        else:
            folded = folded or {known.lower(): known for known in keys}
            name = folded.get(key.lower())
            spellings = key_spellings(name, release) if name else None
            if name is None or (spellings is not None and key not in spellings):
                continue
        if name is None or name in done:
            continue
        done.add(name)
        yield name, (pick(table, name, release) or entry) if twice else entry


_WORDS = {
    "string": "a string",
    "bool": "true or false",
    "int": "a number",
    "float": "a number with a point",
    "[]string": "a list of strings",
    "tables": "an array of tables",
    "duration": 'a duration such as "10s"',
    "nanoseconds": 'a duration such as "10s"',
}


def _fits(value: object, kind: str, release: Version) -> bool:
    match kind:
        case "tables":
            return isinstance(value, list) and all(isinstance(item, dict) for item in value)
        case "string":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return type(value) is int
        case "float":
            return isinstance(value, float) or (release.line >= (2, 0) and type(value) is int)
        case "[]string":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case "duration" | "nanoseconds":
            # A bare number means nanoseconds: to 2.1, and to NRI in 1.7. 0 needs no unit.
            line = release.line
            plain = type(value) is int and (
                line == (2, 1) or (kind != "duration" and line < (2, 0))
            )
            zero = type(value) in (int, float) and value == 0
            if zero and (type(value) is int or (1, 5) <= release.line <= (1, 7)):
                return True
            return plain or (isinstance(value, str) and is_duration(value))
    raise AssertionError(kind)
