"""buildkitd's file: its values, and the lines for which buildkitd does not start.

Source: buildkit cmd/buildkitd/main.go, config/load.go and config/gcpolicy.go of v0.32.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from unshim.model.machine import ParseError, Reference
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Origin, Setting, Source
from unshim.releases import buildkitd
from unshim.text.escape import visible
from unshim.text.marked_settings import clean, named
from unshim.text.patterns import lazy

if TYPE_CHECKING:
    from unshim.text.toml_marks import Table

_SPACE = lazy(r"-?[0-9]+%|[0-9]+(\.[0-9]*)? ?[kmgtpKMGTP]?([iI]?[bB])?")
_SPAN = lazy(r"[-+]?[0-9]+|[-+]?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+")
_BOM = b"\xef\xbb\xbf"


class File(NamedTuple):
    """One buildkitd.toml. `values` go by their dotted path."""

    values: Mapping[str, Setting[object]] | ParseError | Missing
    problems: tuple[Reference, ...] | Missing

    def value(self, path: str) -> Setting[object] | None:
        """A setting in any case of its letters; of two that differ in it the later one counts."""
        if isinstance(self.values, (ParseError, Missing)):
            return None
        found = [setting for key, setting in self.values.items() if key.lower() == path.lower()]
        return max(found, key=lambda setting: setting.source.line or 0, default=None)

    def text(self, path: str) -> Setting[str] | None:
        """One that is a text, and not empty."""
        setting = self.value(path)
        if setting is None or not isinstance(setting.value, str) or not setting.value:
            return None
        return Setting(setting.value, setting.source)


def read(file: FileText | None | Missing) -> File:
    """What stands in a file; one that is not there is an empty one."""
    if file is None:
        return File({}, ())
    if isinstance(file, Missing):
        return File(file, file)
    from unshim.text.toml_marks import dotted, read_toml, settings

    path = visible(file.path)
    document = read_toml(file._replace(path=path))
    if isinstance(document, ParseError):
        place = Source(Origin.FILE, path, document.line)
        return File(document, (Reference(document.message, place),))
    problems = list(_misfits(document, buildkitd.KEYS))
    if file.data.startswith(_BOM):
        problems.insert(0, Reference("a byte order mark", Source(Origin.FILE, path, 1)))
    values = {
        named(dotted(key)): Setting(clean(".".join(key), setting.value), setting.source)
        for key, setting in settings(document)
    }
    found = File(values, ())
    return File(values, (*problems, *_refused(found)))


def _misfits(table: Table, keys: Mapping[str, buildkitd.Kind]) -> Iterator[Reference]:
    """Values of another kind than their setting; keys that buildkitd does not know are none."""
    from unshim.text.toml_marks import Table

    folded = {key.lower(): kind for key, kind in keys.items()}
    for key, entry in table.entries.items():
        kind = folded.get(key.lower(), keys.get(buildkitd.EACH))
        if kind is None or kind == buildkitd.ANY:
            continue
        option = visible(key)[:80]
        if isinstance(kind, Mapping):
            if isinstance(entry, Table):
                yield from _misfits(entry, kind)
            else:
                yield Reference(f"{option}: must be a table", entry.source)
        elif isinstance(kind, tuple):
            if isinstance(entry, Table) or not isinstance(entry.value, list):
                yield Reference(f"{option}: must be a list of tables", entry.source)
            elif not all(_is_table(one, kind[0]) for one in entry.value):
                yield Reference(f"{option}: a table in it does not fit", entry.source)
        elif isinstance(entry, Table):
            if kind != buildkitd.NAMES:
                yield Reference(f"{option}: must be {kind}", entry.source)
            else:
                yield from _misfits(entry, {buildkitd.EACH: buildkitd.TEXT})
        elif not _fits(entry.value, str(kind)):
            yield Reference(f"{option}: must be {kind}", entry.source)


def _is_table(value: object, keys: Mapping[str, buildkitd.Kind]) -> bool:
    """A table of a list, which is a value as a whole."""
    if not isinstance(value, dict):
        return False
    folded = {key.lower(): str(kind) for key, kind in keys.items()}
    return all(_fits(one, folded.get(key.lower(), buildkitd.ANY)) for key, one in value.items())


def _fits(value: object, kind: str) -> bool:
    match kind:
        case buildkitd.FLAG:
            return isinstance(value, bool)
        case buildkitd.TEXT:
            return isinstance(value, str)
        case buildkitd.NUMBER:
            return type(value) is int
        case buildkitd.TEXTS:
            return isinstance(value, list) and all(isinstance(one, str) for one in value)
        case buildkitd.SPACE | buildkitd.SPAN:
            return _measures(value, _SPACE if kind == buildkitd.SPACE else _SPAN)
    return kind == buildkitd.ANY


def _measures(value: object, form: re.Pattern[str]) -> bool:
    """Numbers are taken as they are written, and so is an empty text."""
    if isinstance(value, (bool, list, dict)):
        return False
    return value == "" or form.fullmatch(str(value)) is not None


def _refused(file: File) -> Iterator[Reference]:
    """Values of the right kind for which it stops."""
    for key, allowed in (("format", buildkitd.LOG_FORMATS), ("level", buildkitd.LOG_LEVELS)):
        named_so = file.text(f"log.{key}")
        if named_so and named_so.value.lower() not in allowed:
            yield Reference(f"{key}: buildkitd knows no such one", named_so.source)
    most = file.value("system.maxRegistryConcurrency")
    if most and isinstance(most.value, int) and most.value <= 0:
        yield Reference("maxRegistryConcurrency: must be above 0", most.source)
