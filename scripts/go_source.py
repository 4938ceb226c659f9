"""As much of Go's grammar as a table of flags and fields needs: gofmt's own layout is relied on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|//[^\n]*|/\*.*?\*/', re.DOTALL)
_IMPORT = re.compile(r'^(?:import )?\s*(?:(\w+|_|\.) )?"([\w./-]+)"$', re.MULTILINE)
_FIELD = re.compile(r"^\t(?:(\w+)\s+)?([\w.*\[\]]+)(?:\s+`(.*)`)?\s*$", re.MULTILINE)
# Tests, generated code, and what is built for other machines or without cloud providers.
_OTHER = re.compile(
    r"_(test|windows|darwin|freebsd|others?|unsupported|providerless)\.go$|/(zz_)?generated[^/]*$"
)
_TAG = re.compile(r'json:"([^"]*)"')


class Member(NamedTuple):
    """One line of a struct; `name` is empty where a type is embedded, `key` where JSON has none."""

    name: str
    type: str
    key: str
    inline: bool


class Call(NamedTuple):
    """A method that is called: `fs.StringVar(…)`."""

    receiver: str
    method: str
    arguments: tuple[str, ...]


class Source:
    """The text of one file or of a package, without comments."""

    def __init__(self, text: str) -> None:
        self.text = _TOKEN.sub(lambda t: " " if t[0].startswith("/") else t[0], text)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Package paths by the name that they go by here."""
        return {
            name or path.rpartition("/")[2]: path
            for name, path in _IMPORT.findall(self.text)
            if name != "_"
        }

    def function(self, name: str, receiver: str = "") -> str:
        """The body of a function, or of the method of a type; empty where there is none."""
        head = rf"\(\w+ \*?{receiver}\) " if receiver else ""
        found = re.search(rf"^func {head}{name}\(.*?^}}", self.text, re.MULTILINE | re.DOTALL)
        return found[0] if found else ""

    def constant(self, word: str) -> str:
        """What a quoted text or the name of a constant here stands for; empty where neither."""
        if word.startswith(('"', "`")):
            return word[1:-1]
        found = re.search(rf'\b{word.rpartition(".")[2]}\b(?: \w+)?\s*= "([^"]*)"', self.text)
        return found[1] if found else ""

    def members(self, name: str) -> list[Member] | None:
        """The lines of a struct; None where no such struct is here."""
        found = re.search(rf"^type {name} struct {{\n(.*?)^}}", self.text, re.MULTILINE | re.DOTALL)
        return None if found is None else list(_members(found[1]))

    def underlying(self, name: str) -> str:
        """The type that a named one is made of; empty where it is none, or a struct."""
        found = re.search(rf"^type {name} =? ?([\w.*\[\]]+)\s*$", self.text, re.MULTILINE)
        return "" if found is None or found[1] == "struct" else found[1]


def _members(body: str) -> Iterator[Member]:
    for name, kind, tag in _FIELD.findall(body):
        told = _TAG.search(tag)
        key, *options = told[1].split(",") if told else ("",)
        yield Member(name, kind, "" if key == "-" else key, "inline" in options)


def calls(body: str) -> Iterator[Call]:
    """The calls of methods in a body, in their order, those within others too."""
    for found in re.finditer(r"\b(\w+)\.(\w+)\(", body):
        yield Call(found[1], found[2], tuple(_arguments(body[found.end() :])))


def _arguments(text: str) -> Iterator[str]:
    """What stands between commas up to the bracket that closes."""
    depth = start = position = 0
    while position < len(text):
        quoted = _TOKEN.match(text, position)
        if quoted:
            position = quoted.end()
            continue
        letter = text[position]
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        if depth < 0 or (letter == "," and not depth):
            if text[start:position].strip():
                yield text[start:position].strip()
            start = position + 1
        if depth < 0:
            return
        position += 1


class Tree:
    """The Go sources of one revision of a git directory, found by their package's path.

    It may be Kubernetes itself, or a program that has it among its vendored sources.
    """

    def __init__(self, git_dir: str, revision: str) -> None:
        self._git, self._revision = git_dir, revision
        self._read: dict[str, Source] = {}
        marker = "cmd/kubelet/app/options/options.go"
        heads = (
            *("", "deps/github.com/openshift/kubernetes/", "vendor/k8s.io/kubernetes/"),
            "cluster-autoscaler/vendor/k8s.io/kubernetes/",
        )
        held = next((head for head in heads if self._paths(f"{head}{marker}")), None)
        if held is None:
            raise ValueError(f"{revision} of {git_dir} has no {marker}")
        self._kubernetes = held
        vendor = held.removesuffix("k8s.io/kubernetes/")
        beside = vendor if vendor != held else f"{held}vendor/"
        self._roots = (f"{held}staging/src/", beside)

    def package(self, path: str) -> Source:
        """All files of a package for Linux, tests apart; empty where it is not there."""
        if path not in self._read:
            self._read[path] = Source("\n".join(self._texts(path, below=False)))
        return self._read[path]

    def below(self, path: str) -> Source:
        """The same of a package and of all below it."""
        return Source("\n".join(self._texts(path, below=True)))

    def _texts(self, package: str, below: bool) -> Iterator[str]:
        inside = package.removeprefix("k8s.io/kubernetes/")
        roots = (self._kubernetes,) if inside != package else self._roots
        for root in roots:
            paths = [
                path
                for path in self._paths(f"{root}{inside}/", below)
                if path.endswith(".go") and not _OTHER.search(path)
            ]
            if paths:
                yield from (self._run("show", f"{self._revision}:{path}") for path in paths)
                return

    def _paths(self, path: str, below: bool = False) -> list[str]:
        options = ["-r"] if below else []
        listed = self._run("ls-tree", "--name-only", *options, self._revision, path)
        return listed.splitlines()

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            ["git", "-C", self._git, *words], check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout
