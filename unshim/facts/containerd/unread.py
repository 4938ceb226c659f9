"""Keys in the files that containerd does not read, each with why, as far as that can be told.

What counted is known from reading as the daemon reads; everything else that a file sets is unread.
Plugins whose keys are not all known, proxy plugins and stream processors are never spoken of.
Proven for 2.1 by its own warnings, for 1.x by what `config dump` leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from unshim.facts.containerd.document import Document
from unshim.facts.containerd.effective import Values
from unshim.facts.containerd.merging import ConfigFile
from unshim.facts.containerd.options import RUNC_TYPES
from unshim.facts.containerd.sections import Refused
from unshim.facts.containerd.tables import read_each, read_table
from unshim.model.parts.containerd import Handler, Unread
from unshim.model.values import Setting, Version
from unshim.releases.containerd import (
    CRI_2,
    IMAGE_KEYS,
    IMAGES,
    OLDEST_VERSIONS,
    RUNTIME,
    full_name,
    key_spellings,
    loses_v1_cri_settings,
)
from unshim.releases.containerd_keys import RUNC, TOP, Shape, Span, plugins, shape, spans
from unshim.text.escape import visible
from unshim.text.marked_settings import named
from unshim.text.toml_lines import Path
from unshim.text.toml_marks import Table, dotted, settings

_NOT_OURS = ("proxy_plugins", "stream_processors")
_RUNTIMES = ("containerd", "runtimes")
_LAST_1 = Version(1, 7, 99)
"""The release whose keys 2.x moves from an old file."""

LIMIT = 200
"""Keys that are told; why one is not read takes longer to find than all the others to read."""

_IN_RUNTIME = 4
"""How deep a runtime's options lie: containerd.runtimes.NAME.options."""


def unread(document: Document, counted: Values, handlers: Sequence[Handler]) -> tuple[Unread, ...]:
    """The first LIMIT, in the order of the files."""
    search = _Search(document, counted, handlers)
    return tuple(islice((entry for file in document.files for entry in search.of(file)), LIMIT))


