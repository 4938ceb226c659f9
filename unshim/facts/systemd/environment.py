"""Environment= and EnvironmentFile= of a unit, as systemd reads them (systemd.exec(5))."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence

from unshim.facts.systemd import unit_files
from unshim.facts.systemd.env_files import NAME, parse_env_file
from unshim.facts.systemd.specifiers import Specifiers
from unshim.host.host import Host
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Why
from unshim.text import lined
from unshim.text.escape import visible
from unshim.text.lined import Lined

_LISTS = ("Environment", "EnvironmentFile", "PassEnvironment", "UnsetEnvironment")


class Variable(NamedTuple):
    """The value of a variable and the file that holds it."""

    path: str
    value: Lined


class Environment(NamedTuple):
    """The variables a unit starts with, the EnvironmentFiles that exist, and what went wrong.

    `unknown` are variables that it has, but whose value cannot be known from here.
    """

    variables: Mapping[str, Variable]
    files: tuple[FileText, ...]
    unread: Missing | None
    unknown: Mapping[str, Missing] = {}


def read(host: Host, files: Sequence[FileText], unit: str = "") -> Environment:
    """The environment that a unit's files give it.

    Variables of EnvironmentFiles replace those of Environment=, whatever their order, and those
    replace what PassEnvironment= takes from the manager; UnsetEnvironment= has the last word. What
    the manager gives every unit (DefaultEnvironment=, systemctl set-environment) is not seen.
    """
    lists: dict[str, list[unit_files.Assignment]] = {key: [] for key in _LISTS}
    for file in files:
        for assignment in unit_files.parse(file):
            if assignment.section == "Service" and assignment.key in lists:
                lists[assignment.key].append(assignment)
                if not assignment.value.text:
                    lists[assignment.key].clear()
    return _Reader(host, Specifiers(host, unit)).read(lists)


class _Reader:
    """Puts one unit's environment together."""

    def __init__(self, host: Host, specifiers: Specifiers) -> None:
        self._host, self._specifiers = host, specifiers
        self._variables: dict[str, Variable] = {}
        self._unknown: dict[str, Missing] = {}

    def read(self, lists: Mapping[str, Sequence[unit_files.Assignment]]) -> Environment:
        self._pass(lists["PassEnvironment"])
        for assignment in lists["Environment"]:
            self._assign(assignment)
        texts, unread = self._env_files(lists["EnvironmentFile"])
        for text in texts:
            for name, value in parse_env_file(text.data):
                self._set(name, Variable(text.path, value))
        for assignment in lists["UnsetEnvironment"]:
            self._unset(assignment)
        return Environment(self._variables, tuple(texts), unread, self._unknown)

    def _set(self, name: str, value: Variable | Missing) -> None:
        self._variables.pop(name, None)
        self._unknown.pop(name, None)
        if isinstance(value, Missing):
            self._unknown[name] = value
        else:
            self._variables[name] = value

    def _resolve(
        self, assignment: unit_files.Assignment
    ) -> Iterator[tuple[Lined, Lined | Missing]]:
        """Each word as it is written, and with its specifiers resolved."""
        for word in lined.words(assignment.value, escapes=True) or ():
            yield word, self._specifiers.resolve(word)

    def _assign(self, assignment: unit_files.Assignment) -> None:
        for written, word in self._resolve(assignment):
            if isinstance(word, Missing):
                name = written.text.partition("=")[0]
                if NAME.match(name):
                    self._set(name, word)
                continue
            name, equals, text = word.text.partition("=")
            if equals and NAME.match(name):
                value = Lined(text, word.lines[len(name) + 1 :])
                self._set(name, Variable(assignment.path, value))

    def _pass(self, assignments: Sequence[unit_files.Assignment]) -> None:
        """The manager's own variables; as their place counts the line that takes them over."""
        for assignment in assignments:
            names = [word.text for word, _ in self._resolve(assignment) if NAME.match(word.text)]
            of_manager = self._host.environment(1, names) if names else {}
            for name in names:
                if isinstance(of_manager, Missing):
                    reason = f"${name} comes from systemd: {of_manager.reason}"
                    self._set(name, Missing(reason, of_manager.why))
                elif name in of_manager:
                    self._set(
                        name,
                        Variable(assignment.path, lined.plain(of_manager[name], assignment.line)),
                    )

    def _unset(self, assignment: unit_files.Assignment) -> None:
        for _, word in self._resolve(assignment):
            if isinstance(word, Missing):
                continue
            name, equals, text = word.text.partition("=")
            held = self._variables.get(name)
            if not equals or (held is not None and held.value.text == text):
                self._variables.pop(name, None)
                self._unknown.pop(name, None)

    def _env_files(
        self, assignments: Sequence[unit_files.Assignment]
    ) -> tuple[list[FileText], Missing | None]:
        texts: list[FileText] = []
        unread: Missing | None = None
        for assignment in assignments:
            named = self._specifiers.resolve(assignment.value)
            if isinstance(named, Missing):
                unread = named
                continue
            for path in _glob(self._host, named.text.removeprefix("-")):
                file = self._host.read(path)
                if file is None:
                    missing = _elsewhere(self._host, path)
                    unread = unread if missing is None else missing
                elif isinstance(file, Missing):
                    unread = file
                else:
                    garbled = unit_files.garbled((file,))
                    unread = unread if garbled is None else garbled
                    texts.append(file)
        return texts, unread


def _elsewhere(host: Host, path: str) -> Missing | None:
    """Why a file that is not in a plain tree may be on its machine: /var was not mailed along."""
    parts = path.split("/")
    folder = "/".join(parts[: 3 if parts[1] in ("usr", "var") else 2])
    if host.at_rest is None or host.stat(folder) is not None:
        return None
    return Missing(f"this tree has no {folder}, where {visible(path)} may be", Why.NOT_PRESENT)


def _glob(host: Host, path: str) -> list[str]:
    """Quotes are not quotes here, and what is not an absolute path is ignored."""
    folder, _, pattern = path.rpartition("/")
    if not path.startswith("/"):
        return []
    if not any(sign in pattern for sign in "*?["):
        return [path]
    names = host.list(folder)
    return [f"{folder}/{name}" for name in names or () if fnmatch.fnmatchcase(name, pattern)]
