"""Command lines as flags, read as Go's pflag does (kubelet, dockerd)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from unshim.facts.systemd.command_line import Word
from unshim.model.machine import Flag, Process
from unshim.model.values import Origin, Setting, Source
from unshim.text import redact
from unshim.text.escape import visible

# containerd takes its long flags with one dash as well (Go's flag package).
_LONG_WITH_ONE_DASH = frozenset(("config", "address", "root", "state", "log-level"))
_NO_SHORT: Mapping[str, str] = {}


def of_words(
    words: Sequence[Word], bare: Collection[str], short: Mapping[str, str] = _NO_SHORT
) -> tuple[Flag, ...]:
    """Flags of an expanded ExecStart. `bare` are the flags that take no value of their own,
    `short` gives the long names of flags with one letter."""
    texts = [word.text for word in words]
    return tuple(
        Flag(
            name,
            value,
            Source(Origin.FLAG, visible(words[at].path), words[at].line),
            words[at].variable,
        )
        for at, name, value in _scan(texts, bare, short)
    )


def of_process(
    process: Process,
    bare: Collection[str],
    skip: int = 1,
    short: Mapping[str, str] = _NO_SHORT,
) -> tuple[Flag, ...]:
    """Flags of a live command line, without its first `skip` words."""
    source = Source(Origin.PROCESS, f"process {process.name}")
    scanned = _scan(process.argv[skip:], bare, short)
    return tuple(Flag(name, value, source) for _, name, value in scanned)


def _scan(
    words: Sequence[str], bare: Collection[str], short: Mapping[str, str]
) -> Iterator[tuple[int, str, str | None]]:
    at = 0
    while at < len(words):
        word = words[at]
        start = at
        at += 1
        if word == "--":
            return
        if not word.startswith("-") or word == "-":
            continue
        written, equals, value = word.partition("=")
        name = written.lstrip("-").replace("_", "-")
        if not written.startswith("--") and name not in _LONG_WITH_ONE_DASH:
            # -v2, -H fd://: a short flag may hold its value without a sign between.
            name, value, equals = (name[:1], name[1:] + equals + value, equals or name[1:])
            value = value.removeprefix("=")
            name = short.get(name, name)
        argument: str | None = value if equals else None
        following = words[at] if at < len(words) else "--"
        # No value begins with two dashes; so a bare flag that we do not know costs nothing.
        if argument is None and name not in bare and not following.startswith("--"):
            argument = following
            at += 1
        yield start, visible(name), None if argument is None else clean(name, argument)


def clean(name: str, value: str) -> str:
    """A flag's value as it may be shown."""
    return redact.value(name, visible(value))


def last(flags: Sequence[Flag], *names: str) -> Setting[str] | None:
    """The flag that wins: the last of these names. A bare flag's value is `true`."""
    for flag in reversed(flags):
        if flag.name in names:
            return Setting("true" if flag.value is None else flag.value, flag.source)
    return None