class _Search:
    def __init__(self, document: Document, counted: Values, handlers: Sequence[Handler]) -> None:
        self.version = document.version
        self.release = document.release
        self.runc = {h.name for h in handlers if h.runtime_type.value in RUNC_TYPES}
        self.merged: Mapping[Path, Setting[object]] = dict(settings(document.merged))
        self.standing = {id(setting) for setting in self.merged.values()}
        kept = [s for plugin in counted.values() for s in plugin.values()]
        # By identity: two keys of an inline table may hold one value on one line.
        self.read = {id(setting) for setting in kept}
        self.places = {setting.source for setting in kept}

    def of(self, file: ConfigFile) -> Iterator[Unread]:
        top = {id(s) for _, s in read_table(file.document, shape(TOP, self.release), self.release)}
        for path, setting in settings(file.document):
            if file.version >= 4 and self.release.line >= (2, 3) and _is_served(path):
                reason = "from version 4 on, sockets are set in plugins of io.containerd.server.v1"
                yield Unread(named(dotted(path)), setting.source, reason)
            elif path[0] != "plugins":
                if id(setting) not in top and path[0].lower() not in _NOT_OURS:
                    yield self._describe(path, setting, TOP, path)
            elif len(path) > 2 and id(setting) not in self.read:
                yield from self._in_plugin(file, path, setting)

    def _in_plugin(self, file: ConfigFile, path: Path, s: Setting[object]) -> Iterator[Unread]:
        version = self.version if self.release.line < (2, 0) else file.version
        old = version in OLDEST_VERSIONS
        plugin = full_name(path[1]) if old else path[1]
        full = full_name(path[1])
        if full in plugins() and plugin != full:
            reason = f'from `version = 2` on this table is called plugins."{full}"'
            yield Unread(named(dotted(path)), s.source, reason)
        if plugin not in plugins() or plugin in (TOP, RUNC):
            return
        inner = path[2:]
        standing = self.merged.get(("plugins", plugin if self._renames else path[1], *inner))
        # 2.3 moves a file's keys before it merges them.
        moved = self.release.line >= (2, 3) and file.version < 4 and id(s) in self.standing
        if moved and inner[:2] == _RUNTIMES and "options" in map(str.lower, inner[3:4]):
            return
        if standing is not s and not moved:
            if standing is None and self.release.line < (2, 0):
                reason = "a file that is read later replaces this whole table"
                yield Unread(named(dotted(path)), s.source, reason)
            return
        if old and self.release.line < (2, 0) and path[1] == plugin:
            reason = f"without `version = 2` this table is called plugins.{plugin.split('.')[-1]}"
            yield Unread(named(dotted(path)), s.source, reason)
        elif old and plugin == CRI_2 and self._loses_cri:
            reason = f"containerd {self._line} drops the CRI settings of a file of version 1"
            yield Unread(named(dotted(path)), s.source, reason)
        elif self._in_options(plugin, inner):
            yield from self._option(path, inner, s)
        elif not (inner[-1] == "bin_dir" and s.source in self.places):
            yield self._describe(path, s, plugin, inner)

    @property
    def _renames(self) -> bool:
        return self.release.line >= (2, 0)

    @property
    def _loses_cri(self) -> bool:
        """A file of version 1 alone loses its CRI settings; beside one of version 2 it does not."""
        return self.version >= 3 and loses_v1_cri_settings(self.release)

    @property
    def _line(self) -> str:
        return f"{self.release.major}.{self.release.minor}"

    def _in_options(self, plugin: str, inner: Path) -> bool:
        """Whether it is an option of a runtime, in a table that the release reads."""
        old = plugin == CRI_2 and (self.release.line < (2, 0) or self._moves(inner))
        reads = old or (plugin == RUNTIME and self.release.line >= (2, 0))
        deep = 3 if inner[:2] == _RUNTIMES else 2
        spelt = key_spellings("options", self.release)
        name = inner[deep] if len(inner) > deep + 1 else ""
        return reads and (name in spelt if spelt else name.lower() == "options")

    def _moves(self, inner: Path) -> bool:
        """Whether runtimes of the old table become those of the new: only where it has none."""
        new = ("plugins", RUNTIME, *_RUNTIMES)
        new_is_set = any(path[:4] == new for path in self.merged)
        return self.version < 3 and inner[:2] == _RUNTIMES and not new_is_set

    def _option(self, path: Path, inner: Path, s: Setting[object]) -> Iterator[Unread]:
        """Options go to the shim as they are written; only runc's are known."""
        keys = shape(RUNC, self.release)
        if len(inner) != _IN_RUNTIME + 1 or visible(inner[2]) not in self.runc:
            return
        beside = Table(s.source, {p[-1]: t for p, t in self.merged.items() if p[:-1] == path[:-1]})
        read = [value for _, value in read_each(beside, keys, self.release)]
        wrong = [value.source for value in read if isinstance(value, Refused)]
        if s.source not in wrong and all(value is not s for value in read):
            yield self._describe(path, s, RUNC, inner[-1:])

    def _describe(self, path: Path, s: Setting[object], plugin: str, inner: Path) -> Unread:
        reason, nearest = self._why(plugin, inner)
        gone = not nearest and self._gave_up(plugin, inner)
        # Of a name that nobody knows a record has 0 for each number.
        empty = not s.value and (gone or s.value is False or not isinstance(s.value, int))
        return Unread(named(dotted(path)), s.source, reason, nearest, gone, empty)

    def _gave_up(self, plugin: str, inner: Path) -> bool:
        """Whether an earlier release read it, and this one does not."""
        span = _listed_span(plugin, inner)
        turns = () if span is None or span.holds(self.release) else span.turns
        return any(turn <= self.release for turn in turns)

    def _why(self, plugin: str, inner: Path) -> tuple[str, str]:
        keys = shape(plugin, self.release)
        if not keys:
            return self._no_table(plugin), ""
        place = "" if plugin == RUNC else self._place(plugin, inner)
        if place:
            return f"no release reads it here; its place is {place}", place
        elsewhere = "" if plugin == RUNC else self._elsewhere(plugin, inner)
        if elsewhere:
            return elsewhere, ""
        if isinstance(_below(keys, inner), dict):
            return "it must be a table", ""
        span = _listed_span(plugin, inner)
        if span is not None:
            return self._of_others(span, plugin), ""
        nearest = _nearest(keys, inner) or self._nearest_moved(plugin, inner)
        if nearest and nearest.lower() in map(str.lower, inner):
            return self._spelling(plugin, inner), nearest
        who = "runc's shim" if plugin == RUNC else f"containerd {self._line}"
        return f"{who} knows no such key", nearest

    def _nearest_moved(self, plugin: str, inner: Path) -> str:
        """The same among the keys of 1.x, which 2.x still takes from a file of version 2."""
        moves = plugin == CRI_2 and self._renames
        return _nearest(shape(plugin, _LAST_1), inner) if moves else ""

    def _spelling(self, plugin: str, inner: Path) -> str:
        short = plugin.rpartition(".")[2]
        for path in self.merged:
            names = path[2:] if path[0] == "plugins" else path
            same_plugin = (
                path[0] != "plugins" if plugin == TOP else path[1:2] in ((plugin,), (short,))
            )
            alike = names[:-1] == inner[:-1] and names[-1].lower() == inner[-1].lower()
            if same_plugin and alike and names != inner:
                return "another spelling of the key counts"
        return f"containerd {self._line} takes this key in its own spelling only"

    def _no_table(self, plugin: str) -> str:
        if plugin in (IMAGES, RUNTIME):
            return f'containerd {self._line} reads CRI settings from plugins."{CRI_2}"'
        return f"containerd {self._line} has no plugin {plugin}"

    def _place(self, plugin: str, inner: Path) -> str:
        """Where in the same plugin a key of this name is read, where none ever was read here."""
        if plugin == TOP or _listed_span(plugin, inner) is not None:
            return ""
        moves = plugin == CRI_2 and self.version < 3 and self.release.line >= (2, 0)
        release = _LAST_1 if moves else self.release
        names = [key for key, span in spans(plugin).items() if span.holds(release)]
        ends = [key for key in names if key.split(".")[-1] == inner[-1] and "*" not in key]
        return min(ends, key=lambda key: key.count("."), default="")

    def _elsewhere(self, plugin: str, inner: Path) -> str:
        """Where the key would count: at the top, or in another CRI table."""
        if inner[-1] in shape(TOP, self.release) and not (plugin == TOP and len(inner) == 1):
            return "a key of the top level: it must stand above the first table"
        if plugin == CRI_2 and self.version < 3 and self.release.line >= (2, 0):
            if inner[:-1] == ("containerd",) and inner[-1] in IMAGE_KEYS:
                return "it only moves to version 3 where runtimes are set beside it"
            listed = any(_listed_span(other, inner, self.release) for other in (IMAGES, RUNTIME))
            if listed or (inner[:2] == _RUNTIMES and not self._moves(inner)):
                return "another table sets it too, and that one counts"
        for other in (IMAGES, RUNTIME, CRI_2):
            if other != plugin and _listed_span(other, inner[-1:], self.release):
                return f'it belongs in plugins."{other}"'
        return ""

    def _of_others(self, span: Span, plugin: str) -> str:
        if span.holds(self.release):
            return "another table sets it too, and that one counts"
        who = "runc's shim" if plugin == RUNC else "containerd"
        before = [turn for turn in span.turns if turn <= self.release]
        if before:
            return f"{who} reads it no more since {before[-1].major}.{before[-1].minor}"
        return f"{who} reads it since {span.turns[0]} only"


def _is_served(path: Path) -> bool:
    """Top-level keys that 2.3 moves for older files, and reads nowhere else."""
    name = path[0].lower()
    of_debug = name == "debug" and path[-1].lower() in ("address", "uid", "gid")
    return name in ("grpc", "ttrpc", "metrics") or of_debug


def _listed_span(plugin: str, inner: Path, release: Version | None = None) -> Span | None:
    """The key in any release, or in one of them."""
    for key, span in spans(plugin).items():
        names = key.split(".")
        same = len(names) == len(inner) and all(
            n in ("*", i) for n, i in zip(names, inner, strict=True)
        )
        if same and (release is None or span.holds(release)):
            return span
    return None


def _below(keys: Shape, inner: Path) -> Shape | str:
    """What the release reads at this path; a text where that is no table."""
    found: Shape | str = keys
    for name in inner:
        found = found.get(name, found.get("*", "")) if isinstance(found, dict) else ""
    return found


def _nearest(keys: Shape, inner: Path) -> str:
    """The key that the first unknown name may be a misspelling of; empty where none is like it."""
    from difflib import get_close_matches

    name = inner[-1]
    for name in inner:
        below = keys.get(name, keys.get("*"))
        if not isinstance(below, dict):
            break
        keys = below
    folded = {key.lower(): key for key in keys if key != "*"}
    matches = get_close_matches(name.lower(), folded, 1, 0.75)
    return folded[matches[0]] if matches else ""
